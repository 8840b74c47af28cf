package pixelvm

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"unsafe"
)

// Fast is the fast interpreter: the program is translated to three addresses once, then
// run by one switch. It reads slots without bounds checks: the translator makes only
// slots of the frame, and a frame is made as large as all slots of its function.
type Fast struct{}

// fastFunctions translates the program when it is run first.
func (v *Verified) fastFunctions() []fastFunction {
	v.once.Do(func() {
		for i := range v.Functions {
			v.fast = append(v.fast, v.translate(i))
		}
	})
	return v.fast
}

// fastRun is one run.
type fastRun struct {
	p         *Verified
	c         Config
	functions []fastFunction
	memory    []byte
	stack     []uint64
	frames    []fastFrame
	fuel      int64
	out       output
}

// fastFrame is where a caller goes on.
type fastFrame struct {
	function, at int
	base         int // slot of the stack where its frame begins
}

// Run runs a program.
func (Fast) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	c = c.whole()
	if err := c.checkMemory(p.Program); err != nil {
		return Result{}, err
	}
	r := &fastRun{p: p, c: c, functions: p.fastFunctions(), memory: make([]byte, p.Tiles<<16), fuel: c.Fuel, out: output{most: c.OutputBytes}}
	p.fillMemory(r.memory)
	r.stack = make([]uint64, 1024+r.functions[p.Entry].slots)
	values, err := r.run(ctx, p.Entry)
	result := Result{Fuel: c.Fuel - r.fuel, Output: r.out.data}
	if err == nil && values != nil {
		result.Values = p.values(slices.Clone(values))
	}
	return result, err
}

// slot is a slot of a frame, by its offset in bytes.
func slot(frame unsafe.Pointer, offset uint32) *uint64 {
	return (*uint64)(unsafe.Add(frame, uintptr(offset)))
}

// trap is the trap of instruction at of a function.
func (r *fastRun) trap(kind TrapKind, function, at int) *Trap {
	f, c := &r.functions[function], &r.p.functions[function]
	px := f.pixels[at]
	return &Trap{Kind: kind, Function: function, Block: c.blocks[c.block[px]].start, Pixel: px, Name: r.p.Functions[function].Name}
}

// frame makes room for a function's frame at a base and clears what must be zero.
func (r *fastRun) frame(f *fastFunction, base int) unsafe.Pointer {
	if base+f.slots > len(r.stack) {
		grown := make([]uint64, 2*(base+f.slots))
		copy(grown, r.stack)
		r.stack = grown
	}
	clear(r.stack[base+f.params : base+f.locals])
	return unsafe.Pointer(&r.stack[base])
}

// fuelPerLook is how much fuel may go before the context is looked at.
const fuelPerLook = 1 << 22

// run runs from the entry to the end.
func (r *fastRun) run(ctx context.Context, entry int) ([]uint64, error) {
	function, at, base := entry, 0, 0
	f := &r.functions[function]
	fp := r.frame(f, base)
	code := f.code
	memory := r.memory
	look := r.fuel - fuelPerLook
	for {
		in := &code[at]
		at++
		switch in.op {
		case opFuel:
			if r.fuel < int64(in.imm) {
				return nil, r.trap(OutOfFuel, function, at-1)
			}
			if r.fuel -= int64(in.imm); r.fuel < look {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				look = r.fuel - fuelPerLook
			}
		case opMove:
			*slot(fp, in.dst) = *slot(fp, in.a)
		case opConst:
			*slot(fp, in.dst) = in.imm
		case opJump:
			at = int(uint32(in.imm))
		case opJumpZero:
			if *slot(fp, in.a) == 0 {
				at = int(uint32(in.imm))
			}
		case opJumpNotZero:
			if *slot(fp, in.a) != 0 {
				at = int(uint32(in.imm))
			}
		case opCall, opCallTable:
			callee := int(in.imm)
			if in.op == opCallTable {
				index := *slot(fp, in.b)
				if index >= uint64(len(r.p.Table)) || !sameTypes(&r.p.Functions[r.p.Table[index]], &r.p.Functions[callee]) {
					return nil, r.trap(BadCall, function, at-1)
				}
				callee = r.p.Table[index]
			}
			if len(r.frames)+1 >= r.c.Depth {
				return nil, r.trap(StackOverflow, function, at-1)
			}
			r.frames = append(r.frames, fastFrame{function, at, base})
			function, at, base = callee, 0, base+int(in.a/8)
			f = &r.functions[function]
			fp, code = r.frame(f, base), f.code
		case opReturn:
			results := r.stack[base+int(in.a/8):][:in.b]
			if len(r.frames) == 0 {
				return results, nil
			}
			copy(r.stack[base:], results)
			last := r.frames[len(r.frames)-1]
			r.frames = r.frames[:len(r.frames)-1]
			function, at, base = last.function, last.at, last.base
			f = &r.functions[function]
			fp, code = unsafe.Pointer(&r.stack[base]), f.code
		case opHalt:
			return nil, nil
		case opTrap:
			t := r.trap(UserTrap, function, at-1)
			t.Number = int(in.imm)
			return nil, t
		case opEffect:
			if kind, err := r.effect(in, r.stack[base+int(in.a/8):]); kind != NoTrap {
				t := r.trap(kind, function, at-1)
				t.Err = err
				return nil, t
			}
		case opUnary:
			*slot(fp, in.dst) = unary(Opcode(in.b), *slot(fp, in.a))
		case opFloatUnary:
			*slot(fp, in.dst) = floatUnary(Opcode(in.b), *slot(fp, in.a))

		case fastOp(ADD):
			*slot(fp, in.dst) = *slot(fp, in.a) + *slot(fp, in.b)
		case fastOp(ADD) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) + in.imm
		case fastOp(SUB):
			*slot(fp, in.dst) = *slot(fp, in.a) - *slot(fp, in.b)
		case fastOp(SUB) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) - in.imm
		case fastOp(MUL):
			*slot(fp, in.dst) = *slot(fp, in.a) * *slot(fp, in.b)
		case fastOp(MUL) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) * in.imm
		case fastOp(AND):
			*slot(fp, in.dst) = *slot(fp, in.a) & *slot(fp, in.b)
		case fastOp(AND) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) & in.imm
		case fastOp(OR):
			*slot(fp, in.dst) = *slot(fp, in.a) | *slot(fp, in.b)
		case fastOp(OR) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) | in.imm
		case fastOp(XOR):
			*slot(fp, in.dst) = *slot(fp, in.a) ^ *slot(fp, in.b)
		case fastOp(XOR) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) ^ in.imm
		case fastOp(SHL):
			*slot(fp, in.dst) = *slot(fp, in.a) << (*slot(fp, in.b) & 63)
		case fastOp(SHL) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) << (in.imm & 63)
		case fastOp(SHR):
			*slot(fp, in.dst) = *slot(fp, in.a) >> (*slot(fp, in.b) & 63)
		case fastOp(SHR) + opImm:
			*slot(fp, in.dst) = *slot(fp, in.a) >> (in.imm & 63)
		case fastOp(SAR) + opImm:
			*slot(fp, in.dst) = uint64(int64(*slot(fp, in.a)) >> (in.imm & 63))
		case fastOp(SAR), fastOp(ROTL), fastOp(ROTL) + opImm:
			b := in.imm
			if in.op < opImm {
				b = *slot(fp, in.b)
			}
			*slot(fp, in.dst), _ = integer(Opcode(in.op&0xFF), *slot(fp, in.a), b)
		case fastOp(DIV), fastOp(MOD), fastOp(DIVU), fastOp(MODU),
			fastOp(DIV) + opImm, fastOp(MOD) + opImm, fastOp(DIVU) + opImm, fastOp(MODU) + opImm:
			b := in.imm
			if in.op < opImm {
				b = *slot(fp, in.b)
			}
			v, kind := integer(Opcode(in.op&0xFF), *slot(fp, in.a), b)
			if kind != NoTrap {
				return nil, r.trap(kind, function, at-1)
			}
			*slot(fp, in.dst) = v
		case fastOp(EQ), fastOp(NE), fastOp(LT), fastOp(GT), fastOp(LE), fastOp(GE), fastOp(LTU), fastOp(GTU), fastOp(LEU), fastOp(GEU):
			*slot(fp, in.dst) = compare(Opcode(in.op), *slot(fp, in.a), *slot(fp, in.b))
		case fastOp(EQ) + opImm, fastOp(NE) + opImm, fastOp(LT) + opImm, fastOp(GT) + opImm, fastOp(LE) + opImm, fastOp(GE) + opImm,
			fastOp(LTU) + opImm, fastOp(GTU) + opImm, fastOp(LEU) + opImm, fastOp(GEU) + opImm:
			*slot(fp, in.dst) = compare(Opcode(in.op-opImm), *slot(fp, in.a), in.imm)

		case fastOp(FADD):
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) + math.Float64frombits(*slot(fp, in.b)))
		case fastOp(FSUB):
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) - math.Float64frombits(*slot(fp, in.b)))
		case fastOp(FMUL):
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) * math.Float64frombits(*slot(fp, in.b)))
		case fastOp(FDIV):
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) / math.Float64frombits(*slot(fp, in.b)))
		case fastOp(FMIN), fastOp(FMAX), fastOp(FEQ), fastOp(FNE), fastOp(FLT), fastOp(FGT), fastOp(FLE), fastOp(FGE):
			*slot(fp, in.dst) = float(Opcode(in.op), math.Float64frombits(*slot(fp, in.a)), math.Float64frombits(*slot(fp, in.b)))

		case fastOp(LOAD), fastOp(LOADF):
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}
			*slot(fp, in.dst) = binary.LittleEndian.Uint64(memory[address:])
		case fastOp(STORE):
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}
			binary.LittleEndian.PutUint64(memory[address:], *slot(fp, in.b))
		case fastOp(STOREF):
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}
			binary.LittleEndian.PutUint64(memory[address:], canonical(*slot(fp, in.b)))
		case fastOp(LOAD8U):
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if address >= uint64(len(memory)) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}
			*slot(fp, in.dst) = uint64(memory[address])
		case fastOp(STORE8):
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if address >= uint64(len(memory)) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}
			memory[address] = byte(*slot(fp, in.b))
		case fastOp(LOAD8S), fastOp(LOAD16U), fastOp(LOAD16S), fastOp(LOAD32U), fastOp(LOAD32S), fastOp(STORE16), fastOp(STORE32):
			if !access(memory, in, fp) {
				return nil, r.trap(OutOfBounds, function, at-1)
			}

		case opBranch + fastOp(EQ):
			if *slot(fp, in.a) == *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(EQ):
			if *slot(fp, in.a) == uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(NE):
			if *slot(fp, in.a) != *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(NE):
			if *slot(fp, in.a) != uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(LT):
			if int64(*slot(fp, in.a)) < int64(*slot(fp, in.b)) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(LT):
			if int64(*slot(fp, in.a)) < int64(in.imm)>>32 {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(GT):
			if int64(*slot(fp, in.a)) > int64(*slot(fp, in.b)) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(GT):
			if int64(*slot(fp, in.a)) > int64(in.imm)>>32 {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(LE):
			if int64(*slot(fp, in.a)) <= int64(*slot(fp, in.b)) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(LE):
			if int64(*slot(fp, in.a)) <= int64(in.imm)>>32 {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(GE):
			if int64(*slot(fp, in.a)) >= int64(*slot(fp, in.b)) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(GE):
			if int64(*slot(fp, in.a)) >= int64(in.imm)>>32 {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(LTU):
			if *slot(fp, in.a) < *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(LTU):
			if *slot(fp, in.a) < uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(GTU):
			if *slot(fp, in.a) > *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(GTU):
			if *slot(fp, in.a) > uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(LEU):
			if *slot(fp, in.a) <= *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(LEU):
			if *slot(fp, in.a) <= uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		case opBranch + fastOp(GEU):
			if *slot(fp, in.a) >= *slot(fp, in.b) {
				at = int(uint32(in.imm))
			}
		case opBranchImm + fastOp(GEU):
			if *slot(fp, in.a) >= uint64(int64(in.imm)>>32) {
				at = int(uint32(in.imm))
			}
		default:
			panic("pixelvm: the fast interpreter does not know an operation of its translator")
		}
	}
}

// access runs the loads and stores of 16 and 32 bits, false beyond the memory.
func access(memory []byte, in *fast, fp unsafe.Pointer) bool {
	op := table[Opcode(in.op)]
	address := uint64(uint32(*slot(fp, in.a))) + in.imm
	if !within(address, uint64(op.Width), len(memory)) {
		return false
	}
	m := memory[address : address+uint64(op.Width)]
	switch op.Code {
	case LOAD8S:
		*slot(fp, in.dst) = uint64(int8(m[0]))
	case LOAD16U:
		*slot(fp, in.dst) = uint64(binary.LittleEndian.Uint16(m))
	case LOAD16S:
		*slot(fp, in.dst) = uint64(int16(binary.LittleEndian.Uint16(m)))
	case LOAD32U:
		*slot(fp, in.dst) = uint64(binary.LittleEndian.Uint32(m))
	case LOAD32S:
		*slot(fp, in.dst) = uint64(int32(binary.LittleEndian.Uint32(m)))
	case STORE16:
		binary.LittleEndian.PutUint16(m, uint16(*slot(fp, in.b)))
	case STORE32:
		binary.LittleEndian.PutUint32(m, uint32(*slot(fp, in.b)))
	}
	return true
}

// effect runs output, bulk memory and host calls on the values in their slots.
func (r *fastRun) effect(in *fast, values []uint64) (TrapKind, error) {
	ok := true
	switch op := Opcode(in.dst); op {
	case PRINT:
		ok = r.out.write(intText(values[0]))
	case PRINTF:
		ok = r.out.write(floatText(values[0]))
	case PRINTCH:
		ok = r.out.write([]byte{byte(values[0])})
	case PRINTSTR:
		from, n := values[0], values[1]
		if !within(from, n, len(r.memory)) {
			return OutOfBounds, nil
		}
		ok = r.out.write(r.memory[from : from+n])
	case COPY, FILL:
		return r.bulk(op, values[0], values[1], values[2]), nil
	case HOSTCALL:
		call := int(in.b)
		results, kind, err := callHost(r.c.Host, call, slices.Clone(values[:len(HostOps[call].Pops)]), r.memory)
		copy(values, results)
		return kind, err
	}
	if !ok {
		return OutputFull, nil
	}
	return NoTrap, nil
}

func (r *fastRun) bulk(op Opcode, to, b, n uint64) TrapKind {
	cost := bulkCost(n)
	if r.fuel < cost {
		return OutOfFuel
	}
	r.fuel -= cost
	if !within(to, n, len(r.memory)) || op == COPY && !within(b, n, len(r.memory)) {
		return OutOfBounds
	}
	if op == COPY {
		copy(r.memory[to:to+n], r.memory[b:b+n])
		return NoTrap
	}
	m := r.memory[to : to+n]
	if n > 0 {
		m[0] = byte(b)
		for done := 1; done < len(m); done *= 2 {
			copy(m[done:], m[:done])
		}
	}
	return NoTrap
}
