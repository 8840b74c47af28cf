; class: 20
; function: main
; Calls a function pointer that was never set.
%define EXTRA_EFER 0
%include "common.inc"
main:
call [callback]
ret
section .data
callback: dq 0
