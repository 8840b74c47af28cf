; Stands in HLT with interrupts off.
%include "common.inc"
PRINT "halting"
stay: cli
hlt
jmp stay
