package pixelvm

// The fast interpreter runs instructions of three addresses. Every value has a slot of
// its function's frame: first the locals, then the stack by depth. Constants and locals
// that are pushed stay names until they are used, so most pushes cost nothing.

// fast is one instruction. Slots are multiplied by 8 already.
type fast struct {
	op        fastOp
	dst, a, b uint32
	imm       uint64
}

// fastFunction is a translated function.
type fastFunction struct {
	code   []fast
	slots  int   // of its frame
	params int   // that the caller sets
	locals int   // params and its own
	pixels []int // of each instruction, where it comes from
}

// value is what the translator knows of a stack entry.
type value struct {
	kind  valueKind
	local int
	imm   uint64
}

type valueKind uint8

const (
	inSlot  valueKind = iota // in the slot of its depth
	inLocal                  // a local that has not changed since
	isConst
)

// translator translates one function.
type translator struct {
	p      *Verified
	f      *Function
	c      *checked
	out    fastFunction
	stack  []value
	starts []int // of each pixel that begins a block, its first instruction
	jumps  []int // instructions whose imm is a pixel
	at     int
}

func (v *Verified) translate(n int) fastFunction {
	f, c := &v.Functions[n], &v.functions[n]
	t := &translator{p: v, f: f, c: c, starts: make([]int, len(f.Code)+1)}
	t.out.params, t.out.locals = len(f.Params), len(f.Params)+len(f.Locals)
	// A call may leave more results than it took parameters.
	t.out.slots = t.out.locals + c.most + maxResults
	for _, b := range c.blocks {
		t.block(b)
	}
	// Never reached: so the pointer behind the last instruction stays within the code.
	t.emit(fast{op: opHalt})
	for _, i := range t.jumps {
		in := &t.out.code[i]
		in.imm = in.imm&^0xFFFFFFFF | uint64(uint32(t.starts[uint32(in.imm)]))
	}
	return t.out
}

func (t *translator) emit(in fast) {
	t.out.code = append(t.out.code, in)
	t.out.pixels = append(t.out.pixels, t.at)
}

// slot is the place of the stack entry of a depth, local that of a local.
func (t *translator) slot(depth int) uint32 { return uint32(t.out.locals+depth) * 8 }
func localSlot(n int) uint32                { return uint32(n) * 8 }

// use gives the slot where entry depth is, and puts a constant there.
func (t *translator) use(depth int) uint32 {
	v := &t.stack[depth]
	switch v.kind {
	case inLocal:
		return localSlot(v.local)
	case isConst:
		t.emit(fast{op: opConst, dst: t.slot(depth), imm: v.imm})
		*v = value{}
	}
	return t.slot(depth)
}

// settle puts entry depth into its own slot.
func (t *translator) settle(depth int) {
	if from := t.use(depth); t.stack[depth].kind == inLocal {
		t.emit(fast{op: opMove, dst: t.slot(depth), a: from})
		t.stack[depth] = value{}
	}
}

func (t *translator) settleAll() {
	for i := range t.stack {
		t.settle(i)
	}
}

// changeLocal settles what still names a local that is about to change.
func (t *translator) changeLocal(n int) {
	for i, v := range t.stack {
		if v.kind == inLocal && v.local == n {
			t.settle(i)
		}
	}
}

func (t *translator) block(b block) {
	t.stack = make([]value, len(t.c.stack[b.start]))
	t.starts[b.start] = len(t.out.code)
	t.at = b.start
	t.emit(fast{op: opFuel, imm: uint64(b.cost)})
	ended := false
	for t.at = b.start; t.at < b.end; {
		px := t.f.Code[t.at]
		op := table[px.Op()]
		skip := t.instruction(op, px, b.end)
		ended = op.Ends
		if op.Operand == WideOperand {
			skip += 2
		}
		t.at += 1 + skip
	}
	if !ended {
		t.settleAll() // control falls into the next block, which comes next
	}
}

// destination is where the result of depth goes: into a local, if the next instruction
// sets one, which is then passed over; else to the slot of its depth.
func (t *translator) destination(depth, next, end int) (dst uint32, local, skip int) {
	if next < end && t.f.Code[next].Op() == SET {
		n := t.f.Code[next].Operand()
		t.changeLocal(n)
		return localSlot(n), n, 1
	}
	return t.slot(depth), -1, 0
}

// instruction translates one instruction, and gives how many behind it went with it.
func (t *translator) instruction(op Op, px Pixel, end int) (skip int) {
	n := len(t.stack)
	switch {
	case op.Operand == JumpOperand:
		t.jump(op.Code, px.Operand())
	case op.Width > 0 && op.Pushes != "":
		a := t.use(n - 1)
		t.stack = t.stack[:n-1]
		dst, local, skip := t.destination(n-1, t.at+1, end)
		t.emit(fast{op: withSlots[op.Code], dst: dst, a: a, imm: uint64(px.Operand())})
		t.result(local)
		return skip
	case op.Width > 0:
		b := t.use(n - 1)
		a := t.use(n - 2)
		t.stack = t.stack[:n-2]
		t.emit(fast{op: withSlots[op.Code], a: a, b: b, imm: uint64(px.Operand())})
	case len(op.Pops) == 2 && op.Pushes != "" && op.Code != PRINTSTR:
		return t.binary(op, end)
	case len(op.Pops) == 1 && len(op.Pushes) == 1 && op.Pops != "*":
		a := t.use(n - 1)
		t.stack = t.stack[:n-1]
		dst, local, skip := t.destination(n-1, t.at+1, end)
		kind := opUnary
		if op.Code >= FADD {
			kind = opFloatUnary
		}
		t.emit(fast{op: kind, dst: dst, a: a, b: uint32(op.Code)})
		t.result(local)
		return skip
	default:
		t.plain(op, px)
	}
	return 0
}

// result pushes what was computed, unless it went into a local.
func (t *translator) result(local int) {
	if local < 0 {
		t.stack = append(t.stack, value{})
	}
}

// fits says that a constant can be part of a branch.
func fits(v uint64) bool { return int64(int32(v)) == int64(v) }

func isComparison(op Opcode) bool { return op >= EQ && op <= GEU }

// binary translates arithmetic of two values, with a jump behind a comparison.
func (t *translator) binary(op Op, end int) (skip int) {
	n := len(t.stack)
	x, y := n-2, n-1
	imm, constant := t.stack[y].imm, t.stack[y].kind == isConst && op.Code < FADD
	next := t.at + 1
	if next < end && isComparison(op.Code) {
		if k := t.f.Code[next].Op(); (k == JZ || k == JNZ) && (!constant || fits(imm)) {
			a := t.use(x)
			b := uint32(0)
			kind, holds := jumpSlots, op.Code
			if constant {
				kind = jumpImm
			}
			if k == JZ {
				holds = opposite[holds]
			}
			if !constant {
				b = t.use(y)
			}
			t.stack = t.stack[:n-2]
			t.settleAll()
			t.jumps = append(t.jumps, len(t.out.code))
			t.emit(fast{op: kind[holds], a: a, b: b, imm: imm<<32 | uint64(t.f.Code[next].Operand())})
			return 1
		}
	}
	a := t.use(x)
	in := fast{op: withSlots[op.Code], a: a}
	if constant {
		in.op, in.imm = withImm[op.Code], imm
	} else {
		in.b = t.use(y)
	}
	t.stack = t.stack[:n-2]
	dst, local, skip := t.destination(x, next, end)
	in.dst = dst
	t.emit(in)
	t.result(local)
	return skip
}

func (t *translator) jump(op Opcode, target int) {
	in := fast{op: opJump, imm: uint64(target)}
	if op != JMP {
		n := len(t.stack)
		in.a = t.use(n - 1)
		in.op = opJumpZero
		if op == JNZ {
			in.op = opJumpNotZero
		}
		// The condition may lie in a slot that settling does not touch: its own or a local's.
		t.stack = t.stack[:n-1]
	}
	t.settleAll()
	t.jumps = append(t.jumps, len(t.out.code))
	t.emit(in)
}

// plain translates what moves values, calls, or reaches out.
func (t *translator) plain(op Op, px Pixel) {
	n := len(t.stack)
	switch op.Code {
	case NOP:
	case PUSH:
		t.stack = append(t.stack, value{kind: isConst, imm: uint64(px.Signed())})
	case PUSHW, PUSHF:
		v := uint64(t.f.Code[t.at+1])<<32 | uint64(t.f.Code[t.at+2])
		if op.Code == PUSHF {
			v = canonical(v)
		}
		t.stack = append(t.stack, value{kind: isConst, imm: v})
	case GET:
		t.stack = append(t.stack, value{kind: inLocal, local: px.Operand()})
	case SET, TEE:
		t.set(px.Operand(), op.Code == TEE)
	case POP:
		t.stack = t.stack[:n-1]
	case DUP, OVER:
		t.again(map[Opcode]int{DUP: n - 1, OVER: n - 2}[op.Code])
	case SWAP:
		t.swap()
	case MEMSIZE:
		t.stack = append(t.stack, value{kind: isConst, imm: uint64(t.p.Tiles) << 16})
	case HALT:
		t.emit(fast{op: opHalt})
	case TRAP:
		t.emit(fast{op: opTrap, imm: uint64(px.Operand())})
	case RET:
		if len(t.f.Results) == 1 {
			t.emit(fast{op: opReturn, a: t.use(0), b: 1})
			return
		}
		t.settleAll()
		t.emit(fast{op: opReturn, a: t.slot(0), b: uint32(len(t.f.Results))})
	case CALL, CALLI:
		t.call(op.Code, px.Operand())
	default: // output, bulk memory, the host: they take values from their slots
		t.settleAll()
		pops, pushes := len(op.Pops), len(op.Pushes)
		if op.Code == HOSTCALL {
			pops, pushes = len(HostOps[px.Operand()].Pops), len(HostOps[px.Operand()].Pushes)
		}
		t.emit(fast{op: opEffect, a: t.slot(n - pops), b: uint32(px.Operand()), dst: uint32(op.Code)})
		t.stack = t.stack[:n-pops]
		for range pushes {
			t.stack = append(t.stack, value{})
		}
	}
}

func (t *translator) set(local int, keep bool) {
	n := len(t.stack)
	v := t.stack[n-1]
	t.stack = t.stack[:n-1]
	if !(v.kind == inLocal && v.local == local) {
		t.changeLocal(local)
		switch v.kind {
		case isConst:
			t.emit(fast{op: opConst, dst: localSlot(local), imm: v.imm})
		case inLocal:
			t.emit(fast{op: opMove, dst: localSlot(local), a: localSlot(v.local)})
		default:
			t.emit(fast{op: opMove, dst: localSlot(local), a: t.slot(n - 1)})
		}
	}
	if keep {
		t.stack = append(t.stack, value{kind: inLocal, local: local})
	}
}

// again pushes entry depth once more.
func (t *translator) again(depth int) {
	v := t.stack[depth]
	if v.kind == inSlot {
		t.emit(fast{op: opMove, dst: t.slot(len(t.stack)), a: t.slot(depth)})
	}
	t.stack = append(t.stack, v)
}

// swap changes the upper two round, by way of the slot above them where both are in
// slots.
func (t *translator) swap() {
	n := len(t.stack)
	x, y := t.stack[n-2], t.stack[n-1]
	if x.kind == inSlot {
		t.emit(fast{op: opMove, dst: t.slot(n), a: t.slot(n - 2)})
	}
	if y.kind == inSlot {
		t.emit(fast{op: opMove, dst: t.slot(n - 2), a: t.slot(n - 1)})
	}
	if x.kind == inSlot {
		t.emit(fast{op: opMove, dst: t.slot(n - 1), a: t.slot(n)})
	}
	t.stack[n-2], t.stack[n-1] = y, x
}

// call translates a call: the callee's frame begins where the parameters lie, and its
// results come to lie there.
func (t *translator) call(op Opcode, function int) {
	t.settleAll()
	n := len(t.stack)
	f := &t.p.Functions[function]
	in := fast{op: opCall, imm: uint64(function)}
	if op == CALLI {
		n--
		in.op, in.b = opCallTable, t.slot(n)
	}
	in.a = t.slot(n - len(f.Params))
	t.emit(in)
	t.stack = t.stack[:n-len(f.Params)]
	for range f.Results {
		t.stack = append(t.stack, value{})
	}
}
