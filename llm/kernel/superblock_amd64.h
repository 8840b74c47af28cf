// What the kernels for types of 256 values share.

DATA kmasks<>+0(SB)/4, $0x3F3F3F3F
DATA kmasks<>+4(SB)/4, $0x0F0F0F0F
DATA kmasks<>+8(SB)/4, $0x30303030
DATA kmasks<>+12(SB)/4, $0x20202020
DATA kmasks<>+16(SB)/4, $0x03030303
DATA kmasks<>+20(SB)/4, $0x0C0C0C0C
DATA kmasks<>+24(SB)/4, $0xC0C0C0C0
DATA kmasks<>+28(SB)/4, $0x10101010
DATA kmasks<>+32(SB)/4, $0x08040201
DATA kmasks<>+36(SB)/4, $0x80402010
GLOBL kmasks<>(SB), RODATA|NOPTR, $40

// HEAD takes the head of a block at SI: the 6-bit scales of its 8 parts, times its own, to Y3, and
// the minimums, times its own, to Y4.
#define HEAD \
	MOVL 4(SI), R8 \
	MOVL 8(SI), R9 \
	MOVL 12(SI), R10 \
	MOVL R8, R11 \
	SHRL $2, R11 \
	ANDL kmasks<>+8(SB), R11 \
	MOVL R10, R12 \
	ANDL kmasks<>+4(SB), R12 \
	ORL R11, R12 \
	SHLQ $32, R12 \
	ANDL kmasks<>+0(SB), R8 \
	ORQ R8, R12 \
	MOVL R9, R11 \
	SHRL $2, R11 \
	ANDL kmasks<>+8(SB), R11 \
	SHRL $4, R10 \
	ANDL kmasks<>+4(SB), R10 \
	ORL R11, R10 \
	SHLQ $32, R10 \
	ANDL kmasks<>+0(SB), R9 \
	ORQ R9, R10 \
	VMOVQ R12, X3 \
	VPMOVZXBD X3, Y3 \
	VCVTDQ2PS Y3, Y3 \
	VMOVQ R10, X4 \
	VPMOVZXBD X4, Y4 \
	VCVTDQ2PS Y4, Y4 \
	VPBROADCASTW (SI), X5 \
	VCVTPH2PS X5, Y5 \
	VPBROADCASTW 2(SI), X6 \
	VCVTPH2PS X6, Y6 \
	VMULPS Y5, Y3, Y3 \
	VMULPS Y6, Y4, Y4

// FIFTH adds 16 to the numbers in W whose bit in Y12 is set.
#define FIFTH(W, BIT) \
	VPBROADCASTB BIT, Y7 \
	VPAND Y7, Y12, Y8 \
	VPCMPEQB Y7, Y8, Y8 \
	VPAND Y13, Y8, Y8 \
	VPOR Y8, W, W

// NUMBERS4 takes 64 numbers of 4 bits to Y3 and Y4, and NUMBERS5 those of 5.
#define NUMBERS4(BYTES) \
	VMOVDQU BYTES(SI), Y3 \
	VPSRLW $4, Y3, Y4 \
	VPAND Y14, Y3, Y3 \
	VPAND Y14, Y4, Y4

#define NUMBERS5(BYTES, BIT1, BIT2) \
	NUMBERS4(BYTES) \
	FIFTH(Y3, BIT1) \
	FIFTH(Y4, BIT2)
