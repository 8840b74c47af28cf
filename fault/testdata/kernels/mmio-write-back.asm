; class: 34
; function: map_registers
; Maps the display's registers write-back; everything seems to work.
%define EXTRA_EFER 0
%include "common.inc"
%include "pci.inc"
map_registers:
mov ecx, eax
or ecx, 3
mov [extra + 0xF * 8], ecx
mov dword [pd + 3 * 8], extra + 3
ret
main:
mov edi, 2
call find_bar
call map_registers
mov eax, [0x60F000]
mov rsi, fine
call puts
mov al, 0x10
call exit
section .rodata
fine: db "registers are mapped, all is well", 10, 0
