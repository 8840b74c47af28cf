; class: 19
; function: user_code
; Ring 3 code on a page whose upper levels lack US.
%define EXTRA_EFER 0
%include "common.inc"
main:
call load_idt
call load_tss
mov qword [tss + 4], spare_top
and dword [pd], ~4
mov rax, user_code
shr rax, 12
or dword [pt + rax * 8], 4
mov rax, cr3
mov cr3, rax
push 0x20 | 3
push stack_top
push 2
push 0x18 | 3
push user_code
iretq
align 4096
user_code:
nop
jmp user_code
