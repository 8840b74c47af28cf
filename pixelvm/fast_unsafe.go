package pixelvm

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
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
	fuel      int64
	out       output
}

// fastFrame is where a caller goes on.
type fastFrame struct {
	ip       unsafe.Pointer
	function int
	base     int // slot of the stack where its frame begins
}

// Run runs a program.
func (Fast) Run(ctx context.Context, p *Verified, c Config) (Result, error) {
	c = c.WithDefaults()
	if err := c.CheckMemory(p.Program); err != nil {
		return Result{}, err
	}
	r := &fastRun{p: p, c: c, functions: p.fastFunctions(), memory: make([]byte, p.Tiles<<16), fuel: c.Fuel, out: output{most: c.OutputBytes}}
	p.FillMemory(r.memory)
	r.stack = make([]uint64, 1024+r.functions[p.Entry].slots)
	values, err := r.interpret(ctx, p.Entry)
	result := Result{Fuel: c.Fuel - r.fuel, Output: r.out.data}
	if err == nil && values != nil {
		result.Values = p.CanonicalValues(slices.Clone(values))
	}
	return result, err
}

// slot is a slot of a frame, by its offset in bytes.
func slot(frame unsafe.Pointer, offset uint32) *uint64 {
	return (*uint64)(unsafe.Add(frame, uintptr(offset)))
}

// trap is the trap of instruction at of a function.
func (r *fastRun) trap(kind TrapKind, function, at int) *Trap {
	return r.p.Trap(kind, function, r.functions[function].pixels[at])
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

// fastBytes is the size of an instruction.
const fastBytes = unsafe.Sizeof(fast{})

// instruction is one of a function's code; it must be there.
func instruction(code unsafe.Pointer, n uint64) unsafe.Pointer {
	return unsafe.Add(code, uintptr(n)*fastBytes)
}

// number is which instruction of the code comes before ip.
func number(code, ip unsafe.Pointer) int {
	return int((uintptr(ip)-uintptr(code))/fastBytes) - 1
}

// interpret runs from the entry to the end.
func (r *fastRun) interpret(ctx context.Context, entry int) (values []uint64, err error) {
	function, base := entry, 0
	f := &r.functions[function]
	fp := r.frame(f, base)
	code := unsafe.Pointer(&f.code[0]) // what is jumped to is in it, and it ends with what does not go on
	ip := code
	memory := r.memory
	fuel, look := r.fuel, r.fuel-fuelPerLook
	frames, depth := make([]fastFrame, 64), 0
	defer func() { r.fuel = fuel }()
blocks:
	for {
		// Every block begins with its fuel.
		cost := (*fast)(ip).imm
		ip = unsafe.Add(ip, fastBytes)
		if fuel < int64(cost) {
			return nil, r.trap(OutOfFuel, function, number(code, ip))
		}
		if fuel -= int64(cost); fuel < look {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			look = fuel - fuelPerLook
		}
	instructions:
		in := (*fast)(ip)
		ip = unsafe.Add(ip, fastBytes)
		switch in.op {
		case opFuel: // of the next block
			ip = unsafe.Add(ip, -int(fastBytes))
			continue blocks
		case opMove:
			*slot(fp, in.dst) = *slot(fp, in.a)
		case opConst:
			*slot(fp, in.dst) = in.imm
		case opJump:
			ip = instruction(code, in.imm&0xFFFFFFFF)
			continue blocks
		case opJumpZero:
			if *slot(fp, in.a) == 0 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case opJumpNotZero:
			if *slot(fp, in.a) != 0 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case opCall, opCallTable:
			callee := int(in.imm)
			if in.op == opCallTable {
				index := *slot(fp, in.b)
				if index >= uint64(len(r.p.Table)) || !sameTypes(&r.p.Functions[r.p.Table[index]], &r.p.Functions[callee]) {
					return nil, r.trap(BadCall, function, number(code, ip))
				}
				callee = r.p.Table[index]
			}
			if depth+1 >= r.c.Depth {
				return nil, r.trap(StackOverflow, function, number(code, ip))
			}
			if depth == len(frames) {
				frames = append(frames, make([]fastFrame, len(frames))...)
			}
			frames[depth] = fastFrame{ip, function, base}
			depth++
			function, base = callee, base+int(in.a/8)
			f = &r.functions[function]
			if base+f.slots > len(r.stack) || f.params < f.locals {
				fp = r.frame(f, base)
			} else {
				fp = unsafe.Add(fp, uintptr(in.a))
			}
			code = unsafe.Pointer(&f.code[0])
			ip = code
			continue blocks
		case opReturn:
			if depth == 0 {
				return r.stack[base+int(in.a/8):][:in.b], nil
			}
			if in.b == 1 {
				*slot(fp, 0) = *slot(fp, in.a)
			} else {
				copy(r.stack[base:], r.stack[base+int(in.a/8):][:in.b])
			}
			depth--
			last := &frames[depth]
			function, ip = last.function, last.ip
			fp = unsafe.Add(fp, -uintptr(base-last.base)*8)
			base = last.base
			f = &r.functions[function]
			code = unsafe.Pointer(&f.code[0])
			continue blocks
		case opHalt:
			return nil, nil
		case opTrap:
			t := r.trap(UserTrap, function, number(code, ip))
			t.Number = int(in.imm)
			return nil, t
		case opEffect:
			r.fuel = fuel
			kind, err := r.effect(in, r.stack[base+int(in.a/8):])
			if fuel = r.fuel; kind != NoTrap {
				t := r.trap(kind, function, number(code, ip))
				t.Err = err
				return nil, t
			}
		case opUnary:
			*slot(fp, in.dst) = unary(Opcode(in.b), *slot(fp, in.a))
		case opFloatUnary:
			*slot(fp, in.dst) = floatUnary(Opcode(in.b), *slot(fp, in.a))

		case fastADD:
			*slot(fp, in.dst) = *slot(fp, in.a) + *slot(fp, in.b)
		case fastADDImm:
			*slot(fp, in.dst) = *slot(fp, in.a) + in.imm
		case fastSUB:
			*slot(fp, in.dst) = *slot(fp, in.a) - *slot(fp, in.b)
		case fastSUBImm:
			*slot(fp, in.dst) = *slot(fp, in.a) - in.imm
		case fastMUL:
			*slot(fp, in.dst) = *slot(fp, in.a) * *slot(fp, in.b)
		case fastMULImm:
			*slot(fp, in.dst) = *slot(fp, in.a) * in.imm
		case fastAND:
			*slot(fp, in.dst) = *slot(fp, in.a) & *slot(fp, in.b)
		case fastANDImm:
			*slot(fp, in.dst) = *slot(fp, in.a) & in.imm
		case fastOR:
			*slot(fp, in.dst) = *slot(fp, in.a) | *slot(fp, in.b)
		case fastORImm:
			*slot(fp, in.dst) = *slot(fp, in.a) | in.imm
		case fastXOR:
			*slot(fp, in.dst) = *slot(fp, in.a) ^ *slot(fp, in.b)
		case fastXORImm:
			*slot(fp, in.dst) = *slot(fp, in.a) ^ in.imm
		case fastSHL:
			*slot(fp, in.dst) = *slot(fp, in.a) << (*slot(fp, in.b) & 63)
		case fastSHLImm:
			*slot(fp, in.dst) = *slot(fp, in.a) << (in.imm & 63)
		case fastSHR:
			*slot(fp, in.dst) = *slot(fp, in.a) >> (*slot(fp, in.b) & 63)
		case fastSHRImm:
			*slot(fp, in.dst) = *slot(fp, in.a) >> (in.imm & 63)
		case fastSARImm:
			*slot(fp, in.dst) = uint64(int64(*slot(fp, in.a)) >> (in.imm & 63))
		case fastSAR:
			*slot(fp, in.dst) = uint64(int64(*slot(fp, in.a)) >> (*slot(fp, in.b) & 63))
		case fastROTL:
			*slot(fp, in.dst) = bits.RotateLeft64(*slot(fp, in.a), int(*slot(fp, in.b)&63))
		case fastROTLImm:
			*slot(fp, in.dst) = bits.RotateLeft64(*slot(fp, in.a), int(in.imm&63))
		case fastDIV, fastMOD, fastDIVU, fastMODU:
			v, kind := integer(opcodeOf[in.op&255], *slot(fp, in.a), *slot(fp, in.b))
			if kind != NoTrap {
				return nil, r.trap(kind, function, number(code, ip))
			}
			*slot(fp, in.dst) = v
		case fastDIVImm, fastMODImm, fastDIVUImm, fastMODUImm:
			v, kind := integer(opcodeOf[in.op&255], *slot(fp, in.a), in.imm)
			if kind != NoTrap {
				return nil, r.trap(kind, function, number(code, ip))
			}
			*slot(fp, in.dst) = v
		case fastEQ, fastNE, fastLT, fastGT, fastLE, fastGE, fastLTU, fastGTU, fastLEU, fastGEU:
			*slot(fp, in.dst) = compare(opcodeOf[in.op&255], *slot(fp, in.a), *slot(fp, in.b))
		case fastEQImm, fastNEImm, fastLTImm, fastGTImm, fastLEImm, fastGEImm,
			fastLTUImm, fastGTUImm, fastLEUImm, fastGEUImm:
			*slot(fp, in.dst) = compare(opcodeOf[in.op&255], *slot(fp, in.a), in.imm)

		case fastFADD:
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) + math.Float64frombits(*slot(fp, in.b)))
		case fastFSUB:
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) - math.Float64frombits(*slot(fp, in.b)))
		case fastFMUL:
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) * math.Float64frombits(*slot(fp, in.b)))
		case fastFDIV:
			*slot(fp, in.dst) = math.Float64bits(math.Float64frombits(*slot(fp, in.a)) / math.Float64frombits(*slot(fp, in.b)))
		case fastFMIN, fastFMAX, fastFEQ, fastFNE, fastFLT, fastFGT, fastFLE, fastFGE:
			*slot(fp, in.dst) = float(opcodeOf[in.op&255], math.Float64frombits(*slot(fp, in.a)), math.Float64frombits(*slot(fp, in.b)))

		case fastLOAD, fastLOADF:
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}
			*slot(fp, in.dst) = binary.LittleEndian.Uint64(memory[address:])
		case fastSTORE:
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}
			binary.LittleEndian.PutUint64(memory[address:], *slot(fp, in.b))
		case fastSTOREF:
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if !within(address, 8, len(memory)) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}
			binary.LittleEndian.PutUint64(memory[address:], canonical(*slot(fp, in.b)))
		case fastLOAD8U:
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if address >= uint64(len(memory)) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}
			*slot(fp, in.dst) = uint64(memory[address])
		case fastSTORE8:
			address := uint64(uint32(*slot(fp, in.a))) + in.imm
			if address >= uint64(len(memory)) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}
			memory[address] = byte(*slot(fp, in.b))
		case fastLOAD8S, fastLOAD16U, fastLOAD16S, fastLOAD32U, fastLOAD32S, fastSTORE16, fastSTORE32:
			if !access(memory, in, fp) {
				return nil, r.trap(OutOfBounds, function, number(code, ip))
			}

		case jumpEQ:
			if *slot(fp, in.a) == *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpEQImm:
			if *slot(fp, in.a) == uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpNE:
			if *slot(fp, in.a) != *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpNEImm:
			if *slot(fp, in.a) != uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLT:
			if int64(*slot(fp, in.a)) < int64(*slot(fp, in.b)) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLTImm:
			if int64(*slot(fp, in.a)) < int64(in.imm)>>32 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGT:
			if int64(*slot(fp, in.a)) > int64(*slot(fp, in.b)) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGTImm:
			if int64(*slot(fp, in.a)) > int64(in.imm)>>32 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLE:
			if int64(*slot(fp, in.a)) <= int64(*slot(fp, in.b)) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLEImm:
			if int64(*slot(fp, in.a)) <= int64(in.imm)>>32 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGE:
			if int64(*slot(fp, in.a)) >= int64(*slot(fp, in.b)) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGEImm:
			if int64(*slot(fp, in.a)) >= int64(in.imm)>>32 {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLTU:
			if *slot(fp, in.a) < *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLTUImm:
			if *slot(fp, in.a) < uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGTU:
			if *slot(fp, in.a) > *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGTUImm:
			if *slot(fp, in.a) > uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLEU:
			if *slot(fp, in.a) <= *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpLEUImm:
			if *slot(fp, in.a) <= uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGEU:
			if *slot(fp, in.a) >= *slot(fp, in.b) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		case jumpGEUImm:
			if *slot(fp, in.a) >= uint64(int64(in.imm)>>32) {
				ip = instruction(code, in.imm&0xFFFFFFFF)
			}
			continue blocks
		default:
			panic("pixelvm: the fast interpreter does not know an operation of its translator")
		}
		goto instructions
	}
}

// access runs the loads and stores of 16 and 32 bits, false beyond the memory.
func access(memory []byte, in *fast, fp unsafe.Pointer) bool {
	op := table[opcodeOf[in.op&255]]
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
		ok = r.out.write(FloatText(values[0]))
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
		results, kind, err := CallHost(r.c.Host, call, slices.Clone(values[:len(HostOps[call].Pops)]), r.memory)
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
