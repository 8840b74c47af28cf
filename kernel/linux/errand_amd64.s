#include "textflag.h"

// An errand's stack is left in one place and gone on with in another: the caller's
// frame pointer and where it returns to lie on top. Of registers, compiled Go expects no
// other to be kept by a call; g, which is the processor's, it reads again afterwards.

// func switchStack(save *uint64, to uint64)
TEXT ·switchStack(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ save+0(FP), AX
	MOVQ to+8(FP), BX
	PUSHQ BP
	MOVQ SP, (AX)
	MOVQ BX, SP
	POPQ BP
	RET

// func startStack(save *uint64, top uint64)
TEXT ·startStack(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ save+0(FP), AX
	MOVQ top+8(FP), BX
	PUSHQ BP
	MOVQ SP, (AX)
	MOVQ BX, SP
	XORL BP, BP
	CALL ·errandMain(SB)
	INT $3 // it does not return
	POPQ BP
	RET
