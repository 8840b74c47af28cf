; Interrupts on, none enabled at the controllers, HLT.
%include "common.inc"
PRINT "idle"
mov al, 0xFF
out 0x21, al
out 0xA1, al
sti
stay: hlt
jmp stay
