#include "textflag.h"

// Four unpacked rows by a panel of four vectors, by AVX-512 VNNI: two rows in the halves of a
// register. The order of sums is that of the kernels for one, as in strip_amd64.s.
//
// VPDPBUSD multiplies unsigned by signed bytes. Numbers have something added to be unsigned; what
// that adds to the sums of four products is taken away beforehand: the sums begin with what
// the panel has for it.

// WIDE has the distances of rows in AX of q and R11 of scales, in bytes, and three times them in R12
// and R13.
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
