package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"

	"pxos/abi"
)

// Layout of the joined file: ELF header and program headers, the stub, then
// the Go linker's whole file moved up, so that its sections (symbols, line
// tables) stay usable. GRUB looks for the Multiboot2 header in the first 32 KiB.
const (
	stubFileOffset = 0x1000
	stubPhysical   = 0x100000
	pageBytes      = 0x1000
	elfHeaderBytes = 64
	programHeader  = 56
	maxSegments    = 4
	stubMagic      = "PXSTUB01"
)

// Offsets in the stub's header, see stub_header in stub.asm.
const (
	offNote         = 16
	offNoteBytes    = 24
	offStubEnd      = 32
	offKernelEntry  = 40
	offSegmentCount = 48
	offSegments     = 56
	stubHeaderBytes = offSegments + maxSegments*24
)

// join makes one bootable ELF64 of the linked Go kernel and the start stub.
func join(kernel, stub []byte) ([]byte, error) {
	f, err := elf.NewFile(bytes.NewReader(kernel))
	if err != nil {
		return nil, fmt.Errorf("the linked kernel: %w", err)
	}
	at := bytes.Index(stub, []byte(stubMagic))
	if at < 0 || at+stubHeaderBytes > len(stub) {
		return nil, errors.New("the start stub holds no " + stubMagic + " header")
	}
	stub = append([]byte(nil), stub...)
	header := stub[at:]
	le := binary.LittleEndian
	loads, err := kernelLoads(f)
	if err != nil {
		return nil, err
	}
	le.PutUint64(header[offKernelEntry:], f.Entry)
	le.PutUint64(header[offSegmentCount:], uint64(len(loads)))
	for i, p := range loads {
		le.PutUint64(header[offSegments+24*i:], p.Vaddr-directMapBase)
		le.PutUint64(header[offSegments+24*i+8:], p.Vaddr-directMapBase+p.Memsz)
		le.PutUint64(header[offSegments+24*i+16:], uint64(p.Flags))
	}

	stubEnd := le.Uint64(header[offStubEnd:])
	if stubEnd > loads[0].Vaddr-directMapBase {
		return nil, fmt.Errorf("the stub's end %#x reaches into the kernel", stubEnd)
	}
	shift := (stubFileOffset + uint64(len(stub)) + pageBytes - 1) &^ (pageBytes - 1)
	entry := le.Uint64(header[8:]) // mb2_entry: GRUB starts there, PVH by its note
	note, noteBytes := le.Uint64(header[offNote:]), le.Uint64(header[offNoteBytes:])

	out := make([]byte, shift, shift+uint64(len(kernel)))
	copy(out[stubFileOffset:], stub)
	out = append(out, kernel...)
	copy(out, kernel[:elfHeaderBytes])
	le.PutUint64(out[24:], entry)
	le.PutUint64(out[32:], elfHeaderBytes)            // e_phoff
	le.PutUint64(out[40:], shiftSections(out, shift)) // e_shoff
	le.PutUint16(out[56:], uint16(2+len(loads)))      // e_phnum

	ph := out[elfHeaderBytes:]
	putProgram(ph, elf.PT_NOTE, elf.PF_R, stubFileOffset+note-stubPhysical, note, note, noteBytes, noteBytes, 4)
	putProgram(ph[programHeader:], elf.PT_LOAD, elf.PF_R|elf.PF_W|elf.PF_X, stubFileOffset, stubPhysical, stubPhysical,
		uint64(len(stub)), stubEnd-stubPhysical, pageBytes)
	for i, p := range loads {
		putProgram(ph[(2+i)*programHeader:], elf.PT_LOAD, p.Flags, p.Off+shift, p.Vaddr, p.Vaddr-directMapBase,
			p.Filesz, p.Memsz, pageBytes)
	}
	return out, nil
}

// kernelLoads gives the loadable segments, checked against what the start
// code can take.
func kernelLoads(f *elf.File) ([]elf.ProgHeader, error) {
	var loads []elf.ProgHeader
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		if p.Vaddr < directMapBase+stubPhysical {
			return nil, fmt.Errorf("segment at %#x lies below the kernel's place", p.Vaddr)
		}
		if p.Flags&elf.PF_W != 0 && p.Flags&elf.PF_X != 0 {
			return nil, fmt.Errorf("segment at %#x is writable and executable", p.Vaddr)
		}
		loads = append(loads, withoutLines(f, withoutHeaders(p.ProgHeader)))
	}
	if len(loads) == 0 || len(loads) > maxSegments {
		return nil, fmt.Errorf("%d loadable segments, at most %d are possible", len(loads), maxSegments)
	}
	var total uint64
	for _, p := range loads {
		total += p.Memsz
	}
	if end := loads[len(loads)-1].Vaddr + loads[len(loads)-1].Memsz; total > abi.ExtentBytes-bootRoom || end > bootExtent+abi.ExtentBytes {
		return nil, fmt.Errorf("the image of %d KiB ends at %#x and leaves less than %d KiB of the extent that it starts with: put large tables into frames",
			total>>10, end, bootRoom>>10)
	}
	return loads, nil
}

// bootRoom of the boot extent are for what the kernel makes before the GPU grants more:
// page tables, bitmaps, stacks.
const bootRoom = 256 << 10

// bootExtent is the kernel's first address: what it holds when it starts is this
// extent and nothing before.
const bootExtent = directMapBase + abi.BootExtent*abi.ExtentBytes

// withoutHeaders cuts off the page before the boot extent that the linker fills
// with the file's own headers, which nobody reads in memory.
func withoutHeaders(p elf.ProgHeader) elf.ProgHeader {
	if p.Vaddr < bootExtent && bootExtent-p.Vaddr < p.Filesz {
		cut := bootExtent - p.Vaddr
		p.Vaddr, p.Off, p.Filesz, p.Memsz = p.Vaddr+cut, p.Off+cut, p.Filesz-cut, p.Memsz-cut
	}
	return p
}

// withoutLines cuts off what the linker puts behind the constants: the tables from
// addresses to lines and the lists of types, for a runtime that ring 0 does not have. The
// host reads them in the file; in memory they would fill a third of the boot extent.
func withoutLines(f *elf.File, p elf.ProgHeader) elf.ProgHeader {
	s := f.Section(".gopclntab")
	if s != nil && p.Flags&(elf.PF_W|elf.PF_X) == 0 && s.Addr > p.Vaddr && s.Addr < p.Vaddr+p.Filesz {
		p.Filesz = s.Addr - p.Vaddr
		p.Memsz = p.Filesz
	}
	return p
}

// shiftSections moves the file offsets of all sections of the file that was
// copied to out[shift:], and gives the new place of the section table.
func shiftSections(out []byte, shift uint64) uint64 {
	le := binary.LittleEndian
	table := le.Uint64(out[40:]) + shift
	count, size := uint64(le.Uint16(out[60:])), uint64(le.Uint16(out[58:]))
	for i := uint64(0); i < count; i++ {
		field := out[table+i*size+24:]
		if off := le.Uint64(field); off != 0 {
			le.PutUint64(field, off+shift)
		}
	}
	return table
}

func putProgram(b []byte, kind elf.ProgType, flags elf.ProgFlag, off, vaddr, paddr, filesz, memsz, align uint64) {
	le := binary.LittleEndian
	le.PutUint32(b[0:], uint32(kind))
	le.PutUint32(b[4:], uint32(flags))
	le.PutUint64(b[8:], off)
	le.PutUint64(b[16:], vaddr)
	le.PutUint64(b[24:], paddr)
	le.PutUint64(b[32:], filesz)
	le.PutUint64(b[40:], memsz)
	le.PutUint64(b[48:], align)
}
