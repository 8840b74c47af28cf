package flat

import (
	"errors"
	"fmt"

	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// MaxInstructions bounds one program: inlining can make code grow with the power
// of the call depth.
const MaxInstructions = 1 << 20

// Error says what of a valid module flat code cannot hold, and where.
type Error struct {
	Span    syntax.Span
	Message string
}

func (e *Error) Error() string { return e.Message }

// lowerer builds the code of one entry point.
type lowerer struct {
	module *ir.Module
	prog   *Program
	body   *Body // where instructions go
	count  int
	span   syntax.Span

	globals map[*ir.Var]*storage
	fn      *inline // the function being inlined
	// largeResult is where the call that was just inlined left a large value.
	largeResult place
	dynamic     map[*ir.Local]bool
	memoryVars  map[*ir.Var]bool
	tables      map[string]*Memory
}

// inline is one function being inlined.
type inline struct {
	f       *ir.Function
	vars    map[*ir.Var]*storage
	values  map[*ir.Local]agg
	places  map[*ir.Local]place
	large   map[*ir.Local]place // values that are held in memory
	outer   *inline
	exit    *Instr  // the Block that a return leaves; nil where the return is the tail
	results []*Slot // where a return leaves its value
	memory  place   // where it leaves a large one
	result  agg     // the value of a tail return
	loops   []target
}

// target is what break and continue leave.
type target struct{ breakTo, continueTo *Instr }

// failure carries an Error out of the lowering.
type failure struct{ err error }

func (l *lowerer) fail(span syntax.Span, format string, args ...any) {
	panic(failure{&Error{span, fmt.Sprintf(format, args...)}})
}

// ErrEntry says that the module has no such compute entry point.
var ErrEntry = errors.New("no compute entry point of that name")

// Lower makes the flat code of a compute entry point. The module must be
// specialized: no override is left in it. The error is an *Error, or ErrEntry.
func Lower(m *ir.Module, entry string) (p *Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(failure)
			if !ok {
				panic(r)
			}
			p, err = nil, f.err
		}
	}()
	for _, f := range m.Functions {
		if f.Name == entry && f.Stage == ir.Compute {
			return lowerEntry(m, f), nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrEntry, entry)
}

func lowerEntry(m *ir.Module, f *ir.Function) *Program {
	l := &lowerer{
		module:  m,
		prog:    &Program{Entry: f.Name, Source: m.Source, Body: &Body{}},
		globals: map[*ir.Var]*storage{},
		dynamic: map[*ir.Local]bool{},
		tables:  map[string]*Memory{},
		span:    f.Span,
	}
	l.body = l.prog.Body
	for i, e := range f.WorkgroupSize {
		l.prog.WorkgroupSize[i] = int(l.constant(e))
	}
	l.findDynamicParams()
	l.declareGlobals(f)
	args := l.entryArguments(f)
	l.inlineCall(f, args)
	optimize(l.prog)
	analyze(l.prog)
	countBounds(l.prog.Body)
	return l.prog
}

func (l *lowerer) constant(e ir.Expr) int64 {
	if e == nil {
		return 1
	}
	v, ok := ir.ConstantValue(e)
	if !ok {
		l.fail(e.Range(), "the value is not known: the module was not specialized")
	}
	return asInt(v)
}

// emit appends an instruction to the current body.
func (l *lowerer) emit(i *Instr) *Instr {
	l.count++
	if l.count > MaxInstructions {
		l.fail(l.span, "the code of entry point %s has more than %d instructions once all calls are inlined", l.prog.Entry, MaxInstructions)
	}
	i.Span = l.span
	l.body.Code = append(l.body.Code, i)
	return i
}

func (l *lowerer) op(op Op, kind types.Scalar, args ...*Instr) *Instr {
	return l.emit(&Instr{Op: op, Kind: kind, Args: args})
}

func (l *lowerer) constBits(kind types.Scalar, bits uint32) *Instr {
	return l.emit(&Instr{Op: Const, Kind: kind, Bits: bits})
}

func (l *lowerer) u32(n uint32) *Instr { return l.constBits(types.U32, n) }

func (l *lowerer) f32(f float32) *Instr { return l.constBits(types.F32, floatBits(f)) }

// float is a constant of a float kind.
func (l *lowerer) float(kind types.Scalar, f float32) *Instr {
	return l.constBits(kind, floatBits(f))
}

func (l *lowerer) input(id InputID) *Instr {
	return l.emit(&Instr{Op: Input, Kind: types.U32, Input: id})
}

// within runs build with its instructions going to a new body of owner.
func (l *lowerer) within(owner *Instr, build func()) *Body {
	saved := l.body
	l.body = &Body{owner: owner}
	build()
	made := l.body
	l.body = saved
	return made
}

func (l *lowerer) newSlot(name string, kind types.Scalar) *Slot {
	s := &Slot{Name: name, Kind: kind, ID: len(l.prog.Slots)}
	l.prog.Slots = append(l.prog.Slots, s)
	return s
}

// initSlot starts a slot's life with a value.
func (l *lowerer) initSlot(s *Slot, v *Instr) {
	s.Init = l.emit(&Instr{Op: Set, Kind: s.Kind, Slot: s, Args: []*Instr{v}})
}

func (l *lowerer) set(s *Slot, v *Instr) {
	l.emit(&Instr{Op: Set, Kind: s.Kind, Slot: s, Args: []*Instr{v}})
}

func (l *lowerer) get(s *Slot) *Instr {
	return l.emit(&Instr{Op: Get, Kind: s.Kind, Slot: s})
}

// entryArguments makes the values of an entry point's parameters.
func (l *lowerer) entryArguments(f *ir.Function) []argument {
	args := make([]argument, len(f.Params))
	for i, p := range f.Params {
		if p.IO != nil {
			args[i].value = l.builtinInput(p.Span, p.IO.Builtin)
			continue
		}
		s, ok := p.Type.(*types.Struct)
		if !ok {
			l.fail(p.Span, "the parameter %s of entry point %s has no built-in value", p.Name, f.Name)
		}
		for _, m := range s.Members {
			if m.IO == nil {
				l.fail(p.Span, "member %s of %s has no built-in value", m.Name, s.Name)
			}
			args[i].value = append(args[i].value, l.builtinInput(p.Span, m.IO.Builtin)...)
		}
	}
	return args
}

func (l *lowerer) builtinInput(span syntax.Span, name string) agg {
	three := func(x InputID) agg { return agg{l.input(x), l.input(x + 1), l.input(x + 2)} }
	switch name {
	case "local_invocation_id":
		return three(LocalX)
	case "local_invocation_index":
		return agg{l.input(LocalIndex)}
	case "workgroup_id":
		return three(WorkgroupX)
	case "num_workgroups":
		return three(CountX)
	case "global_invocation_id":
		return l.globalID()
	case "workgroup_index":
		return agg{l.workgroupIndex()}
	case "global_invocation_index":
		return agg{l.globalIndex()}
	case "subgroup_invocation_id":
		return agg{l.input(LaneIndex)}
	case "subgroup_size":
		return agg{l.input(LaneCount)}
	case "subgroup_id":
		return agg{l.input(GroupIndex)}
	case "num_subgroups":
		return agg{l.input(GroupCount)}
	}
	l.fail(span, "the built-in value %s is not one of a compute shader", name)
	return nil
}

// globalID is workgroup_id * workgroup_size + local_invocation_id.
func (l *lowerer) globalID() agg {
	out := make(agg, 3)
	for i := range out {
		start := l.op(Mul, types.U32, l.input(WorkgroupX+InputID(i)), l.u32(uint32(l.prog.WorkgroupSize[i])))
		out[i] = l.op(Add, types.U32, start, l.input(LocalX+InputID(i)))
	}
	return out
}

// globalIndex is the place of the global ID in the whole grid, row by row: it
// does not run on within a workgroup of several rows.
func (l *lowerer) globalIndex() *Instr {
	id := l.globalID()
	extent := func(i int) *Instr {
		return l.op(Mul, types.U32, l.input(CountX+InputID(i)), l.u32(uint32(l.prog.WorkgroupSize[i])))
	}
	row := l.op(Mul, types.U32, id[2], extent(1))
	row = l.op(Add, types.U32, row, id[1])
	row = l.op(Mul, types.U32, row, extent(0))
	return l.op(Add, types.U32, row, id[0])
}

// Width is the number of lanes that run together, and the subgroup size.
const Width = 4

// workgroupIndex is x + y*countX + z*countX*countY.
func (l *lowerer) workgroupIndex() *Instr {
	row := l.op(Mul, types.U32, l.input(WorkgroupZ), l.input(CountY))
	row = l.op(Add, types.U32, row, l.input(WorkgroupY))
	row = l.op(Mul, types.U32, row, l.input(CountX))
	return l.op(Add, types.U32, row, l.input(WorkgroupX))
}
