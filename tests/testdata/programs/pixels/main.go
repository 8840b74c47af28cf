// Command pixels draws on the screen by /dev/fb0: a gradient by the mapped pixels, a
// white square by write.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	f, err := os.OpenFile("/dev/fb0", os.O_RDWR, 0)
	check(err)
	var variable [160]byte
	var fixed [80]byte
	ioctl(f, 0x4600, unsafe.Pointer(&variable))
	ioctl(f, 0x4602, unsafe.Pointer(&fixed))
	le := binary.LittleEndian
	wide, high, depth := int(le.Uint32(variable[0:])), int(le.Uint32(variable[4:])), le.Uint32(variable[24:])
	size, line := int(le.Uint32(fixed[24:])), int(le.Uint32(fixed[48:]))
	fmt.Println(wide, high, depth, size, line, string(fixed[:4]))
	pixels, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	check(err)
	for y := range high {
		for x := range wide {
			le.PutUint32(pixels[y*line+4*x:], uint32(x/4)<<16|uint32(y/3)<<8|0x40)
		}
	}
	row := make([]byte, 4*100)
	for i := range row {
		row[i] = 0xFF
	}
	for y := 300; y < 400; y++ {
		_, err := f.WriteAt(row, int64(y*line+4*400))
		check(err)
	}
	_, err = f.ReadAt(row[:4], int64(10*line+4*40))
	check(err)
	fmt.Printf("%x %x\n", le.Uint32(row), le.Uint32(pixels[350*line+4*450:]))
	// What must be refused: pixels as code, past the end, private.
	_, err = syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ|syscall.PROT_EXEC, syscall.MAP_SHARED)
	fmt.Println(err)
	_, err = syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_PRIVATE)
	fmt.Println(err)
	_, err = f.WriteAt(row, int64(size))
	fmt.Println(err)
	if len(os.Args) > 1 { // stay with the pixels mapped; the report names a call that is not there
		syscall.RawSyscall(syscall.SYS_PAUSE, 0, 0, 0)
		time.Sleep(time.Hour)
	}
	check(syscall.Mprotect(pixels[:8192], syscall.PROT_READ))
	check(syscall.Munmap(pixels))
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func ioctl(f *os.File, request uintptr, p unsafe.Pointer) {
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(p)); e != 0 {
		check(e)
	}
}
