; class: 16
; function: main
; A 2 MiB page whose address is no multiple of 2 MiB.
%define EXTRA_EFER 0
%include "common.inc"
main:
mov dword [pd + 16], 0x404083
mov rax, [0x400000]
ret
