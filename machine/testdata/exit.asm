; Ends the run through isa-debug-exit with value 0x2A, then waits.
%include "common.inc"
PRINT "hello"
mov ebx, 0x600DF00D
mov al, 0x2A
out 0xF4, al
xor eax, eax
stay: cli
hlt
jmp stay
