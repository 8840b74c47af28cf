; class: 2
; function: touch
; The gate of #PF is a call gate; #DF is delivered and halts.
%define EXTRA_EFER 0
%include "common.inc"
touch:
mov rax, 0x40000000
mov [rax], rax
ret
main:
call load_idt
mov byte [idt + 14 * 16 + 5], 0x8C
call touch
ret
