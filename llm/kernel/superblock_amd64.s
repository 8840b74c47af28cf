#include "textflag.h"
#include "superblock_amd64.h"

// Types of 256 values: Q4_K, Q5_K and Q6_K.

#define HSUM \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPS X1, X0, X0 \
	VMOVHLPS X0, X0, X1 \
	VADDPS X1, X0, X0 \
	VMOVSHDUP X0, X1 \
	VADDSS X1, X0, X0

// SCALES puts the scales of the parts, times those of the activations, onto the stack, and takes
// the minimums, times the sums of the activations, from Y0.
#define SCALES \
	HEAD \
	VMULPS (DX), Y3, Y3 \
	VMOVUPS Y3, parts-32(SP) \
	VFNMADD231PS (BX), Y4, Y0

// PART multiplies the numbers in W by 32 activations, scales the sums and adds.
#define PART(W, OFFSET, SCALE) \
	VPMADDUBSW OFFSET(DI), W, W \
	VPMADDWD Y15, W, W \
	VCVTDQ2PS W, W \
	VBROADCASTSS SCALE, Y7 \
	VFMADD231PS Y7, W, Y0

#define FOUR(BYTES, OFFSET, FIRST, SECOND) \
	VMOVDQU BYTES(SI), Y3 \
	VPSRLW $4, Y3, Y4 \
	VPAND Y14, Y3, Y3 \
	VPAND Y14, Y4, Y4 \
	PART(Y3, OFFSET, FIRST) \
	PART(Y4, (OFFSET+32), SECOND)

#define START \
	MOVQ row+0(FP), SI \
	MOVQ q+8(FP), DI \
	MOVQ scales+16(FP), DX \
	MOVQ sums+24(FP), BX \
	MOVQ blocks+32(FP), CX \
	VXORPS Y0, Y0, Y0 \
	VPCMPEQW Y15, Y15, Y15 \
	VPSRLW $15, Y15, Y15 \
	VBROADCASTSS kmasks<>+4(SB), Y14

#define STEP(BYTES) \
	ADDQ BYTES, SI \
	ADDQ $256, DI \
	ADDQ $32, DX \
	ADDQ $32, BX \
	DECQ CX

// func dotQ4_K(row *byte, q *int8, scales, sums *float32, blocks int) float32
TEXT ·dotQ4_K(SB), NOSPLIT, $32-44
	START
loop:
	SCALES
	FOUR(16, 0, parts-32(SP), parts-28(SP))
	FOUR(48, 64, parts-24(SP), parts-20(SP))
	FOUR(80, 128, parts-16(SP), parts-12(SP))
	FOUR(112, 192, parts-8(SP), parts-4(SP))
	STEP($144)
	JNZ loop
	HSUM
	VMOVSS X0, ret+40(FP)
	VZEROUPPER
	RET

#define FIVE(BYTES, OFFSET, FIRST, SECOND, BIT1, BIT2) \
	NUMBERS5(BYTES, BIT1, BIT2) \
	PART(Y3, OFFSET, FIRST) \
	PART(Y4, (OFFSET+32), SECOND)

// func dotQ5_K(row *byte, q *int8, scales, sums *float32, blocks int) float32
TEXT ·dotQ5_K(SB), NOSPLIT, $32-44
	START
	VBROADCASTSS kmasks<>+28(SB), Y13
loop:
	SCALES
	VMOVDQU 16(SI), Y12
	FIVE(48, 0, parts-32(SP), parts-28(SP), kmasks<>+32(SB), kmasks<>+33(SB))
	FIVE(80, 64, parts-24(SP), parts-20(SP), kmasks<>+34(SB), kmasks<>+35(SB))
	FIVE(112, 128, parts-16(SP), parts-12(SP), kmasks<>+36(SB), kmasks<>+37(SB))
	FIVE(144, 192, parts-8(SP), parts-4(SP), kmasks<>+38(SB), kmasks<>+39(SB))
	STEP($176)
	JNZ loop
	HSUM
	VMOVSS X0, ret+40(FP)
	VZEROUPPER
	RET

// SIX multiplies the numbers of 6 bits in W, less 32, by 32 activations; the first 16 and
// the others have scales of 8 bits each, at S, which meet the sums of two.
#define SIX(W, OFFSET, S, S2, SCALE) \
	VPSUBB Y13, W, W \
	VPABSB W, Y6 \
	VMOVDQU OFFSET(DI), Y7 \
	VPSIGNB W, Y7, Y7 \
	VPMADDUBSW Y7, Y6, Y6 \
	VPBROADCASTW S, X7 \
	VPBROADCASTW S2, X8 \
	VINSERTI128 $1, X8, Y7, Y7 \
	VPMADDWD Y7, Y6, Y6 \
	VCVTDQ2PS Y6, Y6 \
	VBROADCASTSS SCALE(DX), Y7 \
	VMULPS Y9, Y7, Y7 \
	VFMADD231PS Y7, Y6, Y0

// HALF does 128 numbers: their lower four bits at LOW, the upper two at HIGH.
#define HALF(LOW, HIGH, OFFSET, A0, A1, B0, B1, C0, C1, D0, D1, SCALE) \
	VMOVDQU HIGH(SI), Y2 \
	VMOVDQU LOW(SI), Y3 \
	VPAND Y14, Y3, Y4 \
	VPAND Y12, Y2, Y5 \
	VPSLLW $4, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	SIX(Y4, OFFSET, A0, A1, SCALE) \
	VMOVDQU (LOW+32)(SI), Y1 \
	VPAND Y14, Y1, Y4 \
	VPAND Y10, Y2, Y5 \
	VPSLLW $2, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	SIX(Y4, (OFFSET+32), B0, B1, (SCALE+4)) \
	VPSRLW $4, Y3, Y4 \
	VPAND Y14, Y4, Y4 \
	VPAND Y11, Y2, Y5 \
	VPOR Y5, Y4, Y4 \
	SIX(Y4, (OFFSET+64), C0, C1, (SCALE+8)) \
	VPSRLW $4, Y1, Y4 \
	VPAND Y14, Y4, Y4 \
	VPSRLW $2, Y2, Y5 \
	VPAND Y11, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	SIX(Y4, (OFFSET+96), D0, D1, (SCALE+12))

// func dotQ6_K(row *byte, q *int8, scales *float32, blocks int) float32
TEXT ·dotQ6_K(SB), NOSPLIT, $32-36
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ blocks+24(FP), CX
	VXORPS Y0, Y0, Y0
	VBROADCASTSS kmasks<>+4(SB), Y14  // 15
	VBROADCASTSS kmasks<>+12(SB), Y13 // 32
	VBROADCASTSS kmasks<>+16(SB), Y12 // 3
	VBROADCASTSS kmasks<>+8(SB), Y11  // 0x30
	VBROADCASTSS kmasks<>+20(SB), Y10 // 0x0C
loop:
	VPMOVSXBW 192(SI), Y3
	VMOVDQU Y3, parts-32(SP)
	VPBROADCASTW 208(SI), X9
	VCVTPH2PS X9, Y9
	HALF(0, 128, 0, parts-32(SP), parts-30(SP), parts-28(SP), parts-26(SP), parts-24(SP), parts-22(SP), parts-20(SP), parts-18(SP), 0)
	HALF(64, 160, 128, parts-16(SP), parts-14(SP), parts-12(SP), parts-10(SP), parts-8(SP), parts-6(SP), parts-4(SP), parts-2(SP), 16)
	ADDQ $210, SI
	ADDQ $256, DI
	ADDQ $32, DX
	DECQ CX
	JNZ loop
	HSUM
	VMOVSS X0, ret+32(FP)
	VZEROUPPER
	RET
