// Command hold takes so many MiB of memory, says where they are, and holds them until it
// is ended.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	mib := 8
	if len(os.Args) > 1 {
		n, err := strconv.Atoi(os.Args[1])
		if err != nil || n < 1 {
			fmt.Fprintln(os.Stderr, "usage: hold [MIB]")
			os.Exit(2)
		}
		mib = n
	}
	memory := make([]byte, mib<<20)
	for i := 0; i < len(memory); i += os.Getpagesize() {
		memory[i] = 1
	}
	where, err := os.ReadFile("/proc/self/gpu")
	if err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		os.Exit(1)
	}
	fmt.Printf("\x1b[32mholding %d MiB\x1b[0m\n", mib)
	if len(os.Args) > 2 {
		fmt.Printf("%s", where)
	}
	time.Sleep(time.Hour)
	_ = memory[0]
}
