; class: 18
; function: patch
; Writes to a page that is mapped read-only, CR0.WP = 1.
%define EXTRA_EFER 0
%include "common.inc"
patch:
mov byte [0x180000], 1
ret
main:
and dword [pt + 0x180 * 8], ~2
invlpg [0x180000]
call patch
ret
