// Package acpi finds the few tables that the kernel needs: MCFG for PCI
// configuration space and MADT for the processors.
//
// It may import abi, bootinfo, paging and phys. Tables are the firmware's bytes:
// every length is bounded and every checksum checked before a field is used.
// ACPI Specification 6.5, 5.2.
package acpi

import (
	"pxos/abi"
	"pxos/kernel/bootinfo"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
)

const (
	maxTableBytes = 64 << 10
	headerBytes   = 36
	maxTables     = 64

	rsdpSignature = 0x2052545020445352 // "RSD PTR "
	sigMCFG       = 0x4746434D         // "MCFG"
	sigMADT       = 0x43495041         // "APIC"

	scanStart = 0xE0000 // 5.2.5.1: the BIOS read-only area
	scanEnd   = 0x100000
)

// Tables is what was found.
type Tables struct {
	Found bool
	// ECAM is the physical base of PCI Express configuration space for bus
	// StartBus, 0 if there is none. PCI Firmware Specification 3.3, 4.1.2.
	ECAM             uint64
	StartBus, EndBus uint8
	CPUs             uint64 // enabled processors
	// APICs are the numbers of their local APICs that can be told with 8 bits, in the
	// order of the table; APICCount of them.
	APICs     [abi.MaxProcessors]uint32
	APICCount int
	LocalAPIC uint64 // physical address
	// Extents are those in which tables lie, physical addresses; Count of them.
	Extents [maxExtents]uint64
	Count   int
}

// apicBroadcast is the number that stands for all, without x2APIC.
const apicBroadcast = 0xFF

// maxExtents is more than any firmware spreads its tables over.
const maxExtents = 8

// Read looks for the root pointer and walks the tables it names.
func Read(in *bootinfo.Info, t *paging.Tables) (out Tables) {
	rsdp := in.RSDP[:]
	if word(rsdp) != rsdpSignature {
		rsdp = scan()
	}
	if rsdp == nil || !sums(rsdp[:20]) {
		return out
	}
	root, entryBytes := uint64(half(rsdp[16:])), uint64(4)
	if rsdp[15] >= 2 && word(rsdp[24:]) != 0 { // revision 2: XSDT
		root, entryBytes = word(rsdp[24:]), 8
	}
	table := out.load(t, root)
	if table == nil {
		return out
	}
	out.Found = true
	for at, n := uint64(headerBytes), 0; at+entryBytes <= uint64(len(table)) && n < maxTables; n++ {
		pa := uint64(half(table[at:]))
		if entryBytes == 8 {
			pa = word(table[at:])
		}
		out.readTable(out.load(t, pa))
		at += entryBytes
	}
	return out
}

// scan searches the firmware's area for the root pointer.
func scan() []byte {
	for pa := uint64(scanStart); pa+headerBytes <= scanEnd; pa += 16 {
		if b := phys.Bytes(pa, headerBytes); word(b) == rsdpSignature && sums(b[:20]) {
			return b
		}
	}
	return nil
}

// load maps a table for reading and gives its bytes, nil if it is damaged.
func (out *Tables) load(t *paging.Tables, pa uint64) []byte {
	if pa == 0 || !out.reach(t, pa, headerBytes) {
		return nil
	}
	length := uint64(half(phys.Bytes(pa+4, 4)))
	if length < headerBytes || length > maxTableBytes || !out.reach(t, pa, length) {
		return nil
	}
	table := phys.Bytes(pa, int(length))
	if !sums(table) {
		return nil
	}
	return table
}

// reach maps those pages of a range that are not mapped: firmware keeps its
// tables in memory that the direct map leaves out.
func (out *Tables) reach(t *paging.Tables, pa, size uint64) bool {
	if pa+size < pa {
		return false
	}
	for page := pa &^ (phys.PageBytes - 1); page < pa+size; page += phys.PageBytes {
		if _, level := t.Walk(phys.Virt(page)); level != 0 {
			continue
		}
		if out.Count == maxExtents {
			return false
		}
		if _, err := t.MapPlatform(page, phys.PageBytes, paging.Flags{}); err != paging.OK {
			return false
		}
		out.note(page)
	}
	return true
}

// note keeps the extent of a page that is mapped here. There is room.
func (out *Tables) note(page uint64) {
	extent := page &^ (abi.ExtentBytes - 1)
	for i := 0; i < out.Count; i++ {
		if out.Extents[i] == extent {
			return
		}
	}
	out.Extents[out.Count] = extent
	out.Count++
}

func (out *Tables) readTable(table []byte) {
	if table == nil {
		return
	}
	switch half(table) {
	case sigMCFG:
		if len(table) >= 60 { // header, 8 reserved, one allocation of 16
			out.ECAM = word(table[44:])
			out.StartBus, out.EndBus = table[54], table[55]
		}
	case sigMADT:
		out.readMADT(table)
	}
}

// readMADT lists enabled processors: 5.2.12.2 and 5.2.12.12.
func (out *Tables) readMADT(table []byte) {
	if len(table) < 44 {
		return
	}
	out.LocalAPIC = uint64(half(table[36:]))
	for at := 44; at+2 <= len(table); {
		kind, size := table[at], int(table[at+1])
		if size < 2 || at+size > len(table) {
			return
		}
		entry := table[at : at+size]
		if kind == 0 && size >= 8 && half(entry[4:])&1 != 0 {
			out.enabled(uint32(entry[3]))
		}
		if kind == 9 && size >= 16 && half(entry[8:])&1 != 0 {
			out.enabled(half(entry[4:]))
		}
		at += size
	}
}

// enabled counts a processor and keeps its APIC's number. One number twice would be
// one processor started twice.
func (out *Tables) enabled(apic uint32) {
	for i := 0; i < out.APICCount; i++ {
		if out.APICs[i] == apic {
			return
		}
	}
	out.CPUs++
	if apic < apicBroadcast && out.APICCount < len(out.APICs) {
		out.APICs[out.APICCount] = apic
		out.APICCount++
	}
}

// sums says whether bytes add up to zero, as every ACPI table must.
func sums(b []byte) bool {
	s := byte(0)
	for _, c := range b {
		s += c
	}
	return s == 0
}

func half(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func word(b []byte) uint64 { return uint64(half(b)) | uint64(half(b[4:]))<<32 }
