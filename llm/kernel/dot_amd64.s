#include "textflag.h"

// All instructions here are VEX-coded: one that is not, between them, costs ten times the
// loop on CPUs that keep the upper halves apart.

// HSUM adds the eight lanes of Y0 into X0.
#define HSUM \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPS X1, X0, X0 \
	VMOVHLPS X0, X0, X1 \
	VADDPS X1, X0, X0 \
	VMOVSHDUP X0, X1 \
	VADDSS X1, X0, X0

// func dotF32(row *byte, x *float32, groups int) float32
TEXT ·dotF32(SB), NOSPLIT, $0-28
	MOVQ row+0(FP), SI
	MOVQ x+8(FP), DI
	MOVQ groups+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y2, Y2, Y2
	SUBQ $2, CX
	JLT one
two:
	VMOVUPS (SI), Y3
	VMOVUPS 32(SI), Y4
	VFMADD231PS (DI), Y3, Y0
	VFMADD231PS 32(DI), Y4, Y2
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ $2, CX
	JGE two
one:
	ADDQ $2, CX
	JZ done
	VMOVUPS (SI), Y3
	VFMADD231PS (DI), Y3, Y0
done:
	VADDPS Y2, Y0, Y0
	HSUM
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// func dotF16(row *byte, x *float32, groups int) float32
TEXT ·dotF16(SB), NOSPLIT, $0-28
	MOVQ row+0(FP), SI
	MOVQ x+8(FP), DI
	MOVQ groups+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y2, Y2, Y2
	SUBQ $2, CX
	JLT one
two:
	VCVTPH2PS (SI), Y3
	VCVTPH2PS 16(SI), Y4
	VFMADD231PS (DI), Y3, Y0
	VFMADD231PS 32(DI), Y4, Y2
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $2, CX
	JGE two
one:
	ADDQ $2, CX
	JZ done
	VCVTPH2PS (SI), Y3
	VFMADD231PS (DI), Y3, Y0
done:
	VADDPS Y2, Y0, Y0
	HSUM
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// BLOCK multiplies 32 weights of 8 bits in Y3 by 32 activations at (DI): pairs of products
// fit 16 bits, since of the weights' magnitudes none is above 128 and of the activations'
// none above 127. The weights' scale, a half at (SI), and the activations' at (DX) scale
// the sums of four, which are added to ACC.
#define BLOCK(ACC) \
	VMOVDQU (DI), Y4 \
	VPABSB Y3, Y5 \
	VPSIGNB Y3, Y4, Y4 \
	VPMADDUBSW Y4, Y5, Y5 \
	VPMADDWD Y15, Y5, Y5 \
	VCVTDQ2PS Y5, Y5 \
	VPBROADCASTW (SI), X6 \
	VCVTPH2PS X6, Y6 \
	VBROADCASTSS (DX), Y7 \
	VMULPS Y7, Y6, Y6 \
	VFMADD231PS Y6, Y5, ACC

// func dotQ8_0(row *byte, q *int8, scales *float32, blocks int) float32
TEXT ·dotQ8_0(SB), NOSPLIT, $0-36
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ blocks+24(FP), CX
	VXORPS Y0, Y0, Y0
	VPCMPEQW Y15, Y15, Y15
	VPSRLW $15, Y15, Y15 // ones
loop:
	VMOVDQU 2(SI), Y3
	BLOCK(Y0)
	ADDQ $34, SI
	ADDQ $32, DI
	ADDQ $4, DX
	DECQ CX
	JNZ loop
	HSUM
	VMOVSS X0, ret+32(FP)
	VZEROUPPER
	RET

// func dotQ4_0(row *byte, q *int8, scales *float32, blocks int) float32
TEXT ·dotQ4_0(SB), NOSPLIT, $0-36
	MOVQ row+0(FP), SI
	MOVQ q+8(FP), DI
	MOVQ scales+16(FP), DX
	MOVQ blocks+24(FP), CX
	VXORPS Y0, Y0, Y0
	VPCMPEQW Y15, Y15, Y15
	VPSRLW $15, Y15, Y15 // ones
	VPCMPEQB Y14, Y14, Y14
	VPABSB Y14, Y14         // ones of 8 bits
	VPSLLW $3, Y14, Y13     // eights: no bit crosses a byte
	VPSLLW $4, Y14, Y12
	VPSUBB Y14, Y12, Y14    // fifteens
loop:
	VMOVDQU 2(SI), X3
	VPSRLW $4, X3, X8
	VINSERTI128 $1, X8, Y3, Y3
	VPAND Y14, Y3, Y3
	VPSUBB Y13, Y3, Y3
	BLOCK(Y0)
	ADDQ $18, SI
	ADDQ $32, DI
	ADDQ $4, DX
	DECQ CX
	JNZ loop
	HSUM
	VMOVSS X0, ret+32(FP)
	VZEROUPPER
	RET
