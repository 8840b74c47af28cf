// A 32-bit kernel that sets up its own GDT and IDT and tries two exceptions.
#include "kernel.h"

static volatile int breakpoints;
static volatile int divides;

void on_breakpoint(void)
{
	breakpoints++;
}

// on_divide skips the division, which has two bytes.
void on_divide(u32 *frame)
{
	divides++;
	frame[0] += 2;
}

static void divide_by_zero(void)
{
	__asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx; div %%ecx" : : : "eax", "ecx", "edx");
}

void main(void)
{
	print("idt-c starts\n");
	install_gdt();
	install_idt();
	__asm__ volatile("int3");
	divide_by_zero();
	if (breakpoints != 1 || divides != 1) {
		print("an exception was lost\n");
		leave(0x11);
	}
	print("idt-c up\n");
	leave(0x10);
}
