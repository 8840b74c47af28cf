// A kernel that draws: it finds the display adapter, maps its memory and writes
// the first line of pixels.
#include "kernel.h"

#define HEAP_BASE 0x40000000ul
#define SCREEN_BYTES 0x10000
#define LINE_PIXELS 1024
#define COLOUR 0x00336699u

static u8 heap_page[PAGE_BYTES] __attribute__((aligned(4096)));

static void draw_line(volatile u32 *pixels)
{
	for (int x = 0; x < LINE_PIXELS; x++) {
		pixels[x] = COLOUR;
	}
}

void main(void)
{
	print("mmio-c starts\n");
	if (map_page(HEAP_BASE, (u64)heap_page, PAGE_WRITABLE) != 0) {
		print("no memory for the heap\n");
		leave(0x12);
	}
	u64 *heap = (u64 *)HEAP_BASE;
	*heap = LINE_PIXELS;
	u64 bar = find_display();
	if (bar == 0 || map_device(bar, bar, SCREEN_BYTES) != 0) {
		print("no screen\n");
		leave(0x12);
	}
	volatile u32 *pixels = (volatile u32 *)bar;
	draw_line(pixels);
	if (pixels[*heap - 1] != COLOUR) {
		print("the screen forgets\n");
		leave(0x11);
	}
	print("mmio-c up\n");
	leave(0x10);
}
