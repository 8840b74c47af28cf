package pixelvm

import (
	"math"

	"pxos/wasm"
)

// comparisons give an i32 in WebAssembly.
var comparisons = map[Opcode]wasm.Op{
	EQ: wasm.I64Eq, NE: wasm.I64Ne, LT: wasm.I64LtS, GT: wasm.I64GtS, LE: wasm.I64LeS, GE: wasm.I64GeS,
	LTU: wasm.I64LtU, GTU: wasm.I64GtU, LEU: wasm.I64LeU, GEU: wasm.I64GeU,
	FEQ: wasm.F64Eq, FNE: wasm.F64Ne, FLT: wasm.F64Lt, FGT: wasm.F64Gt, FLE: wasm.F64Le, FGE: wasm.F64Ge,
}

// mirrored are comparisons of integers with their sides changed. Those whose right side is
// the result of an AND are written so: of "0 < (a & b)" wazero 1.12 makes a test of a & b
// with the flags of "(a & b) < 0", on amd64 and arm64.
var mirrored = map[Opcode]Opcode{LT: GT, GT: LT, LE: GE, GE: LE, LTU: GTU, GTU: LTU, LEU: GEU, GEU: LEU}

// same are instructions that WebAssembly has just so.
var same = map[Opcode]wasm.Op{
	ADD: wasm.I64Add, SUB: wasm.I64Sub, MUL: wasm.I64Mul, DIVU: wasm.I64DivU, MODU: wasm.I64RemU, MOD: wasm.I64RemS,
	AND: wasm.I64And, OR: wasm.I64Or, XOR: wasm.I64Xor, SHL: wasm.I64Shl, SHR: wasm.I64ShrU, SAR: wasm.I64ShrS, ROTL: wasm.I64Rotl,
	CLZ: wasm.I64Clz, CTZ: wasm.I64Ctz, POPCNT: wasm.I64Popcnt, EXT8: wasm.I64Extend8S, EXT16: wasm.I64Extend16S, EXT32: wasm.I64Extend32S,
	FADD: wasm.F64Add, FSUB: wasm.F64Sub, FMUL: wasm.F64Mul, FDIV: wasm.F64Div, FMIN: wasm.F64Min, FMAX: wasm.F64Max,
	FSQRT: wasm.F64Sqrt, FNEG: wasm.F64Neg, FABS: wasm.F64Abs, FFLOOR: wasm.F64Floor, FCEIL: wasm.F64Ceil, FTRUNC: wasm.F64Trunc,
	ITOF: wasm.F64ConvertI64S, FTOI: wasm.I64TruncSatF64S, BITSF: wasm.F64ReinterpretI64,
}

// accesses are loads and stores.
var accesses = map[Opcode]wasm.Op{
	LOAD: wasm.I64Load, LOADF: wasm.F64Load, LOAD8U: wasm.I64Load8U, LOAD8S: wasm.I64Load8S, LOAD16U: wasm.I64Load16U,
	LOAD16S: wasm.I64Load16S, LOAD32U: wasm.I64Load32U, LOAD32S: wasm.I64Load32S,
	STORE: wasm.I64Store, STOREF: wasm.F64Store, STORE8: wasm.I64Store8, STORE16: wasm.I64Store16, STORE32: wasm.I64Store32,
}

// instruction writes one instruction that is no jump.
func (c *compiler) instruction(op Op, px Pixel, at int) {
	out, stack := c.out, c.c.stack[at]
	n := len(stack)
	pops, pushes := types(op.Pops), types(op.Pushes)
	switch op.Code {
	case DIV, MOD, DIVU, MODU:
		out.Get(c.temp(n-1, I64))
		out.Do(wasm.I64Eqz)
		c.trapIf(DivideByZero)
	}
	if w, ok := same[op.Code]; ok {
		c.get(n-len(pops), pops)
		out.Do(w)
		out.Set(c.temp(n-len(pops), pushes[0]))
		return
	}
	if w, ok := comparisons[op.Code]; ok {
		c.get(n-2, pops)
		out.Do(w, wasm.I64ExtendI32U)
		out.Set(c.temp(n-2, I64))
		return
	}
	if w, ok := accesses[op.Code]; ok {
		c.access(w, op, px.Operand(), n)
		return
	}
	switch op.Code {
	case NOP:
	case PUSH:
		out.I64Const(px.Signed())
		out.Set(c.temp(n, I64))
	case PUSHW, PUSHF:
		v := uint64(c.f.Code[at+1])<<32 | uint64(c.f.Code[at+2])
		if op.Code == PUSHF {
			out.F64Const(math.Float64frombits(canonical(v)))
			out.Set(c.temp(n, F64))
			return
		}
		out.I64Const(int64(v))
		out.Set(c.temp(n, I64))
	case GET:
		t, _ := c.f.Local(px.Operand())
		out.Get(c.local(px.Operand()))
		out.Set(c.temp(n, t))
	case SET, TEE:
		out.Get(c.temp(n-1, stack[n-1]))
		out.Set(c.local(px.Operand()))
	case POP:
	case DUP, OVER:
		from := map[Opcode]int{DUP: n - 1, OVER: n - 2}[op.Code]
		out.Get(c.temp(from, stack[from]))
		out.Set(c.temp(n, stack[from]))
	case SWAP:
		c.get(n-2, stack[n-2:])
		out.Set(c.temp(n-2, stack[n-1]))
		out.Set(c.temp(n-1, stack[n-2]))
	case MEMSIZE:
		out.I64Const(int64(c.v.Tiles) << 16)
		out.Set(c.temp(n, I64))
	case FBITS:
		c.canonical(func() { out.Get(c.temp(n-1, F64)) })
		out.Do(wasm.I64ReinterpretF64)
		out.Set(c.temp(n-1, I64))
	case DIV:
		c.divide(n)
	default:
		c.control(op, px, n)
	}
}

// get pushes places of the stack.
func (c *compiler) get(from int, list []Type) {
	for i, t := range list {
		c.out.Get(c.temp(from+i, t))
	}
}

// canonical pushes a float, with a NaN made the canonical one.
func (c *compiler) canonical(get func()) {
	get()
	c.out.F64Const(math.Float64frombits(CanonicalNaN))
	get()
	get()
	c.out.Do(wasm.F64Eq, wasm.SelectOp)
}

// divide writes DIV: WebAssembly traps for -2^63 / -1, so by -1 it subtracts.
func (c *compiler) divide(n int) {
	out, a, b := c.out, c.temp(n-2, I64), c.temp(n-1, I64)
	out.Get(b)
	out.I64Const(-1)
	out.Do(wasm.I64Eq)
	out.IfGives(wasm.I64)
	out.I64Const(0)
	out.Get(a)
	out.Do(wasm.I64Sub)
	out.Else()
	out.Get(a)
	out.Get(b)
	out.Do(wasm.I64DivS)
	out.End()
	out.Set(a)
}

// address pushes the lower 32 bits of a place of the stack. The same value is the same
// local, whose bounds are checked once.
func (c *compiler) address(depth int) {
	value := c.addresses.value(c.addresses.stack, depth)
	local, ok := c.addresses.wrapped[value]
	if !ok {
		local = c.out.NewLocal(wasm.I32)
		c.addresses.wrapped[value] = local
		c.out.Get(c.temp(depth, I64))
		c.out.Do(wasm.I32WrapI64)
		c.out.Set(local)
	}
	c.out.Get(local)
}

// access writes a load or store. The address is the lower 32 bits; the sum does not wrap,
// neither here nor in WebAssembly, which finds what is out of bounds.
func (c *compiler) access(w wasm.Op, op Op, offset, n int) {
	out := c.out
	store := op.Pushes == ""
	address := n - 1
	if store {
		address--
	}
	if c.v.Tiles == 0 {
		c.trap(OutOfBounds, 0)
		return
	}
	if !c.marked {
		c.mark()
		c.marked = true
	}
	c.address(address)
	switch {
	case op.Code == STOREF:
		c.canonical(func() { out.Get(c.temp(n-1, F64)) })
	case store:
		out.Get(c.temp(n-1, I64))
	}
	out.Mem(w, 0, uint32(offset))
	if !store {
		out.Set(c.temp(address, Type(op.Pushes[0])))
	}
}

// trap ends the program.
func (c *compiler) trap(kind TrapKind, number int) {
	c.mark()
	c.out.I32Const(int32(kind))
	c.out.I32Const(int32(number))
	c.out.Call(importTrap)
	c.out.Do(wasm.Unreachable)
}

// trapIf pops a condition.
func (c *compiler) trapIf(kind TrapKind) {
	c.out.If()
	c.trap(kind, 0)
	c.out.End()
}

// control writes calls, ends, and what reaches out.
func (c *compiler) control(op Op, px Pixel, n int) {
	out := c.out
	switch op.Code {
	case HALT:
		c.trap(NoTrap, 0)
	case TRAP:
		c.trap(UserTrap, px.Operand())
	case RET:
		out.Get(c.fuel)
		c.get(0, c.f.Results)
		out.Do(wasm.Return)
	case CALL, CALLI:
		c.call(op.Code, px.Operand(), n)
	case COPY, FILL:
		c.bulk(op.Code, n)
	case HOSTCALL:
		h := HostOps[px.Operand()]
		pops, pushes := types(h.Pops), types(h.Pushes)
		c.mark()
		c.get(n-len(pops), pops)
		out.Call(importHost + px.Operand())
		for i := len(pushes) - 1; i >= 0; i-- {
			out.Set(c.temp(n-len(pops)+i, pushes[i]))
		}
	default:
		pops := types(op.Pops)
		c.mark()
		c.get(n-len(pops), pops)
		out.Call(map[Opcode]int{PRINT: importPrint, PRINTF: importPrintF, PRINTCH: importPrintCh, PRINTSTR: importPrintStr}[op.Code])
	}
}

func (c *compiler) call(op Opcode, function, n int) {
	out, f := c.out, &c.v.Functions[function]
	if op == CALLI {
		n--
		if len(c.v.Table) == 0 {
			c.trap(BadCall, 0)
			return
		}
		out.Get(c.temp(n, I64))
		out.I64Const(int64(len(c.v.Table)))
		out.Do(wasm.I64GeU)
		c.trapIf(BadCall)
		c.checkTypes(n, function)
	}
	out.Get(c.depth)
	out.I32Const(int32(c.most))
	out.Do(wasm.I32GeS)
	c.trapIf(StackOverflow)
	from := n - len(f.Params)
	c.get(from, f.Params)
	out.Get(c.fuel)
	out.Get(c.depth)
	out.I32Const(1)
	out.Do(wasm.I32Add)
	if op == CALLI {
		out.Get(c.temp(n, I64))
		out.Do(wasm.I32WrapI64)
		out.CallIndirect(c.functions[function])
	} else {
		out.Call(c.functions[function].Index())
	}
	for i := len(f.Results) - 1; i >= 0; i-- {
		out.Set(c.temp(from+i, f.Results[i]))
	}
	out.Set(c.fuel)
}

// checkTypes traps before the depth is looked at, as the other engines do, if the
// function of the table has other types.
func (c *compiler) checkTypes(n, function int) {
	for i, k := range c.v.Table {
		if !sameTypes(&c.v.Functions[k], &c.v.Functions[function]) {
			c.out.Get(c.temp(n, I64))
			c.out.I64Const(int64(i))
			c.out.Do(wasm.I64Eq)
			c.trapIf(BadCall)
		}
	}
}

// bulk writes COPY and FILL: fuel by length, bounds, and WebAssembly's own.
func (c *compiler) bulk(op Opcode, n int) {
	out := c.out
	to, b, length := c.temp(n-3, I64), c.temp(n-2, I64), c.temp(n-1, I64)
	cost := func() {
		out.Get(length)
		out.I64Const(3)
		out.Do(wasm.I64ShrU)
	}
	c.wholeFuel()
	cost()
	out.Do(wasm.I64LtS)
	out.If()
	c.refuel(cost)
	out.End()
	out.Get(c.fuel)
	cost()
	out.I64Const(blockBits)
	out.Do(wasm.I64Shl, wasm.I64Sub)
	out.Set(c.fuel)
	c.marked = false
	places := []int{to}
	if op == COPY {
		places = append(places, b)
	}
	memory := int64(c.v.Tiles) << 16
	for _, place := range places {
		// length > memory || place > memory - length, unsigned
		out.Get(length)
		out.I64Const(memory)
		out.Do(wasm.I64GtU)
		out.Get(place)
		out.I64Const(memory)
		out.Get(length)
		out.Do(wasm.I64Sub, wasm.I64GtU, wasm.I32Or)
		c.trapIf(OutOfBounds)
	}
	if c.v.Tiles == 0 {
		return // nothing but a length of zero comes here
	}
	for _, local := range []int{to, b, length} {
		out.Get(local)
		out.Do(wasm.I32WrapI64)
	}
	if op == COPY {
		out.MemoryCopy()
	} else {
		out.MemoryFill()
	}
}
