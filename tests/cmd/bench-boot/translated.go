package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// translated is how many guest instructions QEMU translated, and how many different ones
// they were.
type translated struct{ All, Different int }

// translations are those of a boot of pxOS up to the first line.
type translations struct {
	Kernel  translated // in all
	Before  translated // of them, before the first of ring 3
	Program translated // ring 3
}

// kernelHalf is the first address of the kernel, programBase where the linker puts
// programs.
const (
	kernelHalf  = 0xFFFF_8000_0000_0000
	programBase = 0x400000
)

// translations boots pxOS once with QEMU's -perfmap, which lists each translated
// instruction by its address in the order of time.
func (l *lab) translations(ctx context.Context) (*translations, error) {
	for _, s := range l.systems {
		if s.name != "pxOS" {
			continue
		}
		b, err := l.watch(ctx, s, marksOf(s), "-perfmap")
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("/tmp/perf-%d.map", b.pid) // where perf looks for it
		defer os.Remove(name)                          //nolint:errcheck // a file of ours
		return readPerfMap(name)
	}
	return nil, nil
}

// readPerfMap counts what was translated from the kernel's first instruction on. What
// comes before is firmware and GRUB.
func readPerfMap(name string) (*translations, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var t translations
	seen := map[uint64]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		_, hex, ok := strings.Cut(lines.Text(), "guest-0x")
		if !ok {
			continue
		}
		at, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			continue // the last line may be cut off
		}
		group := &t.Kernel
		switch {
		case at >= kernelHalf:
		case t.Kernel.All > 0 && at >= programBase:
			if group = &t.Program; group.All == 0 {
				t.Before = t.Kernel
			}
		default:
			continue
		}
		group.All++
		if !seen[at] {
			group.Different++
		}
		seen[at] = true
	}
	return &t, lines.Err()
}

func (t translated) String() string { return fmt.Sprintf("%d, %d different ones", t.All, t.Different) }
