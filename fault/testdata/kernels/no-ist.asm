; class: 23
; function: recurse
; The same with a TSS whose IST1 no gate names.
%define EXTRA_EFER 0
%include "common.inc"
recurse:
push rbp
mov rbp, rsp
call recurse
pop rbp
ret
main:
call load_idt
mov qword [tss + 0x24], spare_top
call load_tss
mov rax, guard
shr rax, 12
mov qword [pt + rax * 8], 0
mov rcx, cr3
mov cr3, rcx
xor ebp, ebp
call recurse
ret
