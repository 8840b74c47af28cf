package vfiouser

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	maxDMAMaps      = 4096    // entries a client may hold at once
	maxDMAFileBytes = 1 << 42 // of one mapped file, 4 TiB of address space
)

// Errors of the DMA table; the server answers them with EEXIST and EINVAL.
var (
	ErrDMAExists  = errors.New("vfio-user: DMA range overlaps one that is mapped")
	ErrDMAUnknown = errors.New("vfio-user: DMA range is not mapped")
)

// DMATable knows which guest addresses the function may reach and where they
// lie in this process. Files are mapped whole and stay mapped until Close: the
// firmware unmaps and maps the same memory many times while it places BARs.
//
// Bytes handed out stay valid until Close. If the client shrinks a file, reading
// them faults; a client is trusted with its own memory only.
type DMATable struct {
	mu      sync.RWMutex
	entries []dmaEntry // sorted by address, never overlapping
	files   map[fileKey][]byte
	mapped  int // mmap calls made, for tests of the cache
}

type dmaEntry struct {
	DMAMap
	file []byte // whole file, nil when the range came without a descriptor
}

type fileKey struct{ dev, ino uint64 }

// NewDMATable makes an empty table.
func NewDMATable() *DMATable { return &DMATable{files: map[fileKey][]byte{}} }

// Map adds a range. It takes ownership of f, which may be nil: then the range is
// known but its bytes cannot be reached without messages.
func (t *DMATable) Map(m DMAMap, f *os.File) error {
	if f != nil {
		defer f.Close()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.entries) >= maxDMAMaps {
		return fmt.Errorf("vfio-user: more than %d DMA ranges", maxDMAMaps)
	}
	i := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].last() >= m.Address })
	if i < len(t.entries) && t.entries[i].Address <= m.Address+m.Size-1 {
		return ErrDMAExists
	}
	e := dmaEntry{DMAMap: m}
	if f != nil {
		whole, err := t.mapFile(f, m.Offset+m.Size)
		if err != nil {
			return err
		}
		e.file = whole
	}
	t.entries = append(t.entries, dmaEntry{})
	copy(t.entries[i+1:], t.entries[i:])
	t.entries[i] = e
	return nil
}

func (e dmaEntry) last() uint64 { return e.Address + e.Size - 1 }

// mapFile returns the whole of f mapped, at least need bytes of it.
func (t *DMATable) mapFile(f *os.File, need uint64) ([]byte, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return nil, fmt.Errorf("vfio-user: DMA file: %w", err)
	}
	key := fileKey{uint64(st.Dev), st.Ino}
	if old, ok := t.files[key]; ok && uint64(len(old)) >= need {
		return old, nil
	}
	if st.Size < 0 || uint64(st.Size) < need || st.Size > maxDMAFileBytes {
		return nil, fmt.Errorf("vfio-user: DMA file has %d bytes, the range needs %d", st.Size, need)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, int(st.Size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("vfio-user: mapping a DMA file of %d bytes: %w", st.Size, err)
	}
	if old, ok := t.files[key]; ok { // the file grew: earlier ranges keep the old mapping
		t.files[fileKey{key.dev, key.ino | 1<<63 | uint64(t.mapped)<<40}] = old
	}
	t.files[key] = b
	t.mapped++
	return b, nil
}

// Unmap removes a range that must match one given to Map exactly.
func (t *DMATable) Unmap(u DMAUnmap) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if u.All {
		t.entries = nil
		return nil
	}
	for i, e := range t.entries {
		if e.Address == u.Address && e.Size == u.Size {
			t.entries = append(t.entries[:i], t.entries[i+1:]...)
			return nil
		}
	}
	return ErrDMAUnknown
}

// Slice returns the n bytes of guest memory at address, shared with the guest.
// They must lie in one range that was mapped with a descriptor.
func (t *DMATable) Slice(address, n uint64, write bool) ([]byte, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	i := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].last() >= address })
	if n == 0 || i == len(t.entries) || t.entries[i].Address > address || n-1 > t.entries[i].last()-address {
		return nil, fmt.Errorf("%w: %#x, %d bytes", ErrDMAUnknown, address, n)
	}
	e := t.entries[i]
	switch {
	case e.file == nil:
		return nil, fmt.Errorf("vfio-user: DMA range at %#x came without a file descriptor", e.Address)
	case write && !e.Writeable, !write && !e.Readable:
		return nil, fmt.Errorf("vfio-user: DMA range at %#x forbids this access", e.Address)
	}
	at := e.Offset + (address - e.Address)
	return e.file[at : at+n : at+n], nil
}

// Ranges returns a copy of what is mapped, in order of address.
func (t *DMATable) Ranges() []DMAMap {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]DMAMap, len(t.entries))
	for i, e := range t.entries {
		out[i] = e.DMAMap
	}
	return out
}

// Alike returns the writable ranges whose memory comes from the same file as that
// at address, in order: the machine's RAM, where address is in RAM, and neither ROM
// nor memory of other devices.
func (t *DMATable) Alike(address uint64) []DMAMap {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var file []byte
	for _, e := range t.entries {
		if e.Address <= address && address <= e.last() {
			file = e.file
		}
	}
	var out []DMAMap
	for _, e := range t.entries {
		if len(file) > 0 && len(e.file) > 0 && &e.file[0] == &file[0] && e.Writeable {
			out = append(out, e.DMAMap)
		}
	}
	return out
}

// Close forgets all ranges and unmaps all files.
func (t *DMATable) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = nil
	for k, b := range t.files {
		unix.Munmap(b) //nolint:errcheck // the mapping was made here and is whole
		delete(t.files, k)
	}
}
