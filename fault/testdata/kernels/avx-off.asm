; class: 12
; function: clear_fast
; Uses AVX with CR4.OSXSAVE = 0.
%define EXTRA_EFER 0
%include "common.inc"
clear_fast:
vxorps ymm0, ymm0, ymm0
ret
main:
mov rax, cr4
or eax, 0x600
mov cr4, rax
call clear_fast
ret
