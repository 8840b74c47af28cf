; Start of a 64-bit C kernel: Multiboot 1 header, 32-bit entry, long mode with
; the first 4 MiB mapped one to one, then main.
bits 32
section .multiboot
align 4
dd 0x1BADB002, 0, -(0x1BADB002)

section .bss nobits
alignb 4096
global pml4
pml4: resb 4096
pdpt: resb 4096
pd:   resb 4096
stack: resb 16384
stack_top:

section .data
align 8
gdt:
dq 0
dq 0x00209A0000000000 ; 08 code
dq 0x0000920000000000 ; 10 data
gdt_pointer:
dw 23
dq gdt

section .text
global _start
extern main
_start:
	mov esp, stack_top
	mov dword [pml4], pdpt + 3
	mov dword [pdpt], pd + 3
	mov dword [pd], 0x83
	mov dword [pd + 8], 0x200083
	mov eax, cr4
	or eax, 0x20
	mov cr4, eax
	mov eax, pml4
	mov cr3, eax
	mov ecx, 0xC0000080
	rdmsr
	or eax, 0x100
	wrmsr
	mov eax, cr0
	or eax, 0x80010001
	mov cr0, eax
	lgdt [gdt_pointer]
	jmp 8:long_mode
bits 64
long_mode:
	mov ax, 16
	mov ds, ax
	mov es, ax
	mov ss, ax
	xor ebp, ebp
	call main
halt:
	cli
	hlt
	jmp halt
