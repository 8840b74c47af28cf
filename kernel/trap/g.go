package trap

// goG is the head of the runtime's g structure, all that compiled Go reads
// of it in ring 0: the stack bounds for the check in function prologues.
// Layout: Go 1.26 runtime2.go, type g; kept by a test of package image.
type goG struct {
	StackLo, StackHi         uint64
	StackGuard0, StackGuard1 uint64
	rest                     [480]byte
}

var (
	// tlsSlot is where compiled Go finds g: FS base minus 8.
	tlsSlot *goG
	kernG   goG
	trapG   goG
)

// StackGuardBytes is what a function without a stack check may use below the
// guard value. Go 1.26 internal/abi.StackNosplitBase plus its slack.
const StackGuardBytes = 928

// SetStack tells compiled Go the bounds of the stack that it runs on.
func SetStack(lo, hi uint64) {
	kernG.StackLo, kernG.StackHi = lo, hi
	kernG.StackGuard0, kernG.StackGuard1 = lo+StackGuardBytes, lo+StackGuardBytes
}
