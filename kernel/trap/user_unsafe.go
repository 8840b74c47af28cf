package trap

import (
	"unsafe"

	"pxos/kernel/arch/amd64"
)

// stateBytes is room for what XSAVE keeps of x87, SSE and AVX: Intel SDM volume 1,
// 13.4 and 13.5.
const stateBytes = 512 + 64 + 256

// VectorSyscall stands for SYSCALL among the causes for which ring 3 was left.
const VectorSyscall = 0x100

// Context is the state of a thread of ring 3 while it does not run. The address of
// one is a multiple of 64. The offsets are known to user_amd64.s.
type Context struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RBP uint64
	R8, R9, R10, R11, R12, R13, R14   uint64
	R15                               uint64
	RIP, RFLAGS, RSP                  uint64
	FSBase                            uint64
	Vector, Error                     uint64 // why ring 3 was left
	// Process and Thread are the answers to getpid and gettid, which syscallEntry gives
	// without going any further; 0: it does.
	Process, Thread uint64
	_               uint64
	Extended        [stateBytes]byte // XSAVE area
}

// Offsets that user_amd64.s uses; a change of Context that moves them does not
// compile.
const (
	_ = uint(unsafe.Offsetof(Context{}.RIP) - 120)
	_ = uint(120 - unsafe.Offsetof(Context{}.RIP))
	_ = uint(unsafe.Offsetof(Context{}.Extended) - 192)
	_ = uint(192 - unsafe.Offsetof(Context{}.Extended))
	_ = uint(unsafe.Offsetof(Context{}.Vector) - 152)
	_ = uint(152 - unsafe.Offsetof(Context{}.Vector))
	_ = uint(unsafe.Offsetof(Context{}.Process) - 168)
	_ = uint(168 - unsafe.Offsetof(Context{}.Process))
	_ = uint(unsafe.Offsetof(Context{}.Thread) - 176)
	_ = uint(176 - unsafe.Offsetof(Context{}.Thread))
	_ = uint(unsafe.Offsetof(Context{}.Error) - 160)
	_ = uint(160 - unsafe.Offsetof(Context{}.Error))
)

// userRFLAGS: interrupts on, and bit 1, which is always 1.
const userRFLAGS = 1<<9 | 1<<1

// flagsAllowed are the bits of RFLAGS that ring 3 may have: the arithmetic ones, DF,
// AC and ID. IF is always set, IOPL always 0.
const flagsAllowed = 0x00240CD5

// Reset makes c the context of a thread that starts at rip with a stack.
func (c *Context) Reset(rip, rsp uint64) {
	process, thread := c.Process, c.Thread
	clear(unsafe.Slice((*byte)(unsafe.Pointer(c)), unsafe.Sizeof(*c)))
	c.RIP, c.RSP, c.RFLAGS, c.Process, c.Thread = rip, rsp, userRFLAGS, process, thread
	c.Extended[24], c.Extended[25] = 0x80, 0x1F // MXCSR at reset: SDM volume 1, 10.2.3
}

// SetFlags gives ring 3 those of the flags that it may have.
func (c *Context) SetFlags(flags uint64) { c.RFLAGS = flags&flagsAllowed | userRFLAGS }

// Sanitize makes an XSAVE area that ring 3 wrote one that XRSTOR takes: SDM volume 1,
// 13.8. It says no to one that is not of our format.
func (c *Context) Sanitize() bool {
	x := c.Extended[:]
	x[26], x[27] = 0, 0 // of MXCSR the lower half may be set
	x[512] &= 7
	for i := 513; i < 576; i++ {
		if x[i] != 0 {
			return false
		}
	}
	return true
}

// OpenUser makes the processor that asks ready for ring 3: SYSCALL leads to syscallEntry, with
// interrupts, the direction, trap, nested-task and alignment flags cleared.
func OpenUser() {
	const (
		star   = (amd64.SelectorUserData-8)<<48 | amd64.SelectorKernelCode<<32 // SDM volume 3, 5.8.8
		masked = 1<<9 | 1<<10 | 1<<8 | 1<<14 | 1<<18
	)
	amd64.Wrmsr(amd64.IA32_STAR, star)
	amd64.Wrmsr(amd64.IA32_LSTAR, syscallAddress())
	amd64.Wrmsr(amd64.IA32_FMASK, masked)
	amd64.Wrmsr(amd64.IA32_EFER, amd64.Rdmsr(amd64.IA32_EFER)|amd64.EFER_SCE)
}

// Enter runs ring 3 in c on this processor until it comes back: by SYSCALL, an
// exception or an interrupt. c.Vector says why. Interrupts are off before and after.
// No other processor may have c meanwhile.
func Enter(c *Context) { enter(c) }

// Acknowledge takes note of an interrupt that came while ring 3 ran, and lets the
// local APIC bring the next.
func Acknowledge(vector uint64) { interrupt(vector) }

func enter(c *Context)
func syscallAddress() uint64
