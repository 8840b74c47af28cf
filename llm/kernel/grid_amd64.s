#include "textflag.h"

// Four rows of weights of 8 or 4 bits by four vectors, by VPDPBUSD of AVX-512 VNNI: two rows in the
// halves of a register. The order of sums is that of dotQ8_0 and dotQ4_0, lane by lane, so that the
// results are the same to the bit.
//
// VPDPBUSD multiplies unsigned by signed bytes. Weights have 128 or 8 added to be unsigned; what
// that adds to the sums of four products, so many times the activations' sum, is taken away
// beforehand: the sums begin with it.
//
// A panel has, of each block of four vectors, the numbers (4 x 32 bytes), the sums of four of them
// times -8 (4 x 8 words), and the scales (4 floats).

// PAIR makes, of two rows' scales at A and B, a register with each in a half.
#define PAIR(A, B, X, Y, Z, XT, YT) \
	VPBROADCASTW (A), X \
	VPBROADCASTW (B), XT \
	VCVTPH2PS X, Y \
	VCVTPH2PS XT, YT \
	VINSERTF64X4 $1, YT, Z, Z

// VECTOR multiplies the weights in Z0 and Z1, with the scales in Z2 and Z4, by vector V.
#define VECTOR(V, SHIFT, ACC0, ACC1) \
	VBROADCASTI64X4 (32*V)(DX), Z6 \
	VBROADCASTI64X4 (128+32*V)(DX), Z7 \
	SHIFT \
	VMOVDQA64 Z7, Z8 \
	VPDPBUSD Z6, Z0, Z7 \
	VPDPBUSD Z6, Z1, Z8 \
	VCVTDQ2PS Z7, Z7 \
	VCVTDQ2PS Z8, Z8 \
	VBROADCASTSS (256+4*V)(DX), Z9 \
	VMULPS Z9, Z2, Z10 \
	VMULPS Z9, Z4, Z11 \
	VFMADD231PS Z10, Z7, ACC0 \
	VFMADD231PS Z11, Z8, ACC1

#define TIMES16 VPSLLD $4, Z7, Z7
#define AS_IT_IS

#define ARGUMENTS \
	MOVQ rows+0(FP), R8 \
	MOVQ rowBytes+8(FP), AX \
	LEAQ (R8)(AX*1), R9 \
	LEAQ (R9)(AX*1), R10 \
	LEAQ (R10)(AX*1), R11 \
	MOVQ panel+16(FP), DX \
	MOVQ blocks+24(FP), CX \
	MOVQ out+32(FP), DI \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z17, Z17, Z17 \
	VPXORD Z18, Z18, Z18 \
	VPXORD Z19, Z19, Z19 \
	VPXORD Z20, Z20, Z20 \
	VPXORD Z21, Z21, Z21 \
	VPXORD Z22, Z22, Z22 \
	VPXORD Z23, Z23, Z23

// SUM adds the eight lanes of each half of ACC, as HSUM of dot_amd64.s does, and stores the two.
#define SUM(ACC, AT) \
	VSHUFF64X2 $0xB1, ACC, ACC, Z6 \
	VADDPS Z6, ACC, Z6 \
	VPERMILPS $0x4E, Z6, Z7 \
	VADDPS Z7, Z6, Z6 \
	VPERMILPS $0xB1, Z6, Z7 \
	VADDPS Z7, Z6, Z6 \
	VEXTRACTF64X4 $1, Z6, Y7 \
	VMOVSS X6, AT(DI) \
	VMOVSS X7, (AT+4)(DI)

#define RESULTS \
	SUM(Z16, 0) \
	SUM(Z20, 8) \
	SUM(Z17, 16) \
	SUM(Z21, 24) \
	SUM(Z18, 32) \
	SUM(Z22, 40) \
	SUM(Z19, 48) \
	SUM(Z23, 56) \
	VZEROUPPER

DATA signs<>+0(SB)/4, $0x80808080
DATA signs<>+4(SB)/4, $0x0F0F0F0F
GLOBL signs<>(SB), RODATA|NOPTR, $8

// func gridQ8_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[16]float32)
TEXT ·gridQ8_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD signs<>+0(SB), Z31
loop:
	VMOVDQU 2(R8), Y0
	VMOVDQU 2(R10), Y1
	VINSERTI64X4 $1, 2(R9), Z0, Z0
	VINSERTI64X4 $1, 2(R11), Z1, Z1
	VPXORD Z31, Z0, Z0
	VPXORD Z31, Z1, Z1
	PAIR(R8, R9, X2, Y2, Z2, X3, Y3)
	PAIR(R10, R11, X4, Y4, Z4, X5, Y5)
	VECTOR(0, TIMES16, Z16, Z20)
	VECTOR(1, TIMES16, Z17, Z21)
	VECTOR(2, TIMES16, Z18, Z22)
	VECTOR(3, TIMES16, Z19, Z23)
	ADDQ $34, R8
	ADDQ $34, R9
	ADDQ $34, R10
	ADDQ $34, R11
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	RESULTS
	RET

// HALVES makes the 32 numbers of 4 bits of two rows, each in a half.
#define HALVES(A, B, X, Y, Z, XT, YT) \
	VMOVDQU 2(A), X \
	VMOVDQU 2(B), XT \
	VPSRLW $4, X, X8 \
	VPSRLW $4, XT, X9 \
	VINSERTI128 $1, X8, Y, Y \
	VINSERTI128 $1, X9, YT, YT \
	VINSERTI64X4 $1, YT, Z, Z \
	VPANDD Z31, Z, Z

// func gridQ4_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[16]float32)
TEXT ·gridQ4_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD signs<>+4(SB), Z31
loop:
	HALVES(R8, R9, X0, Y0, Z0, X3, Y3)
	HALVES(R10, R11, X1, Y1, Z1, X3, Y3)
	PAIR(R8, R9, X2, Y2, Z2, X3, Y3)
	PAIR(R10, R11, X4, Y4, Z4, X5, Y5)
	VECTOR(0, AS_IT_IS, Z16, Z20)
	VECTOR(1, AS_IT_IS, Z17, Z21)
	VECTOR(2, AS_IT_IS, Z18, Z22)
	VECTOR(3, AS_IT_IS, Z19, Z23)
	ADDQ $18, R8
	ADDQ $18, R9
	ADDQ $18, R10
	ADDQ $18, R11
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	RESULTS
	RET

// NUMBERS packs a block of vector V, whose numbers are at Q and whose scale is at S.
#define NUMBERS(V, Q, S) \
	VMOVDQU (Q), Y0 \
	VMOVDQU Y0, (32*V)(DX) \
	VPMADDUBSW Y0, Y15, Y0 \
	VPMADDWD Y14, Y0, Y0 \
	VPSLLD $3, Y0, Y0 \
	VPSUBD Y0, Y13, Y0 \
	VMOVDQU Y0, (128+32*V)(DX) \
	MOVL (S), AX \
	MOVL AX, (256+4*V)(DX) \
	ADDQ $32, Q \
	ADDQ $4, S

// func packGrid(panel *byte, q *[4]*int8, scales *[4]*float32, blocks int)
TEXT ·packGrid(SB), NOSPLIT, $0-32
	MOVQ panel+0(FP), DX
	MOVQ q+8(FP), AX
	MOVQ 0(AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ scales+16(FP), AX
	MOVQ 0(AX), R12
	MOVQ 8(AX), R13
	MOVQ 16(AX), BX
	MOVQ 24(AX), SI
	MOVQ blocks+24(FP), CX
	VPCMPEQB Y15, Y15, Y15
	VPABSB Y15, Y15
	VPCMPEQW Y14, Y14, Y14
	VPSRLW $15, Y14, Y14
	VPXOR Y13, Y13, Y13
loop:
	NUMBERS(0, R8, R12)
	NUMBERS(1, R9, R13)
	NUMBERS(2, R10, BX)
	NUMBERS(3, R11, SI)
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET
