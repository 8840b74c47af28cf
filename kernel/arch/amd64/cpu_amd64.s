#include "textflag.h"

// Instructions that Go has no words for. Intel SDM volume 2 names them.

// func Inb(port uint16) byte
TEXT ·Inb(SB), NOSPLIT, $0-9
	MOVW port+0(FP), DX
	INB
	MOVB AX, ret+8(FP)
	RET

// func Outb(port uint16, value byte)
TEXT ·Outb(SB), NOSPLIT, $0-3
	MOVW port+0(FP), DX
	MOVB value+2(FP), AX
	OUTB
	RET

// func Inl(port uint16) uint32
TEXT ·Inl(SB), NOSPLIT, $0-12
	MOVW port+0(FP), DX
	INL
	MOVL AX, ret+8(FP)
	RET

// func Outl(port uint16, value uint32)
TEXT ·Outl(SB), NOSPLIT, $0-8
	MOVW port+0(FP), DX
	MOVL value+4(FP), AX
	OUTL
	RET

// func Rdmsr(msr uint32) uint64
TEXT ·Rdmsr(SB), NOSPLIT, $0-16
	MOVL msr+0(FP), CX
	RDMSR
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, ret+8(FP)
	RET

// func Wrmsr(msr uint32, value uint64)
TEXT ·Wrmsr(SB), NOSPLIT, $0-16
	MOVL msr+0(FP), CX
	MOVQ value+8(FP), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	RET

// func Cpuid(leaf, subleaf uint32) (a, b, c, d uint32)
TEXT ·Cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL subleaf+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func Rdtsc() uint64
TEXT ·Rdtsc(SB), NOSPLIT, $0-8
	LFENCE
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, ret+0(FP)
	RET

// func ReadCR0() uint64
TEXT ·ReadCR0(SB), NOSPLIT, $0-8
	MOVQ CR0, AX
	MOVQ AX, ret+0(FP)
	RET

// func ReadCR2() uint64
TEXT ·ReadCR2(SB), NOSPLIT, $0-8
	MOVQ CR2, AX
	MOVQ AX, ret+0(FP)
	RET

// func ReadCR3() uint64
TEXT ·ReadCR3(SB), NOSPLIT, $0-8
	MOVQ CR3, AX
	MOVQ AX, ret+0(FP)
	RET

// func WriteCR3(value uint64)
TEXT ·WriteCR3(SB), NOSPLIT, $0-8
	MOVQ value+0(FP), AX
	MOVQ AX, CR3
	RET

// func ReadCR4() uint64
TEXT ·ReadCR4(SB), NOSPLIT, $0-8
	MOVQ CR4, AX
	MOVQ AX, ret+0(FP)
	RET

// func WriteCR4(value uint64)
TEXT ·WriteCR4(SB), NOSPLIT, $0-8
	MOVQ value+0(FP), AX
	MOVQ AX, CR4
	RET

// func Invlpg(virt uint64)
TEXT ·Invlpg(SB), NOSPLIT, $0-8
	MOVQ virt+0(FP), AX
	INVLPG (AX)
	RET

// func Wbinvd()
TEXT ·Wbinvd(SB), NOSPLIT, $0-0
	WBINVD
	RET

// func Lgdt(pointer *[10]byte)
TEXT ·Lgdt(SB), NOSPLIT, $0-8
	MOVQ pointer+0(FP), AX
	LGDT (AX)
	RET

// func Lidt(pointer *[10]byte)
TEXT ·Lidt(SB), NOSPLIT, $0-8
	MOVQ pointer+0(FP), AX
	LIDT (AX)
	RET

// func Sgdt(pointer *[10]byte)
TEXT ·Sgdt(SB), NOSPLIT, $0-8
	MOVQ pointer+0(FP), AX
	BYTE $0x0F; BYTE $0x01; BYTE $0x00 // SGDT (AX)
	RET

// func Sidt(pointer *[10]byte)
TEXT ·Sidt(SB), NOSPLIT, $0-8
	MOVQ pointer+0(FP), AX
	BYTE $0x0F; BYTE $0x01; BYTE $0x08 // SIDT (AX)
	RET

// func Ltr(selector uint16)
TEXT ·Ltr(SB), NOSPLIT, $0-2
	MOVW selector+0(FP), AX
	LTR AX
	RET

// func Str() uint16
TEXT ·Str(SB), NOSPLIT, $0-2
	XORL AX, AX
	BYTE $0x0F; BYTE $0x00; BYTE $0xC8 // STR AX
	MOVW AX, ret+0(FP)
	RET

// func reloadSegments(code, data uint16)
// DS and ES become null: 64-bit mode does not look at them, and SYSRET would leave
// ring 3 with the kernel's.
// CS changes by a far return to our own caller. FS and GS stay untouched: a
// load would clear their bases, and compiled Go finds g through FS.
TEXT ·reloadSegments(SB), NOSPLIT|NOFRAME, $0-4
	MOVWQZX code+0(FP), CX
	MOVWQZX data+2(FP), AX
	XORL DX, DX
	MOVW DX, DS
	MOVW DX, ES
	MOVW AX, SS
	POPQ BX
	PUSHQ CX
	PUSHQ BX
	BYTE $0x48; BYTE $0xCB // LRETQ

// func Sti()
TEXT ·Sti(SB), NOSPLIT, $0-0
	STI
	RET

// func Cli()
TEXT ·Cli(SB), NOSPLIT, $0-0
	CLI
	RET

// func Flags() uint64
TEXT ·Flags(SB), NOSPLIT, $0-8
	PUSHFQ
	POPQ AX
	MOVQ AX, ret+0(FP)
	RET

// func Hlt()
TEXT ·Hlt(SB), NOSPLIT, $0-0
	HLT
	RET

// func Wait()
TEXT ·Wait(SB), NOSPLIT, $0-0
	STI
	HLT
	CLI
	RET

// func Pause()
TEXT ·Pause(SB), NOSPLIT, $0-0
	PAUSE
	RET

// func Int3()
TEXT ·Int3(SB), NOSPLIT, $0-0
	INT $3
	RET

// func Mfence()
TEXT ·Mfence(SB), NOSPLIT, $0-0
	MFENCE
	RET

// func Xsetbv(register uint32, value uint64)
TEXT ·Xsetbv(SB), NOSPLIT, $0-16
	MOVL register+0(FP), CX
	MOVQ value+8(FP), AX
	MOVQ AX, DX
	SHRQ $32, DX
	BYTE $0x0F; BYTE $0x01; BYTE $0xD1
	RET

// func Xgetbv(register uint32) uint64
TEXT ·Xgetbv(SB), NOSPLIT, $0-16
	MOVL register+0(FP), CX
	BYTE $0x0F; BYTE $0x01; BYTE $0xD0
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, ret+8(FP)
	RET

// func StackPointer() uint64
TEXT ·StackPointer(SB), NOSPLIT, $0-8
	MOVQ SP, ret+0(FP)
	RET

// STAC and CLAC, Intel SDM volume 2: with AC set, SMAP lets ring 0 reach user pages.
#define STAC BYTE $0x0F; BYTE $0x01; BYTE $0xCB
#define CLAC BYTE $0x0F; BYTE $0x01; BYTE $0xCA

// func CopyUser(to, from, n uint64)
TEXT ·CopyUser(SB), NOSPLIT, $0-24
	MOVQ to+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ n+16(FP), BX
	MOVQ BX, CX
	SHRQ $3, CX
	ANDL $7, BX
	STAC
	REP; MOVSQ
	MOVL BX, CX
	REP; MOVSB
	CLAC
	RET

// func ClearUser(to, n uint64)
TEXT ·ClearUser(SB), NOSPLIT, $0-16
	MOVQ to+0(FP), DI
	MOVQ n+8(FP), CX
	SHRQ $3, CX
	XORL AX, AX
	STAC
	REP; STOSQ
	CLAC
	RET
