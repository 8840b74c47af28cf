; Start of a 32-bit C kernel: Multiboot 1 header, stack, main; and the entries
; of the exceptions that it handles.
bits 32
section .multiboot
align 4
dd 0x1BADB002, 0, -(0x1BADB002)

section .bss nobits
alignb 16
resb 16384
stack_top:

section .text
global _start, load_gdt, load_idt, breakpoint_entry, divide_entry
extern main, on_breakpoint, on_divide
_start:
	mov esp, stack_top
	xor ebp, ebp
	call main
halt:
	cli
	hlt
	jmp halt

; load_gdt(pointer) loads the GDT and the segment registers.
load_gdt:
	mov eax, [esp + 4]
	lgdt [eax]
	mov ax, 0x10
	mov ds, ax
	mov es, ax
	mov fs, ax
	mov gs, ax
	mov ss, ax
	jmp 0x08:load_gdt_done
load_gdt_done:
	ret

; load_idt(pointer) loads the IDT.
load_idt:
	mov eax, [esp + 4]
	lidt [eax]
	ret

breakpoint_entry:
	pusha
	call on_breakpoint
	popa
	iret

divide_entry:
	pusha
	lea eax, [esp + 32]
	push eax
	call on_divide
	add esp, 4
	popa
	iret
