package linux

import (
	"encoding/binary"
	"math/bits"

	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
	"pxos/kernel/region"
)

// The vDSO is a page of code that every process has mapped: a shared object by which a
// program reads the clock without a system call (vdso(7)). Time is a fixed-point
// product of the time-stamp counter, so the page says all that there is to say about
// it, and is never changed.

// Where things lie in the page.
const (
	vdsoDynamic = 0x0C0
	vdsoHash    = 0x130
	vdsoSymbols = 0x148
	vdsoVersym  = 0x178
	vdsoVerdef  = 0x180
	vdsoStrings = 0x1A0
	vdsoData    = 0x200 // base, mult, epoch
	vdsoCode    = 0x220
	vdsoBase    = stackTop + 0x100000
	vdsoObject  = 1 // among the objects of a space
)

// vdsoNames are the symbol at 1 and its version at 22.
const vdsoNames = "\x00__vdso_clock_gettime\x00LINUX_2.6\x00"

// clockGettime is int clock_gettime(clockid_t edi, struct timespec *rsi). It reads the
// three words before it.
var clockGettime = [...]byte{
	0x45, 0x31, 0xC0, // xor r8d, r8d
	0x83, 0xFF, 0x01, // cmp edi, 1: CLOCK_MONOTONIC
	0x74, 0x0B, // je read
	0x85, 0xFF, // test edi, edi: CLOCK_REALTIME
	0x75, 0x3D, // jne ask
	0x4C, 0x8B, 0x05, 0xDD, 0xFF, 0xFF, 0xFF, // mov r8, [epoch]
	// read:
	0x0F, 0xAE, 0xE8, // lfence
	0x0F, 0x31, // rdtsc
	0x48, 0xC1, 0xE2, 0x20, // shl rdx, 32
	0x48, 0x09, 0xD0, // or rax, rdx
	0x48, 0x2B, 0x05, 0xBA, 0xFF, 0xFF, 0xFF, // sub rax, [base]
	0x48, 0xF7, 0x25, 0xBB, 0xFF, 0xFF, 0xFF, // mul qword [mult]
	0x48, 0x0F, 0xAC, 0xD0, 0x20, // shrd rax, rdx, 32
	0x4C, 0x01, 0xC0, // add rax, r8
	0x31, 0xD2, // xor edx, edx
	0xB9, 0x00, 0xCA, 0x9A, 0x3B, // mov ecx, 1000000000
	0x48, 0xF7, 0xF1, // div rcx
	0x48, 0x89, 0x06, // mov [rsi], rax
	0x48, 0x89, 0x56, 0x08, // mov [rsi+8], rdx
	0x31, 0xC0, // xor eax, eax
	0xC3, // ret
	// ask:
	0xB8, 0xE4, 0x00, 0x00, 0x00, // mov eax, 228
	0x0F, 0x05, // syscall
	0xC3, // ret
}

// setClock makes time from the time-stamp counter: ns are ticks times mult over 2^32.
func (s *System) setClock(epochNS uint64) {
	s.start, s.epoch = amd64.Rdtsc(), epochNS
	s.mult, _ = bits.Div64(second>>32, second<<32&(1<<64-1), max(s.Clock.TSCHertz, 1000))
}

// now is ns since the start.
func (s *System) now() uint64 {
	high, low := bits.Mul64(amd64.Rdtsc()-s.start, s.mult)
	return high<<32 | low>>32
}

// makeVDSO makes the page, as a file without a name.
func (s *System) makeVDSO() bool {
	b := fillBuffer
	clear(b)
	le := binary.LittleEndian
	copy(b, "\x7FELF\x02\x01\x01") // 64 bits, little-endian
	le.PutUint16(b[16:], 3)        // ET_DYN
	le.PutUint16(b[18:], 62)       // EM_X86_64
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[32:], 64) // e_phoff
	le.PutUint16(b[52:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 2)
	programHeader(b[64:], 1, 5, 0, phys.PageBytes)                  // PT_LOAD, R and X
	programHeader(b[120:], 2, 4, vdsoDynamic, vdsoHash-vdsoDynamic) // PT_DYNAMIC
	for i, d := range [...][2]uint64{{4, vdsoHash}, {6, vdsoSymbols}, {5, vdsoStrings},
		{10, uint64(len(vdsoNames))}, {0x6FFFFFF0, vdsoVersym}, {0x6FFFFFFC, vdsoVerdef}, {0, 0}} {
		le.PutUint64(b[vdsoDynamic+16*i:], d[0]) // DT_HASH, _SYMTAB, _STRTAB, _STRSZ, _VERSYM, _VERDEF, _NULL
		le.PutUint64(b[vdsoDynamic+16*i+8:], d[1])
	}
	for i, w := range [...]uint32{1, 2, 1, 0, 0} { // one bucket with symbol 1 alone
		le.PutUint32(b[vdsoHash+4*i:], w)
	}
	symbol := b[vdsoSymbols+24:]
	le.PutUint32(symbol, 1)
	symbol[4] = 0x12 // STB_GLOBAL, STT_FUNC
	le.PutUint16(symbol[6:], 1)
	le.PutUint64(symbol[8:], vdsoCode)
	le.PutUint64(symbol[16:], uint64(len(clockGettime)))
	le.PutUint16(b[vdsoVersym+2:], 2) // symbol 1 is of version 2
	for i, w := range [...]uint32{1, 2 | 1<<16, 0x3AE75F6, 20, 0, 22, 0} {
		le.PutUint32(b[vdsoVerdef+4*i:], w) // Elf64_Verdef: version, index and count, hash, aux, next; Verdaux: name, next
	}
	copy(b[vdsoStrings:], vdsoNames)
	le.PutUint64(b[vdsoData:], s.start)
	le.PutUint64(b[vdsoData+8:], s.mult)
	le.PutUint64(b[vdsoData+16:], s.epoch)
	copy(b[vdsoCode:], clockGettime[:])
	if s.vdso = s.nameless(0); s.vdso == nil {
		return false
	}
	n, _ := s.Files.WriteAt(s.vdso, 0, b, s.time())
	return n == len(b)
}

// programHeader is one of a shared object whose addresses are offsets in its file.
func programHeader(b []byte, kind, flags uint32, at, size uint64) {
	le := binary.LittleEndian
	le.PutUint32(b, kind)
	le.PutUint32(b[4:], flags)
	le.PutUint64(b[8:], at)
	le.PutUint64(b[16:], at)
	le.PutUint64(b[32:], size)
	le.PutUint64(b[40:], size)
}

// mapVDSO maps the page into a space.
func (s *System) mapVDSO(sp *space) bool {
	s.Files.Hold(s.vdso)
	sp.objects[vdsoObject] = s.vdso
	return sp.regions.Insert(region.Region{Start: vdsoBase, End: vdsoBase + phys.PageBytes, Prot: region.Read | region.Exec,
		Kind: region.File, Object: vdsoObject, FileEnd: phys.PageBytes}) == region.OK
}
