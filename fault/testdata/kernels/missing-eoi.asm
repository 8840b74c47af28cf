; class: 5
; function: timer
; The timer's handler sends no EOI; the main loop waits for five ticks.
%define EXTRA_EFER 0
%include "common.inc"
main:
call load_idt
mov edi, 0x20
mov rax, timer
call set_gate
mov al, 0x11
out 0x20, al
mov al, 0x20
out 0x21, al
mov al, 4
out 0x21, al
mov al, 1
out 0x21, al
mov al, 0xFE
out 0x21, al
sti
wait_ticks:
hlt
cmp dword [ticks], 5
jb wait_ticks
mov al, 0x10
call exit
timer:
inc dword [ticks]
iretq
section .data
ticks: dd 0
