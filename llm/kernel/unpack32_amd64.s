#include "textflag.h"

// Rows of types of 32 values are unpacked for kernels that take several vectors: numbers of 8 bits,
// with so much added that none is negative, and of each 32 of them a scale.

DATA added<>+0(SB)/4, $0x80808080
DATA added<>+4(SB)/4, $0x0F0F0F0F
DATA added<>+8(SB)/4, $0x10101010
DATA added<>+12(SB)/4, $0
DATA added<>+16(SB)/8, $0x0000000000000000 // which byte of four has a value's bit
DATA added<>+24(SB)/8, $0x0101010101010101
DATA added<>+32(SB)/8, $0x0202020202020202
DATA added<>+40(SB)/8, $0x0303030303030303
DATA added<>+48(SB)/8, $0x8040201008040201 // and which bit it is
GLOBL added<>(SB), RODATA|NOPTR, $56

#define ARGUMENTS \
	MOVQ row+0(FP), SI \
	MOVQ q+8(FP), DI \
	MOVQ scales+16(FP), DX \
	MOVQ blocks+32(FP), CX

#define KEEP(BYTES) \
	VMOVDQU Y0, (DI) \
	VPBROADCASTW (SI), X1 \
	VCVTPH2PS X1, X1 \
	VMOVSS X1, (DX) \
	ADDQ BYTES, SI \
	ADDQ $32, DI \
	ADDQ $4, DX \
	DECQ CX

#define NIBBLES(AT) \
	VMOVDQU AT(SI), X0 \
	VPSRLW $4, X0, X1 \
	VINSERTI128 $1, X1, Y0, Y0 \
	VPAND Y14, Y0, Y0

// func unpackQ8_0(row, q *byte, scales, more *float32, blocks int)
TEXT ·unpackQ8_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD added<>+0(SB), Y15
loop:
	VPXOR 2(SI), Y15, Y0
	KEEP($34)
	JNZ loop
	VZEROUPPER
	RET

// func unpackQ4_0(row, q *byte, scales, more *float32, blocks int)
TEXT ·unpackQ4_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD added<>+4(SB), Y14
loop:
	NIBBLES(2)
	KEEP($18)
	JNZ loop
	VZEROUPPER
	RET

// func unpackQ5_0(row, q *byte, scales, more *float32, blocks int)
TEXT ·unpackQ5_0(SB), NOSPLIT, $0-40
	ARGUMENTS
	VPBROADCASTD added<>+4(SB), Y14
	VPBROADCASTD added<>+8(SB), Y13
	VMOVDQU added<>+16(SB), Y12
	VPBROADCASTQ added<>+48(SB), Y11
loop:
	NIBBLES(6)
	VPBROADCASTD 2(SI), Y2
	VPSHUFB Y12, Y2, Y2
	VPAND Y11, Y2, Y2
	VPCMPEQB Y11, Y2, Y2
	VPAND Y13, Y2, Y2
	VPOR Y2, Y0, Y0
	KEEP($22)
	JNZ loop
	VZEROUPPER
	RET
