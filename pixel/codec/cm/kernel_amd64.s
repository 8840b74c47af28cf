#include "textflag.h"

// One set of 32 weights against the inputs in Y8 and Y9, into 8 sums.
#define DOT(w, sums) \
	VPMADDWD (w), Y8, sums; \
	VPMADDWD 32(w), Y9, Y4; \
	VPADDD Y4, sums, sums

// func dotsAVX2(x, w0, w1, w2, w3 *[32]int16, sums *[4]int32)
TEXT ·dotsAVX2(SB), NOSPLIT, $0-48
	MOVQ x+0(FP), SI
	MOVQ w0+8(FP), AX
	MOVQ w1+16(FP), BX
	MOVQ w2+24(FP), CX
	MOVQ w3+32(FP), DX
	MOVQ sums+40(FP), DI
	VMOVDQU (SI), Y8
	VMOVDQU 32(SI), Y9
	DOT(AX, Y0)
	DOT(BX, Y1)
	DOT(CX, Y2)
	DOT(DX, Y3)
	VPHADDD Y1, Y0, Y0
	VPHADDD Y3, Y2, Y2
	VPHADDD Y2, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD X1, X0, X0
	VMOVDQU X0, (DI)
	VZEROUPPER
	RET

// One set of 32 weights moves by inputs times error: the product's upper 16 bits,
// rounded, added with saturation.
#define TRAIN(w, at) \
	VPBROADCASTW at(DI), Y4; \
	VPMULHRSW Y4, Y8, Y5; \
	VPADDSW (w), Y5, Y5; \
	VMOVDQU Y5, (w); \
	VPMULHRSW Y4, Y9, Y6; \
	VPADDSW 32(w), Y6, Y6; \
	VMOVDQU Y6, 32(w)

// func trainsAVX2(x, w0, w1, w2, w3 *[32]int16, errors *[4]int16)
TEXT ·trainsAVX2(SB), NOSPLIT, $0-48
	MOVQ x+0(FP), SI
	MOVQ w0+8(FP), AX
	MOVQ w1+16(FP), BX
	MOVQ w2+24(FP), CX
	MOVQ w3+32(FP), DX
	MOVQ errors+40(FP), DI
	VMOVDQU (SI), Y8
	VMOVDQU 32(SI), Y9
	TRAIN(AX, 0)
	TRAIN(BX, 2)
	TRAIN(CX, 4)
	TRAIN(DX, 6)
	VZEROUPPER
	RET

// func learnBMI2(table *byte, slots *uint32, count int, maps *[8192]uint32, in *[32]int16,
//	node, next, y uint64, rate uint64, states *[256][2]uint8, stretches *[4096]int16)
TEXT ·learnBMI2(SB), NOSPLIT, $8-88
	MOVQ table+0(FP), R8
	MOVQ slots+8(FP), R9
	MOVQ count+16(FP), CX
	MOVQ maps+24(FP), R10
	MOVQ in+32(FP), DI
	MOVQ node+40(FP), DX
	MOVQ next+48(FP), SI
	MOVQ y+56(FP), BX
	MOVQ states+72(FP), R11
	ADDQ BX, R11
	NEGL BX
	MOVQ rate+64(FP), R12
	MOVQ stretches+80(FP), R13
loop:
	MOVL (R9), AX
	ADDQ R8, AX // the bucket
	MOVBLZX (AX)(DX*1), R15
	MOVL (R10)(R15*4), BP
	XORL BX, BP
	SHRXL R12, BP, R14
	SUBL R14, BP
	XORL BX, BP
	MOVL BP, (R10)(R15*4)
	MOVBLZX (R11)(R15*2), R15
	MOVB R15, (AX)(DX*1)
	MOVBLZX (AX)(SI*1), R15
	MOVL (R10)(R15*4), R15
	SHRL $20, R15
	MOVWLZX (R13)(R15*2), R15
	MOVW R15, (DI)
	ADDQ $4, R9
	ADDQ $1024, R10
	ADDQ $2, DI
	DECQ CX
	JNZ loop
	RET
