// PCI configuration by the ports 0xCF8 and 0xCFC (PCI Local Bus 3.0, 3.2.2.3.2).
#include "kernel.h"

#define PCI_ADDRESS 0xCF8
#define PCI_DATA 0xCFC
#define PCI_CLASS 0x08
#define PCI_BAR0 0x10
#define CLASS_DISPLAY 0x03

static u32 config_read(u32 device, u32 offset)
{
	out32(PCI_ADDRESS, 0x80000000u | (device << 11) | offset);
	return in32(PCI_DATA);
}

// find_display gives the address in BAR0 of the first display adapter on bus 0,
// 0 if there is none.
u64 find_display(void)
{
	for (u32 device = 0; device < 32; device++) {
		if (config_read(device, PCI_CLASS) >> 24 == CLASS_DISPLAY) {
			return config_read(device, PCI_BAR0) & ~0xFu;
		}
	}
	return 0;
}
