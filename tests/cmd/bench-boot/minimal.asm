; The least that a Multiboot2 loader can start: it writes a line on COM1 and halts.
; What takes longer than this is the kernel's own.
;
; Assembled flat; the address tag takes the place of an ELF header (Multiboot2
; Specification 2.0, 3.1.3 and 3.1.4).

bits 32
org 0x100000

start:
header:
    dd 0xe85250d6                       ; magic
    dd 0                                ; i386, protected mode
    dd header_end - header
    dd -(0xe85250d6 + 0 + (header_end - header))
    dw 2, 0                             ; addresses: of the header, the load, its end, the bss' end
    dd 24
    dd header, start, end, end
    dw 3, 0                             ; the entry
    dd 12
    dd entry
    dd 0                                ; tags lie at multiples of 8
    dw 0, 0                             ; end
    dd 8
header_end:

entry:
    mov esi, text
    mov ecx, end - text
    mov dx, 0x3f8                       ; as GRUB left it: 115200 baud
    rep outsb
stop:
    hlt
    jmp stop

text:
    db "minimal: up", 13, 10
end:
