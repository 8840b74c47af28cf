; An IDT whose page-fault gate is not present: #PF, then #NP on its delivery.
%include "common.inc"
ENTER_LONG_MODE
mov rax, idt_pointer
lidt [rax]
mov rax, idt
mov dword [rax + 14*16 + 4], 0x0E00 ; an interrupt gate without P
mov rax, 0xDEADB000
mov [rax], rax
hlt
section .data
idt_pointer: dw 0xFFF
dq idt
section .bss nobits
alignb 4096
idt: resb 4096
