package virtio

import (
	"pxos/kernel/frame"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
)

// Feature and queue of the 9P transport, virtio_9p.h of Linux: the configuration is the
// length of a tag in 16 bits and the tag, by which the host says which share it is.
const (
	shareFeatureTag = 1 << 0
	shareQueue      = 0
	shareTagLength  = 0
	shareTag        = 2
	maxShareTag     = 31 // QEMU's
)

// ShareSlots is how many requests can be under way at a time; each has memory of
// its own for request and reply, of ShareBytes each.
const (
	ShareSlots = 4
	ShareBytes = 64 << 10

	// ShareFrames is how many frames in a row a channel takes, beside those of its ring.
	ShareFrames = 2 * ShareSlots * ShareBytes / phys.PageBytes
)

// Share is the channel to a server of 9P: requests go, replies come, in any order. What
// they say is not its business.
type Share struct {
	transport
	ring    ring
	memory  uint64 // of the requests, then of the replies, of all slots
	asked   [ShareSlots]bool
	Asked   int // requests without a reply
	Broken  bool
	tag     [maxShareTag]byte
	tagSize int
}

// Open brings the channel of the device behind so many others of its kind up. It raises
// vector on a processor when a reply has come.
func (h *Share) Open(b *pci.Bus, tables *paging.Tables, frames *frame.Allocator, skip int, apicID, vector uint32) Error {
	if err := h.open(b, tables, ShareID, skip); err != OK {
		return err
	}
	if h.specific == 0 {
		return ErrLayout
	}
	if err := h.negotiate(shareFeatureTag); err != OK {
		return err
	}
	entry := uint16(0)
	if !h.interrupt(apicID, vector) {
		entry = noVector // it is looked at with each time slice
	}
	if err := h.ring.open(&h.transport, frames, shareQueue, entry); err != OK {
		return err
	}
	if h.memory = frames.AllocRun(ShareFrames); h.memory == frame.None {
		return ErrMemory
	}
	h.tagSize = int(min(phys.Load16(h.specific+shareTagLength), maxShareTag))
	for i := range h.tag[:h.tagSize] {
		h.tag[i] = phys.Load8(h.specific + shareTag + uint64(i))
	}
	h.setStatus(statusAcknowledge | statusDriver | statusFeaturesOK | statusDriverOK)
	return OK
}

// Tag is the name that the host gave the share.
func (h *Share) Tag() []byte { return h.tag[:h.tagSize] }

// Request is the memory of a slot's request.
func (h *Share) Request(slot int) []byte { return phys.Bytes(h.lies(slot, 0), ShareBytes) }

// Reply is the memory of a slot's reply, of which the device may have written n bytes.
func (h *Share) Reply(slot int, n uint32) []byte {
	return phys.Bytes(h.lies(slot, 1), int(min(n, ShareBytes)))
}

func (h *Share) lies(slot int, half uint64) uint64 {
	return h.memory + (2*uint64(slot)+half)*ShareBytes
}

// Send passes a slot's request of n bytes to the device. Until its reply has come the
// slot's memory is the device's.
func (h *Share) Send(slot, n int) {
	if h.Broken || h.asked[slot] {
		return
	}
	first := uint16(2 * slot)
	h.ring.describe(first, h.lies(slot, 0), uint32(n), descriptorNext, first+1)
	h.ring.describe(first+1, h.lies(slot, 1), ShareBytes, descriptorWrite, 0)
	h.asked[slot] = true
	h.Asked++
	h.ring.offer(first)
	h.ring.tell()
}

// Receive gives the slot of the next reply that has come, and how many bytes the device
// says that it has. What was never asked for, or a device that has given up, breaks the
// channel for good.
func (h *Share) Receive() (slot int, n uint32, ok bool) {
	if h.Broken || h.Asked == 0 {
		return 0, 0, false
	}
	if !h.ring.pending() {
		return 0, 0, false
	}
	i, n := h.ring.next()
	slot = int(i / 2)
	if i%2 != 0 || i >= 2*ShareSlots || !h.asked[slot] {
		h.Broken = true
		return 0, 0, false
	}
	h.asked[slot] = false
	h.Asked--
	return slot, n, true
}

// Check looks whether the device has given up: 2.1.1.
func (h *Share) Check() {
	if h.status()&(statusNeedsReset|statusFailed) != 0 {
		h.Broken = true
	}
}
