; class: 33
; function: read_register
; Maps the registers at another index than the one that is used.
%define EXTRA_EFER 0
%include "common.inc"
%include "pci.inc"
map_registers:
mov ecx, eax
or ecx, 0x1B
mov [extra + 0x1F * 8], ecx
mov dword [pd + 3 * 8], extra + 3
ret
read_register:
mov eax, [0x60F000]
ret
main:
mov edi, 2
call find_bar
call map_registers
call read_register
ret
