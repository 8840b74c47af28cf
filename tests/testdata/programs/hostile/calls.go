package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// never are the calls that would end the run or take its ground away: they end or copy
// the program, or change its signals and its thread.
var never = map[uint64]bool{
	syscall.SYS_RT_SIGACTION: true, syscall.SYS_RT_SIGPROCMASK: true, syscall.SYS_RT_SIGRETURN: true, syscall.SYS_SIGALTSTACK: true,
	syscall.SYS_CLONE: true, syscall.SYS_FORK: true, syscall.SYS_VFORK: true, syscall.SYS_EXECVE: true, syscall.SYS_EXIT: true,
	syscall.SYS_EXIT_GROUP: true, syscall.SYS_KILL: true, syscall.SYS_TKILL: true, syscall.SYS_TGKILL: true, syscall.SYS_ARCH_PRCTL: true,
	syscall.SYS_SETITIMER: true, syscall.SYS_WRITE: true, syscall.SYS_WRITEV: true, 435: true,
}

// scratchBytes is the memory that the calls may use as they like.
const scratchBytes = 1 << 20

// generator makes the calls: xorshift, so that a seed gives the same ones again.
type generator struct {
	seed, scratch uint64
}

func (g *generator) next() uint64 {
	g.seed ^= g.seed << 13
	g.seed ^= g.seed >> 7
	g.seed ^= g.seed << 17
	return g.seed
}

// argument is one that may mean something: memory, a path, a descriptor, a size; or
// one that must be refused.
func (g *generator) argument() uintptr {
	switch g.next() % 10 {
	case 0, 1:
		return uintptr(g.scratch + g.next()%scratchBytes)
	case 2:
		return uintptr(g.scratch + g.next()%256*4096)
	case 3, 4:
		return uintptr(g.next() % 64)
	case 5:
		return uintptr(0xFFFF800000000000 + g.next()%(1<<30))
	case 6:
		return uintptr(1<<47 - g.next()%8192)
	case 7:
		return uintptr(-int64(g.next() % 5000))
	case 8:
		return uintptr(g.scratch + g.next()%uint64(len(paths))*64)
	}
	return uintptr(g.next())
}

// paths lie at the start of the scratch memory, 64 bytes each. The program itself is not
// among them: nothing keeps root from cutting off what it runs.
var paths = []string{"/tmp/a", "/tmp/b", "/tmp/a/c", "..", ".", "/", "/dev/null", "/dev/full", "/proc/self/maps", "/etc/hosts", "/tmp/a/../b", "d", "/dev/urandom", "e/", "/root/f", "/mnt", "/mnt/a", "/mnt/a/b", "/mnt/../mnt/l", "/mnt/."}

// calls makes n random system calls with random arguments. A call that waits for too
// long is broken by a signal.
func calls() {
	n, _ := strconv.Atoi(os.Args[2])
	g := &generator{}
	g.seed, _ = strconv.ParseUint(os.Args[3], 10, 64)
	// A page at either end that nothing may be written to, for calls with a long length.
	const page = 4096
	all, err := syscall.Mmap(-1, 0, scratchBytes+2*page, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	scratch := all[page : page+scratchBytes]
	if err := syscall.Mprotect(scratch, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		panic(err)
	}
	g.scratch = uint64(uintptr(unsafe.Pointer(&scratch[0])))
	var made atomic.Int64
	go breakLong(&made, syscall.Gettid())
	for i := range n {
		if i%64 == 0 { // calls write over them
			for k, p := range paths {
				copy(scratch[64*k:], p+"\x00")
			}
		}
		g.one()
		made.Add(1)
	}
	fmt.Println("calls made")
	os.Exit(3)
}

func (g *generator) one() {
	call := g.next() % 460
	var a [6]uintptr
	for i := range a {
		a[i] = g.argument()
	}
	if never[call] {
		return
	}
	switch call {
	case syscall.SYS_CLOSE, syscall.SYS_DUP2, syscall.SYS_DUP3: // not what the run itself needs
		if a[0]%64 < 16 || a[1]%64 < 16 {
			return
		}
	case syscall.SYS_MMAP, syscall.SYS_MPROTECT, syscall.SYS_MUNMAP, syscall.SYS_MADVISE: // only where nobody lives
		a[0] = uintptr(g.scratch + 4096 + g.next()%255*4096)
		a[1] = uintptr(g.next() % (64 * 4096))
		if uint64(a[0])+uint64(a[1]) > g.scratch+scratchBytes {
			return
		}
		if call == syscall.SYS_MMAP {
			a[3] |= syscall.MAP_FIXED | syscall.MAP_PRIVATE
			a[3] &^= syscall.MAP_SHARED
		}
	}
	_, _, failed := syscall.Syscall6(uintptr(call), a[0], a[1], a[2], a[3], a[4], a[5])
	if failed == 0 && (call == syscall.SYS_MUNMAP || call == syscall.SYS_MREMAP) {
		g.refill(a[0], a[1])
	}
}

// refill maps again what a call has taken out of the scratch memory: else the runtime's
// next mapping may come to lie there, and calls that follow write over it.
func (g *generator) refill(from, bytes uintptr) {
	if uint64(from) < g.scratch || uint64(from) >= g.scratch+scratchBytes {
		return
	}
	bytes = min(max(bytes, 1), uintptr(g.scratch)+scratchBytes-from)
	syscall.Syscall6(syscall.SYS_MMAP, from, bytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_FIXED, ^uintptr(0), 0)
}

// breakLong sends the thread that makes the calls a signal that does not restart them,
// whenever it makes none for a while.
func breakLong(made *atomic.Int64, thread int) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	const restart = 0x10000000
	var action [4]uint64
	at := uintptr(unsafe.Pointer(&action))
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGUSR1), 0, at, 8, 0, 0)
	action[1] &^= restart
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGUSR1), at, 0, 8, 0, 0)
	for last := int64(-1); ; time.Sleep(20 * time.Millisecond) {
		if now := made.Load(); now == last {
			syscall.Tgkill(syscall.Getpid(), thread, syscall.SIGUSR1)
		} else {
			last = now
		}
	}
}
