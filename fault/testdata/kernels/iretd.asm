; class: 10
; function: handler
; The handler ends with the 32-bit iret.
%define EXTRA_EFER 0
%include "common.inc"
handler:
iret
main:
call load_idt
mov edi, 0x30
mov rax, handler
call set_gate
int 0x30
ret
