// Page tables with four levels (Intel SDM vol. 3A, 4.5).
#include "kernel.h"

#define POOL_TABLES 16
#define ADDRESS_MASK 0x000FFFFFFFFFF000ul

extern u64 pml4[512];

static u64 pool[POOL_TABLES][512] __attribute__((aligned(4096)));
static int pool_used;

static u64 *next_table(u64 *table, u64 index)
{
	if (!(table[index] & PAGE_PRESENT)) {
		if (pool_used == POOL_TABLES) {
			return 0;
		}
		table[index] = (u64)pool[pool_used++] | PAGE_WRITABLE | PAGE_PRESENT;
	}
	return (u64 *)(table[index] & ADDRESS_MASK);
}

// page_table finds the last table on the way to an address and makes those that
// are missing.
static u64 *page_table(u64 virtual)
{
	u64 *table = pml4;
	for (int shift = 39; shift > 12; shift -= 9) {
		table = next_table(table, (virtual >> shift) & 511);
		if (!table) {
			return 0;
		}
	}
	return table;
}

// map_page maps one page of memory. It gives 0 or -1.
int map_page(u64 virtual, u64 physical, u64 flags)
{
	u64 *table = page_table(virtual);
	u64 index = (virtual >> 12) & 511;
	if (!table || (table[index] & PAGE_PRESENT)) {
		return -1;
	}
	table[index] = physical | flags | PAGE_PRESENT;
	return 0;
}

// map_registers maps one page of a device, never cached. It gives 0 or -1.
static int map_registers(u64 virtual, u64 physical)
{
	u64 flags = PAGE_WRITABLE | PAGE_THROUGH | PAGE_UNCACHED;
	u64 *table = page_table(virtual);
	u64 index = (virtual >> 12) & 511;
	if (!table || (table[index] & PAGE_PRESENT)) {
		return -1;
	}
	__asm__ volatile("invlpg (%0)" : : "r"(virtual) : "memory");
	return 0;
}

// map_device maps the registers of a device. It gives 0 or -1.
int map_device(u64 virtual, u64 physical, u64 bytes)
{
	for (u64 done = 0; done < bytes; done += PAGE_BYTES) {
		if (map_registers(virtual + done, physical + done) != 0) {
			return -1;
		}
	}
	return 0;
}
