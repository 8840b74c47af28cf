//go:build unix

package gguf

import (
	"errors"
	"fmt"
	"math"
	"os"
	"syscall"
)

// mapFile maps a file for reading. One that is cut while it is mapped kills the program
// that reads what is gone: do not write over a model that is in use, rename another there.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return readFile(path)
	}
	if info.Size() > math.MaxInt {
		return nil, nil, fmt.Errorf("%s has %d bytes", path, info.Size())
	}
	data, err = syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil { // a file system that cannot, or pxOS
		return readFile(path)
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}
