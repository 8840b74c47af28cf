; class: 8
; function: far_return
; A far return takes the data segment for code.
%define EXTRA_EFER 0
%include "common.inc"
far_return:
push 0x10
push target
retfq
target:
ret
main:
call far_return
ret
