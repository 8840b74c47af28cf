; class: 39
; function: read_module
; Uses physical memory that the start-up code never mapped.
%define EXTRA_EFER 0
%include "common.inc"
read_module:
mov rax, [0x2000000]
ret
main:
call read_module
ret
