package paging

import "pxos/kernel/frame"

// StackArea is where kernel stacks lie: PML4 slot 384, away from the direct
// map, so that the page below a stack can stay unmapped.
const StackArea = 0xFFFFC00000000000

// stackSlotBytes is the distance of two stacks: a guard page, the stack, and
// unmapped addresses up to the next guard.
const stackSlotBytes = 1 << 20

// NewStack maps a stack of whole pages with a guard page beneath it. Slot
// numbers start at 0; each can be used once.
func (t *Tables) NewStack(slot, pages uint64) (lo, hi uint64, err Error) {
	lo = StackArea + slot*stackSlotBytes + Page4K
	hi = lo + pages*Page4K
	if pages == 0 || hi > StackArea+(slot+1)*stackSlotBytes {
		return 0, 0, ErrEmpty
	}
	for at := lo; at < hi; at += Page4K {
		pa := t.frames.Alloc()
		if pa == frame.None {
			return 0, 0, ErrNoFrame
		}
		if err := t.fillPage(at, pa, Flags{Write: true}); err != OK {
			return 0, 0, err
		}
	}
	return lo, hi, OK
}
