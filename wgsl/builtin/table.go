package builtin

// Scope is where a function asks for uniform control flow ("Uniformity Rules for
// Function Calls").
type Scope uint8

// What a call needs of control flow.
const (
	Anywhere       Scope = iota
	WorkgroupFlow        // synchronization functions: an error that no filter turns off
	DerivativeFlow       // derivative_uniformity
	SubgroupFlow         // subgroup_uniformity
)

// Stages is a set of shader stages.
type Stages uint8

// The stages in which a function may be called.
const (
	InVertex Stages = 1 << iota
	InFragment
	InCompute
	AllStages = InVertex | InFragment | InCompute
)

// Function is a row of the table: a built-in function with all its overloads.
type Function struct {
	ID     ID
	Anchor string // of the section of the specification
	// Const says that a call with const-expressions is a const-expression.
	Const bool
	// MustUse says that a call may not stand as a statement.
	MustUse bool
	Stages  Stages
	// Flow is the control flow that a call needs.
	Flow Scope
	// UniformParam is the parameter (from 0) that must be a uniform value, -1
	// for none; NonUniformResult says that the result may not be uniform whatever
	// goes in.
	UniformParam     int
	NonUniformResult bool
	// Extension is the enable-extension that a call needs, Feature the language
	// feature that brings the function; "" for none.
	Extension, Feature string
	// NotRun says why no executor runs the function; "" where all do.
	NotRun    string
	Overloads []*Overload
}

// Name is the name that shaders write.
func (f *Function) Name() string { return f.ID.String() }

const fragmentsNotRun = "fragment shaders are checked, and not run"

var (
	rows   [count]*Function
	byName = map[string]*Function{}
	filled = fill()
)

// fill writes the rows, section by section.
func fill() bool {
	bitRows()
	logicalRows()
	numericRows()
	derivativeRows()
	textureRows()
	atomicRows()
	packRows()
	syncRows()
	subgroupRows()
	viewRows()
	return true
}

// Rows lists all functions in the order of the specification.
func Rows() []*Function {
	out := make([]*Function, 0, count-1)
	for id := None + 1; id < count; id++ {
		out = append(out, rows[id])
	}
	return out
}

// Lookup finds a function by the name that shaders write; nil where there is none.
func Lookup(name string) *Function { return byName[name] }

// Row is the row of an ID other than None.
func Row(id ID) *Function { return rows[id] }

// row adds a function; option functions set what differs from the most common
// case: a function that may be used in all stages and whose result must be used.
func row(id ID, anchor string, signatures []string, options ...func(*Function)) {
	f := &Function{ID: id, Anchor: anchor, MustUse: true, Stages: AllStages, UniformParam: -1}
	for _, s := range signatures {
		f.Overloads = append(f.Overloads, parseSignature(names[id]+s)...)
	}
	for _, set := range options {
		set(f)
	}
	rows[id] = f
	byName[names[id]] = f
}

func isConst(f *Function)      { f.Const = true }
func mayDiscard(f *Function)   { f.MustUse = false }
func nonUniform(f *Function)   { f.NonUniformResult = true }
func notInVertex(f *Function)  { f.Stages = InFragment | InCompute }
func onlyCompute(f *Function)  { f.Stages = InCompute }
func onlyFragment(f *Function) { f.Stages, f.NotRun = InFragment, fragmentsNotRun }

func flow(s Scope) func(*Function)        { return func(f *Function) { f.Flow = s } }
func uniformParam(i int) func(*Function)  { return func(f *Function) { f.UniformParam = i } }
func feature(name string) func(*Function) { return func(f *Function) { f.Feature = name } }
