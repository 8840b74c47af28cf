; Polls a device for ever without a counter: the UART's data-ready bit.
%include "common.inc"
PRINT "polling"
mov dx, 0x3FD
again: in al, dx
test al, 1
jz again
jmp again
