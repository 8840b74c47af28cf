#include "textflag.h"

// The way into ring 3 and back out. Intel SDM volume 3, 5.8.8 (SYSCALL) and 6.12.
//
// Enter is a function for its caller: it returns when ring 3 was left. So the
// kernel needs one stack, and a thread of ring 3 is its Context and nothing else.
// Offsets are those of Context.

#define FS_BASE $0xC0000100
#define USER_DATA $0x1B
#define USER_CODE $0x23

// XSAVE64 and XRSTOR64 of 192(DI) with EDX:EAX = x87, SSE and AVX.
#define SAVE_EXTENDED \
	MOVL $7, AX; XORL DX, DX; \
	BYTE $0x48; BYTE $0x0F; BYTE $0xAE; BYTE $0xA7; LONG $192
#define RESTORE_EXTENDED \
	MOVL $7, AX; XORL DX, DX; \
	BYTE $0x48; BYTE $0x0F; BYTE $0xAE; BYTE $0xAF; LONG $192

// func enter(c *Context)
TEXT ·enter(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ c+0(FP), DI
	SUBQ $8, SP
	MOVQ BP, 0(SP)
	MOVQ SP, ·kernelSP(SB)
	MOVQ DI, ·current(SB)
	RESTORE_EXTENDED
	MOVL FS_BASE, CX
	MOVQ 144(DI), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	SUBQ $40, SP
	MOVQ 120(DI), AX
	MOVQ AX, 0(SP)
	MOVQ USER_CODE, 8(SP)
	MOVQ 128(DI), AX
	MOVQ AX, 16(SP)
	MOVQ 136(DI), AX
	MOVQ AX, 24(SP)
	MOVQ USER_DATA, 32(SP)
	MOVQ 0(DI), AX
	MOVQ 8(DI), BX
	MOVQ 16(DI), CX
	MOVQ 24(DI), DX
	MOVQ 32(DI), SI
	MOVQ 48(DI), BP
	MOVQ 56(DI), R8
	MOVQ 64(DI), R9
	MOVQ 72(DI), R10
	MOVQ 80(DI), R11
	MOVQ 88(DI), R12
	MOVQ 96(DI), R13
	MOVQ 104(DI), R14
	MOVQ 112(DI), R15
	MOVQ 40(DI), DI
	IRETQ

// syscallEntry is where SYSCALL goes: RCX holds the caller's RIP, R11 its RFLAGS,
// and the stack is still the caller's.
TEXT ·syscallEntry(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ SP, ·userSP(SB)
	MOVQ ·current(SB), SP
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	MOVQ CX, 16(SP)
	MOVQ DX, 24(SP)
	MOVQ SI, 32(SP)
	MOVQ DI, 40(SP)
	MOVQ R8, 56(SP)
	MOVQ R9, 64(SP)
	MOVQ R10, 72(SP)
	MOVQ R11, 80(SP)
	MOVQ R12, 88(SP)
	MOVQ R13, 96(SP)
	MOVQ R14, 104(SP)
	MOVQ R15, 112(SP)
	MOVQ CX, 120(SP)
	MOVQ R11, 128(SP)
	MOVQ ·userSP(SB), AX
	MOVQ AX, 136(SP)
	MOVQ $0x100, AX
	MOVQ AX, 152(SP)
	MOVQ SP, DI
	JMP ·leave(SB)

// fromUser is where trapCommon goes when ring 3 was interrupted. The stack is that
// of the TSS: vector, error code, RIP, CS, RFLAGS, RSP, SS.
TEXT ·fromUser(SB), NOSPLIT|NOFRAME, $0-0
	SUBQ $8, SP
	MOVQ DI, 0(SP)
	MOVQ ·current(SB), DI
	MOVQ AX, 0(DI)
	MOVQ BX, 8(DI)
	MOVQ CX, 16(DI)
	MOVQ DX, 24(DI)
	MOVQ SI, 32(DI)
	MOVQ 0(SP), AX
	MOVQ AX, 40(DI)
	MOVQ R8, 56(DI)
	MOVQ R9, 64(DI)
	MOVQ R10, 72(DI)
	MOVQ R11, 80(DI)
	MOVQ R12, 88(DI)
	MOVQ R13, 96(DI)
	MOVQ R14, 104(DI)
	MOVQ R15, 112(DI)
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

// leave returns from enter with the context in DI saved.
TEXT ·leave(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ BP, 48(DI)
	SAVE_EXTENDED
	MOVQ ·kernelSP(SB), SP
	MOVL FS_BASE, CX
	LEAQ ·tlsSlot(SB), AX
	ADDQ $8, AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	CLD
	LEAQ ·kernG(SB), R14
	MOVQ R14, ·tlsSlot(SB)
	XORPS X15, X15
	MOVQ 0(SP), BP
	ADDQ $8, SP
	RET

// func syscallAddress() uint64
TEXT ·syscallAddress(SB), NOSPLIT, $0-8
	LEAQ ·syscallEntry(SB), AX
	MOVQ AX, ret+0(FP)
	RET
