// Package amd64 is the processor: privileged instructions, descriptor tables
// and the way into and out of exceptions.
//
// It imports nothing of the kernel, allocates nothing, and is linked into ring
// 0 only; host tests may use its pure parts (descriptor encoding).
package amd64

// Inb reads a byte from an I/O port.
func Inb(port uint16) byte

// Outb writes a byte to an I/O port.
func Outb(port uint16, value byte)

// Inl reads 32 bits from an I/O port.
func Inl(port uint16) uint32

// Outl writes 32 bits to an I/O port.
func Outl(port uint16, value uint32)

// Rdmsr reads a model-specific register.
func Rdmsr(msr uint32) uint64

// Wrmsr writes a model-specific register.
func Wrmsr(msr uint32, value uint64)

// Cpuid is the CPUID instruction: EAX, EBX, ECX, EDX of a leaf.
func Cpuid(leaf, subleaf uint32) (a, b, c, d uint32)

// Rdtsc reads the time-stamp counter after all earlier loads.
func Rdtsc() uint64

// ReadCR0 reads control register 0.
func ReadCR0() uint64

// ReadCR2 is the address of the last page fault.
func ReadCR2() uint64

// ReadCR3 is the physical address of the page-table root, with its flag bits.
func ReadCR3() uint64

// WriteCR3 switches page tables and drops all non-global translations.
func WriteCR3(value uint64)

// ReadCR4 reads control register 4.
func ReadCR4() uint64

// WriteCR4 writes control register 4.
func WriteCR4(value uint64)

// Invlpg drops the translation of one page.
func Invlpg(virt uint64)

// Wbinvd writes back and drops all caches.
func Wbinvd()

// Lgdt loads GDTR from a limit (2 bytes) and base (8 bytes).
func Lgdt(pointer *[10]byte)

// Lidt loads IDTR, in the form of Lgdt.
func Lidt(pointer *[10]byte)

// Sgdt stores GDTR, in the form of Lgdt.
//
//go:noescape
func Sgdt(pointer *[10]byte)

// Sidt stores IDTR, in the form of Lgdt.
//
//go:noescape
func Sidt(pointer *[10]byte)

// Ltr loads the task register.
func Ltr(selector uint16)

// Str is the selector in the task register.
func Str() uint16

// Sti lets interrupts in.
func Sti()

// Cli keeps interrupts out.
func Cli()

// Flags reads RFLAGS.
func Flags() uint64

// Xsetbv writes an extended control register.
func Xsetbv(register uint32, value uint64)

// Xgetbv reads an extended control register. CR4.OSXSAVE must be set.
func Xgetbv(register uint32) uint64

// StackPointer is RSP in the caller, or a little below.
func StackPointer() uint64

// CopyUser copies n bytes with access to user pages let in (SMAP). Both ends must be
// mapped: a fault here is the kernel's.
func CopyUser(to, from, n uint64)

// ClearUser writes n zero bytes to user pages. n is a multiple of 8.
func ClearUser(to, n uint64)

// Hlt waits for an interrupt.
func Hlt()

// Wait lets interrupts in, waits for one, and keeps them out again. One that comes
// after the caller last looked and before the wait ends it: STI keeps interrupts out
// for one more instruction, the HLT (Intel SDM volume 2, STI).
func Wait()

// Pause tells the processor that this is a spin loop.
func Pause()

// Int3 raises #BP, for the self-test of the exception path.
func Int3()

// Mfence orders all memory accesses.
func Mfence()

func reloadSegments(code, data uint16)

// Model-specific registers, Intel SDM volume 4.
const (
	IA32_APIC_BASE = 0x1B
	IA32_PAT       = 0x277
	IA32_EFER      = 0xC0000080
	IA32_STAR      = 0xC0000081
	IA32_LSTAR     = 0xC0000082
	IA32_FMASK     = 0xC0000084
	IA32_FS_BASE   = 0xC0000100
	IA32_GS_BASE   = 0xC0000101
	// IA32_KERNEL_GS_BASE is what SWAPGS exchanges with IA32_GS_BASE.
	IA32_KERNEL_GS_BASE = 0xC0000102
)

// Control register bits, Intel SDM volume 3, 2.5.
const (
	CR4_PGE     = 1 << 7
	CR4_OSXSAVE = 1 << 18
	CR4_SMEP    = 1 << 20
	CR4_SMAP    = 1 << 21
	EFER_SCE    = 1 << 0  // SYSCALL and SYSRET
	EFER_LMA    = 1 << 10 // long mode is in force: read only
)

// xcr0 is the state that XSAVE keeps: x87, SSE, AVX.
const xcr0 = 7

// Features is what the kernel asks of CPUID.
type Features struct {
	Vendor      [12]byte
	MaxPhysAddr uint8 // bits, CPUID 80000008H EAX 7:0
	NX          bool
	SMEP        bool
	SMAP        bool
	Page1GB     bool
	X2APIC      bool
	AVX         bool // and XSAVE
}

// Identify reads the processor's features.
func Identify() (f Features) {
	top, b, c, d := Cpuid(0, 0)
	putLE32(f.Vendor[0:4], b)
	putLE32(f.Vendor[4:8], d)
	putLE32(f.Vendor[8:12], c)
	_, _, c1, _ := Cpuid(1, 0)
	f.X2APIC = c1&(1<<21) != 0
	f.AVX = c1&(1<<26) != 0 && c1&(1<<28) != 0
	if top >= 7 {
		_, b7, _, _ := Cpuid(7, 0)
		f.SMEP = b7&(1<<7) != 0
		f.SMAP = b7&(1<<20) != 0
	}
	f.MaxPhysAddr = 36 // Intel SDM volume 3, 4.1.4: when leaf 80000008H is absent
	ext, _, _, _ := Cpuid(0x80000000, 0)
	if ext >= 0x80000001 {
		_, _, _, d1 := Cpuid(0x80000001, 0)
		f.NX = d1&(1<<20) != 0
		f.Page1GB = d1&(1<<26) != 0
	}
	if ext >= 0x80000008 {
		a8, _, _, _ := Cpuid(0x80000008, 0)
		f.MaxPhysAddr = uint8(a8)
	}
	return f
}

// Harden switches on what keeps ring 0 from running or reading user pages by
// accident, where the processor has it.
func Harden(f *Features) {
	cr4 := ReadCR4()
	if f.SMEP {
		cr4 |= CR4_SMEP
	}
	if f.SMAP {
		cr4 |= CR4_SMAP
	}
	WriteCR4(cr4)
}

// OpenExtended lets ring 3 use SSE and AVX, whose state XSAVE keeps. It says whether
// the processor has it.
func OpenExtended(f *Features) bool {
	if !f.AVX {
		return false
	}
	WriteCR4(ReadCR4() | CR4_OSXSAVE)
	Xsetbv(0, xcr0)
	return true
}

func putLE32(b []byte, v uint32) {
	b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
}
