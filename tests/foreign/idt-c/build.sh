#!/bin/sh
# Builds kernel.elf, a 32-bit ELF with a Multiboot 1 header.
set -e
flags="-m32 -std=gnu11 -O1 -g -Wall -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-omit-frame-pointer
	-fno-asynchronous-unwind-tables -mgeneral-regs-only -fno-inline -ffile-prefix-map=$PWD=."
for f in main tables io; do
	gcc $flags -c -o $f.o $f.c
done
nasm -f elf32 -g -F dwarf -o start.o start.asm
ld -m elf_i386 -nostdlib -z noexecstack --no-warn-rwx-segments -T link.ld -o kernel.elf start.o main.o tables.o io.o
