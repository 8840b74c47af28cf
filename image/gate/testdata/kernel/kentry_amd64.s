#include "textflag.h"

// func kentry()
TEXT ·kentry(SB), NOSPLIT|NOFRAME, $0-0
	CALL ·start(SB)
	HLT
