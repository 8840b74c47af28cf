; class: 22
; function: recurse
; Recursion without end into an unmapped guard page.
%define EXTRA_EFER 0
%include "common.inc"
recurse:
push rbp
mov rbp, rsp
call recurse
pop rbp
ret
main:
mov rax, guard
shr rax, 12
mov qword [pt + rax * 8], 0
mov rcx, cr3
mov cr3, rcx
xor ebp, ebp
call recurse
ret
