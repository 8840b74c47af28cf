// Ports, the serial line and the way out.
#include "kernel.h"

#define COM1_DATA 0x3F8
#define COM1_STATUS 0x3FD
#define COM1_READY 0x20
#define EXIT_PORT 0xF4

void out8(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

u8 in8(u16 port)
{
	u8 value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void out32(u16 port, u32 value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

u32 in32(u16 port)
{
	u32 value;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void print(const char *text)
{
	while (*text) {
		while (!(in8(COM1_STATUS) & COM1_READY)) {
		}
		out8(COM1_DATA, *text++);
	}
}

// leave ends the emulator with a code.
void leave(u8 code)
{
	out8(EXIT_PORT, code);
}
