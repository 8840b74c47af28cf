; class: 21
; function: store
; Writes to an address with bits 63:47 mixed.
%define EXTRA_EFER 0
%include "common.inc"
store:
mov [rbx], rax
ret
main:
mov rbx, 0x0000800000001000
call store
ret
