; class: 7
; function: handler
; A second GDT has no data segment, but SS still holds 0x10.
%define EXTRA_EFER 0
%include "common.inc"
handler:
iretq
main:
call load_idt
mov edi, 0x30
mov rax, handler
call set_gate
lgdt [small_pointer]
int 0x30
ret
section .data
align 8
small: dq 0, 0x00209A0000000000
small_pointer:
dw 15
dq small
