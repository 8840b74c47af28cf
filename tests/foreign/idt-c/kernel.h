// What the files of this kernel share.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

// Of GDT and IDT: limit and base, as LGDT and LIDT want them.
struct table_pointer {
	u16 limit;
	u32 base;
} __attribute__((packed));

// tables.c
void install_gdt(void);
void install_idt(void);

// start.asm
void load_gdt(struct table_pointer *pointer);
void load_idt(struct table_pointer *pointer);
void breakpoint_entry(void);
void divide_entry(void);

// io.c
void print(const char *text);
void leave(u8 code);
