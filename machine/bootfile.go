package machine

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// What QEMU's -kernel and SeaBIOS accept, checked before QEMU starts so that
// the message can name the file and the remedy.

const (
	multibootMagic       = 0x1BADB002 // Multiboot 1, section 3.1.1
	multibootSearchBytes = 8192
	multibootAddresses   = 1 << 16    // flag: the header holds load addresses
	multiboot2Magic      = 0xE85250D6 // Multiboot 2, section 3.1.1
	multiboot2Search     = 32768
	xenPhys32Entry       = 18 // XEN_ELFNOTE_PHYS32_ENTRY, xen/include/public/elfnote.h
	linuxMagicOffset     = 0x202
	isoSectorBytes       = 2048
	isoBootRecord        = 17 // El Torito 1.0: the boot record volume is at sector 17
	elfHeaderRoom        = 64
)

// physRange is a piece of physical or linear memory, end exclusive.
type physRange struct{ start, end uint64 }

// checkKernel judges a file for -kernel and returns where its segments lie.
func checkKernel(path string) ([]physRange, error) {
	const op = "read the kernel"
	f, err := os.Open(path)
	if err != nil {
		return nil, &LabError{Op: op, Err: err, Hint: "build the kernel, or correct the path"}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, &LabError{Op: op, Err: err}
	}
	refuse := func(hint, format string, args ...any) ([]physRange, error) {
		return nil, labErrorf(op+" "+path, hint, ErrBootMedium, format, args...)
	}
	if !info.Mode().IsRegular() || info.Size() < elfHeaderRoom {
		return refuse("build the kernel again", "the file has %d bytes and is no kernel", info.Size())
	}
	head := make([]byte, multiboot2Search)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &LabError{Op: op, Err: err}
	}
	head = head[:n]
	flags, multiboot := findMultiboot(head)
	if !bytes.HasPrefix(head, []byte(elf.ELFMAG)) {
		if multiboot && flags&multibootAddresses != 0 || len(head) > linuxMagicOffset+4 && string(head[linuxMagicOffset:linuxMagicOffset+4]) == "HdrS" {
			return nil, nil
		}
		return refuse("give an ELF file, or an ISO", "it is neither an ELF file nor a kernel with a Multiboot header")
	}
	if end := elfEnd(head); end > uint64(info.Size()) {
		return refuse("build the kernel again", "truncated: its tables end at byte %d, the file has %d", end, info.Size())
	}
	image, err := elf.NewFile(f)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse("build the kernel again", "truncated: the file ends at byte %d, before a section that it names", info.Size())
	}
	if err != nil {
		return refuse("build the kernel again", "broken ELF file: %v", err)
	}
	if image.Machine != elf.EM_386 && image.Machine != elf.EM_X86_64 {
		return refuse("build it for x86-64", "the ELF file is for %s, the machine is x86-64", image.Machine)
	}
	ranges, err := loadRanges(image, info.Size())
	if err != nil {
		return refuse("build the kernel again", "%v", err)
	}
	switch {
	case multiboot && (image.Machine == elf.EM_386 || flags&multibootAddresses != 0):
	case hasPVHNote(image) && !multiboot:
	case multiboot:
		return refuse("make it a 32-bit ELF, or boot it from an ISO", "QEMU takes no 64-bit ELF by its Multiboot 1 header")
	case bytes.Contains(head, []byte{0xD6, 0x50, 0x52, 0xE8}):
		return refuse("boot it from an ISO, or add a PVH note", "it has a Multiboot 2 header only, which QEMU's -kernel does not read")
	default:
		return refuse("add a Multiboot header or a PVH note", "it has no Multiboot header in its first %d bytes and no PVH note", multibootSearchBytes)
	}
	return ranges, nil
}

// findMultiboot looks for a Multiboot 1 header with a right checksum.
func findMultiboot(head []byte) (flags uint32, ok bool) {
	head = head[:min(len(head), multibootSearchBytes)]
	for i := 0; i+12 <= len(head); i += 4 {
		magic := binary.LittleEndian.Uint32(head[i:])
		flags := binary.LittleEndian.Uint32(head[i+4:])
		if magic == multibootMagic && magic+flags+binary.LittleEndian.Uint32(head[i+8:]) == 0 {
			return flags, true
		}
	}
	return 0, false
}

// elfEnd is where the program and section tables of an ELF file end: the later
// of both. ELF specification 1.2, figure 1-3; ELF-64 Object File Format 1.5,
// figure 2.
func elfEnd(head []byte) uint64 {
	if len(head) < elfHeaderRoom {
		return 0
	}
	le := binary.LittleEndian
	programs, sections := uint64(le.Uint32(head[28:])), uint64(le.Uint32(head[32:]))
	sizes := head[42:50]
	if elf.Class(head[elf.EI_CLASS]) == elf.ELFCLASS64 {
		programs, sections, sizes = le.Uint64(head[32:]), le.Uint64(head[40:]), head[54:62]
	}
	return max(programs+uint64(le.Uint16(sizes))*uint64(le.Uint16(sizes[2:])),
		sections+uint64(le.Uint16(sizes[4:]))*uint64(le.Uint16(sizes[6:])))
}

// loadRanges returns physical and linear places of all segments, and refuses a
// file that ends before its segments do.
func loadRanges(image *elf.File, size int64) ([]physRange, error) {
	var ranges []physRange
	for i, p := range image.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		if p.Filesz > uint64(size) || p.Off > uint64(size)-p.Filesz {
			return nil, fmt.Errorf("truncated: segment %d ends at byte %d, the file has %d", i, p.Off+p.Filesz, size)
		}
		if p.Memsz == 0 || p.Paddr+p.Memsz < p.Paddr || p.Vaddr+p.Memsz < p.Vaddr {
			continue
		}
		ranges = append(ranges, physRange{p.Paddr, p.Paddr + p.Memsz}, physRange{p.Vaddr, p.Vaddr + p.Memsz})
	}
	if len(ranges) == 0 {
		return nil, errors.New("no segment is loaded")
	}
	return ranges, nil
}

// hasPVHNote looks for the note that makes QEMU start an ELF in 32-bit mode.
func hasPVHNote(image *elf.File) bool {
	for _, p := range image.Progs {
		if p.Type != elf.PT_NOTE || p.Filesz > 1<<20 {
			continue
		}
		data := make([]byte, p.Filesz)
		if _, err := io.ReadFull(p.Open(), data); err != nil {
			continue
		}
		if noteOfType(data, image.ByteOrder, "Xen\x00", xenPhys32Entry) {
			return true
		}
	}
	return false
}

func noteOfType(data []byte, order binary.ByteOrder, name string, kind uint32) bool {
	align := func(n uint32) uint64 { return (uint64(n) + 3) &^ 3 }
	for len(data) >= 12 {
		nameBytes, descBytes := order.Uint32(data), order.Uint32(data[4:])
		total := 12 + align(nameBytes) + align(descBytes)
		if total > uint64(len(data)) {
			return false
		}
		if order.Uint32(data[8:]) == kind && string(data[12:12+nameBytes]) == name {
			return true
		}
		data = data[total:]
	}
	return false
}

// checkISO refuses what cannot be a disc image. An image without boot record
// is left to the firmware: the run then ends as no-boot.
func checkISO(path string) error {
	const op = "read the ISO image"
	info, err := os.Stat(path)
	if err != nil {
		return &LabError{Op: op, Err: err, Hint: "build the image, or correct the path"}
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return labErrorf(op+" "+path, "build the image again", ErrBootMedium, "it is empty or no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return &LabError{Op: op, Err: err, Hint: "make the file readable"}
	}
	return f.Close()
}

// hasBootRecord tells whether an image has an El Torito boot record.
func hasBootRecord(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	sector := make([]byte, isoSectorBytes)
	if _, err := f.ReadAt(sector, isoBootRecord*isoSectorBytes); err != nil {
		return false
	}
	return bytes.HasPrefix(sector[1:], []byte("CD001")) && bytes.Contains(sector[:64], []byte("EL TORITO SPECIFICATION"))
}

// symbolRanges returns the segments of a file with symbols, nil if it cannot
// be read: it then only helps less to tell kernel from loader.
func symbolRanges(path string) []physRange {
	f, err := elf.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	ranges, err := loadRanges(f, info.Size())
	if err != nil {
		return nil
	}
	return ranges
}
