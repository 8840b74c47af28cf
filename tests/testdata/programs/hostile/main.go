// Command hostile does one thing that a program must not be able to do, or too much
// of what it may: the kernel ends it, or says no, and stands.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

// code is machine code for the attempts that Go has no words for.
var code = map[string][]byte{
	"hlt":          {0xF4},
	"cli":          {0xFA},
	"out":          {0xB8, 0x10, 0, 0, 0, 0xBA, 0xF4, 0, 0, 0, 0xEF}, // mov eax,16; mov edx,0xF4; out dx,eax
	"wrmsr":        {0x0F, 0x30},
	"mov-cr3":      {0x0F, 0x22, 0xD8},
	"lidt":         {0x0F, 0x01, 0x1C, 0x24},
	"int-14":       {0xCD, 0x0E},
	"int-80":       {0xCD, 0x80},
	"iret":         {0x48, 0xCF},
	"ud2":          {0x0F, 0x0B},
	"sysret":       {0x48, 0x0F, 0x07},
	"swapgs":       {0x0F, 0x01, 0xF8},
	"jump-kernel":  {0x48, 0xB8, 0, 0, 0x20, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0xE0},                                                // mov rax,kernel; jmp rax
	"non-canon":    {0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0x80, 0x70, 0xFF, 0xE0},                                                      // mov rax,0x7080000000000000; jmp rax
	"stack-kernel": {0x48, 0xBC, 0, 0, 0x20, 0, 0, 0x80, 0xFF, 0xFF, 0x50},                                                      // mov rsp,kernel; push rax
	"call-rsp-bad": {0x48, 0xBC, 0, 0, 0, 0, 0, 0, 0x80, 0x70, 0xB8, 39, 0, 0, 0, 0x0F, 0x05, 0x50},                             // rsp not canonical; getpid; push
	"trap-flag":    {0x9C, 0x48, 0x81, 0x0C, 0x24, 0, 1, 0, 0, 0x9D, 0x90},                                                      // pushf; or [rsp],TF; popf; nop
	"iopl":         {0x9C, 0x48, 0x81, 0x0C, 0x24, 0, 0x30, 0, 0, 0x9D, 0xFA},                                                   // popf with IOPL 3, then cli
	"fs-kernel":    {0xB8, 158, 0, 0, 0, 0xBF, 2, 0x10, 0, 0, 0x48, 0xBE, 0, 0, 0, 0, 0, 0, 0x80, 0x70, 0x0F, 0x05, 0x0F, 0x0B}, // arch_prctl, then ud2
	// mov gs and ds; getppid, which is not answered at the door; exit with 9 where one of
	// them is still there; read gs:0
	"selectors": {0xB8, 0x1B, 0, 0, 0, 0x8E, 0xE8, 0x8E, 0xD8, 0xB8, 110, 0, 0, 0, 0x0F, 0x05, 0x8C, 0xE8, 0x8C, 0xDB, 0x09, 0xD8, 0x74, 12,
		0xBF, 9, 0, 0, 0, 0xB8, 231, 0, 0, 0, 0x0F, 0x05, 0x65, 0x48, 0x8B, 0x04, 0x25, 0, 0, 0, 0},
	// rt_sigaction(SIGSEGV) with a handler that is not canonical, then hlt
	"handler-bad": {0xB8, 13, 0, 0, 0, 0xBF, 11, 0, 0, 0, 0x48, 0x8D, 0x35, 11, 0, 0, 0, 0x31, 0xD2, 0x41, 0xBA, 8, 0, 0, 0, 0x0F, 0x05, 0xF4,
		0, 0, 0, 0, 0, 0, 0x80, 0x70, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
}

func main() {
	runtime.LockOSThread()
	what := os.Args[1]
	if text, ok := code[what]; ok {
		execute(text)
	}
	switch what {
	case "read-kernel":
		fmt.Println(*(*byte)(at(0xFFFF800000200000)))
	case "write-kernel":
		*(*byte)(at(0xFFFF800000300000)) = 1
	case "write-text":
		f := main
		**(**byte)(unsafe.Pointer(&f)) = 1
	case "memory":
		var keep [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			keep = append(keep, b)
		}
	case "lost":
		n, _ := strconv.ParseUint(os.Args[2], 10, 64)
		seed, _ := strconv.ParseUint(os.Args[3], 10, 64)
		lost(n, seed)
	case "gpu":
		computeCalls(5000)
	case "threads":
		for range 1000 {
			go func() { runtime.LockOSThread(); select {} }()
		}
		select {}
	case "regions":
		for i := 0; ; i++ {
			if _, err := syscall.Mmap(-1, 0, 4096, 1+i%2*2, syscall.MAP_ANON|syscall.MAP_PRIVATE); err != nil {
				fmt.Println("no more:", err)
				os.Exit(3)
			}
		}
	case "descriptors":
		for {
			if fd, _, e := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, 0, 0); e != 0 {
				fmt.Println("no more:", e, fd)
				os.Exit(3)
			}
		}
	case "console":
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = byte(i)
		}
		os.Stdout.Write(b)
	case "calls":
		calls()
	case "sockets":
		sockets()
	}
}

func at(a uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&a)) }

// execute runs machine code in a page of its own.
func execute(text []byte) {
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	copy(page, append(text, 0xC3))
	if err := syscall.Mprotect(page, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
		panic(err)
	}
	p := &page[0]
	f := *(*func())(unsafe.Pointer(&p))
	_ = f
	entry := &struct{ code *byte }{p}
	(*(*func())(unsafe.Pointer(&entry)))()
}
