// Package region keeps what a process has mapped: regions of its address space, each
// with its rights and with where its bytes come from.
//
// It imports nothing and touches no page table: it says what a page fault may fill
// in. The memory for the regions is the caller's.
//
// Invariants: regions are sorted, do not overlap, lie on pages between the limits,
// and are never writable and executable; two neighbours that could be one are one. A
// request is checked whole, room included, before anything changes, so a refused
// request leaves the map as it was.
package region

const pageBytes = 4096

// Spare is how many entries of a map's memory hold no region between requests: a
// change of rights splits at both ends before it joins.
const Spare = 2

// Prot is what the process may do with a region. None of the bits: nothing, but the
// addresses are taken.
type Prot uint8

// Rights.
const (
	Read  Prot = 1
	Write Prot = 2
	Exec  Prot = 4

	allRights = Read | Write | Exec
)

// Kind says where a region's bytes come from when a page is touched first.
type Kind uint8

// Kinds of regions.
const (
	Anonymous Kind = iota // zeros
	File                  // the program's image, then zeros
	Device                // a device's memory itself, up to FileEnd
)

// Error says why a request was refused. 0 is no error.
type Error uint8

// Reasons for a refusal.
const (
	OK Error = iota
	ErrEmpty
	ErrMisaligned
	ErrLimits
	ErrAttributes
	ErrWriteAndExec
	ErrOverlap
	ErrNotMapped
	ErrNoRoom
)

// String is the reason in words.
func (e Error) String() string {
	switch e {
	case OK:
		return "ok"
	case ErrEmpty:
		return "the range is empty or wraps around"
	case ErrMisaligned:
		return "an address or an offset is no multiple of 4 KiB"
	case ErrLimits:
		return "the range lies outside user space"
	case ErrAttributes:
		return "the rights or the kind are unknown, or the offset does not fit them"
	case ErrWriteAndExec:
		return "a page may not be both writable and executable"
	case ErrOverlap:
		return "a part of the range is mapped already"
	case ErrNotMapped:
		return "a part of the range is not mapped"
	case ErrNoRoom:
		return "the process has too many regions"
	}
	return "unknown"
}

// Region is a range of pages that have all in common but their offset.
type Region struct {
	Start, End uint64 // addresses of pages; End is past the last
	Prot       Prot
	Kind       Kind
	// Offset is where in the image the page at Start begins, a multiple of 4 KiB;
	// FileEnd is where in the image the bytes for this region end: from there on
	// its pages are zero. FileEnd may lie before Offset. Both are 0 for Anonymous.
	Offset, FileEnd uint64
	// Object says which of the caller's files the bytes are of; 0 for Anonymous.
	Object uint8
}

// Bytes is the size of the region.
func (r *Region) Bytes() uint64 { return r.End - r.Start }

// Source says what the page that addr lies in holds at first: n bytes of the image
// from offset on, then zeros. n is 0 to 4096; if it is 0, so is offset. The caller
// vouches for FileEnd being in the image.
func (r *Region) Source(addr uint64) (offset, n uint64) {
	if r.Kind != File || addr < r.Start || addr >= r.End {
		return 0, 0
	}
	offset = r.Offset + (addr-r.Start)&^(pageBytes-1)
	if offset >= r.FileEnd {
		return 0, 0
	}
	return offset, min(r.FileEnd-offset, pageBytes)
}

// fits says what is wrong with the attributes of a region whose range is good.
func (r *Region) fits() Error {
	if err := rights(r.Prot); err != OK {
		return err
	}
	switch r.Kind {
	case Anonymous:
		if r.Offset != 0 || r.FileEnd != 0 || r.Object != 0 {
			return ErrAttributes
		}
	case File, Device:
		if r.Offset%pageBytes != 0 {
			return ErrMisaligned
		}
		if r.Offset+r.Bytes() < r.Offset {
			return ErrAttributes
		}
	default:
		return ErrAttributes
	}
	return OK
}

func rights(p Prot) Error {
	if p&^allRights != 0 {
		return ErrAttributes
	}
	if p&Write != 0 && p&Exec != 0 {
		return ErrWriteAndExec
	}
	return OK
}

// joins says whether two regions are one, rights aside.
func joins(a, b *Region) bool {
	return a.End == b.Start && a.Kind == b.Kind && a.Object == b.Object && a.FileEnd == b.FileEnd &&
		(a.Kind == Anonymous || a.Offset+a.Bytes() == b.Offset)
}
