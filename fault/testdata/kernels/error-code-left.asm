; class: 11
; function: page_fault
; The handler of #PF maps the page and forgets the error code.
%define EXTRA_EFER 0
%include "common.inc"
page_fault:
mov dword [pd + 16], 0x400083
iretq
main:
call load_idt
mov edi, 14
mov rax, page_fault
call set_gate
mov rax, [0x400000]
ret
