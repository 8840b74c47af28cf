package virtio

import (
	"testing"
	"unsafe"

	"pxos/kernel/phys"
)

// openShare is a share whose device is this test: memory in a buffer.
func openShare(t *testing.T) *Share {
	t.Helper()
	const tables, bell, memory = 0x1000, 0x5000, 0x10000
	buffer := make([]byte, memory+ShareFrames*phys.PageBytes)
	phys.Base = uint64(uintptr(unsafe.Pointer(&buffer[0])))
	t.Cleanup(func() { phys.Base = phys.DirectMap; _ = buffer[0] })
	h := &Share{memory: memory}
	h.common = 0x6000
	h.ring.desc, h.ring.avail, h.ring.used, h.ring.bell = tables, tables+0x1000, tables+0x2000, bell
	return h
}

// answer puts an entry into the used ring, as the device does.
func (h *Share) answer(id, n uint32) {
	index := phys.Load16(h.ring.used + 2)
	at := h.ring.used + 4 + uint64(index%queueEntries)*8
	phys.Store32(phys.Register(at), id)
	phys.Store32(phys.Register(at+4), n)
	phys.Store16(h.ring.used+2, index+1)
}

func TestShareRing(t *testing.T) {
	h := openShare(t)
	for round := range 1000 { // the ring's indices go round
		slot := round % ShareSlots
		h.Send(slot, 100)
		d := phys.Words(h.ring.desc+uint64(2*slot)*16, 4)
		if d[0] != h.lies(slot, 0) || d[1] != 100|descriptorNext<<32|uint64(2*slot+1)<<48 || d[2] != h.lies(slot, 1) || d[3] != ShareBytes|descriptorWrite<<32 {
			t.Fatalf("descriptors %#x", d)
		}
		if _, _, ok := h.Receive(); ok || h.Asked != 1 {
			t.Fatal("a reply that has not come")
		}
		h.answer(uint32(2*slot), 0xFFFFFFFF)
		got, n, ok := h.Receive()
		if !ok || got != slot || h.Asked != 0 || len(h.Reply(got, n)) != ShareBytes {
			t.Fatalf("slot %d, %d bytes, %v", got, n, ok)
		}
	}
	if h.Broken {
		t.Error("it is broken")
	}
}

// TestShareNonsense has the device give back what it was not given.
func TestShareNonsense(t *testing.T) {
	for name, ids := range map[string][]uint32{
		"not asked": {2}, "the reply's descriptor": {1}, "out of the ring": {2 * ShareSlots}, "far out": {0xFFFFFFFE}, "twice": {0, 0},
	} {
		h := openShare(t)
		h.Send(0, 10)
		h.Send(3, 10)
		for _, id := range ids {
			h.answer(id, 10)
		}
		for range len(ids) + 1 {
			h.Receive()
		}
		if !h.Broken {
			t.Errorf("%s: it is believed", name)
		}
		if _, _, ok := h.Receive(); ok {
			t.Errorf("%s: a reply of a device that is given up", name)
		}
	}
	h := openShare(t)
	phys.Store8(h.common+deviceStatus, statusAcknowledge|statusDriver|statusDriverOK|statusNeedsReset)
	if h.Check(); !h.Broken {
		t.Error("a device that needs a reset goes on")
	}
}
