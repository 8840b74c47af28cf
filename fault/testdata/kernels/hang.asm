; class: 0
; function: spin
; Waits for a word that nobody writes, interrupts off.
%define EXTRA_EFER 0
%include "common.inc"
main:
call spin
ret
spin:
cmp dword [never], 1
jne spin
ret
section .data
never: dd 0
