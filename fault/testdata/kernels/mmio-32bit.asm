; class: 33
; function: draw32
; A 32-bit kernel with two-level paging uses a BAR that it did not map.
bits 32
section .multiboot
align 4
dd 0x1BADB002, 0, -(0x1BADB002)
section .bss nobits
alignb 4096
directory: resb 4096
resb 4096
stack_top:
section .data
align 8
gdt: dq 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF
gdt_pointer:
dw 23
dd gdt
section .text
global _start
_start:
mov esp, stack_top
lgdt [gdt_pointer]
jmp 8:reload
reload:
mov ax, 16
mov ds, ax
mov es, ax
mov ss, ax
mov dword [directory], 0x83
mov eax, cr4
or eax, 0x10
mov cr4, eax
mov eax, directory
mov cr3, eax
mov eax, cr0
or eax, 0x80000000
mov cr0, eax
call find_display
call draw32
hlt
find_display:
xor ebx, ebx
find_next:
mov eax, ebx
shl eax, 11
or eax, 0x80000008
mov dx, 0xCF8
out dx, eax
mov dx, 0xCFC
in eax, dx
shr eax, 24
cmp eax, 3
je found
inc ebx
jmp find_next
found:
mov eax, ebx
shl eax, 11
add eax, 0x80000010
mov dx, 0xCF8
out dx, eax
mov dx, 0xCFC
in eax, dx
and eax, 0xFFFFFFF0
ret
draw32:
push ebp
mov ebp, esp
mov dword [eax], 0x00FF00FF
pop ebp
ret
