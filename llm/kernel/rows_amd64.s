#include "textflag.h"

// Four rows of weights by one vector, by VPDPBUSD of AVX-512 VNNI: two rows in the halves of a
// register. The order of sums is that of dotQ8_0 and dotQ4_0, lane by lane, so that the results
// are the same to the bit. The vector is the first of a panel: see panel_amd64.s.

// PAIR makes, of two rows' scales at A and B, a register with each in a half.
#define PAIR(A, B, X, Y, Z, XT, YT) \
	VPBROADCASTW (A), X \
	VPBROADCASTW (B), XT \
	VCVTPH2PS X, Y \
	VCVTPH2PS XT, YT \
	VINSERTF64X4 $1, YT, Z, Z

// SCALES are those of the four rows, in Z2 and Z4.
#define SCALES \
	PAIR(R8, R9, X2, Y2, Z2, X3, Y3) \
	PAIR(R10, R11, X4, Y4, Z4, X5, Y5)

// VECTOR multiplies the weights in Z0 and Z1.
#define VECTOR \
	VBROADCASTI64X4 (DX), Z6 \
	VBROADCASTI64X4 128(DX), Z7 \
	VMOVDQA64 Z7, Z8 \
	VPDPBUSD Z6, Z0, Z7 \
	VPDPBUSD Z6, Z1, Z8 \
	VCVTDQ2PS Z7, Z7 \
	VCVTDQ2PS Z8, Z8 \
	VBROADCASTSS 256(DX), Z9 \
	VMULPS Z9, Z2, Z10 \
	VMULPS Z9, Z4, Z11 \
	VFMADD231PS Z10, Z7, Z16 \
	VFMADD231PS Z11, Z8, Z20

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
	VPXORD Z20, Z20, Z20

#define NEXT(BYTES) \
	ADDQ BYTES, R8 \
	ADDQ BYTES, R9 \
	ADDQ BYTES, R10 \
	ADDQ BYTES, R11 \
	ADDQ $272, DX \
	DECQ CX

// SUM adds the eight lanes of each half of ACC, and stores the two.
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

DATA bytes<>+0(SB)/4, $0x80808080
DATA bytes<>+4(SB)/4, $0x0F0F0F0F
GLOBL bytes<>(SB), RODATA|NOPTR, $8

// func rowsQ8_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[4]float32)
TEXT ·rowsQ8_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD bytes<>+0(SB), Z31
loop:
	VMOVDQU 2(R8), Y0
	VMOVDQU 2(R10), Y1
	VINSERTI64X4 $1, 2(R9), Z0, Z0
	VINSERTI64X4 $1, 2(R11), Z1, Z1
	VPXORD Z31, Z0, Z0
	VPXORD Z31, Z1, Z1
	SCALES
	VECTOR
	NEXT($34)
	JNZ loop
	SUM(Z16, 0)
	SUM(Z20, 8)
	VZEROUPPER
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

// func rowsQ4_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[4]float32)
TEXT ·rowsQ4_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD bytes<>+4(SB), Z31
loop:
	HALVES(R8, R9, X0, Y0, Z0, X3, Y3)
	HALVES(R10, R11, X1, Y1, Z1, X3, Y3)
	SCALES
	VECTOR
	NEXT($18)
	JNZ loop
	SUM(Z16, 0)
	SUM(Z20, 8)
	VZEROUPPER
	RET
