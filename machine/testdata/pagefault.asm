; Writes to an unmapped address without an IDT: #PF, #GP, #DF, #GP, reset.
%include "common.inc"
ENTER_LONG_MODE
PRINT "before the fault"
mov rax, 0xDEADB000
fault:
mov [rax], rax
hlt
