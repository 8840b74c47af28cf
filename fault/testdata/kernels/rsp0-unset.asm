; class: 24
; function: user_code
; Enters ring 3 with RSP0 = 0 and faults there.
%define EXTRA_EFER 0
%include "common.inc"
main:
call load_idt
call load_tss
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
ud2
