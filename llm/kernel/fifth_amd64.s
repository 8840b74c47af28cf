#include "textflag.h"

// Types of 32 values with a minimum or a fifth bit: Q4_1, Q5_0 and Q5_1.

DATA fifths<>+0(SB)/8, $0x0000000000000000 // which byte of four has a value's bit
DATA fifths<>+8(SB)/8, $0x0101010101010101
DATA fifths<>+16(SB)/8, $0x0202020202020202
DATA fifths<>+24(SB)/8, $0x0303030303030303
DATA fifths<>+32(SB)/8, $0x8040201008040201 // and which bit it is
DATA fifths<>+40(SB)/4, $0x10101010
DATA fifths<>+44(SB)/4, $0x0F0F0F0F
GLOBL fifths<>(SB), RODATA|NOPTR, $48

#define HSUM \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPS X1, X0, X0 \
	VMOVHLPS X0, X0, X1 \
	VADDPS X1, X0, X0 \
	VMOVSHDUP X0, X1 \
	VADDSS X1, X0, X0

#define CONSTANTS \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y9, Y9, Y9 \
	VPCMPEQW Y15, Y15, Y15 \
	VPSRLW $15, Y15, Y15 \
	VPBROADCASTD fifths<>+44(SB), Y14 \
	VMOVDQU fifths<>+0(SB), Y13 \
	VPBROADCASTQ fifths<>+32(SB), Y12 \
	VPBROADCASTD fifths<>+40(SB), Y11

// NIBBLES takes 32 numbers of 4 bits at AT to Y3.
#define NIBBLES(AT) \
	VMOVDQU AT(SI), X3 \
	VPSRLW $4, X3, X8 \
	VINSERTI128 $1, X8, Y3, Y3 \
	VPAND Y14, Y3, Y3

// FIFTH adds the fifth bits at AT.
#define FIFTH(AT) \
	VPBROADCASTD AT(SI), Y4 \
	VPSHUFB Y13, Y4, Y4 \
	VPAND Y12, Y4, Y4 \
	VPCMPEQB Y12, Y4, Y4 \
	VPAND Y11, Y4, Y4 \
	VPOR Y4, Y3, Y3

// SCALE is the scale of a block of weights times that of its activations, in Y6.
#define SCALE \
	VPBROADCASTW (SI), X6 \
	VCVTPH2PS X6, Y6 \
	VBROADCASTSS (DX), Y7 \
	VMULPS Y7, Y6, Y6

// UNSIGNED multiplies the numbers in Y3, none of which is negative, by activations at (DI).
#define UNSIGNED \
	VPMADDUBSW (DI), Y3, Y5 \
	VPMADDWD Y15, Y5, Y5 \
	VCVTDQ2PS Y5, Y5 \
	VFMADD231PS Y6, Y5, Y0

// LEAST adds the minimum times the activations' sum to X9.
#define LEAST \
	VPBROADCASTW 2(SI), X8 \
	VCVTPH2PS X8, X8 \
	VFMADD231SS (BX), X8, X9

#define NEXT(BYTES) \
	ADDQ BYTES, SI \
	ADDQ $32, DI \
	ADDQ $4, DX \
	ADDQ $4, BX

// func dotQ4_1(row *byte, q *int8, scales, sums *float32, blocks int) float32
TEXT ·dotQ4_1(SB), NOSPLIT, $0-44
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ sums+24(FP), BX
	MOVQ blocks+32(FP), CX
	CONSTANTS
loop:
	NIBBLES(4)
	SCALE
	UNSIGNED
	LEAST
	NEXT($20)
	DECQ CX
	JNZ loop
	HSUM
	VADDSS X9, X0, X0
	VMOVSS X0, ret+40(FP)
	VZEROUPPER
	RET

// func dotQ5_1(row *byte, q *int8, scales, sums *float32, blocks int) float32
TEXT ·dotQ5_1(SB), NOSPLIT, $0-44
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ sums+24(FP), BX
	MOVQ blocks+32(FP), CX
	CONSTANTS
loop:
	NIBBLES(8)
	FIFTH(4)
	SCALE
	UNSIGNED
	LEAST
	NEXT($24)
	DECQ CX
	JNZ loop
	HSUM
	VADDSS X9, X0, X0
	VMOVSS X0, ret+40(FP)
	VZEROUPPER
	RET

// func dotQ5_0(row *byte, q *int8, scales, sums *float32, blocks int) float32
TEXT ·dotQ5_0(SB), NOSPLIT, $0-44
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ sums+24(FP), BX
	MOVQ blocks+32(FP), CX
	CONSTANTS
loop:
	NIBBLES(6)
	FIFTH(2)
	VPSUBB Y11, Y3, Y3
	SCALE
	VPABSB Y3, Y5
	VMOVDQU (DI), Y4
	VPSIGNB Y3, Y4, Y4
	VPMADDUBSW Y4, Y5, Y5
	VPMADDWD Y15, Y5, Y5
	VCVTDQ2PS Y5, Y5
	VFMADD231PS Y6, Y5, Y0
	NEXT($22)
	DECQ CX
	JNZ loop
	HSUM
	VMOVSS X0, ret+40(FP)
	VZEROUPPER
	RET
