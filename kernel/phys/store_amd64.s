#include "textflag.h"

// func store32(r *uint32, value uint32)
TEXT ·store32(SB), NOSPLIT, $0-12
	MOVQ r+0(FP), DI
	MOVL value+8(FP), AX
	MOVL AX, (DI)
	RET

// func store64(p *uint64, value uint64)
TEXT ·store64(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), DI
	MOVQ value+8(FP), AX
	MOVQ AX, (DI)
	RET
