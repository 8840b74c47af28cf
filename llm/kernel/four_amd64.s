#include "textflag.h"

// Four vectors by a row: the weights are loaded and their scale converted once. The order
// of sums is that of dotQ8_0 and dotQ4_0, so that the results are the same to the bit.

#define HSUM(YA, XA) \
	VEXTRACTF128 $1, YA, X8 \
	VADDPS X8, XA, XA \
	VMOVHLPS XA, XA, X8 \
	VADDPS X8, XA, XA \
	VMOVSHDUP XA, X8 \
	VADDSS X8, XA, XA

// ONE multiplies the weights in Y3, whose magnitudes are in Y5 and whose scale is in Y6, by
// 32 activations at Q with the scale at S, and adds to ACC.
#define ONE(Q, S, ACC) \
	VMOVDQU (Q), Y4 \
	VPSIGNB Y3, Y4, Y4 \
	VPMADDUBSW Y4, Y5, Y8 \
	VPMADDWD Y15, Y8, Y8 \
	VCVTDQ2PS Y8, Y8 \
	VBROADCASTSS (S), Y7 \
	VMULPS Y7, Y6, Y7 \
	VFMADD231PS Y7, Y8, ACC

#define ARGUMENTS \
	MOVQ row+0(FP), SI \
	MOVQ q+8(FP), AX \
	MOVQ 0(AX), R8 \
	MOVQ 8(AX), R9 \
	MOVQ 16(AX), R10 \
	MOVQ 24(AX), R11 \
	MOVQ scales+16(FP), AX \
	MOVQ 0(AX), R12 \
	MOVQ 8(AX), R13 \
	MOVQ 16(AX), BX \
	MOVQ 24(AX), DX \
	MOVQ blocks+24(FP), CX \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y9, Y9, Y9 \
	VPCMPEQW Y15, Y15, Y15 \
	VPSRLW $15, Y15, Y15

// WEIGHTS makes magnitudes and the scale of the weights in Y3.
#define WEIGHTS \
	VPABSB Y3, Y5 \
	VPBROADCASTW (SI), X6 \
	VCVTPH2PS X6, Y6

#define NEXT(BYTES) \
	ADDQ BYTES, SI \
	ADDQ $32, R8 \
	ADDQ $32, R9 \
	ADDQ $32, R10 \
	ADDQ $32, R11 \
	ADDQ $4, R12 \
	ADDQ $4, R13 \
	ADDQ $4, BX \
	ADDQ $4, DX

#define RESULTS \
	HSUM(Y0, X0) \
	HSUM(Y1, X1) \
	HSUM(Y2, X2) \
	HSUM(Y9, X9) \
	MOVQ out+32(FP), AX \
	VMOVSS X0, 0(AX) \
	VMOVSS X1, 4(AX) \
	VMOVSS X2, 8(AX) \
	VMOVSS X9, 12(AX) \
	VZEROUPPER

// func fourQ8_0(row *byte, q *[4]*int8, scales *[4]*float32, blocks int, out *[4]float32)
TEXT ·fourQ8_0(SB), NOSPLIT, $0-40
	ARGUMENTS
loop:
	VMOVDQU 2(SI), Y3
	WEIGHTS
	ONE(R8, R12, Y0)
	ONE(R9, R13, Y1)
	ONE(R10, BX, Y2)
	ONE(R11, DX, Y9)
	NEXT($34)
	DECQ CX
	JNZ loop
	RESULTS
	RET

// func fourQ4_0(row *byte, q *[4]*int8, scales *[4]*float32, blocks int, out *[4]float32)
TEXT ·fourQ4_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPCMPEQB Y14, Y14, Y14
	VPABSB Y14, Y14
	VPSLLW $3, Y14, Y13
	VPSLLW $4, Y14, Y12
	VPSUBB Y14, Y12, Y14
loop:
	VMOVDQU 2(SI), X3
	VPSRLW $4, X3, X8
	VINSERTI128 $1, X8, Y3, Y3
	VPAND Y14, Y3, Y3
	VPSUBB Y13, Y3, Y3
	WEIGHTS
	ONE(R8, R12, Y0)
	ONE(R9, R13, Y1)
	ONE(R10, BX, Y2)
	ONE(R11, DX, Y9)
	NEXT($18)
	DECQ CX
	JNZ loop
	RESULTS
	RET

// func addF32(to, x *float32, scale float32, groups int)
TEXT ·addF32(SB), NOSPLIT, $0-32
	MOVQ to+0(FP), DI
	MOVQ x+8(FP), SI
	VBROADCASTSS scale+16(FP), Y0
	MOVQ groups+24(FP), CX
loop:
	VMOVUPS (DI), Y1
	VFMADD231PS (SI), Y0, Y1
	VMOVUPS Y1, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET
