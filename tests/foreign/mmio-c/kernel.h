// What the files of this kernel share.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define PAGE_BYTES 4096

#define PAGE_PRESENT 0x001
#define PAGE_WRITABLE 0x002
#define PAGE_THROUGH 0x008
#define PAGE_UNCACHED 0x010

// paging.c
int map_page(u64 virtual, u64 physical, u64 flags);
int map_device(u64 virtual, u64 physical, u64 bytes);

// pci.c
u64 find_display(void);

// io.c
void out8(u16 port, u8 value);
u8 in8(u16 port);
void out32(u16 port, u32 value);
u32 in32(u16 port);
void print(const char *text);
void leave(u8 code);
