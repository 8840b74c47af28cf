; class: 12
; function: copy
; Uses SSE with CR4.OSFXSR = 0.
%define EXTRA_EFER 0
%include "common.inc"
copy:
movups xmm0, [stack]
ret
main:
call load_idt
call copy
ret
