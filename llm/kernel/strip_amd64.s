#include "textflag.h"

// Unpacked rows by a panel of four vectors; the order of sums is that of the kernels for one, lane
// by lane, so that the results are the same to the bit. Panels are those of panel_amd64.s; sums
// has, of each 256 values, 8 sums of each vector.

#define HSUM(Y, X) \
	VEXTRACTF128 $1, Y, X9 \
	VADDPS X9, X, X \
	VMOVHLPS X, X, X9 \
	VADDPS X9, X, X \
	VMOVSHDUP X, X9 \
	VADDSS X9, X, X

#define NARROW \
	MOVQ q+0(FP), SI \
	MOVQ scales+8(FP), BX \
	MOVQ more+16(FP), DI \
	MOVQ panel+24(FP), DX \
	MOVQ sums+32(FP), R8 \
	MOVQ blocks+40(FP), CX \
	MOVQ out+48(FP), R9 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VPCMPEQW Y15, Y15, Y15 \
	VPSRLW $15, Y15, Y15

#define NARROW_RESULTS \
	HSUM(Y0, X0) \
	HSUM(Y1, X1) \
	HSUM(Y2, X2) \
	HSUM(Y3, X3) \
	VMOVSS X0, 0(R9) \
	VMOVSS X1, 4(R9) \
	VMOVSS X2, 8(R9) \
	VMOVSS X3, 12(R9) \
	VZEROUPPER

// ONE multiplies the numbers in Y4, whose scale is in Y5, by vector V.
#define ONE(V, ACC) \
	VPMADDUBSW (32*V)(DX), Y4, Y6 \
	VPMADDWD Y15, Y6, Y6 \
	VCVTDQ2PS Y6, Y6 \
	VBROADCASTSS (256+4*V)(DX), Y7 \
	VMULPS Y7, Y5, Y7 \
	VFMADD231PS Y7, Y6, ACC

// func stripK(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[4]float32)
// A row, by AVX2.
TEXT ·stripK(SB), NOSPLIT, $0-56
	NARROW
loop:
	VMOVUPS (DI), Y4
	VFNMADD231PS (R8), Y4, Y0
	VFNMADD231PS 32(R8), Y4, Y1
	VFNMADD231PS 64(R8), Y4, Y2
	VFNMADD231PS 96(R8), Y4, Y3
	MOVQ $8, R10
part:
	VMOVDQU (SI), Y4
	VBROADCASTSS (BX), Y5
	ONE(0, Y0)
	ONE(1, Y1)
	ONE(2, Y2)
	ONE(3, Y3)
	ADDQ $32, SI
	ADDQ $4, BX
	ADDQ $272, DX
	DECQ R10
	JNZ part
	ADDQ $32, DI
	ADDQ $128, R8
	DECQ CX
	JNZ loop
	NARROW_RESULTS
	RET

// SIGNED multiplies the numbers in Y4, less 32, with magnitudes in Y5, lanes' scales in Y10 and the
// block's in Y11, by vector V.
#define SIGNED(V, ACC) \
	VMOVDQU (32*V)(DX), Y6 \
	VPSIGNB Y4, Y6, Y6 \
	VPMADDUBSW Y6, Y5, Y6 \
	VPMADDWD Y15, Y6, Y6 \
	VCVTDQ2PS Y6, Y6 \
	VMULPS Y10, Y6, Y6 \
	VBROADCASTSS (256+4*V)(DX), Y7 \
	VMULPS Y7, Y11, Y7 \
	VFMADD231PS Y7, Y6, ACC

DATA thirtytwos<>+0(SB)/4, $0x20202020
GLOBL thirtytwos<>(SB), RODATA|NOPTR, $4

// func stripQ6_K(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[4]float32)
TEXT ·stripQ6_K(SB), NOSPLIT, $0-56
	NARROW
	VPBROADCASTD thirtytwos<>+0(SB), Y14
	SHLQ $3, CX // in blocks of 32
loop:
	VMOVDQU (SI), Y4
	VPSUBB Y14, Y4, Y4
	VPABSB Y4, Y5
	VMOVUPS (DI), Y10
	VBROADCASTSS (BX), Y11
	SIGNED(0, Y0)
	SIGNED(1, Y1)
	SIGNED(2, Y2)
	SIGNED(3, Y3)
	ADDQ $32, SI
	ADDQ $4, BX
	ADDQ $32, DI
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	NARROW_RESULTS
	RET
