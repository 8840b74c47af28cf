package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
)

// Protocol is the way in which a kernel file wants to be started.
type Protocol string

// Boot protocols that the laboratory can start.
const (
	Multiboot1 Protocol = "multiboot"
	Multiboot2 Protocol = "multiboot2"
	PVH        Protocol = "pvh"
)

// Magic numbers and how far into the file a header may lie: Multiboot
// Specification 0.6.96, 3.1; Multiboot2 Specification 2.0, 3.1.
const (
	multiboot1Magic  = 0x1BADB002
	multiboot1Search = 8 << 10
	multiboot2Magic  = 0xE85250D6
	multiboot2Search = 32 << 10
	pvhNoteType      = 18
)

// ErrNoBootHeader says that no loader would know what to do with a file.
var ErrNoBootHeader = errors.New("holds no Multiboot or Multiboot2 header and no PVH note: no boot loader can start it")

// BootProtocol tells how an x86 kernel file is started, Multiboot2 before
// Multiboot before PVH, and refuses what cannot be started here.
func BootProtocol(file []byte) (Protocol, error) {
	if bytes.HasPrefix(file, []byte(elf.ELFMAG)) {
		if err := checkELF(file); err != nil {
			return "", err
		}
	}
	if hasHeader(file, multiboot2Magic, multiboot2Search, 8, 4) {
		return Multiboot2, nil
	}
	if hasHeader(file, multiboot1Magic, multiboot1Search, 4, 3) {
		return Multiboot1, nil
	}
	if hasPVHNote(file) {
		return PVH, nil
	}
	return "", ErrNoBootHeader
}

// NeedsLoader says whether a kernel can be started by a boot loader only: QEMU's
// -kernel reads Multiboot 1 headers and PVH notes, not Multiboot2 headers.
func NeedsLoader(file []byte) bool {
	protocol, err := BootProtocol(file)
	return err == nil && protocol == Multiboot2 && !hasPVHNote(file)
}

// checkELF refuses files for other machines and files that were cut short.
func checkELF(file []byte) error {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return fmt.Errorf("damaged or cut-off ELF file: %w", err)
	}
	if f.Machine != elf.EM_X86_64 && f.Machine != elf.EM_386 {
		return fmt.Errorf("is an ELF file for %v, not for x86", f.Machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && (p.Off > uint64(len(file)) || p.Filesz > uint64(len(file))-p.Off) {
			return fmt.Errorf("is cut off: a segment ends at byte %d, the file at %d", p.Off+p.Filesz, len(file))
		}
	}
	return nil
}

// hasHeader looks for an aligned magic number whose header sums to zero.
func hasHeader(file []byte, magic uint32, search, align, words int) bool {
	for at := 0; at+4*words <= min(len(file), search); at += align {
		if binary.LittleEndian.Uint32(file[at:]) != magic {
			continue
		}
		sum := uint32(0)
		for i := 0; i < words; i++ {
			sum += binary.LittleEndian.Uint32(file[at+4*i:])
		}
		if sum == 0 {
			return true
		}
	}
	return false
}

func hasPVHNote(file []byte) bool {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return false
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_NOTE || p.Filesz > 1<<16 {
			continue
		}
		note := make([]byte, p.Filesz)
		if _, err := p.ReadAt(note, 0); err != nil {
			return false
		}
		if len(note) >= 16 && binary.LittleEndian.Uint32(note[8:]) == pvhNoteType && string(note[12:15]) == "Xen" {
			return true
		}
	}
	return false
}
