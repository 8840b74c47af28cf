package amd64

// Selectors of the kernel's GDT.
const (
	SelectorKernelCode = 0x08
	SelectorKernelData = 0x10
	SelectorUserData   = 0x18 // SYSRET wants data before code: Intel SDM volume 3, 5.8.8
	SelectorUserCode   = 0x20
	SelectorTSS        = 0x28
)

// Descriptor words and gate types, Intel SDM volume 3, 3.4.5, 3.5 and 6.11.
const (
	descKernelCode = 0x00AF9B000000FFFF
	descKernelData = 0x00CF93000000FFFF
	descUserData   = 0x00CFF3000000FFFF
	descUserCode   = 0x00AFFB000000FFFF
	typeTSS64      = 0x9 // available 64-bit TSS
	gateInterrupt  = 0xE
	gatePresent    = 1 << 7
)

// Interrupt stack table slots of the vectors that need a stack of their own.
const (
	ISTNone         = 0
	ISTDoubleFault  = 1
	ISTNMI          = 2
	ISTMachineCheck = 3
)

// gdtEntries: null, four segments, a TSS descriptor of two entries.
const gdtEntries = 7

// Descriptors are a processor's own GDT and TSS: the descriptor of a TSS says that it
// is busy, and its stacks must be nobody else's.
type Descriptors struct {
	gdt     [gdtEntries]uint64
	tss     [104]byte // Intel SDM volume 3, 7.7
	pointer [10]byte
}

// All processors share the IDT. nowhere is the operand of an LIDT that leaves one
// without: its limit and base are 0.
var (
	idt     [256][2]uint64
	pointer [10]byte
	nowhere [10]byte
)

// encodeGate builds an interrupt gate.
func encodeGate(handler uint64, selector uint16, ist, kind uint8) (low, high uint64) {
	low = handler & 0xFFFF
	low |= uint64(selector) << 16
	low |= uint64(ist&7) << 32
	low |= uint64(gatePresent|kind) << 40
	low |= (handler >> 16 & 0xFFFF) << 48
	return low, handler >> 32
}

// encodeTSS builds the two words of a TSS descriptor.
func encodeTSS(base uint64, limit uint32) (low, high uint64) {
	low = uint64(limit & 0xFFFF)
	low |= (base & 0xFFFFFF) << 16
	low |= uint64(gatePresent|typeTSS64) << 40
	low |= uint64(limit>>16&0xF) << 48
	low |= (base >> 24 & 0xFF) << 56
	return low, base >> 32
}

// setPointer fills the operand of LGDT and LIDT.
func setPointer(p *[10]byte, base uint64, limit uint16) {
	p[0], p[1] = byte(limit), byte(limit>>8)
	for i := uint(0); i < 8; i++ {
		p[2+i] = byte(base >> (8 * i))
	}
}

// Stacks are the tops of the stacks that the TSS names.
type Stacks struct {
	RSP0                           uint64
	DoubleFault, NMI, MachineCheck uint64
}

// LoadGDT makes d, with the kernel's segments and a TSS, the processor's.
func LoadGDT(d *Descriptors, s *Stacks) {
	d.putTSS(4, s.RSP0)
	d.putTSS(36, s.DoubleFault)
	d.putTSS(44, s.NMI)
	d.putTSS(52, s.MachineCheck)
	d.tss[102] = byte(len(d.tss)) // I/O map base past the limit: no port is open to ring 3

	d.gdt[SelectorKernelCode/8] = descKernelCode
	d.gdt[SelectorKernelData/8] = descKernelData
	d.gdt[SelectorUserData/8] = descUserData
	d.gdt[SelectorUserCode/8] = descUserCode
	low, high := encodeTSS(address(&d.tss[0]), uint32(len(d.tss)-1))
	d.gdt[SelectorTSS/8] = low
	d.gdt[SelectorTSS/8+1] = high

	setPointer(&d.pointer, addressWord(&d.gdt[0]), gdtEntries*8-1)
	Lgdt(&d.pointer)
	reloadSegments(SelectorKernelCode, SelectorKernelData)
	Ltr(SelectorTSS)
}

// LoadIDT makes the gates that SetGate wrote the processor's.
func LoadIDT() {
	setPointer(&pointer, addressWord(&idt[0][0]), uint16(len(idt)*16-1))
	Lidt(&pointer)
}

// EmptyIDT leaves this processor without handlers: the next exception resets
// the machine.
func EmptyIDT() {
	Lidt(&nowhere)
}

// SetGate writes the interrupt gate of one vector.
func SetGate(vector, handler uint64, ist uint8) {
	low, high := encodeGate(handler, SelectorKernelCode, ist, gateInterrupt)
	idt[vector&0xFF][0] = low
	idt[vector&0xFF][1] = high
}

// OpenGate lets ring 3 come through a gate by INT3 or INT n. Intel SDM volume 3, 7.12.1.1.
func OpenGate(vector uint64) {
	const dpl3 = 3 << 45
	idt[vector&0xFF][0] |= dpl3
}

// Base is where the GDT lies, as SGDT gives it.
func (d *Descriptors) Base() uint64 { return addressWord(&d.gdt[0]) }

func (d *Descriptors) putTSS(offset int, value uint64) {
	for i := 0; i < 8; i++ {
		d.tss[offset+i] = byte(value >> (8 * uint(i)))
	}
}
