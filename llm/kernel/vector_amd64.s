#include "textflag.h"

// Vectors of activations: rounding to 8 bits, and the exponential function.

DATA order<>+0(SB)/4, $0
DATA order<>+4(SB)/4, $4
DATA order<>+8(SB)/4, $1
DATA order<>+12(SB)/4, $5
DATA order<>+16(SB)/4, $2
DATA order<>+20(SB)/4, $6
DATA order<>+24(SB)/4, $3
DATA order<>+28(SB)/4, $7
GLOBL order<>(SB), RODATA|NOPTR, $32

DATA consts<>+0(SB)/4, $0x7FFFFFFF  // all but the sign
DATA consts<>+4(SB)/4, $0x42FE0000  // 127
DATA consts<>+8(SB)/4, $0xC2AEAC50  // -87.33655, the least exponent
DATA consts<>+12(SB)/4, $0x42B17217 // 88.72283, the greatest
DATA consts<>+16(SB)/4, $0x3FB8AA3B // log2(e)
DATA consts<>+20(SB)/4, $0x3F318000 // ln(2), the upper bits
DATA consts<>+24(SB)/4, $0xB95E8083 // ln(2), what is left
DATA consts<>+28(SB)/4, $0x39506967 // the polynomial
DATA consts<>+32(SB)/4, $0x3AB743CE
DATA consts<>+36(SB)/4, $0x3C088908
DATA consts<>+40(SB)/4, $0x3D2AA9C1
DATA consts<>+44(SB)/4, $0x3E2AAAAA
DATA consts<>+48(SB)/4, $0x3F000000
DATA consts<>+52(SB)/4, $0x3F800000 // 1
DATA consts<>+56(SB)/4, $0x80000000 // the sign
GLOBL consts<>(SB), RODATA|NOPTR, $60

// GREATEST takes 32 values at SI to Y0 to Y3, and their greatest magnitude to X4.
#define GREATEST \
	VMOVUPS (SI), Y0 \
	VMOVUPS 32(SI), Y1 \
	VMOVUPS 64(SI), Y2 \
	VMOVUPS 96(SI), Y3 \
	VANDPS Y15, Y0, Y4 \
	VANDPS Y15, Y1, Y5 \
	VANDPS Y15, Y2, Y6 \
	VANDPS Y15, Y3, Y7 \
	VMAXPS Y5, Y4, Y4 \
	VMAXPS Y7, Y6, Y6 \
	VMAXPS Y6, Y4, Y4 \
	VEXTRACTF128 $1, Y4, X5 \
	VMAXPS X5, X4, X4 \
	VMOVHLPS X4, X4, X5 \
	VMAXPS X5, X4, X4 \
	VMOVSHDUP X4, X5 \
	VMAXSS X5, X4, X4

// PACK multiplies Y0 to Y3 by Y6 and makes 32 numbers of 8 bits, in Y0.
#define PACK \
	VMULPS Y6, Y0, Y0 \
	VMULPS Y6, Y1, Y1 \
	VMULPS Y6, Y2, Y2 \
	VMULPS Y6, Y3, Y3 \
	VCVTPS2DQ Y0, Y0 \
	VCVTPS2DQ Y1, Y1 \
	VCVTPS2DQ Y2, Y2 \
	VCVTPS2DQ Y3, Y3 \
	VPACKSSDW Y1, Y0, Y0 \
	VPACKSSDW Y3, Y2, Y2 \
	VPACKSSWB Y2, Y0, Y0 \
	VPERMD Y0, Y13, Y0

// SUM is the sum of the numbers in Y0, as a float in X0.
#define SUM \
	VPMADDUBSW Y0, Y11, Y0 \
	VPMADDWD Y10, Y0, Y0 \
	VEXTRACTI128 $1, Y0, X1 \
	VPADDD X1, X0, X0 \
	VPSHUFD $0x4E, X0, X1 \
	VPADDD X1, X0, X0 \
	VPSHUFD $0xB1, X0, X1 \
	VPADDD X1, X0, X0 \
	VCVTDQ2PS X0, X0

// func roundQ8(x *float32, q *int8, scales, sums *float32, blocks int)
TEXT ·roundQ8(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ sums+24(FP), BX
	MOVQ blocks+32(FP), CX
	VPCMPEQB Y11, Y11, Y11
	VPABSB Y11, Y11   // ones of 8 bits
	VPCMPEQW Y10, Y10, Y10
	VPSRLW $15, Y10, Y10 // of 16
	VBROADCASTSS consts<>+0(SB), Y15
	VMOVSS consts<>+4(SB), X14
	VMOVDQU order<>(SB), Y13
	VXORPS X12, X12, X12
loop:
	GREATEST
	VDIVSS X14, X4, X5 // the greatest / 127
	VMOVSS X5, (DX)
	VDIVSS X4, X14, X6 // 127 / the greatest
	VUCOMISS X12, X4
	JNE some
	VXORPS X6, X6, X6
some:
	VBROADCASTSS X6, Y6
	PACK
	VMOVDQU Y0, (DI)
	SUM
	VMULSS X0, X5, X5
	VMOVSS X5, (BX)
	ADDQ $4, BX
	ADDQ $128, SI
	ADDQ $32, DI
	ADDQ $4, DX
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET

// EXP is e^Y0 in Y0, by Y1 to Y3: 2^n times a polynomial of what is left of the exponent.
// Source: Cephes, expf.
#define EXP \
	VBROADCASTSS consts<>+8(SB), Y1 \
	VMAXPS Y1, Y0, Y0 \
	VBROADCASTSS consts<>+12(SB), Y1 \
	VMINPS Y1, Y0, Y0 \
	VBROADCASTSS consts<>+16(SB), Y1 \
	VMULPS Y1, Y0, Y1 \
	VROUNDPS $0, Y1, Y1 \
	VBROADCASTSS consts<>+20(SB), Y2 \
	VFNMADD231PS Y2, Y1, Y0 \
	VBROADCASTSS consts<>+24(SB), Y2 \
	VFNMADD231PS Y2, Y1, Y0 \
	VCVTPS2DQ Y1, Y1 \
	VPSLLD $23, Y1, Y1 \
	VBROADCASTSS consts<>+28(SB), Y2 \
	VBROADCASTSS consts<>+32(SB), Y3 \
	VFMADD213PS Y3, Y0, Y2 \
	VBROADCASTSS consts<>+36(SB), Y3 \
	VFMADD213PS Y3, Y0, Y2 \
	VBROADCASTSS consts<>+40(SB), Y3 \
	VFMADD213PS Y3, Y0, Y2 \
	VBROADCASTSS consts<>+44(SB), Y3 \
	VFMADD213PS Y3, Y0, Y2 \
	VBROADCASTSS consts<>+48(SB), Y3 \
	VFMADD213PS Y3, Y0, Y2 \
	VMULPS Y0, Y0, Y3 \
	VFMADD213PS Y0, Y3, Y2 \
	VBROADCASTSS consts<>+52(SB), Y3 \
	VADDPS Y3, Y2, Y0 \
	VPADDD Y1, Y0, Y0

// func expSum(x *float32, most float32, groups int) float32
TEXT ·expSum(SB), NOSPLIT, $0-28
	MOVQ x+0(FP), SI
	VBROADCASTSS most+8(FP), Y14
	MOVQ groups+16(FP), CX
	VXORPS Y15, Y15, Y15
loop:
	VMOVUPS (SI), Y0
	VSUBPS Y14, Y0, Y0
	EXP
	VMOVUPS Y0, (SI)
	VADDPS Y0, Y15, Y15
	ADDQ $32, SI
	DECQ CX
	JNZ loop
	VEXTRACTF128 $1, Y15, X1
	VADDPS X1, X15, X0
	VMOVHLPS X0, X0, X1
	VADDPS X1, X0, X0
	VMOVSHDUP X0, X1
	VADDSS X1, X0, X0
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// func siluMultiply(gate, up *float32, groups int)
TEXT ·siluMultiply(SB), NOSPLIT, $0-24
	MOVQ gate+0(FP), DI
	MOVQ up+8(FP), SI
	MOVQ groups+16(FP), CX
	VBROADCASTSS consts<>+56(SB), Y13
	VBROADCASTSS consts<>+52(SB), Y14
loop:
	VMOVUPS (DI), Y15
	VXORPS Y13, Y15, Y0
	EXP
	VADDPS Y14, Y0, Y0
	VDIVPS Y0, Y15, Y0
	VMULPS (SI), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET

DATA gelu<>+0(SB)/4, $0x3D372713 // 0.044715
DATA gelu<>+4(SB)/4, $0x3FCC422A // 2 sqrt(2 / pi)
GLOBL gelu<>(SB), RODATA|NOPTR, $8

// func geluMultiply(gate, up *float32, groups int)
// GELU by the tangent is the gate times the sigmoid of twice its argument.
TEXT ·geluMultiply(SB), NOSPLIT, $0-24
	MOVQ gate+0(FP), DI
	MOVQ up+8(FP), SI
	MOVQ groups+16(FP), CX
	VBROADCASTSS gelu<>+0(SB), Y11
	VBROADCASTSS gelu<>+4(SB), Y12
	VBROADCASTSS consts<>+56(SB), Y13
	VBROADCASTSS consts<>+52(SB), Y14
loop:
	VMOVUPS (DI), Y15
	VMULPS Y15, Y15, Y0
	VMULPS Y15, Y0, Y0
	VFMADD213PS Y15, Y11, Y0
	VMULPS Y12, Y0, Y0
	VXORPS Y13, Y0, Y0
	EXP
	VADDPS Y14, Y0, Y0
	VDIVPS Y0, Y15, Y0
	VMULPS (SI), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET

// func sumSquares(x *float32, groups int) float32
// 64 sums in turn, in eight registers.
TEXT ·sumSquares(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ groups+8(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	SUBQ $8, CX
	JLT rest
eight:
	VMOVUPS (SI), Y8
	VMOVUPS 32(SI), Y9
	VMOVUPS 64(SI), Y10
	VMOVUPS 96(SI), Y11
	VFMADD231PS Y8, Y8, Y0
	VFMADD231PS Y9, Y9, Y1
	VFMADD231PS Y10, Y10, Y2
	VFMADD231PS Y11, Y11, Y3
	VMOVUPS 128(SI), Y8
	VMOVUPS 160(SI), Y9
	VMOVUPS 192(SI), Y10
	VMOVUPS 224(SI), Y11
	VFMADD231PS Y8, Y8, Y4
	VFMADD231PS Y9, Y9, Y5
	VFMADD231PS Y10, Y10, Y6
	VFMADD231PS Y11, Y11, Y7
	ADDQ $256, SI
	SUBQ $8, CX
	JGE eight
rest:
	ADDQ $8, CX
	JZ done
#define REST(AT, Y) \
	VMOVUPS AT(SI), Y8 \
	VFMADD231PS Y8, Y8, Y \
	DECQ CX \
	JZ done
	REST(0, Y0)
	REST(32, Y1)
	REST(64, Y2)
	REST(96, Y3)
	REST(128, Y4)
	REST(160, Y5)
	REST(192, Y6)
done:
	VADDPS Y4, Y0, Y0
	VADDPS Y5, Y1, Y1
	VADDPS Y6, Y2, Y2
	VADDPS Y7, Y3, Y3
	VADDPS Y2, Y0, Y0
	VADDPS Y3, Y1, Y1
	VADDPS Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VMOVHLPS X0, X0, X1
	VADDPS X1, X0, X0
	VMOVSHDUP X0, X1
	VADDSS X1, X0, X0
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func soften(scores *float32, most float32, above, sum, fade *float32)
// 64 scores: see Soften.
TEXT ·soften(SB), NOSPLIT, $0-40
	MOVQ scores+0(FP), SI
	VBROADCASTSS most+8(FP), Y13
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMAXPS 64(SI), Y0, Y0
	VMAXPS 96(SI), Y1, Y1
	VMAXPS 128(SI), Y0, Y0
	VMAXPS 160(SI), Y1, Y1
	VMAXPS 192(SI), Y0, Y0
	VMAXPS 224(SI), Y1, Y1
	VMAXPS Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS X1, X0, X0
	VMOVHLPS X0, X0, X1
	VMAXPS X1, X0, X0
	VMOVSHDUP X0, X1
	VMAXSS X1, X0, X0
	VMAXSS X13, X0, X0
	MOVQ above+16(FP), AX
	VMOVSS X0, (AX)
	VBROADCASTSS X0, Y14
	VXORPS Y15, Y15, Y15
	MOVQ $8, CX
loop:
	VMOVUPS (SI), Y0
	VSUBPS Y14, Y0, Y0
	EXP
	VMOVUPS Y0, (SI)
	VADDPS Y0, Y15, Y15
	ADDQ $32, SI
	DECQ CX
	JNZ loop
	VEXTRACTF128 $1, Y15, X1
	VADDPS X1, X15, X0
	VMOVHLPS X0, X0, X1
	VADDPS X1, X0, X0
	VMOVSHDUP X0, X1
	VADDSS X1, X0, X0
	MOVQ sum+24(FP), AX
	VMOVSS X0, (AX)
	VSUBPS Y14, Y13, Y0
	EXP
	MOVQ fade+32(FP), AX
	VMOVSS X0, (AX)
	VZEROUPPER
	RET
