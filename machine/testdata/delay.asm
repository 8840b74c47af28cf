; Two delay loops of about a second each, one that counts in memory and one in
; a register, then isa-debug-exit.
%include "common.inc"
PRINT "delaying"
mov dword [counter], 150000000
inmemory: dec dword [counter]
jnz inmemory
mov ecx, 600000000
inregister: dec ecx
jnz inregister
mov al, 1
out 0xF4, al
stay: hlt
jmp stay
section .bss nobits
alignb 4096
counter: resd 1
