package wgsl

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"pxos/wgsl/types"
)

// Random writes a valid compute program from a seed, by the grammar and the types:
// structures, arrays, vectors and matrices of every scalar type, functions with
// values and pointers, every kind of statement, buffers, workgroup memory with
// barriers, atomics and subgroups. Indices may be out of bounds. Its floats use
// only operations whose result the specification fixes to one rounding, on values
// that stay finite, so that every executor must give the same bits.
//
// No two invocations touch the same memory between two barriers, but by atomics
// that commute. Every program is valid: a refusal is a fault of this generator or
// of the checker.
func Random(seed uint64) *Case {
	g := &generator{rng: rand.New(rand.NewPCG(seed, 17)), paths: map[types.Type][]route{}}
	text := g.program()
	return &Case{
		File: "random.wgsl", Name: fmt.Sprintf("seed-%d", seed), Text: text,
		Workgroups: [3]uint32{2, 1, 1}, Elements: 64, Overrides: map[string]float64{},
	}
}

// generator writes one program.
type generator struct {
	rng   *rand.Rand
	b     strings.Builder
	depth int // of blocks, for the indent
	loops int // around what is written
	names int
	left  int // statements that may still be written

	half      bool // f16 is enabled
	subgroups bool
	structs   []*types.Struct
	scope     []variable
	functions []*function
	aliases   map[string]string
	paths     map[types.Type][]route
	result    types.Type // of the function that is written, nil in an entry point
}

// variable is something that can be read, and perhaps written, by its name.
type variable struct {
	name     string
	t        types.Type
	writable bool
	local    bool // in the function address space: a pointer to it may be passed
}

// function is a helper that main and later helpers may call.
type function struct {
	name    string
	params  []types.Type
	pointer types.Type // of a first parameter ptr<function>; nil without
	result  types.Type
}

func (g *generator) pick(list ...string) string { return list[g.rng.IntN(len(list))] }

func (g *generator) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("    ", g.depth))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

// block writes a body in a scope of its own.
func (g *generator) block(body func()) {
	mark := len(g.scope)
	g.depth++
	body()
	g.depth--
	g.scope = g.scope[:mark]
}

func (g *generator) declare(v variable) { g.scope = append(g.scope, v) }

func (g *generator) program() string {
	g.half, g.subgroups = g.chance(30), g.chance(30)
	var enabled []string
	if g.half {
		enabled = append(enabled, "f16")
	}
	if g.subgroups {
		enabled = append(enabled, "subgroups")
	}
	if len(enabled) > 0 {
		g.line("enable %s;", strings.Join(enabled, ", "))
	}
	g.chooseAliases()
	for range 1 + g.rng.IntN(3) {
		g.structure(true)
	}
	g.moduleVariables()
	for range 1 + g.rng.IntN(4) {
		g.helper()
	}
	g.main()
	return g.b.String()
}

// chooseAliases declares other names for some types, used from then on.
func (g *generator) chooseAliases() {
	g.aliases = map[string]string{}
	for range g.rng.IntN(3) {
		t := g.valueType(0)
		if _, taken := g.aliases[t.String()]; !taken {
			name := g.name("Alias")
			g.line("alias %s = %s;", name, t)
			g.aliases[t.String()] = name
		}
	}
}

// spell writes a type, by an alias where it has one.
func (g *generator) spell(t types.Type) string {
	if a, ok := g.aliases[t.String()]; ok {
		return a
	}
	if a, ok := t.(types.Array); ok {
		return fmt.Sprintf("array<%s, %d>", g.spell(a.Elem), a.Len)
	}
	return t.String()
}

// structure declares a structure of random members; a shared one can lie in
// buffers, which hold no bool.
func (g *generator) structure(shared bool) *types.Struct {
	s := &types.Struct{Name: g.name("Struct")}
	var members []string
	for i := range 1 + g.rng.IntN(4) {
		t := g.valueType(2)
		for shared && types.Elem(t) == types.Bool || containsBool(t) {
			t = g.valueType(2)
		}
		m := types.Member{Name: fmt.Sprintf("m%d", i), Type: t}
		s.Members = append(s.Members, m)
		members = append(members, fmt.Sprintf("%s: %s", m.Name, g.spell(t)))
	}
	g.line("struct %s { %s }", s.Name, strings.Join(members, ", "))
	g.structs = append(g.structs, s)
	return s
}

func containsBool(t types.Type) bool {
	switch t := t.(type) {
	case types.Array:
		return containsBool(t.Elem)
	case *types.Struct:
		for _, m := range t.Members {
			if containsBool(m.Type) {
				return true
			}
		}
		return false
	}
	return types.Elem(t) == types.Bool
}

const randomTables = `@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read_write> out_state: array<%s, 64>;
@group(0) @binding(3) var<uniform> params: array<vec4u, 4>;
@group(0) @binding(4) var<storage, read_write> out_counts: array<atomic<u32>, 8>;
@group(0) @binding(5) var<storage, read_write> out_extremes: array<atomic<i32>, 4>;
const table = array<u32, 6>(3, 1, 4, 1, 5, 9);
const weights = array<vec2f, 3>(vec2f(0.5, -2), vec2f(1, 3), vec2f(-0.25, 8));
override scale: u32 = 3;
override twice = scale * 2 + 1;
var<workgroup> words: array<u32, 16>;
var<workgroup> tally: array<atomic<u32>, 4>;
`

// moduleVariables declares buffers, constants, and private variables.
func (g *generator) moduleVariables() {
	g.line(randomTables, g.structs[0].Name)
	for range g.rng.IntN(3) {
		v := variable{name: g.name("kept"), t: g.valueType(2), writable: true}
		g.line("var<private> %s: %s;", v.name, g.spell(v.t))
		g.declare(v)
	}
	g.declare(variable{name: "table", t: types.Array{Elem: types.U32, Len: 6}})
	g.declare(variable{name: "weights", t: types.Array{Elem: types.Vector{N: 2, Elem: types.F32}, Len: 3}})
	g.declare(variable{name: "params", t: types.Array{Elem: types.Vector{N: 4, Elem: types.U32}, Len: 4}})
	g.line("fn mixed(h: u32, v: u32) -> u32 { return ((h ^ v) * 16777619u) ^ (h >> 15u); }")
}

// helper declares a function: with values only it may be called anywhere, with a
// pointer as a statement.
func (g *generator) helper() {
	f := &function{name: g.name("helper"), result: g.valueType(2)}
	var params []string
	mark := len(g.scope)
	// A helper that is called inside of expressions changes nothing outside.
	for i := range g.scope {
		g.scope[i].writable = false
	}
	// The first parameter makes every helper able to compute what is not constant.
	f.params = append(f.params, types.U32)
	for range g.rng.IntN(3) {
		f.params = append(f.params, g.valueType(2))
	}
	if g.chance(40) {
		f.pointer = g.valueType(2)
		p := g.name("p")
		params = append(params, fmt.Sprintf("%s: ptr<function, %s>", p, g.spell(f.pointer)))
		g.declare(variable{name: "(*" + p + ")", t: f.pointer, writable: true})
	}
	for _, t := range f.params {
		v := variable{name: g.name("v"), t: t}
		params = append(params, fmt.Sprintf("%s: %s", v.name, g.spell(t)))
		g.declare(v)
	}
	g.line("fn %s(%s) -> %s {", f.name, strings.Join(params, ", "), g.spell(f.result))
	g.result, g.left = f.result, 6
	g.block(func() {
		for range 1 + g.rng.IntN(4) {
			g.statement()
		}
		g.line("return %s;", g.bounded(f.result, 2))
	})
	g.line("}")
	g.result = nil
	g.scope = g.scope[:mark]
	for i := range g.scope {
		g.scope[i].writable = strings.HasPrefix(g.scope[i].name, "kept")
	}
	g.functions = append(g.functions, f)
}

// main declares the entry point: variables of many types, statements at whose top
// the workgroup is together, perhaps an end for some, and a digest of all that it
// computed.
func (g *generator) main() {
	g.line("@compute @workgroup_size(%s)", g.pick("1", "4", "6, 1, 2", "7", "8", "4, 4", "16", "2, 8", "32"))
	g.line("fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32,")
	g.line("        @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {")
	g.block(func() {
		g.line("let me = group.x * 32u + lane;")
		g.line("var ua = a[me]; var ub = me * 2654435761u; var ia = bitcast<i32>(a[me + 1u]); var fa = f32(a[me + 2u] & 1023u) * 0.25; var pa = (ua & 1u) == 0u;")
		for _, v := range []variable{{"ua", types.U32, true, true}, {"ub", types.U32, true, true}, {"ia", types.I32, true, true},
			{"fa", types.F32, true, true}, {"pa", types.Bool, true, true}, {"lane", types.U32, false, false},
			{"id", types.Vector{N: 3, Elem: types.U32}, false, false}, {"out_state[me]", g.structs[0], true, false}} {
			g.declare(v)
		}
		for range 2 + g.rng.IntN(4) {
			g.declaration()
		}
		own := len(g.scope)
		g.left = 12
		for range 3 + g.rng.IntN(8) {
			g.together(2)
		}
		g.line("var digest = 0u;")
		if g.chance(40) {
			g.line("if (%s) {", g.expr(types.Bool, 2))
			g.line("    out[me] = 77u;")
			g.line("    return;")
			g.line("}")
			g.left = 4
			for range 1 + g.rng.IntN(3) {
				g.statement()
			}
		}
		for _, v := range g.scope[:own] {
			if v.writable {
				g.digest(v.name, v.t)
			}
		}
		g.line("out[me] = digest;")
	})
	g.line("}")
}

// digest adds every scalar of a value to the digest.
func (g *generator) digest(name string, t types.Type) {
	switch t := t.(type) {
	case types.Scalar:
		g.line("digest = mixed(digest, %s);", bitsOf(name, t))
	case types.Vector:
		for i := range t.N {
			g.digest(fmt.Sprintf("%s.%c", name, "xyzw"[i]), t.Elem)
		}
	case types.Matrix:
		for i := range t.Cols {
			g.digest(fmt.Sprintf("%s[%d]", name, i), t.Column())
		}
	case types.Array:
		for i := range min(t.Len, 4) {
			g.digest(fmt.Sprintf("%s[%d]", name, i), t.Elem)
		}
	case *types.Struct:
		for _, m := range t.Members {
			g.digest(name+"."+m.Name, m.Type)
		}
	}
}

// bitsOf is the u32 with the bits of a scalar; both zeros count as one, since the
// specification lets an implementation lose the sign.
func bitsOf(name string, t types.Scalar) string {
	switch t {
	case types.Bool:
		return fmt.Sprintf("select(0u, 1u, %s)", name)
	case types.U32:
		return name
	case types.I32:
		return fmt.Sprintf("bitcast<u32>(%s)", name)
	case types.F16:
		return fmt.Sprintf("bitcast<u32>(f32(%s) + 0.0)", name)
	}
	return fmt.Sprintf("bitcast<u32>(%s + 0.0)", name)
}
