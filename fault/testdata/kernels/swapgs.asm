; class: 26
; function: current_cpu
; Reads the per-CPU block through GS, whose base was never set.
%define EXTRA_EFER 0
%include "common.inc"
current_cpu:
mov rax, [gs:0x10]
ret
main:
call load_idt
call current_cpu
ret
