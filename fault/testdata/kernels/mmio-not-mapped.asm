; class: 33
; function: draw
; Finds the display's BAR0 and uses it without mapping it.
%define EXTRA_EFER 0
%include "common.inc"
%include "pci.inc"
draw:
mov dword [rax + 0x100], 0x00FF00FF
ret
main:
xor edi, edi
call find_bar
call draw
ret
