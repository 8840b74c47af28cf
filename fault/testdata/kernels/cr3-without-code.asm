; class: 17
; function: switch
; Loads page tables that map nothing.
%define EXTRA_EFER 0
%include "common.inc"
switch:
mov rax, extra
mov cr3, rax
ret
main:
call switch
ret
