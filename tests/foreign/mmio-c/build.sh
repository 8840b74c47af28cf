#!/bin/sh
# Builds kernel.elf (64 bits, with symbols) and kernel32.elf, the same bytes in
# the 32-bit ELF that Multiboot 1 loaders take.
set -e
flags="-std=gnu11 -O1 -g -Wall -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-omit-frame-pointer
	-fno-asynchronous-unwind-tables -mno-red-zone -mgeneral-regs-only -fno-inline -ffile-prefix-map=$PWD=."
for f in main paging pci io; do
	gcc $flags -c -o $f.o $f.c
done
nasm -f elf64 -g -F dwarf -o start.o start.asm
ld -m elf_x86_64 -nostdlib -z max-page-size=4096 -z noexecstack --no-warn-rwx-segments -T link.ld -o kernel.elf start.o main.o paging.o pci.o io.o
objcopy -O elf32-i386 --strip-debug kernel.elf kernel32.elf
