// Command bench measures what a kernel's services cost, in ticks of the time-stamp
// counter: under QEMU's -icount shift=0 a tick is a guest instruction. It runs in pxOS
// and, as /init, on Linux.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"
)

func tsc() uint64
func nullCalls(n, call uint64) uint64
func emptyLoop(n uint64) uint64

func main() {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		return
	}
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(2) // a thread in a raw system call keeps its place
	runtime.LockOSThread()
	null := func(call uint64) func() float64 {
		const n = 20000
		return func() float64 { return float64(nullCalls(n, call)-emptyLoop(n)) / n }
	}
	report("null call", null(syscall.SYS_GETPID))
	report("dispatched call", null(syscall.SYS_GETPPID))
	report("page fault", pageFault)
	report("futex switch", futexSwitch)
	report("pipe round trip", pipeRoundTrip)
	report("time.Now", timeNow)
	report("spawn and wait", spawn)
	if os.Getpid() == 1 && os.Getenv("PXOS_BENCH_INIT") == "" {
		syscall.Sync()
		syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
	}
}

// report prints the median of five.
func report(name string, measure func() float64) {
	var all [5]float64
	for i := range all {
		all[i] = measure()
	}
	for i := range all { // a handful
		for k := i + 1; k < len(all); k++ {
			if all[k] < all[i] {
				all[i], all[k] = all[k], all[i]
			}
		}
	}
	fmt.Printf("bench: %s: %.0f\n", name, all[len(all)/2])
}

// pageFault touches fresh pages of anonymous memory.
func pageFault() float64 {
	const pages = 256
	b, err := syscall.Mmap(-1, 0, pages*4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	syscall.Madvise(b, 15) // MADV_NOHUGEPAGE
	start := tsc()
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	ticks := tsc() - start
	syscall.Munmap(b)
	return float64(ticks) / pages
}

const (
	futexWait = 128
	futexWake = 129
)

func futex(addr *uint32, op, value uintptr) {
	syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), op, value, 0, 0, 0)
}

// futexSwitch has two threads wake each other in turns: each turn is a wake-up, a wait
// and a switch.
func futexSwitch() float64 {
	const turns = 2000
	var word [2]uint32
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		for i := uint32(1); i <= turns; i++ {
			for load(&word[0]) != i {
				futex(&word[0], futexWait, uintptr(i-1))
			}
			store(&word[1], i)
			futex(&word[1], futexWake, 1)
		}
		done <- true
	}()
	runtime.Gosched()
	start := tsc()
	for i := uint32(1); i <= turns; i++ {
		store(&word[0], i)
		futex(&word[0], futexWake, 1)
		for load(&word[1]) != i {
			futex(&word[1], futexWait, uintptr(i-1))
		}
	}
	ticks := tsc() - start
	<-done
	return float64(ticks) / turns / 2
}

// pipeRoundTrip sends a byte through a pipe and takes it out again.
func pipeRoundTrip() float64 {
	const n = 2000
	var fds [2]int
	if err := syscall.Pipe(fds[:]); err != nil {
		panic(err)
	}
	b := []byte{1}
	start := tsc()
	for range n {
		syscall.Write(fds[1], b)
		syscall.Read(fds[0], b)
	}
	ticks := tsc() - start
	syscall.Close(fds[0])
	syscall.Close(fds[1])
	return float64(ticks) / n
}

// self is the program's own file: Linux' /init, where nothing is mounted.
var self = os.Args[0]

func spawn() float64 {
	const n = 5
	start := tsc()
	for range n {
		if err := exec.Command(self, "child").Run(); err != nil {
			panic(err)
		}
	}
	return float64(tsc()-start) / n
}
