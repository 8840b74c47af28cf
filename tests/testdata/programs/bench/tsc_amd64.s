#include "textflag.h"

// func tsc() uint64
TEXT ·tsc(SB), NOSPLIT, $0-8
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, ret+0(FP)
	RET

// func nullCalls(n, call uint64) uint64: the time-stamp ticks of n system calls without
// arguments, the loop included.
TEXT ·nullCalls(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), BX
	MOVQ call+8(FP), R13
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, R12
again:
	MOVQ R13, AX
	SYSCALL
	DECQ BX
	JNZ again
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	SUBQ R12, AX
	MOVQ AX, ret+16(FP)
	RET

// func emptyLoop(n uint64) uint64: nullCalls without the calls.
TEXT ·emptyLoop(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), BX
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, R12
again:
	MOVL $39, AX
	DECQ BX
	JNZ again
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	SUBQ R12, AX
	MOVQ AX, ret+8(FP)
	RET
