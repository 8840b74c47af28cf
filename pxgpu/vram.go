package pxgpu

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// videoMemory is an anonymous file that both sides map. It is sealed against
// changes of size: a file that shrinks would fault whoever touches it.
type videoMemory struct {
	file *os.File
}

func newVideoMemory(n int) (*videoMemory, error) {
	fd, err := unix.MemfdCreate("pxgpu-vram", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("pxgpu: video memory: memfd_create: %w", err)
	}
	v := &videoMemory{file: os.NewFile(uintptr(fd), "pxgpu-vram")}
	if err := v.file.Truncate(int64(n)); err != nil {
		v.close()
		return nil, fmt.Errorf("pxgpu: video memory of %d bytes: %w", n, err)
	}
	const seals = unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_SEAL
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		v.close()
		return nil, fmt.Errorf("pxgpu: sealing the video memory: %w", err)
	}
	return v, nil
}

func (v *videoMemory) close() {
	v.file.Close()
}
