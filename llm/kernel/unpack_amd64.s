#include "textflag.h"
#include "superblock_amd64.h"

// Rows are unpacked for kernels that take several vectors: numbers of 8 bits, and of each
// 32 of them a scale and a minimum, or of types of 6 bits the lanes' scales.

#define STEP(BYTES) \
	ADDQ BYTES, SI \
	ADDQ $256, DI \
	ADDQ $32, DX \
	ADDQ $32, BX \
	DECQ CX

#define KEEP(OFFSET) \
	VMOVDQU Y3, OFFSET(DI) \
	VMOVDQU Y4, (OFFSET+32)(DI)

#define UNPACK \
	MOVQ row+0(FP), SI \
	MOVQ q+8(FP), DI \
	MOVQ scales+16(FP), DX \
	MOVQ more+24(FP), BX \
	MOVQ blocks+32(FP), CX \
	VBROADCASTSS kmasks<>+4(SB), Y14

// func unpackQ4_K(row, q *byte, scales, more *float32, blocks int)
TEXT ·unpackQ4_K(SB), NOSPLIT, $0-40
	UNPACK
loop:
	HEAD
	VMOVUPS Y3, (DX)
	VMOVUPS Y4, (BX)
	NUMBERS4(16)
	KEEP(0)
	NUMBERS4(48)
	KEEP(64)
	NUMBERS4(80)
	KEEP(128)
	NUMBERS4(112)
	KEEP(192)
	STEP($144)
	JNZ loop
	VZEROUPPER
	RET

// func unpackQ5_K(row, q *byte, scales, more *float32, blocks int)
TEXT ·unpackQ5_K(SB), NOSPLIT, $0-40
	UNPACK
	VBROADCASTSS kmasks<>+28(SB), Y13
loop:
	HEAD
	VMOVUPS Y3, (DX)
	VMOVUPS Y4, (BX)
	VMOVDQU 16(SI), Y12
	NUMBERS5(48, kmasks<>+32(SB), kmasks<>+33(SB))
	KEEP(0)
	NUMBERS5(80, kmasks<>+34(SB), kmasks<>+35(SB))
	KEEP(64)
	NUMBERS5(112, kmasks<>+36(SB), kmasks<>+37(SB))
	KEEP(128)
	NUMBERS5(144, kmasks<>+38(SB), kmasks<>+39(SB))
	KEEP(192)
	STEP($176)
	JNZ loop
	VZEROUPPER
	RET

// SIXES unpacks 128 numbers of 6 bits, 32 more than they stand for.
#define SIXES(LOW, HIGH, OFFSET) \
	VMOVDQU HIGH(SI), Y2 \
	VMOVDQU LOW(SI), Y3 \
	VPAND Y14, Y3, Y4 \
	VPAND Y12, Y2, Y5 \
	VPSLLW $4, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	VMOVDQU Y4, OFFSET(DI) \
	VPSRLW $4, Y3, Y4 \
	VPAND Y14, Y4, Y4 \
	VPAND Y11, Y2, Y5 \
	VPOR Y5, Y4, Y4 \
	VMOVDQU Y4, (OFFSET+64)(DI) \
	VMOVDQU (LOW+32)(SI), Y3 \
	VPAND Y14, Y3, Y4 \
	VPAND Y10, Y2, Y5 \
	VPSLLW $2, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	VMOVDQU Y4, (OFFSET+32)(DI) \
	VPSRLW $4, Y3, Y4 \
	VPAND Y14, Y4, Y4 \
	VPSRLW $2, Y2, Y5 \
	VPAND Y11, Y5, Y5 \
	VPOR Y5, Y4, Y4 \
	VMOVDQU Y4, (OFFSET+96)(DI)

// LANES makes of 8 scales the lanes' of four times 32 numbers: half of them have each.
#define LANES(AT, TO) \
	VPMOVSXBD AT(SI), Y3 \
	VCVTDQ2PS Y3, Y3 \
	VPERMPS Y3, Y6, Y4 \
	VMOVUPS Y4, TO(BX) \
	VPERMPS Y3, Y7, Y4 \
	VMOVUPS Y4, (TO+32)(BX) \
	VPERMPS Y3, Y8, Y4 \
	VMOVUPS Y4, (TO+64)(BX) \
	VPERMPS Y3, Y9, Y4 \
	VMOVUPS Y4, (TO+96)(BX)

DATA lanes<>+0(SB)/8, $0x0000000000000000
DATA lanes<>+8(SB)/8, $0x0000000000000000
DATA lanes<>+16(SB)/8, $0x0000000100000001
DATA lanes<>+24(SB)/8, $0x0000000100000001
DATA lanes<>+32(SB)/4, $2
GLOBL lanes<>(SB), RODATA|NOPTR, $36

// func unpackQ6_K(row, q *byte, scales, more *float32, blocks int)
// more are lanes' scales, 8 for each 32 numbers.
TEXT ·unpackQ6_K(SB), NOSPLIT, $0-40
	UNPACK
	VBROADCASTSS kmasks<>+16(SB), Y12
	VBROADCASTSS kmasks<>+8(SB), Y11
	VBROADCASTSS kmasks<>+20(SB), Y10
	VMOVDQU lanes<>+0(SB), Y6
	VPBROADCASTD lanes<>+32(SB), Y3
	VPADDD Y3, Y6, Y7
	VPADDD Y3, Y7, Y8
	VPADDD Y3, Y8, Y9
loop:
	SIXES(0, 128, 0)
	SIXES(64, 160, 128)
	LANES(192, 0)
	LANES(200, 128)
	VPBROADCASTW 208(SI), X3
	VCVTPH2PS X3, Y3
	VMOVUPS Y3, (DX)
	ADDQ $210, SI
	ADDQ $256, DI
	ADDQ $32, DX
	ADDQ $256, BX
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET
