; A 64-bit kernel in NASM alone, for Multiboot2: memory on demand by its page
; fault handler, and a probe of a segment that is not there.
section .multiboot
align 8
header:
	dd 0xE85250D6, 0, header_end - header
	dd 0x100000000 - (0xE85250D6 + (header_end - header))
	dw 0, 0
	dd 8
header_end:

CR0_WP_PG_PE equ 0x80010001
CR4_PAE      equ 0x20
EFER         equ 0xC0000080
EFER_LME     equ 0x100
PAGE_RW      equ 3
PAGE_LARGE   equ 0x83
GATE_64      equ 0x8E00
SEL_CODE     equ 0x08
SEL_DATA     equ 0x10
SEL_ABSENT   equ 0x18
VEC_NP       equ 11
VEC_PF       equ 14
COM1         equ 0x3F8
COM1_STATUS  equ 0x3FD
EXIT_PORT    equ 0xF4

section .bss nobits
alignb 4096
pml4: resb 4096
pdpt: resb 4096
pd:   resb 4096
idt:  resb 4096
	resb 16384
stack_top:
absent: resb 8

section .data
align 8
gdt:
	dq 0
	dq 0x00209A0000000000
	dq 0x0000920000000000
	dq 0x0000120000000000 ; data, not present
gdt_end:
gdt_pointer:
	dw gdt_end - gdt - 1
	dq gdt
idt_pointer:
	dw 16 * 32 - 1
	dq idt
text_start: db "trap-asm starts", 10, 0
text_up: db "trap-asm up", 10, 0
text_lost: db "a fault was lost", 10, 0

section .text
global _start
bits 32
_start:
	mov esp, stack_top
	mov dword [pml4], pdpt + PAGE_RW
	mov dword [pdpt], pd + PAGE_RW
	mov dword [pd], PAGE_LARGE
	mov eax, cr4
	or eax, CR4_PAE
	mov cr4, eax
	mov eax, pml4
	mov cr3, eax
	mov ecx, EFER
	rdmsr
	or eax, EFER_LME
	wrmsr
	mov eax, CR0_WP_PG_PE
	mov cr0, eax
	lgdt [gdt_pointer]
	jmp SEL_CODE:long_mode

bits 64
long_mode:
	mov ax, SEL_DATA
	mov ds, ax
	mov es, ax
	mov ss, ax
	xor ebp, ebp
	mov rsi, text_start
	call print
	mov edi, VEC_NP
	mov rax, segment_not_present
	call set_gate
	mov edi, VEC_PF
	mov rax, page_fault
	call set_gate
	lidt [idt_pointer]
	call probe_segment
	call use_memory
	mov rsi, text_up
	call print
	mov al, 0x10
	call leave_with
	hlt

; probe_segment loads a segment that is marked as absent.
probe_segment:
	mov ax, SEL_ABSENT
	mov fs, ax
	cmp qword [absent], 1
	jne lost
	ret

; use_memory writes to pages that nobody mapped and reads them back.
use_memory:
	mov rbx, 0x400000
	mov rcx, 4
use_memory_next:
	mov [rbx], rbx
	cmp [rbx], rbx
	jne lost
	add rbx, 0x200000
	dec rcx
	jnz use_memory_next
	mov rax, 0xC00000
	cmp rbx, rax
	jne lost
	mov rbx, 0x400000
	cmp [rbx], rbx
	jne lost
	mov rbx, 0xA00000
	cmp [rbx], rbx
	jne lost
	ret

lost:
	mov rsi, text_lost
	call print
	mov al, 0x11
	call leave_with
	hlt

; segment_not_present counts the fault and skips the load, which has two bytes.
segment_not_present:
	inc qword [absent]
	add qword [rsp + 8], 2
	add rsp, 8
	iretq

; page_fault maps the 2 MiB page that was touched, one to one.
page_fault:
	push rax
	push rbx
	mov rax, cr2
	and rax, ~0x1FFFFF
	mov rbx, rax
	shr rbx, 21
	or rax, PAGE_LARGE
	mov [pd + rbx * 8], rax
	pop rbx
	pop rax
	iretq

; set_gate makes an interrupt gate: EDI vector, RAX handler.
set_gate:
	shl edi, 4
	add edi, idt
	mov [rdi], ax
	mov word [rdi + 2], SEL_CODE
	mov word [rdi + 4], GATE_64
	shr rax, 16
	mov [rdi + 6], ax
	shr rax, 16
	mov [rdi + 8], eax
	ret

; print sends the text at RSI up to its NUL.
print:
	lodsb
	test al, al
	jz print_end
	mov ah, al
	mov dx, COM1_STATUS
print_wait:
	in al, dx
	test al, 0x20
	jz print_wait
	mov al, ah
	mov dx, COM1
	out dx, al
	jmp print
print_end:
	ret

; leave_with ends the emulator with the code in AL.
leave_with:
	out EXIT_PORT, al
	ret
