; The first instructions of pxOS: from the loader's 32-bit protected mode to
; the Go kernel in the higher half of long mode.
;
; Loaded at physical 0x100000, assembled flat. Two loaders start it:
;   GRUB, by the Multiboot2 header  (Multiboot2 Specification 2.0, 3.1 and 3.3)
;   QEMU -kernel, by the PVH note   (Xen x86/HVM direct boot ABI)
; Both leave paging off, flat segments, interrupts off, EBX = boot information.
;
; The header at stub_header is filled in by package image: the kernel's entry
; and the physical extent of its segments.

bits 32
org 0x100000

DIRECT_MAP      equ 0xffff800000000000  ; base of the direct map, PML4 slot 256
DIRECT_MAP_SLOT equ 256

CR0_PE  equ 1 << 0
CR0_MP  equ 1 << 1
CR0_EM  equ 1 << 2
CR0_TS  equ 1 << 3
CR0_NE  equ 1 << 5
CR0_WP  equ 1 << 16
CR0_NW  equ 1 << 29
CR0_CD  equ 1 << 30
CR0_PG  equ 1 << 31

CR4_PAE        equ 1 << 5
CR4_PGE        equ 1 << 7
CR4_OSFXSR     equ 1 << 9
CR4_OSXMMEXCPT equ 1 << 10

MSR_EFER equ 0xc0000080
EFER_SCE equ 1 << 0
EFER_LME equ 1 << 8
EFER_NXE equ 1 << 11

PTE_P  equ 1 << 0
PTE_RW equ 1 << 1
PTE_PS equ 1 << 7

LOADER_MULTIBOOT2 equ 1
LOADER_PVH        equ 2
MULTIBOOT2_MAGIC  equ 0x36d76289

; ---- Multiboot2 header ------------------------------------------------------
align 8
mb2_header:
    dd 0xe85250d6                       ; magic
    dd 0                                ; architecture: i386 protected mode
    dd mb2_end - mb2_header
    dd -(0xe85250d6 + 0 + (mb2_end - mb2_header))
    dw 6, 0                             ; modules page-aligned
    dd 8
    dw 0, 0                             ; end
    dd 8
mb2_end:

; ---- PVH note ---------------------------------------------------------------
align 4
pvh_note:
    dd 4                                ; name size
    dd 8                                ; descriptor size
    dd 18                               ; XEN_ELFNOTE_PHYS32_ENTRY
    db "Xen", 0
    dq pvh_entry
pvh_note_end:

; ---- Header shared with package image and the Go kernel ---------------------
align 8
stub_header:
    db "PXSTUB01"
    dq mb2_entry
    dq pvh_note
    dq pvh_note_end - pvh_note
    dq stub_end                         ; first byte behind the stub and its tables
kernel_entry:
    dq 0                                ; virtual address, set by image
    dq 0                                ; number of segments, set by image
    times 4 * 3 dq 0                    ; physical start, end, ELF flags of each
    dq trampoline                       ; to be copied into a page below 1 MiB
    dq trampoline_end - trampoline
    dq trampoline_launch - trampoline   ; where in it the address of the launch block goes

; ---- Entries ----------------------------------------------------------------
mb2_entry:
    cmp eax, MULTIBOOT2_MAGIC
    jne no_loader
    mov edi, LOADER_MULTIBOOT2
    jmp start

pvh_entry:
    mov edi, LOADER_PVH

start:
    cld
    cli
    mov esi, ebx                        ; boot information, physical
    mov esp, boot_stack_top

    mov eax, 0x80000000                 ; is long mode there at all?
    cpuid
    cmp eax, 0x80000001
    jb no_long_mode
    mov eax, 0x80000001
    cpuid
    test edx, 1 << 29
    jz no_long_mode

    ; Boot page tables: the first GiB, at 0 for the jump and at DIRECT_MAP.
    mov eax, boot_pdpt
    or eax, PTE_P | PTE_RW
    mov [boot_pml4], eax
    mov [boot_pml4 + DIRECT_MAP_SLOT * 8], eax
    mov eax, boot_pd
    or eax, PTE_P | PTE_RW
    mov [boot_pdpt], eax
    mov ecx, 0
.fill:
    mov eax, ecx
    shl eax, 21
    or eax, PTE_P | PTE_RW | PTE_PS
    mov [boot_pd + ecx * 8], eax
    inc ecx
    cmp ecx, 512
    jne .fill

    mov eax, boot_pml4
    mov cr3, eax

    mov eax, cr4
    or eax, CR4_PAE
    or eax, CR4_PGE
    or eax, CR4_OSFXSR | CR4_OSXMMEXCPT ; compiled Go uses XMM registers everywhere
    mov cr4, eax

    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME
    or eax, EFER_SCE
    or eax, EFER_NXE
    wrmsr

    mov eax, cr0
    and eax, ~(CR0_EM | CR0_TS)
    or eax, CR0_PG | CR0_WP
    or eax, CR0_MP | CR0_NE
    mov cr0, eax

    lgdt [boot_gdtr]
    jmp 0x08:long_mode

no_long_mode:
    mov esi, text_no_long_mode
    jmp say
no_loader:
    mov esi, text_no_loader
say:                                    ; without a kernel, COM1 is all there is
    mov dx, 0x3f8
.next:
    lodsb
    test al, al
    jz .stop
    out dx, al
    jmp .next
.stop:
    cli
    hlt
    jmp .stop

text_no_long_mode:
    db "pxOS: this processor has no 64-bit mode", 13, 10, 0
text_no_loader:
    db "pxOS: not started by a Multiboot2 loader", 13, 10, 0

bits 64
long_mode:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    mov edi, edi                        ; upper halves are undefined after the switch
    mov esi, esi
    mov rax, DIRECT_MAP
    lea rdx, [rax + stub_header]
    mov rax, [kernel_entry]
    jmp rax                             ; EDI = loader, RSI = information, RDX = header

align 8
boot_gdt:
    dq 0
    dq 0x00af9b000000ffff               ; 0x08: code, 64-bit, ring 0
    dq 0x00cf93000000ffff               ; 0x10: data
boot_gdtr:
    dw boot_gdtr - boot_gdt - 1
    dq boot_gdt

; ---- The start of a further processor ----------------------------------------
; A start-up IPI lets a processor begin in real mode at the first byte of a page
; (Intel SDM volume 3, 9.4.4): this code, wherever below 1 MiB the kernel put it.
; It finds its place by CS and goes the way of the first processor: protected mode,
; long mode (9.8.5), the higher half. What it needs to know is in the launch block
; in the kernel's memory, see kernel/processors.go; before paging by its physical
; address, then by the direct map.
LAUNCH_ROOT      equ 0                  ; page tables that show the trampoline at its place
LAUNCH_PROCESSOR equ 8                  ; taken by the processor that starts
LAUNCH_ENTRY     equ 16
LAUNCH_APIC      equ 24                 ; whose start it is
LAUNCH_CR0       equ 32                 ; what the first processor has
LAUNCH_CR4       equ 40
LAUNCH_EFER      equ 48

%define IN(label) (label - trampoline)

bits 16
align 16
trampoline:
    cli
    cld
    mov ax, cs
    mov ds, ax
    xor ebx, ebx
    mov bx, ax
    shl ebx, 4                          ; EBX = the page
    lea eax, [ebx + IN(trampoline_gdt)]
    mov [IN(trampoline_gdtr) + 2], eax
    lea eax, [ebx + IN(trampoline_32)]
    mov [IN(trampoline_far32)], eax
    lea eax, [ebx + IN(trampoline_64)]
    mov [IN(trampoline_far64)], eax
    o32 lgdt [IN(trampoline_gdtr)]
    mov eax, cr0
    and eax, ~(CR0_CD | CR0_NW)         ; INIT leaves the caches off
    or eax, CR0_PE
    mov cr0, eax
    o32 jmp far [IN(trampoline_far32)]

bits 32
trampoline_32:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov esi, [ebx + IN(trampoline_launch)]
    mov eax, [esi + LAUNCH_CR4]
    mov cr4, eax
    mov eax, [esi + LAUNCH_ROOT]
    mov cr3, eax
    mov ecx, MSR_EFER
    mov eax, [esi + LAUNCH_EFER]
    xor edx, edx
    wrmsr
    mov eax, [esi + LAUNCH_CR0]
    mov cr0, eax                        ; with paging: we go on at the same address
    jmp far [ebx + IN(trampoline_far64)]

bits 64
trampoline_64:
    mov esi, esi
    mov rax, DIRECT_MAP
    add rsi, rax
    mov eax, 1                          ; EBX 31:24: the initial APIC ID
    cpuid
    shr ebx, 24
    cmp ebx, [rsi + LAUNCH_APIC]
    jne .late
    xor edi, edi
    xchg rdi, [rsi + LAUNCH_PROCESSOR]
    test rdi, rdi
    jz .late
    jmp [rsi + LAUNCH_ENTRY]            ; RDI = the processor's block
.late:                                  ; it was given up: whoever did that sends an INIT
    cli
    hlt
    jmp .late

align 8
trampoline_gdt:                         ; accessed bits are set: the page will be read only
    dq 0
    dq 0x00cf9b000000ffff               ; 0x08: code, 32-bit
    dq 0x00cf93000000ffff               ; 0x10: data
    dq 0x00af9b000000ffff               ; 0x18: code, 64-bit
trampoline_gdtr:
    dw trampoline_gdtr - trampoline_gdt - 1
    dd 0
trampoline_far32:
    dd 0
    dw 0x08
trampoline_far64:
    dd 0
    dw 0x18
align 4
trampoline_launch:
    dd 0                                ; physical address of the launch block
trampoline_end:

align 4096
stub_file_end:

; ---- Not in the file: cleared by the loader ---------------------------------
absolute stub_file_end
boot_pml4:  resb 4096
boot_pdpt:  resb 4096
boot_pd:    resb 4096
boot_stack: resb 4096
boot_stack_top:
stub_end:
