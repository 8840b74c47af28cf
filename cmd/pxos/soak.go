package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/architect/trial"
)

func soakCommand() *cobra.Command {
	var n int
	c := &cobra.Command{
		Use: "soak", Short: "Boot the kernel many times and look for failures and leftovers", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := positive("boots", n); err != nil {
				return err
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			return l.soak(c, n)
		},
	}
	c.Flags().IntVarP(&n, "boots", "n", 200, "how many boots")
	return c
}

// soakMachines are taken in turn.
var soakMachines = []trial.Config{
	{Machine: "q35"}, {Machine: "pc"}, {Machine: "q35", RAMBytes: 128 << 20}, {Machine: "q35", CPUs: 2}, {Machine: "pc", RAMBytes: 6 << 30, CPUs: 2},
}

func (l *lab) soak(c *cobra.Command, n int) error {
	k, iso, err := l.build(c, filepath.Join(l.root, "build"), "")
	if err != nil {
		return err
	}
	before := leftovers()
	failures := 0
	start := time.Now()
	for i := range n {
		cfg := soakMachines[i%len(soakMachines)]
		cfg.Tools, cfg.Symbols = l.tools, k.ELF
		if i%2 == 0 {
			cfg.ISO = iso
		} else {
			cfg.Kernel = k.ELF
		}
		r, err := trial.Boot(c.Context(), cfg)
		if err != nil {
			return err
		}
		if !r.Up() {
			failures++
			fmt.Fprintf(c.OutOrStdout(), "boot %d on %s: %s\n", i+1, cfg.Machine, r.Why())
		}
		if (i+1)%20 == 0 {
			fmt.Fprintf(c.ErrOrStderr(), "%d of %d boots, %d failures, %.0f s\n", i+1, n, failures, time.Since(start).Seconds())
		}
	}
	left := newEntries(before, leftovers())
	fmt.Fprintf(c.OutOrStdout(), "%d boots, %d failures, %d things left behind, %.1f s\n", n, failures, len(left), time.Since(start).Seconds())
	for _, s := range left {
		fmt.Fprintln(c.OutOrStdout(), "left behind:", s)
	}
	if failures > 0 || len(left) > 0 {
		return failed{"the soak found something"}
	}
	return nil
}

// leftovers lists what a machine could leave: child processes of ours, and
// entries of ours in the places for temporary files and shared memory.
func leftovers() []string {
	var out []string
	me := fmt.Sprint(os.Getpid())
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, p := range stats {
		text, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		_, rest, ok := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); ok && len(f) > 1 && f[1] == me {
			out = append(out, "process "+filepath.Base(filepath.Dir(p)))
		}
	}
	for _, dir := range []string{os.TempDir(), "/dev/shm", os.Getenv("XDG_RUNTIME_DIR")} {
		entries, err := os.ReadDir(dir)
		if dir == "" || err != nil {
			continue
		}
		for _, e := range entries {
			if n := e.Name(); strings.HasPrefix(n, "pxgpu") || strings.HasPrefix(n, "pxos") || strings.Contains(n, "qemu") {
				out = append(out, filepath.Join(dir, n))
			}
		}
	}
	sort.Strings(out)
	return out
}

func newEntries(before, after []string) []string {
	known := map[string]bool{}
	for _, s := range before {
		known[s] = true
	}
	var out []string
	for _, s := range after {
		if !known[s] {
			out = append(out, s)
		}
	}
	return out
}
