; A tight loop with interrupts off.
%include "common.inc"
ENTER_LONG_MODE
PRINT "spinning"
cli
stay: jmp stay
