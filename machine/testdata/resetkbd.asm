; Resets the machine by the keyboard controller.
%include "common.inc"
PRINT "resetting"
mov al, 0xFE
out 0x64, al
stay: cli
hlt
jmp stay
