package pxgpu

import (
	"encoding/binary"

	"pxos/abi"
	"pxos/pxgpu/vfiouser"
)

// bar0 answers trapped accesses of BAR0: the register page, and the rest of it
// too, because an emulator may send any access as a message.
type bar0 struct{ d *Device }

// ReadRegion serves reads of any size out of 32-bit registers.
func (b bar0) ReadRegion(offset uint64, p []byte) {
	if offset >= abi.RegisterPageBytes {
		copy(p, b.d.vram.bytes[offset:])
		return
	}
	b.d.lock()
	defer b.d.unlock()
	for i := 0; i < len(p); {
		at := uint32(offset) + uint32(i)
		var word [4]byte
		binary.LittleEndian.PutUint32(word[:], b.d.model.ReadRegister(at&^3))
		i += copy(p[i:], word[at&3:])
	}
}

// WriteRegion serves writes of whole aligned 32-bit registers; the rest of the
// page ignores writes, as a device without byte enables does.
func (b bar0) WriteRegion(offset uint64, p []byte) {
	if offset >= abi.RegisterPageBytes {
		copy(b.d.vram.bytes[offset:], p)
		return
	}
	if offset%4 != 0 || len(p)%4 != 0 {
		return
	}
	b.d.lock()
	defer b.d.unlock()
	for i := 0; i < len(p); i += 4 {
		b.d.writeRegister(uint32(offset)+uint32(i), binary.LittleEndian.Uint32(p[i:]))
	}
}

// writeRegister is called with mu held. A reset goes through resetLocked, so
// that the poller's state follows the model's.
func (d *Device) writeRegister(offset, value uint32) {
	if offset == abi.RegRESET && value == abi.ResetKey {
		d.resetLocked()
		return
	}
	ring, rang := d.model.WriteRegister(offset, value)
	if !rang {
		return
	}
	d.counters.doorbells.Add(1)
	d.awake |= 1 << ring
	select {
	case d.bell <- struct{}{}:
	default: // the poller has not taken the last ring of the bell yet
	}
}

// msixPage is BAR4: the table at 0, the pending bits at msixPBA.
type msixPage struct{ m *vfiouser.MSIX }

// ReadRegion reads table or pending bits, by where the access begins.
func (x msixPage) ReadRegion(offset uint64, p []byte) {
	if offset >= msixPBA {
		x.m.ReadPBA(offset-msixPBA, p)
		return
	}
	x.m.ReadTable(offset, p)
}

// WriteRegion writes the table; pending bits are read-only.
func (x msixPage) WriteRegion(offset uint64, p []byte) {
	if offset < msixPBA {
		x.m.WriteTable(offset, p)
	}
}
