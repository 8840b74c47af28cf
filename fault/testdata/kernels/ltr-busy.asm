; class: 25
; function: load_tss_again
; Loads TR a second time without clearing the busy bit.
%define EXTRA_EFER 0
%include "common.inc"
load_tss_again:
mov ax, 0x28
ltr ax
ret
main:
call load_tss
call load_tss_again
ret
