#include "textflag.h"

// Rows of F32, F16 and BF16 by four vectors: the weights are loaded and converted once. The order
// of sums is that of dotF32 and its kin, so that the results are the same to the bit: their two
// registers are the halves of one here.

#define ARGUMENTS \
	MOVQ row+0(FP), SI \
	MOVQ x+8(FP), AX \
	MOVQ 0(AX), R8 \
	MOVQ 8(AX), R9 \
	MOVQ 16(AX), R10 \
	MOVQ 24(AX), R11 \
	MOVQ groups+16(FP), CX \
	MOVQ out+24(FP), DX

#define NEXT(BYTES) \
	ADDQ BYTES, R8 \
	ADDQ BYTES, R9 \
	ADDQ BYTES, R10 \
	ADDQ BYTES, R11

#define HSUM(Y, X) \
	VEXTRACTF128 $1, Y, X15 \
	VADDPS X15, X, X \
	VMOVHLPS X, X, X15 \
	VADDPS X15, X, X \
	VMOVSHDUP X, X15 \
	VADDSS X15, X, X

#define RESULTS \
	HSUM(Y0, X0) \
	HSUM(Y1, X1) \
	HSUM(Y2, X2) \
	HSUM(Y3, X3) \
	VMOVSS X0, 0(DX) \
	VMOVSS X1, 4(DX) \
	VMOVSS X2, 8(DX) \
	VMOVSS X3, 12(DX) \
	VZEROUPPER

#define F32(AT, R) VMOVUPS AT(SI), R
#define F16(AT, R) VCVTPH2PS AT(SI), R
#define BF16(AT, R) \
	VPMOVZXWD AT(SI), R \
	VPSLLD $16, R, R

// NARROW is a kernel by AVX2; even groups go to Y0 to Y3, odd ones to Y4 to Y7.
#define NARROW(LOAD, BYTES) \
	ARGUMENTS \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
	SUBQ $2, CX \
	JLT one \
two: \
	LOAD(0, Y8) \
	LOAD(BYTES, Y9) \
	VFMADD231PS (R8), Y8, Y0 \
	VFMADD231PS (R9), Y8, Y1 \
	VFMADD231PS (R10), Y8, Y2 \
	VFMADD231PS (R11), Y8, Y3 \
	VFMADD231PS 32(R8), Y9, Y4 \
	VFMADD231PS 32(R9), Y9, Y5 \
	VFMADD231PS 32(R10), Y9, Y6 \
	VFMADD231PS 32(R11), Y9, Y7 \
	ADDQ $(2*BYTES), SI \
	NEXT($64) \
	SUBQ $2, CX \
	JGE two \
one: \
	ADDQ $2, CX \
	JZ done \
	LOAD(0, Y8) \
	VFMADD231PS (R8), Y8, Y0 \
	VFMADD231PS (R9), Y8, Y1 \
	VFMADD231PS (R10), Y8, Y2 \
	VFMADD231PS (R11), Y8, Y3 \
done: \
	VADDPS Y4, Y0, Y0 \
	VADDPS Y5, Y1, Y1 \
	VADDPS Y6, Y2, Y2 \
	VADDPS Y7, Y3, Y3 \
	RESULTS \
	RET

// HALVES adds the upper half of a register to the lower.
#define HALVES(Z, Y) \
	VEXTRACTF64X4 $1, Z, Y8 \
	VADDPS Y8, Y, Y

// LAST multiplies a group of 8, whose upper half is zero, as that of what it is added to stays.
#define LAST(R, Z) \
	VMOVUPS (R), Y9 \
	VFMADD231PS Z9, Z8, Z

// WIDE is a kernel by AVX-512.
#define WIDE(LOAD, BYTES) \
	ARGUMENTS \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	SUBQ $2, CX \
	JLT one \
two: \
	LOAD(0, Z8) \
	VFMADD231PS (R8), Z8, Z0 \
	VFMADD231PS (R9), Z8, Z1 \
	VFMADD231PS (R10), Z8, Z2 \
	VFMADD231PS (R11), Z8, Z3 \
	ADDQ $(2*BYTES), SI \
	NEXT($64) \
	SUBQ $2, CX \
	JGE two \
one: \
	ADDQ $2, CX \
	JZ done \
	LOAD(0, Y8) \
	LAST(R8, Z0) \
	LAST(R9, Z1) \
	LAST(R10, Z2) \
	LAST(R11, Z3) \
done: \
	HALVES(Z0, Y0) \
	HALVES(Z1, Y1) \
	HALVES(Z2, Y2) \
	HALVES(Z3, Y3) \
	RESULTS \
	RET

// func fourF32(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·fourF32(SB), NOSPLIT, $0-32
	NARROW(F32, 32)

// func fourF16(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·fourF16(SB), NOSPLIT, $0-32
	NARROW(F16, 16)

// func fourBF16(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·fourBF16(SB), NOSPLIT, $0-32
	NARROW(BF16, 16)

// func wideF32(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·wideF32(SB), NOSPLIT, $0-32
	WIDE(F32, 32)

// func wideF16(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·wideF16(SB), NOSPLIT, $0-32
	WIDE(F16, 16)

// func wideBF16(row *byte, x *[4]*float32, groups int, out *[4]float32)
TEXT ·wideBF16(SB), NOSPLIT, $0-32
	WIDE(BF16, 16)

// func dotBF16(row *byte, x *float32, groups int) float32
TEXT ·dotBF16(SB), NOSPLIT, $0-28
	MOVQ row+0(FP), SI
	MOVQ x+8(FP), DI
	MOVQ groups+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y2, Y2, Y2
	SUBQ $2, CX
	JLT one
two:
	BF16(0, Y3)
	BF16(16, Y4)
	VFMADD231PS (DI), Y3, Y0
	VFMADD231PS 32(DI), Y4, Y2
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $2, CX
	JGE two
one:
	ADDQ $2, CX
	JZ done
	BF16(0, Y3)
	VFMADD231PS (DI), Y3, Y0
done:
	VADDPS Y2, Y0, Y0
	HSUM(Y0, X0)
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// STEP multiplies 16 columns of four rows, in Z16 to Z19, by those of the vector at R.
#define STEP(R, A, B, C, D) \
	VMOVUPS (R), Z20 \
	VFMADD231PS Z20, Z16, A \
	VFMADD231PS Z20, Z17, B \
	VFMADD231PS Z20, Z18, C \
	VFMADD231PS Z20, Z19, D

// HALF is STEP of 8 columns, whose other halves are zero.
#define HALF(R, A, B, C, D) \
	VMOVUPS (R), Y20 \
	VFMADD231PS Z20, Z16, A \
	VFMADD231PS Z20, Z17, B \
	VFMADD231PS Z20, Z18, C \
	VFMADD231PS Z20, Z19, D

#define ZERO(A, B, C, D) \
	VPXORD A, A, A \
	VPXORD B, B, B \
	VPXORD C, C, C \
	VPXORD D, D, D

// FOLD adds the halves, and the eight lanes as HSUM does.
#define FOLD(Z, AT) \
	VEXTRACTF64X4 $1, Z, Y20 \
	VADDPS Z20, Z, Z21 \
	VEXTRACTF32X4 $1, Z21, X20 \
	VADDPS Z20, Z21, Z21 \
	VPERMILPS $0x4E, Z21, Z20 \
	VADDPS Z20, Z21, Z21 \
	VPERMILPS $0xB1, Z21, Z20 \
	VADDPS Z20, Z21, Z21 \
	VMOVSS X21, AT(DX)

// func gridFloats(rows *float32, row int, x *[4]*float32, groups int, out *[16]float32)
// Four rows, whose distance is in values, by four vectors, in groups of 8.
TEXT ·gridFloats(SB), NOSPLIT, $0-40
	MOVQ rows+0(FP), SI
	MOVQ row+8(FP), BX
	SHLQ $2, BX
	LEAQ (BX)(BX*2), DI
	MOVQ x+16(FP), AX
	MOVQ 0(AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ groups+24(FP), CX
	MOVQ out+32(FP), DX
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	ZERO(Z12, Z13, Z14, Z15)
	SUBQ $2, CX
	JLT one
two:
	VMOVUPS (SI), Z16
	VMOVUPS (SI)(BX*1), Z17
	VMOVUPS (SI)(BX*2), Z18
	VMOVUPS (SI)(DI*1), Z19
	STEP(R8, Z0, Z1, Z2, Z3)
	STEP(R9, Z4, Z5, Z6, Z7)
	STEP(R10, Z8, Z9, Z10, Z11)
	STEP(R11, Z12, Z13, Z14, Z15)
	ADDQ $64, SI
	NEXT($64)
	SUBQ $2, CX
	JGE two
one:
	ADDQ $2, CX
	JZ done
	VMOVUPS (SI), Y16
	VMOVUPS (SI)(BX*1), Y17
	VMOVUPS (SI)(BX*2), Y18
	VMOVUPS (SI)(DI*1), Y19
	HALF(R8, Z0, Z1, Z2, Z3)
	HALF(R9, Z4, Z5, Z6, Z7)
	HALF(R10, Z8, Z9, Z10, Z11)
	HALF(R11, Z12, Z13, Z14, Z15)
done:
	FOLD(Z0, 0)
	FOLD(Z1, 4)
	FOLD(Z2, 8)
	FOLD(Z3, 12)
	FOLD(Z4, 16)
	FOLD(Z5, 20)
	FOLD(Z6, 24)
	FOLD(Z7, 28)
	FOLD(Z8, 32)
	FOLD(Z9, 36)
	FOLD(Z10, 40)
	FOLD(Z11, 44)
	FOLD(Z12, 48)
	FOLD(Z13, 52)
	FOLD(Z14, 56)
	FOLD(Z15, 60)
	VZEROUPPER
	RET

// func widenBF16(row *byte, to *float32, groups int)
TEXT ·widenBF16(SB), NOSPLIT, $0-24
	MOVQ row+0(FP), SI
	MOVQ to+8(FP), DI
	MOVQ groups+16(FP), CX
loop:
	BF16(0, Y0)
	VMOVUPS Y0, (DI)
	ADDQ $16, SI
	ADDQ $32, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET
