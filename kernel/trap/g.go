package trap

// goG is the head of the runtime's g structure, all that compiled Go reads
// of it in ring 0: the stack bounds for the check in function prologues.
// Layout: Go 1.26 runtime2.go, type g; kept by a test of package image.
type goG struct {
	StackLo, StackHi         uint64
	StackGuard0, StackGuard1 uint64
	rest                     [480]byte
}

// StackGuardBytes is what a function without a stack check may use below the
// guard value. Go 1.26 internal/abi.StackNosplitBase plus its slack.
const StackGuardBytes = 928

// EntryBytes at the top of a kernel stack are for what an interrupt of ring 3 pushes:
// the TSS names the very top, and code of ring 0 begins below them.
const EntryBytes = 256

// SetStack gives a processor the stack that it is to run on.
func (p *Processor) SetStack(lo, hi uint64) {
	p.StackLo, p.StackHi, p.stackTop = lo, hi, hi-EntryBytes
}

// Guard tells compiled Go the bounds of that stack. A processor that runs changes to
// it at once: on any other, the next function would find itself out of stack.
func (p *Processor) Guard() {
	p.kernG.StackLo, p.kernG.StackHi = p.StackLo, p.StackHi
	p.kernG.StackGuard0, p.kernG.StackGuard1 = p.StackLo+StackGuardBytes, p.StackLo+StackGuardBytes
}

// GuardAt tells compiled Go the lower bound of another stack on which the processor runs
// now. Guard must be called before it leaves it: where stacks lie one above the other,
// the kernel's below, code on either is then within bounds.
func (p *Processor) GuardAt(lo uint64) {
	p.kernG.StackLo = lo
	p.kernG.StackGuard0, p.kernG.StackGuard1 = lo+StackGuardBytes, lo+StackGuardBytes
}
