//go:build linux

package soft

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"pxos/wgsl/gpu"
)

// ImportBuffer makes a buffer of the first size bytes of a file, which may be
// memory that other processes share. size is a multiple of the page size and the
// file must not shrink while the buffer lives.
func (d *Device) ImportBuffer(f *os.File, size int64) (gpu.Buffer, error) {
	page := int64(os.Getpagesize())
	if size <= 0 || size%page != 0 {
		return nil, fmt.Errorf("a file of %d bytes cannot be imported: whole pages of %d bytes are needed", size, page)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < size {
		return nil, fmt.Errorf("%s has %d bytes, %d are to be imported", f.Name(), info.Size(), size)
	}
	e, err := d.take(size + page)
	if err != nil {
		return nil, err
	}
	at := (int64(e.at) + page - 1) / page * page
	place := unsafe.Pointer(&d.memory.data[at])
	if _, err := unix.MmapPtr(int(f.Fd()), 0, place, uintptr(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_FIXED); err != nil {
		d.give(e)
		return nil, fmt.Errorf("mapping %s into device memory: %w", f.Name(), err)
	}
	return &imported{buffer{device: d, extent: extent{uint32(at), e.size - uint32(at-int64(e.at))}, size: size}, e}, nil
}

// imported is a buffer over a file.
type imported struct {
	buffer
	taken extent
}

// Close puts memory of the device's own back in the file's place.
func (b *imported) Close() error {
	if b.closed {
		return nil
	}
	b.closed = true
	b.device.mu.Lock()
	closed := b.device.closed
	b.device.mu.Unlock()
	if closed {
		return nil // the whole of device memory is gone already
	}
	place := unsafe.Pointer(&b.device.memory.data[b.extent.at])
	if _, err := unix.MmapPtr(-1, 0, place, uintptr(b.size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_FIXED|noReserve); err != nil {
		return fmt.Errorf("taking a file out of device memory: %w", err) // its place stays taken
	}
	b.device.give(b.taken)
	return nil
}

var _ gpu.Importer = (*Device)(nil)
