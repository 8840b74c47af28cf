package vfiouser

import (
	"encoding/binary"
	"fmt"
)

// Offsets in a type 0 configuration header (PCI Local Bus 3.0, 6.1).
const (
	cfgVendor    = 0x00
	cfgDevice    = 0x02
	cfgCommand   = 0x04
	cfgStatus    = 0x06
	cfgRevision  = 0x08
	cfgProgIF    = 0x09
	cfgSubclass  = 0x0A
	cfgClass     = 0x0B
	cfgCacheLine = 0x0C
	cfgBAR0      = 0x10
	cfgSubVendor = 0x2C
	cfgSubDevice = 0x2E
	cfgCapPtr    = 0x34
	cfgIRQLine   = 0x3C

	// ConfigBytes is the size of conventional configuration space.
	ConfigBytes = 256

	statusCapList = 1 << 4
	firstCap      = 0x40
)

// Command register bits (PCI Local Bus 3.0, 6.2.2).
const (
	CommandIO         = 1 << 0
	CommandMemory     = 1 << 1
	CommandBusMaster  = 1 << 2
	CommandINTxMask   = 1 << 10
	commandWritable   = CommandIO | CommandMemory | CommandBusMaster | CommandINTxMask
	capMSIX           = 0x11
	msixControlEnable = 1 << 15
	msixControlMask   = 1 << 14
)

// Identity is what the function says it is.
type Identity struct {
	Vendor, Device                 uint16
	SubVendor, SubDevice           uint16
	Revision                       uint8
	Class, Subclass, ProgInterface uint8
}

// BAR describes one base address register. Size is a power of two, at least 16.
type BAR struct {
	Index        int
	Size         uint64
	Is64         bool // takes the next register too
	Prefetchable bool
}

// ConfigSpace is a function's configuration space: bytes, and for each byte the
// bits that a write may change.
type ConfigSpace struct {
	bytes    [ConfigBytes]byte
	writable [ConfigBytes]byte
	initial  [ConfigBytes]byte
	nextCap  int
	lastLink int // where the next capability's offset is written
}

// NewConfigSpace makes the header of a function that uses no INTx (Interrupt
// Pin 0: QEMU unmaps every BAR for good once INTx is in play).
func NewConfigSpace(id Identity, bars []BAR) (*ConfigSpace, error) {
	c := &ConfigSpace{nextCap: firstCap, lastLink: cfgCapPtr}
	le := binary.LittleEndian
	le.PutUint16(c.bytes[cfgVendor:], id.Vendor)
	le.PutUint16(c.bytes[cfgDevice:], id.Device)
	c.bytes[cfgRevision] = id.Revision
	c.bytes[cfgProgIF] = id.ProgInterface
	c.bytes[cfgSubclass] = id.Subclass
	c.bytes[cfgClass] = id.Class
	le.PutUint16(c.bytes[cfgSubVendor:], id.SubVendor)
	le.PutUint16(c.bytes[cfgSubDevice:], id.SubDevice)
	le.PutUint16(c.writable[cfgCommand:], commandWritable)
	c.writable[cfgCacheLine] = 0xFF
	c.writable[cfgIRQLine] = 0xFF
	used := [6]bool{}
	for _, b := range bars {
		if err := c.addBAR(b, &used); err != nil {
			return nil, err
		}
	}
	c.initial = c.bytes
	return c, nil
}

// addBAR makes the address bits above the size writable and those below
// hard-wired: that is how software sizes a BAR (PCI Local Bus 3.0, 6.2.5.1).
func (c *ConfigSpace) addBAR(b BAR, used *[6]bool) error {
	last := b.Index
	if b.Is64 {
		last++
	}
	if b.Index < 0 || last > 5 {
		return fmt.Errorf("vfio-user: BAR %d does not exist in a type 0 header", last)
	}
	if used[b.Index] || used[last] {
		return fmt.Errorf("vfio-user: BAR %d is used twice", b.Index)
	}
	if b.Size < 16 || b.Size&(b.Size-1) != 0 || (!b.Is64 && b.Size > 1<<31) {
		return fmt.Errorf("vfio-user: BAR %d: size %#x is not a power of two that the register can hold", b.Index, b.Size)
	}
	used[b.Index], used[last] = true, true
	at := cfgBAR0 + 4*b.Index
	var low uint32
	if b.Is64 {
		low |= 2 << 1
	}
	if b.Prefetchable {
		low |= 1 << 3
	}
	mask := ^(b.Size - 1)
	le := binary.LittleEndian
	le.PutUint32(c.bytes[at:], low)
	le.PutUint32(c.writable[at:], uint32(mask))
	if b.Is64 {
		le.PutUint32(c.writable[at+4:], uint32(mask>>32))
	}
	return nil
}

// AddCapability links a capability (id, then body) into the list and returns
// its offset. writable holds the writable bits of body, nil for none.
func (c *ConfigSpace) AddCapability(id uint8, body, writable []byte) (int, error) {
	at := c.nextCap
	if at+2+len(body) > ConfigBytes {
		return 0, fmt.Errorf("vfio-user: capability %#x of %d bytes does not fit behind %#x", id, len(body), at)
	}
	c.bytes[at] = id
	copy(c.bytes[at+2:], body)
	copy(c.writable[at+2:at+2+len(body)], writable)
	c.bytes[c.lastLink] = byte(at)
	c.lastLink = at + 1
	c.nextCap = (at + 2 + len(body) + 3) &^ 3
	c.bytes[cfgStatus] |= statusCapList
	c.initial = c.bytes
	return at, nil
}

// AddMSIX adds the MSI-X capability (PCI Local Bus 3.0, 6.8.2) for a table and a
// pending-bit array at the given offsets of one BAR.
func (c *ConfigSpace) AddMSIX(vectors, bar int, tableOffset, pbaOffset uint32) (int, error) {
	if vectors < 1 || vectors > 2048 || bar < 0 || bar > 5 || tableOffset&7 != 0 || pbaOffset&7 != 0 {
		return 0, fmt.Errorf("vfio-user: MSI-X with %d vectors in BAR %d at %#x and %#x is not possible",
			vectors, bar, tableOffset, pbaOffset)
	}
	body := make([]byte, 10)
	le := binary.LittleEndian
	le.PutUint16(body, uint16(vectors-1))
	le.PutUint32(body[2:], tableOffset|uint32(bar))
	le.PutUint32(body[6:], pbaOffset|uint32(bar))
	writable := make([]byte, 10)
	le.PutUint16(writable, msixControlEnable|msixControlMask)
	return c.AddCapability(capMSIX, body, writable)
}

// Read copies configuration bytes to p; what lies past the end reads as ones.
func (c *ConfigSpace) Read(offset uint64, p []byte) {
	for i := range p {
		if at := offset + uint64(i); at < ConfigBytes {
			p[i] = c.bytes[at]
		} else {
			p[i] = 0xFF
		}
	}
}

// Write changes the writable bits among the bytes at offset.
func (c *ConfigSpace) Write(offset uint64, p []byte) {
	for i, v := range p {
		if at := offset + uint64(i); at < ConfigBytes {
			m := c.writable[at]
			c.bytes[at] = c.bytes[at]&^m | v&m
		}
	}
}

// Reset returns every register to its power-on value.
func (c *ConfigSpace) Reset() { c.bytes = c.initial }
