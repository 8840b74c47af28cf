; class: 2
; function: wrong
; All gates name a data segment.
%define EXTRA_EFER 0
%include "common.inc"
main:
call load_idt
xor ecx, ecx
wrong:
mov word [idt + rcx + 2], 0x10
add ecx, 16
cmp ecx, 512
jb wrong
ud2
