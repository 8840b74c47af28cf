; Prints two lines, then idles.
%include "common.inc"
PRINT "first line"
PRINT "ready: 42"
stay: cli
hlt
jmp stay
