; class: 35
; function: serial_put
; The wait for the UART leaves its status in AL.
%define EXTRA_EFER 0
%include "common.inc"
serial_put:
mov dx, 0x3FD
serial_wait:
in al, dx
test al, 0x20
jz serial_wait
mov dx, 0x3F8
out dx, al
ret
main:
mov rsi, text
main_next:
lodsb
test al, al
jz main_end
call serial_put
jmp main_next
main_end:
mov al, 0x10
call exit
section .rodata
text: db "hello from a kernel that is quite well otherwise", 10, 0
