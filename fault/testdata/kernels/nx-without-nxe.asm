; class: 15
; function: main
; Sets NX in an entry while EFER.NXE is 0.
%define EXTRA_EFER 0
%include "common.inc"
main:
mov dword [pd + 8 + 4], 0x80000000
mov rax, cr3
mov cr3, rax
mov rax, [0x200000]
ret
