// Package elf checks a static Linux/amd64 program, whole, before anything of it is
// used.
//
// It imports nothing. The image is a stranger's bytes: every offset, size and
// address is bounded before it is followed, and each header is read once.
// System V ABI, chapters 4 and 5; ELF-64 Object File Format 1.5; System V ABI, AMD64
// Architecture Processor Supplement, chapters 4 and 5.
//
// Invariants of a program that was accepted: its segments lie in user space and share
// no page; none is writable and executable; what they take from the image is there;
// the entry is in an executable one. Of one that was refused nothing is kept.
package elf

// Names as in the ELF-64 Object File Format 1.5, tables 2 to 5, 14 and 15.
const (
	elfMagic = 0x464C457F // 7F "ELF"

	EI_CLASS   = 4
	EI_DATA    = 5
	EI_VERSION = 6
	EI_OSABI   = 7

	ELFCLASS32  = 1
	ELFCLASS64  = 2
	ELFDATA2LSB = 1
	ELFDATA2MSB = 2
	EV_CURRENT  = 1

	ELFOSABI_SYSV = 0
	ELFOSABI_GNU  = 3 // System V ABI: Linux

	ET_EXEC = 2
	ET_DYN  = 3

	EM_X86_64 = 62 // AMD64 psABI, 4.1.1

	PT_LOAD   = 1
	PT_INTERP = 3

	PF_X = 1
	PF_W = 2
	PF_R = 4

	identBytes  = 16
	ehdrBytes   = 64
	phdrBytes   = 56
	pageBytes   = 4096
	maxPrograms = 65536 / phdrBytes // Linux takes no more either
)

// Limits of what a program may take.
const (
	MaxSegments = 16
	// UserStart is the lowest address of a program: a nil pointer with an offset
	// must fault.
	UserStart = 0x10000
	// UserEnd is the first address past user space: one page is left below the
	// end of the lower half, so that no instruction ends at a non-canonical address.
	UserEnd = 0x00007FFFFFFFF000
)

// Error says why a program was refused. 0 is no error.
type Error uint8

// Reasons for a refusal.
const (
	OK Error = iota
	ErrNotELF
	ErrTruncated
	Err32Bit
	ErrBigEndian
	ErrMalformed
	ErrSystem
	ErrMachine
	ErrNotExecutable
	ErrDynamic
	ErrNoSegment
	ErrTooManySegments
	ErrOverlap
	ErrOutOfUserSpace
	ErrWriteAndExec
	ErrFileBytes
	ErrMisaligned
	ErrEntry
)

// String is the reason in words.
func (e Error) String() string {
	switch e {
	case OK:
		return "ok"
	case ErrNotELF:
		return "the file is no ELF file: it does not begin with 7F 'ELF'"
	case ErrTruncated:
		return "the file ends before its headers or its segments do"
	case Err32Bit:
		return "the program is a 32-bit one: build it with GOARCH=amd64"
	case ErrBigEndian:
		return "the program is big-endian: build it with GOARCH=amd64"
	case ErrMalformed:
		return "the ELF header has a class, byte order, version or program header size or count that is none"
	case ErrSystem:
		return "the program is for another operating system: build it with GOOS=linux"
	case ErrMachine:
		return "the program is for another processor: build it with GOARCH=amd64"
	case ErrNotExecutable:
		return "the file is an object or a core dump, not a program that is linked"
	case ErrDynamic:
		return "the program is dynamically linked or position-independent: build it with CGO_ENABLED=0 and without -buildmode=pie"
	case ErrNoSegment:
		return "the program has no segment to load"
	case ErrTooManySegments:
		return "the program has more than 16 segments to load"
	case ErrOverlap:
		return "two segments share a page"
	case ErrOutOfUserSpace:
		return "a segment lies outside user space, 0x10000 to 0x7FFFFFFFF000"
	case ErrWriteAndExec:
		return "a segment is both writable and executable"
	case ErrFileBytes:
		return "a segment has more bytes in the file than in memory"
	case ErrMisaligned:
		return "a segment's address and its offset in the file differ within a page"
	case ErrEntry:
		return "the entry point is in no executable segment"
	}
	return "unknown"
}

// Segment is a part of the program that is loaded.
type Segment struct {
	Virt uint64
	// Offset is where the segment begins in the image; it and Virt are the same
	// within a page. It is 0 where nothing comes from the image.
	Offset    uint64
	FileBytes uint64 // that come from the image; what follows up to MemBytes is zero
	MemBytes  uint64 // at least 1
	Read      bool
	Write     bool
	Exec      bool
}

// End is the first address past the segment.
func (s *Segment) End() uint64 { return s.Virt + s.MemBytes }

// Pages is the range of addresses of the pages that the segment lies in.
func (s *Segment) Pages() (start, end uint64) {
	return s.Virt &^ (pageBytes - 1), roundUp(s.End())
}

// Program is what a loader must know.
type Program struct {
	Entry    uint64
	Segments [MaxSegments]Segment // Count of them, in the order of the file
	Count    int
	// Headers is the virtual address of the program headers, for AT_PHDR; 0 if no
	// segment that can be read holds them.
	Headers     uint64
	HeaderCount uint64 // for AT_PHNUM
	HeaderBytes uint64 // of one, for AT_PHENT
	// Break is where the heap may begin: the end of the highest segment, rounded up
	// to a page.
	Break uint64
}

// header is what is used of the ELF header; ELF-64 Object File Format 1.5, figure 2.
type header struct {
	entry, phoff     uint64
	phentsize, phnum uint64
}

// program is a program header; ELF-64 Object File Format 1.5, figure 6.
type program struct {
	kind, flags                 uint32
	offset, vaddr, filesz, size uint64
}

// Parse checks the image of a program and says what is to be loaded. The image must
// not change meanwhile. On an error p is zero.
func (p *Program) Parse(image []byte) Error { return p.ParseHead(image, uint64(len(image))) }

// ParseHead is Parse of a program of which the first bytes are at hand: its program
// headers must lie in them, as they do in what linkers make. size is that of the whole.
func (p *Program) ParseHead(image []byte, size uint64) Error {
	*p = Program{}
	h, err := readHeader(image)
	if err != OK {
		return err
	}
	if err := bounds(image, &h); err != OK {
		return err
	}
	out := Program{Entry: h.entry, HeaderCount: h.phnum, HeaderBytes: phdrBytes}
	for i := uint64(0); i < h.phnum; i++ {
		at := h.phoff + i*phdrBytes
		ph := readProgram(image[at : at+phdrBytes])
		if ph.kind == PT_INTERP {
			return ErrDynamic
		}
		if ph.kind != PT_LOAD {
			continue
		}
		if err := out.add(&ph, size); err != OK {
			return err
		}
	}
	if out.Count == 0 {
		return ErrNoSegment
	}
	if !out.enters() {
		return ErrEntry
	}
	out.place(&h)
	*p = out
	return OK
}

// readHeader checks all of the ELF header but where the program headers are.
func readHeader(image []byte) (h header, err Error) {
	if len(image) < 4 || half(image) != elfMagic {
		return h, ErrNotELF
	}
	if len(image) < identBytes {
		return h, ErrTruncated
	}
	switch {
	case image[EI_CLASS] == ELFCLASS32:
		return h, Err32Bit
	case image[EI_DATA] == ELFDATA2MSB:
		return h, ErrBigEndian
	case image[EI_CLASS] != ELFCLASS64, image[EI_DATA] != ELFDATA2LSB, image[EI_VERSION] != EV_CURRENT:
		return h, ErrMalformed
	case len(image) < ehdrBytes:
		return h, ErrTruncated
	case image[EI_OSABI] != ELFOSABI_SYSV && image[EI_OSABI] != ELFOSABI_GNU:
		return h, ErrSystem
	case quarter(image[18:]) != EM_X86_64:
		return h, ErrMachine
	case half(image[20:]) != EV_CURRENT:
		return h, ErrMalformed
	}
	switch quarter(image[16:]) {
	case ET_EXEC:
	case ET_DYN:
		return h, ErrDynamic
	default:
		return h, ErrNotExecutable
	}
	h.entry, h.phoff = word(image[24:]), word(image[32:])
	h.phentsize, h.phnum = uint64(quarter(image[54:])), uint64(quarter(image[56:]))
	return h, OK
}

// bounds checks that the program headers are in the image.
func bounds(image []byte, h *header) Error {
	switch {
	case h.phnum == 0:
		return ErrNoSegment
	case h.phentsize != phdrBytes || h.phnum > maxPrograms:
		return ErrMalformed
	case !inside(h.phoff, h.phnum*phdrBytes, uint64(len(image))):
		return ErrTruncated
	}
	return OK
}

func readProgram(b []byte) program {
	return program{kind: half(b), flags: half(b[4:]), offset: word(b[8:]), vaddr: word(b[16:]),
		filesz: word(b[32:]), size: word(b[40:])}
}

// add checks a segment and keeps it. One without memory is passed over.
func (p *Program) add(ph *program, imageBytes uint64) Error {
	switch {
	case ph.filesz > ph.size:
		return ErrFileBytes
	case ph.size == 0:
		return OK
	case ph.vaddr < UserStart || !inside(ph.vaddr, ph.size, UserEnd):
		return ErrOutOfUserSpace
	case (ph.vaddr^ph.offset)%pageBytes != 0:
		return ErrMisaligned
	case ph.filesz != 0 && !inside(ph.offset, ph.filesz, imageBytes):
		return ErrTruncated
	case ph.flags&PF_W != 0 && ph.flags&PF_X != 0:
		return ErrWriteAndExec
	case p.Count == MaxSegments:
		return ErrTooManySegments
	}
	s := Segment{Virt: ph.vaddr, Offset: ph.offset, FileBytes: ph.filesz, MemBytes: ph.size,
		Read: ph.flags&PF_R != 0, Write: ph.flags&PF_W != 0, Exec: ph.flags&PF_X != 0}
	if s.FileBytes == 0 {
		s.Offset = 0 // it may lie past the end of the image
	}
	start, end := s.Pages()
	for i := 0; i < p.Count; i++ {
		if from, to := p.Segments[i].Pages(); start < to && from < end {
			return ErrOverlap
		}
	}
	p.Segments[p.Count] = s
	p.Count++
	return OK
}

// enters says whether the entry point is in an executable segment.
func (p *Program) enters() bool {
	for i := 0; i < p.Count; i++ {
		if s := &p.Segments[i]; s.Exec && p.Entry >= s.Virt && p.Entry < s.End() {
			return true
		}
	}
	return false
}

// place finds where the program headers are loaded, and the break.
func (p *Program) place(h *header) {
	for i := 0; i < p.Count; i++ {
		s := &p.Segments[i]
		p.Break = max(p.Break, roundUp(s.End()))
		if p.Headers == 0 && s.Read && h.phoff >= s.Offset &&
			inside(h.phoff-s.Offset, h.phnum*phdrBytes, s.FileBytes) {
			p.Headers = s.Virt + (h.phoff - s.Offset)
		}
	}
}

// inside says whether size bytes from start on end at or before end.
func inside(start, size, end uint64) bool { return start <= end && size <= end-start }

// roundUp is for addresses of user space: there it cannot wrap.
func roundUp(virt uint64) uint64 { return (virt + pageBytes - 1) &^ (pageBytes - 1) }

func quarter(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }

func half(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func word(b []byte) uint64 { return uint64(half(b)) | uint64(half(b[4:]))<<32 }
