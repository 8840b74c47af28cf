package pxgpu

import (
	"encoding/binary"

	"pxos/abi"
	"pxos/pxgpu/vfiouser"
)

// bar0 answers trapped accesses of BAR0: the register page, the tables, which can
// be read only, and the rest of it too, because an emulator may send any access as
// a message.
type bar0 struct{ d *Device }

// ReadRegion serves reads of any size out of 32-bit registers.
func (b bar0) ReadRegion(offset uint64, p []byte) {
	if offset >= abi.RegisterPageBytes {
		copy(p, b.d.bytes[offset:])
		return
	}
	b.d.lock()
	defer b.d.unlock()
	for i := 0; i < len(p); {
		at := uint32(offset) + uint32(i)
		var word [4]byte
		value, err := b.d.runtime.ReadRegister(b.d.ctx, at&^3)
		b.d.must(err)
		binary.LittleEndian.PutUint32(word[:], value)
		i += copy(p[i:], word[at&3:])
	}
}

// WriteRegion serves writes of whole aligned 32-bit registers; the rest of the
// page ignores writes, as a device without byte enables does.
func (b bar0) WriteRegion(offset uint64, p []byte) {
	if offset >= abi.RegisterPageBytes {
		for i := range p {
			if at := offset + uint64(i); at >= abi.RingBase && (at < abi.TablesBase || at >= abi.VRAMAllocBase) {
				b.d.bytes[at] = p[i]
			}
		}
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
		d.must(d.resetLocked())
		return
	}
	d.runtime.SetTime(d.now())
	ring, rang, err := d.runtime.WriteRegister(d.ctx, offset, value)
	d.must(err)
	d.passConsole()
	if !rang {
		return
	}
	d.counters.doorbells.Add(1)
	d.wake(ring)
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
