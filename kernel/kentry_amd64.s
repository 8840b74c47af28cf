#include "go_asm.h"
#include "textflag.h"

// kentry is where the start stub jumps to: the first instruction of the kernel
// in the higher half. EDI = loader, RSI = its information (physical), RDX = the
// stub's header (virtual). It makes what compiled Go expects: a stack, and what adopt
// does.
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
	LEAQ pxos∕kernel∕trap·processors(SB), BX
	CALL pxos∕kernel∕trap·adopt(SB)
	XORL BP, BP
	CALL ·start(SB)
	CALL ·idle(SB)
	RET

// processorEntry is where the trampoline of the start stub jumps to, on a further
// processor. RDI = its block (virtual). The page tables are those of the start.
TEXT ·processorEntry(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ DI, BX
	MOVQ const_stackTop(BX), SP
	SUBQ $16, SP
	MOVQ BP, 8(SP)
	CALL pxos∕kernel∕trap·adopt(SB)
	XORL BP, BP
	CALL ·processorStart(SB)
	CALL ·idle(SB)
	RET

// func processorEntryAddress() uint64
TEXT ·processorEntryAddress(SB), NOSPLIT, $0-8
	LEAQ ·processorEntry(SB), AX
	MOVQ AX, ret+0(FP)
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
