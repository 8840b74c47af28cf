#include "go_asm.h"
#include "textflag.h"

// kentry is where the start stub jumps to: the first instruction of the kernel
// in the higher half. EDI = loader, RSI = its information (physical), RDX = the
// stub's header (virtual). It makes what compiled Go expects: a stack, g in R14
// and at FS base minus 8, X15 = 0 (Go internal ABI specification, amd64).
TEXT ·kentry(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ ·bootStack(SB), SP
	ADDQ $const_bootStackBytes, SP
	ANDQ $~15, SP
	SUBQ $32, SP
	MOVL DI, DI
	MOVQ DI, 0(SP)
	MOVQ SI, 8(SP)
	MOVQ DX, 16(SP)
	MOVQ BP, 24(SP)
	LEAQ pxos∕kernel∕trap·tlsSlot(SB), AX
	ADDQ $8, AX
	MOVQ AX, DX
	SHRQ $32, DX
	MOVL $const_fsBase, CX
	WRMSR
	LEAQ pxos∕kernel∕trap·kernG(SB), R14
	MOVQ R14, pxos∕kernel∕trap·tlsSlot(SB)
	XORPS X15, X15
	XORL BP, BP
	CALL ·start(SB)
	CALL ·idle(SB)
	RET

// func runOn(stack uint64)
// Leaves the boot stack for good and goes on in run.
TEXT ·runOn(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ stack+0(FP), AX
	MOVQ BP, -8(AX)
	SUBQ $16, AX
	MOVQ AX, SP
	XORL BP, BP // a backtrace ends here
	CALL ·run(SB)
	CALL ·idle(SB)
	RET
