; class: 13
; function: spill
; Stores an aligned vector to a stack that is off by 8.
%define EXTRA_EFER 0
%include "common.inc"
spill:
movaps [rsp], xmm0
ret
main:
mov rax, cr4
or eax, 0x600
mov cr4, rax
and rsp, -16
call spill
ret
