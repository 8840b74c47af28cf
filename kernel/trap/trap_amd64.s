#include "go_asm.h"
#include "textflag.h"

// The way into an exception or interrupt and back out. Intel SDM volume 3, 6.12.
//
// Every vector has a 16-byte slot in ·vectors: it pushes a zero where the CPU
// pushes no error code, then its number, then goes to trapCommon. Pushes are
// written as bytes because the assembler would add up all slots as one frame.

#define SLOT(n) \
	BYTE $0x6A; BYTE $0x00; \
	BYTE $0x6A; BYTE $n; \
	JMP ·trapCommon(SB); \
	PCALIGN $16

#define SLOTERR(n) \
	BYTE $0x6A; BYTE $n; \
	JMP ·trapCommon(SB); \
	PCALIGN $16

// The same for the vectors that may strike anywhere: #DF, NMI, #MC.

#define SLOTANY(n) \
	BYTE $0x6A; BYTE $0x00; \
	BYTE $0x6A; BYTE $n; \
	JMP ·trapAnywhere(SB); \
	PCALIGN $16

#define SLOTERRANY(n) \
	BYTE $0x6A; BYTE $n; \
	JMP ·trapAnywhere(SB); \
	PCALIGN $16

#define SAVE_GENERAL \
	MOVQ AX, 0(SP); MOVQ BX, 8(SP); MOVQ CX, 16(SP); MOVQ DX, 24(SP); \
	MOVQ SI, 32(SP); MOVQ DI, 40(SP); MOVQ BP, 48(SP); MOVQ R8, 56(SP); \
	MOVQ R9, 64(SP); MOVQ R10, 72(SP); MOVQ R11, 80(SP); MOVQ R12, 88(SP); \
	MOVQ R13, 96(SP); MOVQ R14, 104(SP); MOVQ R15, 112(SP)

#define RESTORE_GENERAL \
	MOVQ 0(SP), AX; MOVQ 8(SP), BX; MOVQ 16(SP), CX; MOVQ 24(SP), DX; \
	MOVQ 32(SP), SI; MOVQ 40(SP), DI; MOVQ 48(SP), BP; MOVQ 56(SP), R8; \
	MOVQ 64(SP), R9; MOVQ 72(SP), R10; MOVQ 80(SP), R11; MOVQ 88(SP), R12; \
	MOVQ 96(SP), R13; MOVQ 104(SP), R14; MOVQ 112(SP), R15

#define FS_BASE $0xC0000100
#define GS_BASE $0xC0000101
#define KERNEL_GS_BASE $0xC0000102

// Write EDX:EAX = AX to the register in CX.
#define WRITE_AX \
	MOVQ AX, DX; SHRQ $32, DX; WRMSR

TEXT ·vectors(SB), NOSPLIT|NOFRAME, $0-0
	PCALIGN $16
	SLOT(0x00)
	SLOT(0x01)
	SLOTANY(0x02)
	SLOT(0x03)
	SLOT(0x04)
	SLOT(0x05)
	SLOT(0x06)
	SLOT(0x07)
	SLOTERRANY(0x08)
	SLOT(0x09)
	SLOTERR(0x0A)
	SLOTERR(0x0B)
	SLOTERR(0x0C)
	SLOTERR(0x0D)
	SLOTERR(0x0E)
	SLOT(0x0F)
	SLOT(0x10)
	SLOTERR(0x11)
	SLOTANY(0x12)
	SLOT(0x13)
	SLOT(0x14)
	SLOTERR(0x15)
	SLOT(0x16)
	SLOT(0x17)
	SLOT(0x18)
	SLOT(0x19)
	SLOT(0x1A)
	SLOT(0x1B)
	SLOT(0x1C)
	SLOTERR(0x1D)
	SLOTERR(0x1E)
	SLOT(0x1F)
	SLOT(0x20)
	SLOT(0x21)
	SLOT(0x22)
	SLOT(0x23)
	SLOT(0x24)
	SLOT(0x25)
	SLOT(0x26)
	SLOT(0x27)
	SLOT(0x28)
	SLOT(0x29)
	SLOT(0x2A)
	SLOT(0x2B)
	SLOT(0x2C)
	SLOT(0x2D)
	SLOT(0x2E)
	SLOT(0x2F)
	SLOT(0x30)
	SLOT(0x31)
	SLOT(0x32)
	SLOT(0x33)
	SLOT(0x34)
	SLOT(0x35)
	SLOT(0x36)
	SLOT(0x37)
	SLOT(0x38)
	SLOT(0x39)
	SLOT(0x3A)
	SLOT(0x3B)
	SLOT(0x3C)
	SLOT(0x3D)
	SLOT(0x3E)
	SLOT(0x3F)

// trapCommon saves the interrupted state as a Frame, calls the Go handler with
// its address and returns by IRETQ to whatever the Frame then holds.
//
// Compiled Go may be interrupted anywhere: all general registers, the XMM state
// and g (R14 and the TLS slot) are saved. The handler runs as trapG, whose
// stack guard is 0: on an exhausted stack morestack would be re-entered forever.
// In ring 0 the GS base is the processor's block wherever these vectors can strike:
// around SWAPGS interrupts are off and no instruction faults.
TEXT ·trapCommon(SB), NOSPLIT|NOFRAME, $0-0
	TESTB $3, 24(SP) // CS
	JNZ user
	SUBQ $120, SP
	SAVE_GENERAL
	CLD
	MOVQ SP, BX
	SUBQ $544, SP
	ANDQ $~15, SP
	FXSAVE64 32(SP)
	MOVQ Processor_tls(GS), AX
	MOVQ AX, 16(SP)
	MOVQ Processor_self(GS), R14
	ADDQ $Processor_trapG, R14
	MOVQ R14, Processor_tls(GS)
	XORPS X15, X15
	MOVQ BX, 24(SP)
	MOVQ BX, 0(SP)
	CALL ·trap(SB)
	MOVQ 16(SP), AX
	MOVQ AX, Processor_tls(GS)
	FXRSTOR64 32(SP)
	MOVQ 24(SP), SP
	RESTORE_GENERAL
	ADDQ $120, SP
	ADDQ $16, SP // the vector and the error code
	IRETQ
user:
	SWAPGS
	JMP ·fromUser(SB)

// trapAnywhere is trapCommon for what strikes on a stack of its own, in any state:
// between SYSCALL and SWAPGS, or between the load of ring 3's FS base and IRETQ, CS
// says ring 0 and the bases are ring 3's. So the GS base itself is asked whose it is:
// the kernel's has its top bit set, ring 3's is 0. The FS base is made the kernel's in
// any case and put back. AC, which ring 3 may have set, would switch SMAP off. An NMI
// in ring 3 returns there: the thread does not see it.
TEXT ·trapAnywhere(SB), NOSPLIT|NOFRAME, $0-0
	SUBQ $120, SP
	SAVE_GENERAL
	CLD
	PUSHFQ
	ANDQ $~(1<<18), 0(SP)
	POPFQ
	MOVQ SP, BX
	SUBQ $560, SP
	ANDQ $~15, SP
	FXSAVE64 48(SP)
	MOVQ BX, 24(SP)
	MOVL GS_BASE, CX
	RDMSR
	MOVQ DX, 40(SP)
	TESTL DX, DX
	JLT ours
	SWAPGS
ours:
	MOVL FS_BASE, CX
	RDMSR
	MOVL AX, 32(SP)
	MOVL DX, 36(SP)
	MOVQ Processor_self(GS), AX
	ADDQ $(Processor_tls+8), AX
	WRITE_AX
	MOVQ Processor_tls(GS), AX
	MOVQ AX, 16(SP)
	MOVQ Processor_self(GS), R14
	ADDQ $Processor_trapG, R14
	MOVQ R14, Processor_tls(GS)
	XORPS X15, X15
	MOVQ BX, 0(SP)
	CALL ·trap(SB)
	MOVQ 16(SP), AX
	MOVQ AX, Processor_tls(GS)
	MOVL FS_BASE, CX
	MOVL 32(SP), AX
	MOVL 36(SP), DX
	WRMSR
	MOVL 40(SP), AX
	TESTL AX, AX
	JLT back
	SWAPGS
back:
	FXRSTOR64 48(SP)
	MOVQ 24(SP), SP
	RESTORE_GENERAL
	ADDQ $136, SP // with the vector and the error code
	IRETQ

// func adopt()
// Makes the processor that runs the one whose block is at BX: the bases of GS and FS,
// g in R14 and at fs:-8, X15 = 0 (Go internal ABI specification, amd64). The selectors
// of FS and GS become null first: a load of one clears the base.
TEXT ·adopt(SB), NOSPLIT|NOFRAME, $0-0
	XORL AX, AX
	MOVW AX, FS
	MOVW AX, GS
	XORL DX, DX
	MOVL KERNEL_GS_BASE, CX // ring 3's
	WRMSR
	MOVQ BX, AX
	MOVL GS_BASE, CX
	WRITE_AX
	LEAQ (Processor_tls+8)(BX), AX
	MOVL FS_BASE, CX
	WRITE_AX
	MOVQ BX, Processor_self(BX)
	LEAQ Processor_kernG(BX), R14
	MOVQ R14, Processor_tls(BX)
	XORPS X15, X15
	RET

// func This() *Processor
TEXT ·This(SB), NOSPLIT, $0-8
	MOVQ Processor_self(GS), AX
	MOVQ AX, ret+0(FP)
	RET

// func currentG() (slot, register uint64)
TEXT ·currentG(SB), NOSPLIT, $0-16
	MOVQ (TLS), AX
	MOVQ AX, slot+0(FP)
	MOVQ R14, register+8(FP)
	RET

// func nmiWithUserBases() bool
// Between the two SWAPGS nothing else can strike: interrupts must be off.
TEXT ·nmiWithUserBases(SB), NOSPLIT, $0-1
	MOVL FS_BASE, CX
	RDMSR
	MOVL AX, R8
	MOVL DX, R9
	XORL AX, AX
	XORL DX, DX
	WRMSR
	SWAPGS
	INT $2
	SWAPGS
	RDMSR
	ORL AX, DX // still 0?
	SETEQ R10
	MOVL R8, AX
	MOVL R9, DX
	WRMSR
	MOVL KERNEL_GS_BASE, CX
	RDMSR
	ORL AX, DX
	SETEQ R11
	ANDL R11, R10
	MOVB R10, ret+0(FP)
	RET

// func vectorBase() uint64
TEXT ·vectorBase(SB), NOSPLIT, $0-8
	LEAQ ·vectors(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// The three leaves below may fault while a probe is on. The handler then acts
// as their RET: so they have no frame and the return address is on top.

// func probeLoad(addr uint64) uint64
TEXT ·probeLoad(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ addr+0(FP), AX
	MOVQ (AX), AX
	MOVQ AX, ret+8(FP)
	RET

// func probeStore(addr, value uint64)
TEXT ·probeStore(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ addr+0(FP), AX
	MOVQ value+8(FP), DX
	MOVQ DX, (AX)
	RET

// func probeJump(addr uint64)
TEXT ·probeJump(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ addr+0(FP), AX
	JMP AX
