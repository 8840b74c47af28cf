package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// Parameters of the compiled function, all i32. Bindings points at one pair of
// words, address and size, for each buffer and then each table; Work at the
// memory of the goroutine that runs the workgroups. It runs Run workgroups in the
// order of their index, the first at x, y, z.
const (
	paramBindings = iota
	paramWork
	paramWorkgroup // x, y, z
	_
	_
	paramCount // x, y, z
	_
	_
	paramRun
	paramTotal
)

// Limits of one workgroup's memory, bytes.
const maxWorkBytes = 1 << 30

// compiled is the WebAssembly module of an entry point.
type compiled struct {
	code []byte
	// workBytes is how much memory one goroutine needs for a workgroup.
	workBytes uint32
	// loops are the places of the loops, by the number that the module reports
	// when its work limit is used up.
	loops []syntax.Span
}

// generator turns the flat code of one entry point into a module.
type generator struct {
	*wasm.Function
	prog   *flat.Program
	module *wasm.Module
	lanes  int // invocations in a workgroup
	groups int // groups of four, the last perhaps not full

	scalars map[*flat.Instr]int // local with the value of all lanes, or of lane 0
	vectors map[*flat.Instr]int // local with the lanes' values
	slots   map[*flat.Slot]int
	inputs  [flat.GroupCount + 1]int // locals, -1 where not needed
	buffers []bufferLocals
	bounds  map[boundKey]int
	rows    map[rowKey]int
	temps   map[wasm.ValueType][]int

	vectorUses map[*flat.Instr]int

	scopes   []baseScope
	regionID int // of the region that is emitted

	group int // local: index of the group
	// lineLanes is the local with the lanes' places in the workgroup, in a region
	// that wants them as a vector more than once; else 0.
	lineLanes int
	mask      int // local: the active lanes
	full      bool
	stack     []construct // open constructs, the innermost last

	fuel     int // local: loop rounds left before the next report
	fuelLeft int // global
	refuel   int // imported function
	halves   halfHelpers
	loops    []syntax.Span

	layout layout
	plan   *plan
}

// bufferLocals are the locals with a binding's address and size.
type bufferLocals struct{ address, size int }

// boundKey names the largest index into a runtime-sized array.
type boundKey struct {
	mem          *flat.Memory
	base, stride int64
}

// rowKey names the number of places where a row of lanes fits whole.
type rowKey struct {
	boundKey
	last int32
}

// layout places what a goroutine needs into its memory: byte offsets from Work.
type layout struct {
	workgroup []uint32 // by Memory.ID
	lane      []uint32 // by Memory.ID, from the group's lane memory
	laneStart uint32
	laneSize  uint32 // of one group
	context   uint32 // values that live across barriers, contextSize a group
	scratch   uint32 // one vector
	zeroFrom  uint32 // workgroup memory, zeroed at the start
	zeroBytes uint32
	total     uint32
}

const (
	scratchBytes = 64
	refuelRounds = 1 << 16
)

// generate compiles flat code. The program must come from flat.Lower.
func generate(p *flat.Program) (*compiled, error) {
	s := p.WorkgroupSize
	g := &generator{
		prog: p, module: &wasm.Module{}, lanes: s[0] * s[1] * s[2],
		scalars: map[*flat.Instr]int{}, vectors: map[*flat.Instr]int{}, slots: map[*flat.Slot]int{},
		bounds: map[boundKey]int{}, rows: map[rowKey]int{}, vectorUses: map[*flat.Instr]int{}, temps: map[wasm.ValueType][]int{},
	}
	g.groups = (g.lanes + flat.Width - 1) / flat.Width
	g.refuel = g.module.ImportFunc("host", "refuel", []wasm.ValueType{wasm.I32}, []wasm.ValueType{wasm.I32})
	g.module.Memory("memory", devicePages, devicePages)
	g.fuelLeft = g.module.Global(refuelRounds)
	params := make([]wasm.ValueType, paramTotal)
	for i := range params {
		params[i] = wasm.I32
	}
	g.Function = g.module.NewFunction(params, nil)
	g.module.ExportFunc("run", g.Function)
	g.plan = newPlan(p)
	g.countVectorUses(p.Body)
	if err := g.lay(); err != nil {
		return nil, err
	}
	g.prologue()
	g.workgroups()
	g.Get(g.fuel)
	g.GlobalSet(g.fuelLeft)
	return &compiled{code: g.module.Encode(), workBytes: g.layout.total, loops: g.loops}, nil
}

// lay places workgroup memory, lane memory and the context.
func (g *generator) lay() error {
	l := &g.layout
	next := int64(scratchBytes)
	place := func(size int64) uint32 {
		at := next
		next += types.RoundUp(16, size)
		return uint32(min(at, maxWorkBytes))
	}
	l.zeroFrom = uint32(next)
	for _, m := range g.prog.Workgroup {
		l.workgroup = append(l.workgroup, place(m.Size))
	}
	l.zeroBytes = uint32(min(next, maxWorkBytes)) - l.zeroFrom
	var lane int64
	for _, m := range g.prog.Lane {
		l.lane = append(l.lane, uint32(min(lane, maxWorkBytes)))
		lane += m.Size * flat.Width
	}
	copies := int64(1)
	if g.prog.HasBarrier {
		copies = int64(g.groups)
	}
	if lane*copies+next > maxWorkBytes {
		return &flat.Error{Message: "the variables of one workgroup take more than 1 GiB"}
	}
	l.laneSize = uint32(lane)
	l.laneStart = place(lane * copies)
	l.context = place(int64(g.plan.contextSize) * int64(g.groups))
	if next > maxWorkBytes {
		return &flat.Error{Message: "the variables of one workgroup take more than 1 GiB"}
	}
	l.total = uint32(next)
	return nil
}

// prologue loads what stays the same for the whole workgroup.
func (g *generator) prologue() {
	g.group, g.mask, g.fuel = g.NewLocal(wasm.I32), g.NewLocal(wasm.V128), g.NewLocal(wasm.I32)
	g.GlobalGet(g.fuelLeft)
	g.Set(g.fuel)
	for i := range len(g.prog.Buffers) + len(g.prog.Tables) {
		b := bufferLocals{g.NewLocal(wasm.I32), g.NewLocal(wasm.I32)}
		g.Get(paramBindings)
		g.Mem(wasm.I32Load, 2, uint32(8*i))
		g.Set(b.address)
		g.Get(paramBindings)
		g.Mem(wasm.I32Load, 2, uint32(8*i+4))
		g.Set(b.size)
		g.buffers = append(g.buffers, b)
	}
	g.eachAccess(g.prog.Body, func(a *flat.Access) {
		for _, t := range a.Terms {
			if t.Count == 0 {
				g.runtimeBound(a.Mem, t)
			}
		}
		g.prepareRows(a)
	})
	for i := range g.inputs {
		g.inputs[i] = -1
	}
	g.plan.laneBase, g.plan.context = g.NewLocal(wasm.I32), g.NewLocal(wasm.I32)
}

// workgroups emits the program, for one workgroup after the other.
func (g *generator) workgroups() {
	next := g.openLoop()
	if g.layout.zeroBytes > 0 {
		g.Get(paramWork)
		g.I32Const(int32(g.layout.zeroFrom))
		g.Do(wasm.I32Add)
		g.I32Const(0)
		g.I32Const(int32(g.layout.zeroBytes))
		g.MemoryFill()
	}
	g.nodes(g.plan.nodes)
	step := func(axis int) {
		g.Get(paramWorkgroup + axis)
		g.I32Const(1)
		g.Do(wasm.I32Add)
		g.Set(paramWorkgroup + axis)
	}
	overflow := func(axis int) {
		g.Get(paramWorkgroup + axis)
		g.Get(paramCount + axis)
		g.Do(wasm.I32Eq)
		g.If()
		g.I32Const(0)
		g.Set(paramWorkgroup + axis)
		step(axis + 1)
	}
	step(0)
	overflow(0)
	overflow(1)
	g.End()
	g.End()
	g.Get(paramRun)
	g.I32Const(1)
	g.Do(wasm.I32Sub)
	g.Tee(paramRun)
	g.jumpIf(next)
	g.close()
}

// eachAccess calls f for every access below a body.
func (g *generator) eachAccess(b *flat.Body, f func(*flat.Access)) {
	for _, i := range b.Code {
		if i.Access != nil {
			f(i.Access)
		}
		for _, inner := range bodies(i) {
			g.eachAccess(inner, f)
		}
	}
}

func bodies(i *flat.Instr) []*flat.Body {
	var out []*flat.Body
	if i.Body != nil {
		out = append(out, i.Body)
	}
	if i.Else != nil {
		out = append(out, i.Else)
	}
	return out
}

// runtimeBound computes the largest index into a runtime-sized array, once.
func (g *generator) runtimeBound(m *flat.Memory, t flat.Term) int {
	key := boundKey{m, t.Base, t.Stride}
	if l, ok := g.bounds[key]; ok {
		return l
	}
	l := g.NewLocal(wasm.I32)
	g.Get(g.buffers[g.binding(m)].size)
	g.I32Const(int32(t.Base))
	g.Do(wasm.I32Sub)
	g.I32Const(int32(t.Stride))
	g.Do(wasm.I32DivU)
	g.I32Const(1)
	g.Do(wasm.I32Sub)
	g.Set(l)
	g.bounds[key] = l
	return l
}

// binding is the place of a buffer or table in the list of bindings.
func (g *generator) binding(m *flat.Memory) int {
	if m.Kind == flat.Table {
		return len(g.prog.Buffers) + m.ID
	}
	return m.ID
}

// temp borrows a local; giveBack returns it. Borrowed locals must not be held
// across code that may branch back.
func (g *generator) temp(t wasm.ValueType) int {
	free := g.temps[t]
	if n := len(free); n > 0 {
		g.temps[t] = free[:n-1]
		return free[n-1]
	}
	return g.NewLocal(t)
}

func (g *generator) giveBack(t wasm.ValueType, local int) {
	g.temps[t] = append(g.temps[t], local)
}
