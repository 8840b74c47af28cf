#include "textflag.h"

// Unpacked rows by a panel of four vectors; the order of sums is that of the kernels for one, lane
// by lane, so that the results are the same to the bit. Panels are those of panel_amd64.s; sums
// has, of each 256 values, 8 sums of each vector.
//
// VPDPBUSD multiplies unsigned by signed bytes. Numbers have something added to be unsigned; what
// that adds to the sums of four products is taken away beforehand: the sums begin with what
// the panel has for it.

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

// Four rows at once, by AVX-512 VNNI: distances of rows are AX of q and R11 of scales, in bytes.
#define WIDE \
	MOVQ q+0(FP), SI \
	MOVQ scales+8(FP), BX \
	MOVQ more+16(FP), DI \
	MOVQ panel+24(FP), DX \
	MOVQ sums+32(FP), R8 \
	MOVQ blocks+40(FP), CX \
	MOVQ out+48(FP), R9 \
	MOVQ CX, AX \
	SHLQ $8, AX \
	LEAQ (AX)(AX*2), R12 \
	MOVQ CX, R11 \
	SHLQ $5, R11 \
	LEAQ (R11)(R11*2), R13 \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z17, Z17, Z17 \
	VPXORD Z18, Z18, Z18 \
	VPXORD Z19, Z19, Z19 \
	VPXORD Z20, Z20, Z20 \
	VPXORD Z21, Z21, Z21 \
	VPXORD Z22, Z22, Z22 \
	VPXORD Z23, Z23, Z23

// SUM adds the eight lanes of each half of ACC, and stores the two.
#define SUM(ACC, AT) \
	VSHUFF64X2 $0xB1, ACC, ACC, Z6 \
	VADDPS Z6, ACC, Z6 \
	VPERMILPS $0x4E, Z6, Z7 \
	VADDPS Z7, Z6, Z6 \
	VPERMILPS $0xB1, Z6, Z7 \
	VADDPS Z7, Z6, Z6 \
	VEXTRACTF64X4 $1, Z6, Y7 \
	VMOVSS X6, AT(R9) \
	VMOVSS X7, (AT+4)(R9)

#define WIDE_RESULTS \
	SUM(Z16, 0) \
	SUM(Z20, 8) \
	SUM(Z17, 16) \
	SUM(Z21, 24) \
	SUM(Z18, 32) \
	SUM(Z22, 40) \
	SUM(Z19, 48) \
	SUM(Z23, 56) \
	VZEROUPPER

// NUMBERS takes 32 numbers of each row to Z0 and Z1, and their scales to Z2 and Z4.
#define NUMBERS \
	VMOVDQU (SI), Y0 \
	VMOVDQU (SI)(AX*2), Y1 \
	VINSERTI64X4 $1, (SI)(AX*1), Z0, Z0 \
	VINSERTI64X4 $1, (SI)(R12*1), Z1, Z1 \
	VBROADCASTSS (BX), Y2 \
	VBROADCASTSS (BX)(R11*1), Y3 \
	VBROADCASTSS (BX)(R11*2), Y4 \
	VBROADCASTSS (BX)(R13*1), Y5 \
	VINSERTF64X4 $1, Y3, Z2, Z2 \
	VINSERTF64X4 $1, Y5, Z4, Z4

// LEAST takes the minimums, in Z0 and Z1, times the sums of vector V.
#define LEAST(V, ACC0, ACC1) \
	VBROADCASTF64X4 (32*V)(R8), Z9 \
	VFNMADD231PS Z9, Z0, ACC0 \
	VFNMADD231PS Z9, Z1, ACC1

#define VECTOR(V, ACC0, ACC1) \
	VBROADCASTI64X4 (32*V)(DX), Z6 \
	VPXORD Z7, Z7, Z7 \
	VPXORD Z8, Z8, Z8 \
	VPDPBUSD Z6, Z0, Z7 \
	VPDPBUSD Z6, Z1, Z8 \
	VCVTDQ2PS Z7, Z7 \
	VCVTDQ2PS Z8, Z8 \
	VBROADCASTSS (256+4*V)(DX), Z9 \
	VMULPS Z9, Z2, Z10 \
	VMULPS Z9, Z4, Z11 \
	VFMADD231PS Z10, Z7, ACC0 \
	VFMADD231PS Z11, Z8, ACC1

// func gridK(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[16]float32)
TEXT ·gridK(SB), NOSPLIT, $0-56
	WIDE
loop:
	VMOVUPS (DI), Y0
	VMOVUPS (DI)(R11*2), Y1
	VINSERTF64X4 $1, (DI)(R11*1), Z0, Z0
	VINSERTF64X4 $1, (DI)(R13*1), Z1, Z1
	LEAST(0, Z16, Z20)
	LEAST(1, Z17, Z21)
	LEAST(2, Z18, Z22)
	LEAST(3, Z19, Z23)
	MOVQ $8, R10
part:
	NUMBERS
	VECTOR(0, Z16, Z20)
	VECTOR(1, Z17, Z21)
	VECTOR(2, Z18, Z22)
	VECTOR(3, Z19, Z23)
	ADDQ $32, SI
	ADDQ $4, BX
	ADDQ $272, DX
	DECQ R10
	JNZ part
	ADDQ $32, DI
	ADDQ $128, R8
	DECQ CX
	JNZ loop
	WIDE_RESULTS
	RET

// WITHOUT multiplies numbers that have something added.
#define WITHOUT(V, ACC0, ACC1) \
	VBROADCASTI64X4 (32*V)(DX), Z6 \
	VBROADCASTI64X4 (128+32*V)(DX), Z7 \
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

// WIDE32 is WIDE with blocks of 32 values.
#define WIDE32 \
	WIDE \
	SHRQ $3, AX \
	SHRQ $3, R12 \
	SHRQ $3, R11 \
	SHRQ $3, R13

// func grid32(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[16]float32)
TEXT ·grid32(SB), NOSPLIT, $0-56
	WIDE32
loop:
	NUMBERS
	WITHOUT(0, Z16, Z20)
	WITHOUT(1, Z17, Z21)
	WITHOUT(2, Z18, Z22)
	WITHOUT(3, Z19, Z23)
	ADDQ $32, SI
	ADDQ $4, BX
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	WIDE_RESULTS
	RET

// SIX multiplies numbers of 6 bits, with lanes' scales in Z12 and Z13.
#define SIX(V, ACC0, ACC1) \
	VBROADCASTI64X4 (32*V)(DX), Z6 \
	VBROADCASTI64X4 (128+32*V)(DX), Z7 \
	VMOVDQA64 Z7, Z8 \
	VPDPBUSD Z6, Z0, Z7 \
	VPDPBUSD Z6, Z1, Z8 \
	VCVTDQ2PS Z7, Z7 \
	VCVTDQ2PS Z8, Z8 \
	VMULPS Z12, Z7, Z7 \
	VMULPS Z13, Z8, Z8 \
	VBROADCASTSS (256+4*V)(DX), Z9 \
	VMULPS Z9, Z2, Z10 \
	VMULPS Z9, Z4, Z11 \
	VFMADD231PS Z10, Z7, ACC0 \
	VFMADD231PS Z11, Z8, ACC1

// func gridQ6_K(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[16]float32)
TEXT ·gridQ6_K(SB), NOSPLIT, $0-56
	WIDE
	SHLQ $3, CX // in blocks of 32
loop:
	NUMBERS
	VMOVUPS (DI), Y12
	VMOVUPS (DI)(AX*2), Y13 // 32 numbers have lanes' scales of 32 bytes
	VINSERTF64X4 $1, (DI)(AX*1), Z12, Z12
	VINSERTF64X4 $1, (DI)(R12*1), Z13, Z13
	SIX(0, Z16, Z20)
	SIX(1, Z17, Z21)
	SIX(2, Z18, Z22)
	SIX(3, Z19, Z23)
	ADDQ $32, SI
	ADDQ $4, BX
	ADDQ $32, DI
	ADDQ $272, DX
	DECQ CX
	JNZ loop
	WIDE_RESULTS
	RET
