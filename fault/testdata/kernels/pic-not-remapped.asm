; class: 3
; function: wait_here
; Lets interrupts in while the PIC still sends IRQ 0 as vector 8.
%define EXTRA_EFER 0
%include "common.inc"
main:
call load_idt
mov al, 0xFE
out 0x21, al
sti
wait_here:
jmp wait_here
