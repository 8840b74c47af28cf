#include "textflag.h"

// func store32(r *uint32, value uint32)
TEXT ·store32(SB), NOSPLIT, $0-12
	MOVQ r+0(FP), DI
	MOVL value+8(FP), AX
	MOVL AX, (DI)
	RET

// func store16(r *uint16, value uint16)
TEXT ·store16(SB), NOSPLIT, $0-10
	MOVQ r+0(FP), DI
	MOVW value+8(FP), AX
	MOVW AX, (DI)
	RET

// func load16(r *uint16) uint16
TEXT ·load16(SB), NOSPLIT, $0-10
	MOVQ r+0(FP), DI
	MOVW (DI), AX
	MOVW AX, ret+8(FP)
	RET

// func storeEntry(to unsafe.Pointer, head, command, arg0, arg1, arg2, arg3 uint64)
TEXT ·storeEntry(SB), NOSPLIT, $0-56
	MOVQ to+0(FP), DI
	LEAQ head+8(FP), SI
	MOVOU (SI), X0 // head, command
	MOVOU 16(SI), X1 // arg0, arg1
	MOVOU 32(SI), X2 // arg2, arg3
	MOVOU X1, 16(DI)
	MOVOU X2, 32(DI)
	MOVOU X0, (DI)
	RET
