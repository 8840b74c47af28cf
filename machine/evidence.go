package machine

// Registers is the state of one x86-64 CPU. Segment bases and limits are the
// hidden parts, as QEMU shows them.
type Registers struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP uint64
	R8, R9, R10, R11, R12, R13, R14, R15   uint64
	RIP, RFLAGS                            uint64
	CR0, CR2, CR3, CR4, EFER               uint64
	CS, SS, DS, ES, FS, GS, TR, LDT        Segment
	GDT, IDT                               Table
	CPL                                    int
}

// Segment is a segment register with its hidden descriptor.
type Segment struct {
	Selector uint16
	Base     uint64
	Limit    uint32
	Flags    uint32 // as in the second descriptor word: type, S, DPL, P, AVL, L, D/B, G
}

// Table is GDTR or IDTR.
type Table struct {
	Base  uint64
	Limit uint32
}

// Exception is one exception or interrupt as QEMU's -d int log tells it.
type Exception struct {
	Seq       int // position in the log
	Vector    int
	ErrorCode uint64
	HasState  bool // false when delivery failed: then only Vector (and OldVector) are known
	Soft      bool // INT n, INT3, INTO
	Hardware  bool // an interrupt request of a device (IRQ), not an exception
	SMM       bool // logged while in system management mode
	OldVector int  // check_exception "old": -1 if there was none
	Registers Registers
}

// MemoryRegion is one line of QEMU's flat view of physical memory.
type MemoryRegion struct {
	Start, End uint64 // inclusive
	Kind       string // "ram", "rom", "romd", "i/o", "ramd" (device RAM)
	Name       string // "pc.ram", "vga.vram", "pxgpu bar 0", …
	ReadOnly   bool
	// Offset is where in the memory called Name the region starts.
	Offset uint64
}

// PCIBAR is one base address register as the emulator knows it.
type PCIBAR struct {
	Index      int
	Base, Size uint64
	IO         bool
	Is64       bool
	Prefetch   bool
	Mapped     bool // decoding is on and an address is assigned
}

// PCIDevice is one PCI function of the machine.
type PCIDevice struct {
	Bus, Slot, Function int
	Vendor, Device      uint16
	Class               uint32 // class<<8 | subclass, as in QEMU (0x0300)
	Description         string
	BARs                []PCIBAR
}

// PhysReader reads guest physical memory. A read of an address that holds no
// memory returns an error that says so.
type PhysReader interface {
	ReadPhys(addr uint64, buf []byte) error
}

// Termination says how a run ended.
type Termination string

// The ways in which a run can end. Only Timeout and Hang are judged by the
// laboratory; the others are facts that the emulator reported.
const (
	TerminationNone        Termination = "" // it has not ended: a look at a running machine
	TerminationTripleFault Termination = "triple-fault"
	TerminationExit        Termination = "exit"      // isa-debug-exit, see Outcome.ExitCode
	TerminationShutdown    Termination = "shutdown"  // ACPI or keyboard-controller reset
	TerminationHang        Termination = "hang"      // no progress: HLT with interrupts off, or a tight loop
	TerminationTimeout     Termination = "timeout"   // still making progress at the limit
	TerminationReached     Termination = "reached"   // the awaited serial line was seen
	TerminationGPUEnded    Termination = "gpu-ended" // the GPU ended the guest, which broke a promise to it
	TerminationNoBoot      Termination = "no-boot"   // the loader found nothing to start
)

// Evidence is all that a stopped machine can tell. It is plain data but for
// Memory, which reads the paused machine (or a recording of it).
type Evidence struct {
	Termination Termination
	ExitCode    int      // value written to isa-debug-exit, when Termination is exit
	Machine     string   // "q35", "pc"
	CPUs        int      // virtual CPUs
	RAMBytes    uint64   // of guest memory
	Args        []string // the emulator's command line, for the record

	Registers  []Registers // at the stop, one for each CPU
	Exceptions []Exception // whole log after the firmware handed over, in order
	// ExceptionsDropped counts entries left out of Exceptions because there
	// were more than the limit; the first and the last are always kept.
	ExceptionsDropped int
	TripleFault       bool
	GuestErrors       []string // lines of -d guest_errors

	// Firmware is what SeaBIOS wrote on its debug port, the last 64 KiB.
	Firmware []byte
	// Screen is the text on an 80x25 VGA text screen, for a run that ended in
	// the boot loader; empty without VGA.
	Screen string
	// Message says in words why the laboratory chose this Termination.
	Message string

	Serial  []byte         // COM1, as sent
	Regions []MemoryRegion // sorted by Start
	PCI     []PCIDevice
	// LocalAPIC is the text of QEMU's "info lapic" and PIC that of "info pic".
	LocalAPIC, PIC string
	// RIPSamples are instruction pointers sampled while a hang was suspected.
	RIPSamples []uint64
	Halted     bool // CPU 0 stands in HLT
	// MSRs holds the model-specific registers of CPU 0 that could be read, by
	// number (0x277 PAT, 0x2FF and 0x200.. MTRRs); nil when none could.
	MSRs map[uint32]uint64

	// GPUTables is the pxGPU's snapshot of its tables, as abi/tables reads it; nil
	// when there is none. Whoever holds the device puts it here.
	GPUTables []byte `json:",omitempty"`

	Memory PhysReader
	// KernelELF is the path of the image with symbols, empty if unknown.
	KernelELF string
}
