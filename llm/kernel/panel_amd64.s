#include "textflag.h"

// NUMBERS packs a block of vector V, whose numbers are at Q and whose scale is at S.
#define NUMBERS(V, Q, S) \
	VMOVDQU (Q), Y0 \
	VMOVDQU Y0, (32*V)(DX) \
	VPMADDUBSW Y0, Y15, Y0 \
	VPMADDWD Y14, Y0, Y0 \
	VPSLLD X12, Y0, Y0 \
	VPSUBD Y0, Y13, Y0 \
	VMOVDQU Y0, (128+32*V)(DX) \
	MOVL (S), AX \
	MOVL AX, (256+4*V)(DX) \
	ADDQ $32, Q \
	ADDQ $4, S

// func packGrid(panel *byte, q *[4]*int8, scales *[4]*float32, blocks, shift int)
// A panel has, of each block of four vectors, the numbers (4 x 32 bytes), the sums of four of them,
// shifted and negated (4 x 8 words), and the scales (4 floats).
TEXT ·packGrid(SB), NOSPLIT, $0-40
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
	MOVQ shift+32(FP), CX
	VMOVQ CX, X12
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
