#include "textflag.h"

// func store32(r *uint32, value uint32)
TEXT ·store32(SB), NOSPLIT, $0-12
	MOVQ r+0(FP), DI
	MOVL value+8(FP), AX
	MOVL AX, (DI)
	RET

// func storeEntry(to unsafe.Pointer, e *[8]uint64)
TEXT ·storeEntry(SB), NOSPLIT, $0-16
	MOVQ to+0(FP), DI
	MOVQ e+8(FP), SI
	MOVOU 0(SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	MOVOU X1, 16(DI)
	MOVOU X2, 32(DI)
	MOVOU X3, 48(DI)
	MOVOU X0, (DI)
	RET
