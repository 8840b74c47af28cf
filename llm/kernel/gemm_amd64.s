#include "textflag.h"

// Tiles of a product of matrices: 6 rows by two registers of columns, in registers 0 to 11.

// PAIR multiplies two rows' values at A by the 16 columns in Y12 and Y13.
#define PAIR(A, C0, C1, C2, C3) \
	VBROADCASTSS A(SI), Y14 \
	VBROADCASTSS A+4(SI), Y15 \
	VFMADD231PS Y12, Y14, C0 \
	VFMADD231PS Y13, Y14, C1 \
	VFMADD231PS Y12, Y15, C2 \
	VFMADD231PS Y13, Y15, C3

// STEP multiplies a column of a, at A, by a row of b, at B.
#define STEP(A, B) \
	VMOVUPS B(DI), Y12 \
	VMOVUPS B+32(DI), Y13 \
	PAIR(A, Y0, Y1, Y2, Y3) \
	PAIR(A+8, Y4, Y5, Y6, Y7) \
	PAIR(A+16, Y8, Y9, Y10, Y11)

// ROW adds sums to a row of c, and goes to the next.
#define ROW(C0, C1) \
	VADDPS (DX), C0, C0 \
	VADDPS 32(DX), C1, C1 \
	VMOVUPS C0, (DX) \
	VMOVUPS C1, 32(DX) \
	ADDQ BX, DX

#define ZERO(A, B) \
	VXORPS A, A, A \
	VXORPS B, B, B

// func tile16(deep int, a, b, c *float32, row int)
TEXT ·tile16(SB), NOSPLIT, $0-40
	MOVQ deep+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ c+24(FP), DX
	MOVQ row+32(FP), BX
	SHLQ $2, BX
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	ZERO(Y8, Y9)
	ZERO(Y10, Y11)
	SUBQ $4, CX
	JLT rest
four:
	STEP(0, 0)
	STEP(24, 64)
	STEP(48, 128)
	STEP(72, 192)
	ADDQ $96, SI
	ADDQ $256, DI
	SUBQ $4, CX
	JGE four
rest:
	ADDQ $4, CX
	JZ done
one:
	STEP(0, 0)
	ADDQ $24, SI
	ADDQ $64, DI
	DECQ CX
	JNZ one
done:
	ROW(Y0, Y1)
	ROW(Y2, Y3)
	ROW(Y4, Y5)
	ROW(Y6, Y7)
	ROW(Y8, Y9)
	ROW(Y10, Y11)
	VZEROUPPER
	RET

// ZPAIR multiplies two rows' values at A by the 32 columns in Z12 and Z13.
#define ZPAIR(A, C0, C1, C2, C3) \
	VBROADCASTSS A(SI), Z14 \
	VBROADCASTSS A+4(SI), Z15 \
	VFMADD231PS Z12, Z14, C0 \
	VFMADD231PS Z13, Z14, C1 \
	VFMADD231PS Z12, Z15, C2 \
	VFMADD231PS Z13, Z15, C3

// ZSTEP multiplies a column of a, at A, by a row of b, at B.
#define ZSTEP(A, B) \
	VMOVUPS B(DI), Z12 \
	VMOVUPS B+64(DI), Z13 \
	ZPAIR(A, Z0, Z1, Z2, Z3) \
	ZPAIR(A+8, Z4, Z5, Z6, Z7) \
	ZPAIR(A+16, Z8, Z9, Z10, Z11)

// ZROW adds sums to a row of c, and goes to the next.
#define ZROW(C0, C1) \
	VADDPS (DX), C0, C0 \
	VADDPS 64(DX), C1, C1 \
	VMOVUPS C0, (DX) \
	VMOVUPS C1, 64(DX) \
	ADDQ BX, DX

#define ZZERO(A, B) \
	VPXORD A, A, A \
	VPXORD B, B, B

// func tile32(deep int, a, b, c *float32, row int)
TEXT ·tile32(SB), NOSPLIT, $0-40
	MOVQ deep+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ c+24(FP), DX
	MOVQ row+32(FP), BX
	SHLQ $2, BX
	ZZERO(Z0, Z1)
	ZZERO(Z2, Z3)
	ZZERO(Z4, Z5)
	ZZERO(Z6, Z7)
	ZZERO(Z8, Z9)
	ZZERO(Z10, Z11)
	SUBQ $4, CX
	JLT rest
four:
	ZSTEP(0, 0)
	ZSTEP(24, 128)
	ZSTEP(48, 256)
	ZSTEP(72, 384)
	ADDQ $96, SI
	ADDQ $512, DI
	SUBQ $4, CX
	JGE four
rest:
	ADDQ $4, CX
	JZ done
one:
	ZSTEP(0, 0)
	ADDQ $24, SI
	ADDQ $128, DI
	DECQ CX
	JNZ one
done:
	ZROW(Z0, Z1)
	ZROW(Z2, Z3)
	ZROW(Z4, Z5)
	ZROW(Z6, Z7)
	ZROW(Z8, Z9)
	ZROW(Z10, Z11)
	VZEROUPPER
	RET
