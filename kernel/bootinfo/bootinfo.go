// Package bootinfo reads what the loader left: the memory map, the command
// line, the modules and where ACPI's root pointer is. Two forms are understood:
// Multiboot2 (GRUB) and PVH (QEMU -kernel).
//
// It may import phys. Everything is copied into fixed arrays at once, because
// the loader's memory is free for others afterwards. Sizes are checked: a
// damaged structure ends the reading, never the kernel.
package bootinfo

import "pxos/kernel/phys"

// Loaders, as the start stub numbers them.
const (
	LoaderMultiboot2 = 1
	LoaderPVH        = 2
)

// Kinds of memory, ACPI specification 6.5, table 15.4.
const (
	KindRAM      = 1
	KindReserved = 2
	KindACPI     = 3
	KindNVS      = 4
	KindBad      = 5
)

// Bounds of what is kept.
const (
	MaxRegions      = 64
	MaxModules      = 8
	MaxCmdlineBytes = 256
	maxInfoBytes    = 1 << 20
	// reach is what the stub's page tables map: a pointer of the loader to
	// elsewhere cannot be followed while they are in use.
	reach = 1 << 30
)

// Region is a range of physical memory.
type Region struct {
	Base, Length uint64
	Kind         uint32
}

// End is the first byte behind the region.
func (r *Region) End() uint64 { return r.Base + r.Length }

// Module is a file that the loader put into memory.
type Module struct{ Base, Length uint64 }

// Info is what the loader told.
type Info struct {
	Loader      uint64
	Regions     [MaxRegions]Region
	RegionCount int
	Modules     [MaxModules]Module
	ModuleCount int
	cmdline     [MaxCmdlineBytes]byte
	cmdlineLen  int
	RSDP        [36]byte // ACPI's root pointer, zero if the loader gave none
	// Dropped counts regions and modules past the bounds.
	Dropped int
}

// Cmdline is the kernel's command line.
func (in *Info) Cmdline() []byte { return in.cmdline[:in.cmdlineLen] }

// Has says whether a word stands alone on the command line.
func (in *Info) Has(word string) bool {
	_, ok := in.find(word, false)
	return ok
}

// Uint is the decimal value of "name=value" on the command line.
func (in *Info) Uint(name string) (uint64, bool) {
	at, ok := in.find(name, true)
	if !ok {
		return 0, false
	}
	v, digits := uint64(0), 0
	for ; at < in.cmdlineLen && in.cmdline[at] != ' '; at++ {
		d := in.cmdline[at] - '0'
		if d > 9 || digits == 18 {
			return 0, false
		}
		v = v*10 + uint64(d)
		digits++
	}
	return v, digits > 0
}

// find gives the offset behind a word (and its '=') on the command line.
func (in *Info) find(word string, value bool) (int, bool) {
	line := in.Cmdline()
	for start := 0; start < len(line); {
		end := start
		for end < len(line) && line[end] != ' ' {
			end++
		}
		n := 0
		for n < len(word) && start+n < end && line[start+n] == word[n] {
			n++
		}
		if n == len(word) {
			if !value && start+n == end {
				return end, true
			}
			if value && start+n < end && line[start+n] == '=' {
				return start + n + 1, true
			}
		}
		start = end + 1
	}
	return 0, false
}

func (in *Info) addRegion(base, length uint64, kind uint32) {
	if length == 0 || base+length < base {
		return
	}
	if in.RegionCount == MaxRegions {
		in.Dropped++
		return
	}
	in.Regions[in.RegionCount] = Region{base, length, kind}
	in.RegionCount++
}

func (in *Info) addModule(base, length uint64) {
	if in.ModuleCount == MaxModules {
		in.Dropped++
		return
	}
	in.Modules[in.ModuleCount] = Module{base, length}
	in.ModuleCount++
}

func (in *Info) setCmdline(b []byte) {
	in.cmdlineLen = copy(in.cmdline[:], b)
}

// Read fills the information from what the loader left at a physical address.
// It says whether there was a memory map.
func (in *Info) Read(loader, pa uint64) bool {
	in.Loader = loader
	if !reachable(pa, maxInfoBytes) {
		return false
	}
	switch loader {
	case LoaderMultiboot2:
		in.readMultiboot2(pa)
	case LoaderPVH:
		in.readPVH(pa)
	}
	in.sort()
	return in.RegionCount > 0
}

// sort orders the regions by address: later code walks them upwards.
func (in *Info) sort() {
	for i := 1; i < in.RegionCount; i++ {
		for j := i; j > 0 && in.Regions[j].Base < in.Regions[j-1].Base; j-- {
			r := in.Regions[j]
			in.Regions[j] = in.Regions[j-1]
			in.Regions[j-1] = r
		}
	}
}

// reachable says whether memory can be read already.
func reachable(pa, size uint64) bool { return pa < reach && size <= reach-pa }

func le32(pa uint64) uint32 {
	b := phys.Bytes(pa, 4)
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func le64(pa uint64) uint64 { return uint64(le32(pa)) | uint64(le32(pa+4))<<32 }

// Multiboot2 Specification 2.0, 3.6: a total size, then tags of 8-byte
// alignment.
const (
	tagEnd     = 0
	tagCmdline = 1
	tagModule  = 3
	tagMemory  = 6
	tagRSDPv1  = 14
	tagRSDPv2  = 15
)

func (in *Info) readMultiboot2(pa uint64) {
	total := uint64(le32(pa))
	if total > maxInfoBytes {
		return
	}
	for at := uint64(8); at+8 <= total; {
		kind, size := le32(pa+at), uint64(le32(pa+at+4))
		if kind == tagEnd || size < 8 || at+size > total {
			return
		}
		in.readTag(kind, pa+at, size)
		at += (size + 7) &^ 7
	}
}

func (in *Info) readTag(kind uint32, pa, size uint64) {
	switch kind {
	case tagCmdline:
		in.setCmdline(phys.CString(pa+8, int(size-8)))
	case tagModule:
		if size >= 16 {
			start, end := uint64(le32(pa+8)), uint64(le32(pa+12))
			if end >= start {
				in.addModule(start, end-start)
			}
		}
	case tagMemory:
		if size < 16 {
			return
		}
		entry := uint64(le32(pa + 8))
		if entry < 24 {
			return
		}
		for at := uint64(16); at+entry <= size; at += entry {
			in.addRegion(le64(pa+at), le64(pa+at+8), le32(pa+at+16))
		}
	case tagRSDPv1, tagRSDPv2:
		copy(in.RSDP[:], phys.Bytes(pa+8, int(size-8)))
	}
}

// Xen public headers, arch-x86/hvm/start_info.h.
const (
	pvhMagic        = 0x336EC578
	pvhEntryBytes   = 24
	pvhModuleBytes  = 32
	pvhMaxMap       = 256
	pvhFlagsVersion = 4
)

func (in *Info) readPVH(pa uint64) {
	if le32(pa) != pvhMagic {
		return
	}
	version := le32(pa + pvhFlagsVersion)
	modules, list := le32(pa+12), le64(pa+16)
	for i := uint64(0); i < uint64(modules) && i < MaxModules && reachable(list, (i+1)*pvhModuleBytes); i++ {
		in.addModule(le64(list+i*pvhModuleBytes), le64(list+i*pvhModuleBytes+8))
	}
	if cmdline := le64(pa + 24); cmdline != 0 && reachable(cmdline, MaxCmdlineBytes) {
		in.setCmdline(phys.CString(cmdline, MaxCmdlineBytes))
	}
	if rsdp := le64(pa + 32); rsdp != 0 && reachable(rsdp, uint64(len(in.RSDP))) {
		copy(in.RSDP[:], phys.Bytes(rsdp, len(in.RSDP)))
	}
	if version < 1 {
		return
	}
	entries, count := le64(pa+40), le32(pa+48)
	for i := uint64(0); i < uint64(count) && i < pvhMaxMap && reachable(entries, (i+1)*pvhEntryBytes); i++ {
		e := entries + i*pvhEntryBytes
		in.addRegion(le64(e), le64(e+8), le32(e+16))
	}
}
