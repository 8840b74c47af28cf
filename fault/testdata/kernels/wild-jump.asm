; class: 37
; function: dispatch
; Calls through a table entry that holds text.
%define EXTRA_EFER 0
%include "common.inc"
dispatch:
mov rax, [table]
call rax
ret
main:
call load_idt
call dispatch
ret
section .data
table: dq 0x12345678
