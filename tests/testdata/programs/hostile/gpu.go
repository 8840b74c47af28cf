package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"pxos/abi"
)

// computeCalls makes n random requests of /dev/gpu0: good ones, and offsets, sizes,
// programs and addresses that are somebody else's or nobody's.
func computeCalls(n int) {
	g := &generator{seed: 99}
	scratch := make([]byte, scratchBytes)
	g.scratch = uint64(uintptr(unsafe.Pointer(&scratch[0])))
	var fds [4]int
	open := func(i int) {
		var err error
		if fds[i], err = syscall.Open(abi.ComputePath, syscall.O_RDWR, 0); err != nil {
			fmt.Println("open:", err)
			os.Exit(1)
		}
	}
	for i := range fds {
		open(i)
	}
	offset := func() uint64 {
		if g.next()%8 == 0 {
			return g.next()
		}
		return abi.VRAMAllocBase + g.next()%64*abi.VRAMPageBytes + g.next()%2*(g.next()%4096)
	}
	words := (*[3]uint64)(unsafe.Pointer(&scratch[0]))
	for range n {
		fd, request, argument := fds[g.next()%4], uintptr(abi.ComputeAlloc+g.next()%7), uint64(g.argument())
		switch request {
		case abi.ComputeAlloc:
			argument = g.next() % 40
		case abi.ComputeFree:
			argument = offset()
		case abi.ComputeWait:
			if g.next()%4 != 0 {
				continue // most jobs are not waited for
			}
			words[0], argument = g.next()%300, g.scratch
		case abi.ComputeRegister:
			words[0], words[1], argument = offset(), g.next()%8192, g.scratch
		case abi.ComputeExecute:
			words[0], words[1], words[2], argument = g.next()%70, offset(), 16*(g.next()%12), g.scratch
		}
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(argument))
		block := scratch[4096:][:g.next()%4096]
		if g.next()%2 == 0 {
			syscall.Pread(fd, block, int64(offset()))
		} else {
			syscall.Pwrite(fd, block, int64(offset()))
		}
		if g.next()%512 == 0 {
			i := g.next() % 4
			syscall.Close(fds[i])
			open(int(i))
		}
	}
	fmt.Println("requests made")
	os.Exit(3)
}
