#include "textflag.h"

// func rdrand() (value uint64, ok bool)
TEXT ·rdrand(SB), NOSPLIT, $0-9
	RDRANDQ AX
	SETCS ok+8(FP)
	MOVQ AX, value+0(FP)
	RET
