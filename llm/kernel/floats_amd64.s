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
