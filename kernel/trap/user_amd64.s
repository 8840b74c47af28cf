#include "go_asm.h"
#include "textflag.h"

// The way into ring 3 and back out. Intel SDM volume 3, 5.8.8 (SYSCALL) and 6.12.
// The GS base is the processor's block in ring 0 and ring 3's, 0, out there: SWAPGS is
// the first instruction of each way in and the last but one of each way out.
//
// Enter is a function for its caller: it returns when ring 3 was left. So the
// kernel needs one stack a processor, and a thread of ring 3 is its Context and nothing else.
// Offsets are those of Context.

#define FS_BASE $0xC0000100
#define KERNEL_DATA $0x10
#define USER_DATA $0x1B
#define USER_CODE $0x23

// XSAVE64 and XRSTOR64 of 192(DI) with EDX:EAX = x87, SSE and AVX.
#define SAVE_EXTENDED \
	MOVL $7, AX; XORL DX, DX; \
	BYTE $0x48; BYTE $0x0F; BYTE $0xAE; BYTE $0xA7; LONG $192
#define RESTORE_EXTENDED \
	MOVL $7, AX; XORL DX, DX; \
	BYTE $0x48; BYTE $0x0F; BYTE $0xAE; BYTE $0xAF; LONG $192

// CLAC, Intel SDM volume 2: with AC set, SMAP lets ring 0 reach user pages.
#define CLAC BYTE $0x0F; BYTE $0x01; BYTE $0xCA

// The general registers of a Context at DI, but for RCX, R11 and RDI.
#define LOAD_CONTEXT \
	MOVQ 0(DI), AX; MOVQ 8(DI), BX; MOVQ 24(DI), DX; MOVQ 32(DI), SI; \
	MOVQ 48(DI), BP; MOVQ 56(DI), R8; MOVQ 64(DI), R9; MOVQ 72(DI), R10; \
	MOVQ 88(DI), R12; MOVQ 96(DI), R13; MOVQ 104(DI), R14; MOVQ 112(DI), R15

// The same into a Context at a register r, but for RAX, RDI and RBP.
#define STORE_CONTEXT(r) \
	MOVQ BX, 8(r); MOVQ CX, 16(r); MOVQ DX, 24(r); MOVQ SI, 32(r); \
	MOVQ R8, 56(r); MOVQ R9, 64(r); MOVQ R10, 72(r); MOVQ R11, 80(r); \
	MOVQ R12, 88(r); MOVQ R13, 96(r); MOVQ R14, 104(r); MOVQ R15, 112(r)

// RF and TF of RFLAGS: SYSRET ignores the one and would let the other strike before
// the first instruction of ring 3 has run.
#define RF_TF $0x10100

// func enter(c *Context)
//
// SYSRETQ serves where IRETQ would do the same: the thread came by SYSCALL and what
// that left in RCX and R11 is still its RIP and RFLAGS. On Intel's processors SYSRETQ
// to an address that is not canonical raises #GP in ring 0 on ring 3's stack, and IRETQ
// behind SWAPGS: so a RIP outside the lower half is ring 3's #GP at once.
TEXT ·enter(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ c+0(FP), DI
	SUBQ $8, SP
	MOVQ BP, 0(SP)
	MOVQ SP, Processor_kernelSP(GS)
	MOVQ DI, Processor_current(GS)
	MOVQ 120(DI), CX
	MOVQ CX, AX
	SHRQ $47, AX
	JNZ wild
	RESTORE_EXTENDED
	MOVL FS_BASE, CX
	MOVQ 144(DI), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	MOVQ 120(DI), CX
	MOVQ 128(DI), R11
	CMPQ 152(DI), $0x100 // VectorSyscall
	JNE slow
	CMPQ 16(DI), CX
	JNE slow
	CMPQ 80(DI), R11
	JNE slow
	TESTL RF_TF, R11
	JNZ slow
	LOAD_CONTEXT
	MOVQ 136(DI), SP
	MOVQ 40(DI), DI
	SWAPGS
	BYTE $0x48; BYTE $0x0F; BYTE $0x07 // SYSRETQ
slow:
	SUBQ $40, SP
	MOVQ CX, 0(SP)
	MOVQ USER_CODE, 8(SP)
	MOVQ R11, 16(SP)
	MOVQ 136(DI), AX
	MOVQ AX, 24(SP)
	MOVQ USER_DATA, 32(SP)
	LOAD_CONTEXT
	MOVQ 16(DI), CX
	MOVQ 80(DI), R11
	MOVQ 40(DI), DI
	SWAPGS
	IRETQ
wild:
	MOVQ $13, 152(DI) // #GP, no selector
	MOVQ $0, 160(DI)
	ADDQ $8, SP // BP is the caller's still
	RET

// syscallEntry is where SYSCALL goes: RCX holds the caller's RIP, R11 its RFLAGS,
// and the stack is still the caller's.
//
// getpid and gettid are answered at the door: nothing is saved, because nothing is
// touched but RAX. With TF set the long way is taken, as in enter.
TEXT ·syscallEntry(SB), NOSPLIT|NOFRAME, $0-0
	SWAPGS
	CMPQ AX, $39
	JEQ process
	CMPQ AX, $186
	JNE far
	MOVQ Processor_current(GS), AX
	MOVQ 176(AX), AX
	TESTQ AX, AX
	JEQ traced
	TESTL RF_TF, R11
	JNZ traced
	SWAPGS
	BYTE $0x48; BYTE $0x0F; BYTE $0x07 // SYSRETQ
process:
	MOVQ Processor_current(GS), AX
	MOVQ 168(AX), AX
	TESTQ AX, AX
	JEQ tracedProcess
	TESTL RF_TF, R11
	JNZ tracedProcess
	SWAPGS
	BYTE $0x48; BYTE $0x0F; BYTE $0x07 // SYSRETQ
tracedProcess:
	MOVL $39, AX
	JMP far
traced:
	MOVL $186, AX
far:
	MOVQ SP, Processor_userSP(GS)
	MOVQ Processor_current(GS), SP
	MOVQ AX, 0(SP)
	MOVQ DI, 40(SP)
	STORE_CONTEXT(SP)
	MOVQ CX, 120(SP)
	MOVQ R11, 128(SP)
	MOVQ Processor_userSP(GS), AX
	MOVQ AX, 136(SP)
	MOVQ $0x100, AX
	MOVQ AX, 152(SP)
	MOVQ SP, DI
	JMP ·leave(SB)

// fromUser is where trapCommon goes when ring 3 was interrupted. The stack is that
// of the TSS: vector, error code, RIP, CS, RFLAGS, RSP, SS. An interrupt, other than
// SYSCALL, leaves AC as ring 3 had it, and SS null; an emulator would translate the
// kernel once for each of the two SS.
TEXT ·fromUser(SB), NOSPLIT|NOFRAME, $0-0
	CLAC
	SUBQ $8, SP
	MOVQ DI, 0(SP)
	MOVQ Processor_current(GS), DI
	MOVQ AX, 0(DI)
	MOVL KERNEL_DATA, AX
	MOVW AX, SS
	STORE_CONTEXT(DI)
	MOVQ 0(SP), AX
	MOVQ AX, 40(DI)
	MOVQ 8(SP), AX
	MOVQ AX, 152(DI)
	MOVQ 16(SP), AX
	MOVQ AX, 160(DI)
	MOVQ 24(SP), AX
	MOVQ AX, 120(DI)
	MOVQ 40(SP), AX
	MOVQ AX, 128(DI)
	MOVQ 48(SP), AX
	MOVQ AX, 136(DI)
	JMP ·leave(SB)

// leave returns from enter with the context in DI saved. Selectors that ring 3 loaded
// go: the next thread would see them. The bases behind them are 0, whatever they are.
TEXT ·leave(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ BP, 48(DI)
	SAVE_EXTENDED
	MOVQ Processor_kernelSP(GS), SP
	MOVW DS, AX
	MOVW ES, CX
	ORW CX, AX
	MOVW FS, CX
	ORW CX, AX
	MOVW GS, CX
	ORW CX, AX
	JEQ null
	XORL AX, AX
	MOVW AX, DS
	MOVW AX, ES
	MOVW AX, FS
	SWAPGS
	MOVW AX, GS // clears the base that is in force: ring 3's
	SWAPGS
null:
	MOVL FS_BASE, CX
	MOVQ Processor_self(GS), R14
	LEAQ (Processor_tls+8)(R14), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	CLD
	ADDQ $Processor_kernG, R14
	MOVQ R14, Processor_tls(GS)
	XORPS X15, X15
	MOVQ 0(SP), BP
	ADDQ $8, SP
	RET

// func syscallAddress() uint64
TEXT ·syscallAddress(SB), NOSPLIT, $0-8
	LEAQ ·syscallEntry(SB), AX
	MOVQ AX, ret+0(FP)
	RET
