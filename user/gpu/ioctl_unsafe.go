package gpu

import (
	"syscall"
	"unsafe"
)

// request is an ioctl whose argument is a number.
func request(fd int, kind uintptr, argument uint64) (uint64, error) {
	n, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), kind, uintptr(argument))
	if e != 0 {
		return 0, e
	}
	return uint64(n), nil
}

// call is an ioctl whose argument is the address of words.
func call(fd int, kind uintptr, words []uint64) (uint64, error) {
	n, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), kind, uintptr(unsafe.Pointer(&words[0])))
	if e != 0 {
		return 0, e
	}
	return uint64(n), nil
}
