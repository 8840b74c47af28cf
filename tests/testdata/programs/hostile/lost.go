package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// lost has children make random calls, takes away what they left in files, and tells how
// much memory the kernel has in use after each. n calls in all; the first child's are
// few, so that what grows once has grown.
func lost(n, seed uint64) {
	before := names()
	for round, calls := range []uint64{n / 10, n * 45 / 100, n * 45 / 100} {
		c := exec.Command("/proc/self/exe", "calls", strconv.FormatUint(calls, 10), strconv.FormatUint(seed+uint64(round), 10))
		out, err := c.CombinedOutput()
		if c.ProcessState == nil || c.ProcessState.ExitCode() != 3 {
			fmt.Printf("round %d: %v: %.500q\n", round, err, out)
			os.Exit(1)
		}
		for name := range names() {
			if !before[name] {
				_ = os.RemoveAll(name) // with what is in it, which is in the list too
			}
		}
		fmt.Println("frames in use:", inUse())
	}
	os.Exit(3)
}

// names are all files, but those that the kernel makes up.
func names() map[string]bool {
	all := map[string]bool{}
	_ = filepath.WalkDir("/", func(path string, d fs.DirEntry, err error) error {
		if path == "/proc" || path == "/mnt" {
			return fs.SkipDir
		}
		all[path] = true
		return nil // what cannot be read is another program's doing
	})
	return all
}

// inUse is how many frames of the kernel's own are not free.
func inUse() uint64 {
	return field("/proc/gpu", "KernelExtents:")*512 - field("/proc/meminfo", "MemFree:")/4
}

func field(file, name string) uint64 {
	text, err := os.ReadFile(file)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			n, _ := strconv.ParseUint(f[1], 10, 64)
			return n
		}
	}
	fmt.Println(file, "has no", name)
	os.Exit(1)
	return 0
}
