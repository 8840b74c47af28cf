; class: healthy
; function: -
; Handles a breakpoint and an interrupt, prints, exits with the good code.
%define EXTRA_EFER 0
%include "common.inc"
breakpoint:
iretq
main:
call load_idt
mov edi, 3
mov rax, breakpoint
call set_gate
int3
mov rsi, fine
call puts
mov al, 0x10
call exit
section .rodata
fine: db "all is well in this small kernel", 10, 0
