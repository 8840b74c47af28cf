package pixelvm

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Oracle is the plain interpreter, which the others are held to.
type Oracle struct{}

// oracle is one run.
type oracle struct {
	p      *Verified
	c      Config
	memory []byte
	stack  []uint64
	frames []frame
	fuel   int64
	out    output
	halted bool
}

// frame is a call that is on its way.
type frame struct {
	function, at int
	locals       []uint64
}

// Run runs a program.
func (Oracle) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	c = c.WithDefaults()
	if err := c.CheckMemory(p.Program); err != nil {
		return Result{}, err
	}
	o := &oracle{p: p, c: c, memory: make([]byte, p.Tiles<<16), fuel: c.Fuel, out: output{most: c.OutputBytes}}
	p.FillMemory(o.memory)
	o.enter(p.Entry)
	for n := 0; len(o.frames) > 0 && !o.halted; n++ {
		if n&0xFFFF == 0 && ctx.Err() != nil {
			return o.result(), ctx.Err()
		}
		if t := o.step(); t != nil {
			return o.result(), t
		}
	}
	r := o.result()
	if !o.halted {
		r.Values = o.p.CanonicalValues(slices.Clone(o.stack))
	}
	return r, nil
}

func (o *oracle) result() Result {
	return Result{Fuel: o.c.Fuel - o.fuel, Output: o.out.data}
}

// enter pushes a frame, whose parameters are on the stack.
func (o *oracle) enter(function int) {
	f := &o.p.Functions[function]
	locals := make([]uint64, len(f.Params)+len(f.Locals))
	copy(locals, o.stack[len(o.stack)-len(f.Params):])
	o.stack = o.stack[:len(o.stack)-len(f.Params)]
	o.frames = append(o.frames, frame{function: function, locals: locals})
}

func (o *oracle) pop() uint64 {
	v := o.stack[len(o.stack)-1]
	o.stack = o.stack[:len(o.stack)-1]
	return v
}

func (o *oracle) push(v uint64) { o.stack = append(o.stack, v) }

// trap is the trap of the instruction at a pixel of the current function.
func (o *oracle) trap(kind TrapKind, at int) *Trap {
	return o.p.Trap(kind, o.frames[len(o.frames)-1].function, at)
}

// step runs one instruction.
func (o *oracle) step() *Trap {
	f := &o.frames[len(o.frames)-1]
	at := f.at
	c := &o.p.functions[f.function]
	if b := c.blocks[c.block[at]]; b.start == at {
		if o.fuel < int64(b.cost) {
			return o.trap(OutOfFuel, at)
		}
		o.fuel -= int64(b.cost)
	}
	px := o.p.Functions[f.function].Code[at]
	op := table[px.Op()]
	f.at++
	if op.Operand == WideOperand {
		f.at += 2
	}
	switch {
	case op.Operand == JumpOperand:
		if op.Code == JMP || (o.pop() == 0) == (op.Code == JZ) {
			f.at = px.Operand()
		}
		return nil
	case op.Width > 0:
		return o.trap(o.access(op, px.Operand()), at)
	case len(op.Pops) == 2 && op.Code < JMP && op.Code != PRINTSTR:
		b, a := o.pop(), o.pop()
		v, kind := integer(op.Code, a, b)
		o.push(v)
		return o.trap(kind, at)
	case op.Code >= FADD && op.Code <= FGE && op.Pops == "ff":
		b, a := math.Float64frombits(o.pop()), math.Float64frombits(o.pop())
		o.push(float(op.Code, a, b))
		return nil
	}
	return o.other(f, px, at)
}

// other runs what is no arithmetic of two, jump or access.
func (o *oracle) other(f *frame, px Pixel, at int) *Trap {
	code := o.p.Functions[f.function].Code
	switch px.Op() {
	case PUSH:
		o.push(uint64(px.Signed()))
	case PUSHW:
		o.push(uint64(code[at+1])<<32 | uint64(code[at+2]))
	case PUSHF:
		o.push(floatBits(math.Float64frombits(uint64(code[at+1])<<32 | uint64(code[at+2]))))
	case POP:
		o.pop()
	case DUP:
		o.push(o.stack[len(o.stack)-1])
	case OVER:
		o.push(o.stack[len(o.stack)-2])
	case SWAP:
		n := len(o.stack)
		o.stack[n-1], o.stack[n-2] = o.stack[n-2], o.stack[n-1]
	case GET:
		o.push(f.locals[px.Operand()])
	case SET:
		f.locals[px.Operand()] = o.pop()
	case TEE:
		f.locals[px.Operand()] = o.stack[len(o.stack)-1]
	case NOP:
	case MEMSIZE:
		o.push(uint64(len(o.memory)))
	case CLZ, CTZ, POPCNT, EXT8, EXT16, EXT32:
		o.push(unary(px.Op(), o.pop()))
	case FSQRT, FNEG, FABS, FFLOOR, FCEIL, FTRUNC, ITOF, FTOI, FBITS, BITSF:
		o.push(floatUnary(px.Op(), o.pop()))
	case HALT:
		o.halted = true
	case TRAP:
		t := o.trap(UserTrap, at)
		t.Number = px.Operand()
		return t
	case RET:
		o.frames = o.frames[:len(o.frames)-1]
	case CALL:
		return o.call(px.Operand(), at)
	case CALLI:
		index := o.pop()
		if index >= uint64(len(o.p.Table)) || !sameTypes(&o.p.Functions[o.p.Table[index]], &o.p.Functions[px.Operand()]) {
			return o.trap(BadCall, at)
		}
		return o.call(o.p.Table[index], at)
	default:
		return o.effects(px, at)
	}
	return nil
}

func sameTypes(a, b *Function) bool {
	return slices.Equal(a.Params, b.Params) && slices.Equal(a.Results, b.Results)
}

func (o *oracle) call(function, at int) *Trap {
	if len(o.frames) >= o.c.Depth {
		return o.trap(StackOverflow, at)
	}
	o.enter(function)
	return nil
}

// effects runs what reaches beyond the stack: output, bulk memory, the host.
func (o *oracle) effects(px Pixel, at int) *Trap {
	full := func(p []byte) *Trap {
		if o.out.write(p) {
			return nil
		}
		return o.trap(OutputFull, at)
	}
	switch px.Op() {
	case PRINT:
		return full(intText(o.pop()))
	case PRINTF:
		return full(FloatText(o.pop()))
	case PRINTCH:
		return full([]byte{byte(o.pop())})
	case PRINTSTR:
		n, from := o.pop(), o.pop()
		if !within(from, n, len(o.memory)) {
			return o.trap(OutOfBounds, at)
		}
		return full(o.memory[from : from+n])
	case COPY, FILL:
		return o.trap(o.bulk(px.Op()), at)
	case HOSTCALL:
		h := HostOps[px.Operand()]
		n := len(o.stack) - len(h.Pops)
		results, kind, err := CallHost(o.c.Host, px.Operand(), slices.Clone(o.stack[n:]), o.memory)
		o.stack = append(o.stack[:n], results...)
		t := o.trap(kind, at)
		if t != nil {
			t.Err = err
		}
		return t
	}
	panic("pixelvm: the oracle does not know " + table[px.Op()].Name) // the table has more than this file
}

// within says that n bytes from an address lie within memory.
func within(address, n uint64, memory int) bool {
	return n <= uint64(memory) && address <= uint64(memory)-n
}

func (o *oracle) bulk(op Opcode) TrapKind {
	n, b, to := o.pop(), o.pop(), o.pop()
	if cost := bulkCost(n); o.fuel < cost {
		return OutOfFuel
	} else {
		o.fuel -= cost
	}
	if !within(to, n, len(o.memory)) || op == COPY && !within(b, n, len(o.memory)) {
		return OutOfBounds
	}
	if op == COPY {
		copy(o.memory[to:to+n], o.memory[b:b+n])
		return NoTrap
	}
	for i := range n {
		o.memory[to+i] = byte(b)
	}
	return NoTrap
}

// access runs a load or store.
func (o *oracle) access(op Op, offset int) TrapKind {
	var value uint64
	if op.Pushes == "" {
		value = o.pop()
	}
	// The address is its lower 32 bits, and the sum does not wrap.
	address := uint64(uint32(o.pop())) + uint64(offset)
	if !within(address, uint64(op.Width), len(o.memory)) {
		return OutOfBounds
	}
	var word [8]byte
	m := o.memory[address : address+uint64(op.Width)]
	if op.Pushes == "" {
		if op.Code == STOREF {
			value = floatBits(math.Float64frombits(value))
		}
		binary.LittleEndian.PutUint64(word[:], value)
		copy(m, word[:])
		return NoTrap
	}
	copy(word[:], m)
	value = binary.LittleEndian.Uint64(word[:])
	switch op.Code {
	case LOAD8S:
		value = unary(EXT8, value)
	case LOAD16S:
		value = unary(EXT16, value)
	case LOAD32S:
		value = unary(EXT32, value)
	}
	o.push(value)
	return NoTrap
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// integer is the arithmetic of two integers.
func integer(op Opcode, a, b uint64) (uint64, TrapKind) {
	x, y := int64(a), int64(b)
	switch op {
	case DIV, MOD, DIVU, MODU:
		if b == 0 {
			return 0, DivideByZero
		}
	}
	switch op {
	case ADD:
		return a + b, NoTrap
	case SUB:
		return a - b, NoTrap
	case MUL:
		return a * b, NoTrap
	case DIV:
		return uint64(x / y), NoTrap // Go gives -2^63 for -2^63 / -1
	case MOD:
		return uint64(x % y), NoTrap
	case DIVU:
		return a / b, NoTrap
	case MODU:
		return a % b, NoTrap
	case AND:
		return a & b, NoTrap
	case OR:
		return a | b, NoTrap
	case XOR:
		return a ^ b, NoTrap
	case SHL:
		return a << (b & 63), NoTrap
	case SHR:
		return a >> (b & 63), NoTrap
	case SAR:
		return uint64(x >> (b & 63)), NoTrap
	case ROTL:
		return bits.RotateLeft64(a, int(b&63)), NoTrap
	}
	return compare(op, a, b), NoTrap
}

func compare(op Opcode, a, b uint64) uint64 {
	x, y := int64(a), int64(b)
	switch op {
	case EQ:
		return truth(a == b)
	case NE:
		return truth(a != b)
	case LT:
		return truth(x < y)
	case GT:
		return truth(x > y)
	case LE:
		return truth(x <= y)
	case GE:
		return truth(x >= y)
	case LTU:
		return truth(a < b)
	case GTU:
		return truth(a > b)
	case LEU:
		return truth(a <= b)
	case GEU:
		return truth(a >= b)
	}
	panic("pixelvm: no comparison " + table[op].Name)
}

func unary(op Opcode, a uint64) uint64 {
	switch op {
	case CLZ:
		return uint64(bits.LeadingZeros64(a))
	case CTZ:
		return uint64(bits.TrailingZeros64(a))
	case POPCNT:
		return uint64(bits.OnesCount64(a))
	case EXT8:
		return uint64(int8(a))
	case EXT16:
		return uint64(int16(a))
	case EXT32:
		return uint64(int32(a))
	}
	panic("pixelvm: no integer function " + table[op].Name)
}

// float is the arithmetic of two floats; the bits are those of the result.
func float(op Opcode, a, b float64) uint64 {
	switch op {
	case FADD:
		return math.Float64bits(a + b)
	case FSUB:
		return math.Float64bits(a - b)
	case FMUL:
		return math.Float64bits(float64(a * b))
	case FDIV:
		return math.Float64bits(a / b)
	case FMIN:
		return math.Float64bits(min(a, b))
	case FMAX:
		return math.Float64bits(max(a, b))
	case FEQ:
		return truth(a == b)
	case FNE:
		return truth(a != b)
	case FLT:
		return truth(a < b)
	case FGT:
		return truth(a > b)
	case FLE:
		return truth(a <= b)
	case FGE:
		return truth(a >= b)
	}
	panic("pixelvm: no float function " + table[op].Name)
}

func floatUnary(op Opcode, a uint64) uint64 {
	f := math.Float64frombits(a)
	switch op {
	case FSQRT:
		return math.Float64bits(math.Sqrt(f))
	case FNEG:
		return a ^ 1<<63
	case FABS:
		return a &^ (1 << 63)
	case FFLOOR:
		return math.Float64bits(math.Floor(f))
	case FCEIL:
		return math.Float64bits(math.Ceil(f))
	case FTRUNC:
		return math.Float64bits(math.Trunc(f))
	case ITOF:
		return math.Float64bits(float64(int64(a)))
	case FTOI:
		return uint64(saturated(f))
	case FBITS:
		return floatBits(f)
	case BITSF:
		return a
	}
	panic("pixelvm: no float function " + table[op].Name)
}

// saturated is the whole number toward zero that is nearest.
func saturated(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}
