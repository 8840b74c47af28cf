; class: 38
; function: average
; Divides by a count of zero.
%define EXTRA_EFER 0
%include "common.inc"
average:
mov eax, 100
xor edx, edx
xor ecx, ecx
div ecx
ret
main:
call load_idt
call average
ret
