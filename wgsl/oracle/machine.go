package oracle

import (
	"context"
	"fmt"

	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// subgroupSize is how many consecutive invocations make a subgroup.
const subgroupSize = 4

// lanes are the numbers of invocations, local_invocation_index, ascending.
type lanes []int

// failure carries an error out of the interpretation.
type failure struct{ err error }

// machine runs the workgroups of one dispatch.
type machine struct {
	ctx      context.Context
	pipeline *pipeline
	counts   [3]uint32 // workgroups in the dispatch
	limit    int64     // of the rounds

	// Of the workgroup that runs:
	group  [3]uint32
	rounds int64

	globals   map[*ir.Var][]value.Value // addresses in the module; buffers stay
	constants map[*ir.Const][]value.Value
	watch     *watch // nil where nobody watches
}

func newMachine(ctx context.Context, p *pipeline, d gpu.Dispatch) *machine {
	m := &machine{
		ctx: ctx, pipeline: p, counts: d.Workgroups, limit: d.MaxRounds,
		globals: map[*ir.Var][]value.Value{}, constants: map[*ir.Const][]value.Value{},
	}
	if m.limit == 0 {
		m.limit = gpu.DefaultMaxRounds
	}
	return m
}

// bind gives the bytes of a resource.
func (m *machine) bind(r gpu.Resource, view []byte) {
	for _, v := range m.pipeline.vars {
		if (v.Space == types.Storage || v.Space == types.Uniform) && v.Group == r.Group && v.Binding == r.Binding {
			m.globals[v] = m.share(v, view)
		}
	}
}

func (m *machine) fail(span syntax.Span, format string, args ...any) {
	panic(failure{m.pipeline.fail(span, format, args...)})
}

// width is the number of invocations of a workgroup.
func (m *machine) width() int {
	s := m.pipeline.size
	return int(s[0]) * int(s[1]) * int(s[2])
}

// run runs all workgroups; what ended the shader is its error.
func (m *machine) run() (err error) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(failure)
			if !ok {
				panic(r)
			}
			err = f.err
		}
	}()
	for z := range m.counts[2] {
		for y := range m.counts[1] {
			for x := range m.counts[0] {
				group := [3]uint32{x, y, z}
				m.runWorkgroup(group)
				if m.watch.last(group) {
					return nil
				}
			}
		}
	}
	return nil
}

// runWorkgroup runs the entry point for all invocations of one workgroup.
func (m *machine) runWorkgroup(group [3]uint32) {
	m.checkContext()
	m.group, m.rounds = group, 0
	m.starts()
	for _, v := range m.pipeline.vars {
		switch v.Space {
		case types.Workgroup:
			m.globals[v] = m.share(v, make([]byte, types.SizeOf(v.Type)))
		case types.Private:
			m.globals[v] = m.allocate(v)
			if first, ok := ir.ConstantValue(v.Init); ok {
				for _, p := range m.globals[v] {
					p.(*pointer).store(first)
				}
			}
		}
	}
	all := make(lanes, m.width())
	for i := range all {
		all[i] = i
	}
	f := m.newFrame(m.pipeline.entry, 0)
	for _, p := range m.pipeline.entry.Params {
		f.locals[p.Index] = m.argument(p)
	}
	if f.sees(all) {
		f.tellEnter(f.function, f.function.Span, f.locals)
	}
	f.block(m.pipeline.entry.Body, all)
}

func (m *machine) checkContext() {
	if err := m.ctx.Err(); err != nil {
		panic(failure{err})
	}
}

// countRound counts one round of a loop.
func (m *machine) countRound(span syntax.Span) {
	m.checkContext()
	m.rounds++
	if m.rounds > m.limit {
		panic(failure{&gpu.RunawayError{Source: m.pipeline.module.Source, Span: span, Rounds: m.rounds}})
	}
}

// argument gives the values of a parameter of the entry point.
func (m *machine) argument(p *ir.Local) []value.Value {
	out := make([]value.Value, m.width())
	for lane := range out {
		s, ok := p.Type.(*types.Struct)
		if !ok {
			out[lane] = inputs[p.IO.Builtin](m, uint32(lane))
			continue
		}
		elems := make([]value.Value, len(s.Members))
		for i := range elems {
			elems[i] = inputs[s.Members[i].IO.Builtin](m, uint32(lane))
		}
		out[lane] = &value.Composite{T: s, Elems: elems}
	}
	return out
}

// inputs compute the built-in values of an invocation ("Built-in Values").
var inputs = map[string]func(m *machine, lane uint32) value.Value{
	"local_invocation_id":    func(m *machine, lane uint32) value.Value { return vec3u(m.local(lane)) },
	"local_invocation_index": func(_ *machine, lane uint32) value.Value { return value.U32(lane) },
	"workgroup_id":           func(m *machine, _ uint32) value.Value { return vec3u(m.group) },
	"num_workgroups":         func(m *machine, _ uint32) value.Value { return vec3u(m.counts) },
	"global_invocation_id":   func(m *machine, lane uint32) value.Value { return vec3u(m.global(lane)) },
	"workgroup_index":        func(m *machine, _ uint32) value.Value { return value.U32(m.groupIndex()) },
	"global_invocation_index": func(m *machine, lane uint32) value.Value {
		id, size := m.global(lane), m.pipeline.size
		return value.U32((id[2]*size[1]*m.counts[1]+id[1])*size[0]*m.counts[0] + id[0])
	},
	"subgroup_invocation_id": func(_ *machine, lane uint32) value.Value { return value.U32(lane % subgroupSize) },
	"subgroup_size":          func(*machine, uint32) value.Value { return value.U32(subgroupSize) },
	"subgroup_id":            func(_ *machine, lane uint32) value.Value { return value.U32(lane / subgroupSize) },
	"num_subgroups": func(m *machine, _ uint32) value.Value {
		return value.U32((m.width() + subgroupSize - 1) / subgroupSize)
	},
}

// local is the local_invocation_id of a lane: x runs fastest.
func (m *machine) local(lane uint32) [3]uint32 {
	s := m.pipeline.size
	return [3]uint32{lane % s[0], lane / s[0] % s[1], lane / (s[0] * s[1])}
}

// global is the global_invocation_id of a lane.
func (m *machine) global(lane uint32) [3]uint32 {
	id := m.local(lane)
	for i := range id {
		id[i] += m.group[i] * m.pipeline.size[i]
	}
	return id
}

// groupIndex is workgroup_index.
func (m *machine) groupIndex() uint32 {
	return (m.group[2]*m.counts[1]+m.group[1])*m.counts[0] + m.group[0]
}

func vec3u(v [3]uint32) value.Value {
	return &value.Composite{
		T:     types.Vector{N: 3, Elem: types.U32},
		Elems: []value.Value{value.U32(v[0]), value.U32(v[1]), value.U32(v[2])},
	}
}

// frame is one call of a function by all lanes that make it together.
type frame struct {
	*machine
	function *ir.Function
	depth    int             // calls around it
	vars     [][]value.Value // addresses, by the index of the variable
	locals   [][]value.Value // by the index of the name
	results  []value.Value   // what a return leaves
	// broken and continued are the lanes that left the innermost loop or switch,
	// and the round of the innermost loop.
	broken, continued lanes
	round             int64 // of the innermost loop, from 1
}

func (m *machine) newFrame(f *ir.Function, depth int) *frame {
	return &frame{
		machine: m, function: f, depth: depth,
		vars:    make([][]value.Value, len(f.Vars)),
		locals:  make([][]value.Value, len(f.Locals)),
		results: make([]value.Value, m.width()),
	}
}

// String names the function for a debugger.
func (f *frame) String() string { return fmt.Sprintf("call of %s", f.function.Name) }
