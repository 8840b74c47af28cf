; class: 1
; function: self_test
; Raises a breakpoint on purpose before any IDT is loaded.
%define EXTRA_EFER 0
%include "common.inc"
self_test:
int3
ret
main:
call self_test
ret
