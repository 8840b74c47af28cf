// Command gcstress makes garbage on as many goroutines as there are processors, with a
// collector that runs all the time, and says how long that took: a measure of threads,
// futexes, memory and preemption together. As the first program of Linux it turns the
// machine off.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

// node is a binary tree: pointers for the collector to follow.
type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	const depth, trees = 14, 120
	debug.SetGCPercent(25)
	long := tree(depth)
	start := time.Now()
	var all sync.WaitGroup
	counts := make([]int, runtime.NumCPU())
	for i := range counts {
		all.Go(func() {
			for range trees {
				counts[i] += tree(depth - 2).count()
			}
		})
	}
	all.Wait()
	for i, n := range counts {
		if want := trees * (1<<(depth-1) - 1); n != want {
			fmt.Println("goroutine", i, "counted", n, "of", want)
			os.Exit(1)
		}
	}
	elapsed := time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(long)
	fmt.Printf("bench: gc stress: %d\n", elapsed.Microseconds())
	fmt.Printf("%d processors, %d collections\n", runtime.NumCPU(), m.NumGC)
	if os.Getpid() == 1 && os.Getenv("PXOS_BENCH_INIT") == "" {
		syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
	}
}
