; class: 20
; function: lookup
; Reads a field through a null pointer.
%define EXTRA_EFER 0
%include "common.inc"
lookup:
mov rax, [rdi + 0x28]
ret
main:
call load_idt
xor edi, edi
call lookup
ret
