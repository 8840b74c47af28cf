package pixelvm

import (
	"pxos/wasm"
)

// The compiler writes WebAssembly. Each function takes its parameters, the fuel and the
// depth, and gives back the fuel and its results. Values of the stack are locals, one for
// each depth and type, which the native compiler makes registers of.
//
// Whatever traps, but for an access to memory, is found before it does: the way there sets
// a global, the position, and calls the host's function trap, which does not return. So
// what goes well pays for a comparison and no more.

// Imports, by their place.
const (
	importTrap   = iota // (kind, number i32)
	importRefuel        // (fuel, cost i64) i64: more fuel, or it traps
	importPrint
	importPrintF
	importPrintCh
	importPrintStr
	importHost // and so on, one for each host call
)

const hostModule = "px"

var importNames = []string{"trap", "refuel", "print", "printf", "printch", "printstr"}

// native makes a module of a program. One that is sliced asks for more fuel now and then,
// so that it can be cancelled; the other gets all at once, and needs to keep no float in
// memory for a call that may come.
func (v *Verified) native(depth int, sliced bool) []byte {
	m := &wasm.Module{}
	for i, name := range importNames {
		params, results := importTypes(i)
		m.ImportFunc(hostModule, name, params, results)
	}
	for _, h := range HostOps {
		m.ImportFunc(hostModule, h.Name, valueTypes(types(h.Pops)), valueTypes(types(h.Pushes)))
	}
	if v.Tiles > 0 {
		m.Memory("memory", uint32(v.Tiles), uint32(v.Tiles))
	}
	position := m.Global64(0)
	m.ExportGlobal("position", position)
	first := v.firstBlocks()
	var list []*wasm.Function
	for i := range v.Functions {
		f := &v.Functions[i]
		params := append(valueTypes(f.Params), wasm.I64, wasm.I32)
		list = append(list, m.NewFunction(params, append([]wasm.ValueType{wasm.I64}, valueTypes(f.Results)...)))
	}
	var table []*wasm.Function
	for _, n := range v.Table {
		table = append(table, list[n])
	}
	m.Table(table)
	for i := range v.Functions {
		c := &compiler{v: v, first: first[i], f: &v.Functions[i], c: &v.functions[i], out: list[i], functions: list, position: position, most: depth, sliced: sliced}
		c.function()
	}
	m.ExportFunc("run", list[v.Entry])
	return m.Encode()
}

func importTypes(n int) (params, results []wasm.ValueType) {
	switch n {
	case importTrap:
		return []wasm.ValueType{wasm.I32, wasm.I32}, nil
	case importRefuel:
		return []wasm.ValueType{wasm.I64, wasm.I64}, []wasm.ValueType{wasm.I64}
	case importPrintF:
		return []wasm.ValueType{wasm.F64}, nil
	case importPrintStr:
		return []wasm.ValueType{wasm.I64, wasm.I64}, nil
	}
	return []wasm.ValueType{wasm.I64}, nil
}

func valueType(t Type) wasm.ValueType {
	if t == F64 {
		return wasm.F64
	}
	return wasm.I64
}

func valueTypes(list []Type) (out []wasm.ValueType) {
	for _, t := range list {
		out = append(out, valueType(t))
	}
	return out
}

// compiler writes one function.
type compiler struct {
	v         *Verified
	first     int // number of its first block
	f         *Function
	c         *checked
	out       *wasm.Function
	functions []*wasm.Function
	position  int // global
	most      int // depth of calls
	sliced    bool

	flow      *flow
	fuel      int // locals
	depth     int
	own       []int // of the function's own locals
	temps     map[temp]int
	now       int  // the block that is written
	marked    bool // the position is that of the block
	addresses *addresses
	state     int      // of a dispatch loop: the block that comes next
	scope     []target // what is open, the innermost last
}

// temp is a place of the stack with its type.
type temp struct {
	depth int
	typ   Type
}

// target is an open construct: a branch to it goes to a block, -1 for none.
type target struct{ block int }

// manyBlocks is when a function is written as a loop that dispatches, so that
// constructs do not nest too deep.
const manyBlocks = 2000

func (c *compiler) function() {
	c.fuel, c.depth = len(c.f.Params), len(c.f.Params)+1
	for _, t := range c.f.Locals {
		c.own = append(c.own, c.out.NewLocal(valueType(t)))
	}
	c.temps = map[temp]int{}
	c.flow = newFlow(c.f, c.c)
	c.state = -1
	if c.flow.reducible && len(c.c.blocks) < manyBlocks {
		c.tree(0)
	} else {
		c.dispatch()
	}
	c.out.Do(wasm.Unreachable)
}

// local is the local of WebAssembly for a local of the machine.
func (c *compiler) local(n int) int {
	if n < len(c.f.Params) {
		return n
	}
	return c.own[n-len(c.f.Params)]
}

// temp is the local for a place of the stack.
func (c *compiler) temp(depth int, t Type) int {
	k := temp{depth, t}
	n, ok := c.temps[k]
	if !ok {
		n = c.out.NewLocal(valueType(t))
		c.temps[k] = n
	}
	return n
}

// tree writes a block and all that it dominates.
func (c *compiler) tree(x int) {
	var merges []int
	for _, y := range c.flow.children[x] {
		if c.flow.merge[y] {
			merges = append(merges, y)
		}
	}
	if c.flow.loop[x] {
		c.out.Loop()
		c.scope = append(c.scope, target{x})
		c.within(x, merges)
		c.close()
		return
	}
	c.within(x, merges)
}

// within writes a block inside of blocks whose ends lead to the merges.
func (c *compiler) within(x int, merges []int) {
	if len(merges) == 0 {
		c.block(x)
		c.leave(x)
		return
	}
	c.out.Block()
	c.scope = append(c.scope, target{merges[0]})
	c.within(x, merges[1:])
	c.close()
	c.tree(merges[0])
}

func (c *compiler) close() {
	c.out.End()
	c.scope = c.scope[:len(c.scope)-1]
}

// branch goes from a block to another.
func (c *compiler) branch(from, to int) {
	if depth, ok := c.open(from, to); ok {
		c.out.Br(depth)
		return
	}
	c.tree(to)
}

// leave writes how control leaves a block.
func (c *compiler) leave(x int) {
	next := c.flow.next[x]
	switch len(next) {
	case 0:
	case 1:
		c.branch(x, next[0])
	default:
		if depth, ok := c.open(x, next[0]); ok {
			c.condition(x, false)
			c.branchIf(depth)
			c.branch(x, next[1])
			return
		}
		if depth, ok := c.open(x, next[1]); ok {
			c.condition(x, true)
			c.branchIf(depth)
			c.branch(x, next[0])
			return
		}
		c.condition(x, false)
		c.out.If()
		c.scope = append(c.scope, target{-1})
		c.branch(x, next[0])
		c.out.Else()
		c.branch(x, next[1])
		c.close()
	}
}

// branchIf branches by a condition on the stack. Behind a branch of its own the jump leaves
// the comparison beside its test, so that native code has one instruction for both;
// wazero's br_if with values that change has not.
func (c *compiler) branchIf(depth int) {
	c.out.If()
	c.out.Br(depth + 1)
	c.out.End()
}

// open is how many constructs lie between here and one that leads to a block; ok is false
// for a block that is written in place.
func (c *compiler) open(from, to int) (depth int, ok bool) {
	if c.flow.order[to] > c.flow.order[from] && !c.flow.merge[to] {
		return 0, false
	}
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].block == to {
			return len(c.scope) - 1 - i, true
		}
	}
	panic("pixelvm: a branch to a block that is not open") // the graph is reducible
}

// dispatch writes all blocks in a loop that goes to the one that a local names.
func (c *compiler) dispatch() {
	c.state = c.out.NewLocal(wasm.I32)
	n := len(c.c.blocks)
	c.out.Loop()
	depths := make([]int, n)
	for i := range depths {
		c.out.Block()
		depths[i] = i
	}
	c.out.Get(c.state)
	c.out.BrTable(depths, 0)
	for x := range n {
		c.out.End()
		c.block(x)
		next := c.flow.next[x]
		switch len(next) {
		case 0:
			c.out.Do(wasm.Unreachable)
			continue
		case 1:
			c.out.I32Const(int32(next[0]))
		default:
			c.out.I32Const(int32(next[0]))
			c.out.I32Const(int32(next[1]))
			c.condition(x, false)
			c.out.Do(wasm.SelectOp)
		}
		c.out.Set(c.state)
		c.out.Br(n - 1 - x)
	}
	c.out.End()
}

// block writes a block: its fuel, and its instructions but for a jump.
func (c *compiler) block(x int) {
	b := c.c.blocks[x]
	c.now, c.marked, c.addresses = x, false, newAddresses()
	cost := int64(b.cost) << blockBits
	c.out.Get(c.fuel)
	c.out.I64Const(cost)
	c.out.Do(wasm.I64Sub)
	c.out.Tee(c.fuel)
	c.out.I64Const(0)
	c.out.Do(wasm.I64LtS)
	c.out.If()
	c.addFuel(cost)
	c.refuel(func() { c.out.I64Const(int64(b.cost)) })
	c.addFuel(-cost)
	c.out.End()
	for at := b.start; at < b.end; at++ {
		px := c.f.Code[at]
		op := table[px.Op()]
		if op.Operand == JumpOperand {
			continue // leave writes it
		}
		if at+2 == b.end && c.fused(b) {
			continue
		}
		c.instruction(op, px, at)
		c.addresses.follow(op, px, len(c.c.stack[at]))
		if op.Operand == WideOperand {
			at += 2
		}
	}
}

// mark notes where the program is, and the fuel.
func (c *compiler) mark() {
	c.out.Get(c.fuel)
	c.out.I64Const(int64(c.first + c.now))
	c.out.Do(wasm.I64Add)
	c.out.GlobalSet(c.position)
}

func (c *compiler) addFuel(n int64) {
	c.out.Get(c.fuel)
	c.out.I64Const(n)
	c.out.Do(wasm.I64Add)
	c.out.Set(c.fuel)
}

// wholeFuel pushes the fuel as a number of instructions.
func (c *compiler) wholeFuel() {
	c.out.Get(c.fuel)
	c.out.I64Const(blockBits)
	c.out.Do(wasm.I64ShrS)
}

// refuel asks the host for fuel to pay a cost, if there can be more.
func (c *compiler) refuel(cost func()) {
	if !c.sliced {
		c.trap(OutOfFuel, 0)
		return
	}
	c.mark()
	c.wholeFuel()
	cost()
	c.out.Call(importRefuel)
	c.out.I64Const(blockBits)
	c.out.Do(wasm.I64Shl)
	c.out.Set(c.fuel)
}

// fused says that a block ends with a comparison and a jump by it.
func (c *compiler) fused(b block) bool {
	if b.end-b.start < 2 || c.isWide(b, b.end-2) {
		return false
	}
	jump := c.f.Code[b.end-1].Op()
	_, ok := comparisons[c.f.Code[b.end-2].Op()]
	return ok && (jump == JZ || jump == JNZ) && !c.isWide(b, b.end-1)
}

// isWide says whether a pixel of a block is part of a constant.
func (c *compiler) isWide(b block, at int) bool {
	for i := b.start; i <= at; i++ {
		if table[c.f.Code[i].Op()].Operand == WideOperand {
			if at > i && at <= i+2 {
				return true
			}
			i += 2
		}
	}
	return false
}

// condition pushes whether the jump at the end of a block is taken, or is not, as an i32.
func (c *compiler) condition(x int, not bool) {
	b := c.c.blocks[x]
	at := b.end - 1
	jump := c.f.Code[at].Op()
	if c.fused(b) {
		op := table[c.f.Code[at-1].Op()]
		n := len(c.c.stack[at-1])
		pops := types(op.Pops)
		left, right, code := c.temp(n-2, pops[0]), c.temp(n-1, pops[1]), op.Code
		if mirror, ok := mirrored[code]; ok && c.addresses.isAnd(n-1) && !c.addresses.isAnd(n-2) {
			left, right, code = right, left, mirror
		}
		c.out.Get(left)
		c.out.Get(right)
		compare := comparisons[code]
		turned, ok := opposite[code]
		switch {
		case (jump == JZ) == not:
			c.out.Do(compare)
		case ok:
			c.out.Do(comparisons[turned])
		default: // of floats: the opposite of less is not greater or equal
			c.out.Do(compare, wasm.I32Eqz)
		}
		return
	}
	c.out.Get(c.temp(len(c.c.stack[at])-1, I64))
	if (jump == JZ) != not {
		c.out.Do(wasm.I64Eqz)
		return
	}
	c.out.I64Const(0)
	c.out.Do(wasm.I64Ne)
}
