#include "textflag.h"

// PC16550D data sheet: the line status register is at offset 5, bit 5 says
// that the transmitter holding register is empty.
#define LSR 5
#define LSR_THRE 0x20

// func put(port uint16, c byte, limit uint32) bool
// Waits until the transmitter takes a character, then sends it. A UART that
// never gets ready (or is not there: LSR 0xFF has every bit set) must not hang
// the kernel, so the wait is bounded by limit reads.
TEXT ·put(SB), NOSPLIT, $0-9
	MOVW port+0(FP), DX
	MOVL limit+4(FP), CX
	ADDW $LSR, DX
wait:
	INB
	CMPB AX, $0xFF
	JEQ dead
	TESTB $LSR_THRE, AX
	JNE ready
	PAUSE
	DECL CX
	JNE wait
dead:
	MOVB $0, ret+8(FP)
	RET
ready:
	SUBW $LSR, DX
	MOVB c+2(FP), AX
	OUTB
	MOVB $1, ret+8(FP)
	RET
