// GDT and IDT of a 32-bit kernel (Intel SDM vol. 3A, 3.4.5 and 6.11).
#include "kernel.h"

#define SELECTOR_CODE 0x08
#define VECTOR_DIVIDE 0
#define VECTOR_BREAKPOINT 3

// The attribute byte of a gate.
#define GATE_PRESENT 0x80
#define GATE_USER 0x60
#define GATE_INTERRUPT 0x0E
#define GATE_TRAP 0x0F

struct gate {
	u16 offset_low;
	u16 selector;
	u8 zero;
	u8 attributes;
	u16 offset_high;
} __attribute__((packed));

static u64 gdt[3];
static struct gate idt[32];

void install_gdt(void)
{
	static struct table_pointer pointer;
	gdt[1] = 0x00CF9A000000FFFFull;
	gdt[2] = 0x00CF92000000FFFFull;
	pointer.limit = sizeof gdt - 1;
	pointer.base = (u32)gdt;
	load_gdt(&pointer);
}

static void set_gate(int vector, void (*entry)(void), u8 attributes)
{
	struct gate *gate = &idt[vector];
	gate->offset_low = (u32)entry & 0xFFFF;
	gate->offset_high = (u32)entry >> 16;
	gate->selector = SELECTOR_CODE;
	gate->attributes = attributes;
}

void install_idt(void)
{
	static struct table_pointer pointer;
	set_gate(VECTOR_DIVIDE, divide_entry, GATE_PRESENT | GATE_INTERRUPT);
	set_gate(VECTOR_BREAKPOINT, breakpoint_entry, GATE_USER | GATE_TRAP);
	pointer.limit = sizeof idt - 1;
	pointer.base = (u32)idt;
	load_idt(&pointer);
}
