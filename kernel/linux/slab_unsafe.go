package linux

import (
	"unsafe"

	"pxos/abi"
	"pxos/kernel/phys"
	"pxos/kernel/screen"
)

// slab hands out zeroed objects of one type, several from a frame. What is given back
// is handed out again; its frames are kept.
type slab[T any] struct {
	free unsafe.Pointer // the first free object: each holds the address of the next
	Used uint64
}

// take gives an object, nil where there is no memory.
func (a *slab[T]) take(s *System) *T {
	var like T
	size := (unsafe.Sizeof(like) + 15) &^ 15
	if a.free == nil {
		pa := s.frame()
		if pa == 0 {
			return nil
		}
		base := unsafe.Add(unsafe.Pointer(nil), phys.Virt(pa))
		for at := uintptr(0); at+size <= phys.PageBytes; at += size {
			p := unsafe.Add(base, at)
			*(*unsafe.Pointer)(p) = a.free
			a.free = p
		}
	}
	p := a.free
	a.free = *(*unsafe.Pointer)(p)
	clear(unsafe.Slice((*byte)(p), size))
	a.Used++
	return (*T)(p)
}

// give takes an object back that nobody points to any more.
func (a *slab[T]) give(object *T) {
	p := unsafe.Pointer(object)
	*(*unsafe.Pointer)(p) = a.free
	a.free = p
	a.Used--
}

// processAt is the process in a run of frames, by its virtual address.
func processAt(virt uint64) *process { return (*process)(unsafe.Add(unsafe.Pointer(nil), virt)) }

// spaceAt is the address space in a run of frames, by its virtual address.
func spaceAt(virt uint64) *space { return (*space)(unsafe.Add(unsafe.Pointer(nil), virt)) }

// threadAt is the thread in a frame, by its virtual address.
func threadAt(virt uint64) *thread { return (*thread)(unsafe.Add(unsafe.Pointer(nil), virt)) }

// addressOf is the address of memory of the kernel's.
func addressOf(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(&b[0]))) }

// clear makes a thread all zero.
func (t *thread) clear() { clear(unsafe.Slice((*byte)(unsafe.Pointer(t)), unsafe.Sizeof(*t))) }

// Frames that an object of each type takes.
const (
	processFrames = uint64((unsafe.Sizeof(process{}) + phys.PageBytes - 1) / phys.PageBytes)
	spaceFrames   = uint64((unsafe.Sizeof(space{}) + phys.PageBytes - 1) / phys.PageBytes)
	_             = uint(phys.PageBytes - unsafe.Sizeof(thread{})) // a thread fits a frame
)

// address is where a space lies.
func (sp *space) address() uint64 { return uint64(uintptr(unsafe.Pointer(sp))) }

// ownersFrames is what the owners of memory take, as they are drawn.
const ownersFrames = uint64((unsafe.Sizeof(screen.Owners{}) + phys.PageBytes - 1) / phys.PageBytes)

// ownersAt is the owners of memory in a run of frames, by its virtual address.
func ownersAt(virt uint64) *screen.Owners {
	return (*screen.Owners)(unsafe.Add(unsafe.Pointer(nil), virt))
}

// placesFrames is what placeOf takes, and placesAt is it in a run of frames, by its virtual
// address.
const placesFrames = uint64(unsafe.Sizeof([abi.MaxExtents]uint16{}) / phys.PageBytes)

func placesAt(virt uint64) []uint16 {
	return unsafe.Slice((*uint16)(unsafe.Add(unsafe.Pointer(nil), virt)), abi.MaxExtents)
}

// shareFrames are those in which all shares and errands lie.
const shareFrames = uint64((unsafe.Sizeof([abi.MaxShares]share{}) + unsafe.Sizeof([maxErrands]errand{}) + phys.PageBytes - 1) / phys.PageBytes)

// sharesAt is all shares and errands in a run of frames, by its virtual address.
func sharesAt(virt uint64) ([]share, []errand) {
	at := unsafe.Add(unsafe.Pointer(nil), virt)
	e := unsafe.Add(at, unsafe.Sizeof([abi.MaxShares]share{}))
	return unsafe.Slice((*share)(at), abi.MaxShares), unsafe.Slice((*errand)(e), maxErrands)
}

// clear makes a process all zero.
func (p *process) clear() { clear(unsafe.Slice((*byte)(unsafe.Pointer(p)), unsafe.Sizeof(*p))) }

// number names a pipe in an inode's Extra: its place in the direct map, of which 16
// bytes are the unit.
func (q *pipe) number() uint32 {
	return uint32(phys.Of(uint64(uintptr(unsafe.Pointer(q)))) / 16)
}

// pipeAt is the pipe with a number, nil for 0.
func (s *System) pipeAt(number uint32) *pipe {
	if number == 0 {
		return nil
	}
	return (*pipe)(unsafe.Add(unsafe.Pointer(nil), phys.Virt(uint64(number)*16)))
}
