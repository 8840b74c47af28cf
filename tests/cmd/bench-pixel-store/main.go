// Command bench-pixel-store builds the kernel again and again, each time with one more
// change to its source, and keeps every build in a store: bytes beside as many xz files,
// seconds of puts and gets, and whether every build comes back bit for bit.
//
// It may import everything; nothing imports it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"pxos/image"
	"pxos/image/toolchain"
	"pxos/pixel/codec"
	"pxos/pixel/store"
)

// bar is how many times smaller than xz files the store is to be.
const bar = 50

func main() { os.Exit(run()) }

func run() int {
	builds := flag.Int("builds", 100, "builds, each with one more change")
	seed := flag.Uint64("seed", 1, "chooses the changes")
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	if *builds < 2 {
		fmt.Fprintln(os.Stderr, "bench-pixel-store: -builds wants 2 or more")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := measure(ctx, *builds, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-pixel-store:", err)
		return 3
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		r.show(os.Stdout)
	}
	if err != nil || r.Ratio < bar || r.Exact < r.Builds {
		return 1
	}
	return 0
}

// report is all that was measured.
type report struct {
	Builds      int      `json:"builds"`
	Changes     []string `json:"changes"`
	KernelBytes int      `json:"kernel_bytes"` // of the last
	XZBytes     int64    `json:"xz_bytes"`     // of all, a file each
	StoreBytes  int64    `json:"store_bytes"`  // of all files of the store
	PackBytes   []int64  `json:"pack_bytes"`   // by build
	Ratio       float64  `json:"xz_by_store"`
	PutMedianS  float64  `json:"put_median_s"`
	GetMedianS  float64  `json:"get_median_s"`
	GetMostS    float64  `json:"get_most_s"`
	Exact       int      `json:"bit_exact"`
}

// measurer holds what a run has.
type measurer struct {
	dir, xz string
	tools   *toolchain.Toolchain
	tree    tree
	report  report
	files   []string
	puts    []float64
}

func measure(ctx context.Context, builds int, seed uint64) (r report, err error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return r, err
	}
	m := &measurer{xz: os.Getenv("XZ")}
	if m.tools, err = toolchain.Find(cache); err != nil {
		return r, err
	}
	if m.xz == "" {
		m.xz = "xz"
	}
	if m.dir, err = os.MkdirTemp("", "bench-pixel-store-"); err != nil {
		return r, err
	}
	defer os.RemoveAll(m.dir)
	if m.tree, err = copyTree(".", filepath.Join(m.dir, "source"), rand.New(rand.NewPCG(seed, 1))); err != nil {
		return r, err
	}
	for n := range builds {
		if err := m.build(ctx, n); err != nil {
			return r, err
		}
	}
	return m.report, m.readBack(ctx)
}

func (m *measurer) storeDir() string { return filepath.Join(m.dir, "store") }

// build makes one more change, builds, and keeps the kernel.
func (m *measurer) build(ctx context.Context, n int) error {
	change := "none"
	for tries := 0; ; tries++ {
		if tries > 100 {
			return fmt.Errorf("100 changes after build %d make no kernel", n)
		}
		var undo func() error
		var err error
		if n > 0 {
			if change, undo, err = m.tree.change(); err != nil {
				return err
			}
		}
		k, err := image.Build(ctx, image.Options{Root: m.tree.root, Out: filepath.Join(m.dir, "build"), Tools: m.tools})
		if err == nil {
			data, err := os.ReadFile(k.ELF)
			if err != nil {
				return err
			}
			if n == 0 || !m.same(data) {
				return m.keep(ctx, n, change, data)
			}
		} else if ctx.Err() != nil || n == 0 {
			return err
		}
		if err := undo(); err != nil { // it does not compile, or changes nothing
			return err
		}
	}
}

// same says whether a kernel is the one before.
func (m *measurer) same(data []byte) bool {
	last, err := os.ReadFile(m.files[len(m.files)-1])
	return err == nil && bytes.Equal(last, data)
}

func (m *measurer) keep(ctx context.Context, n int, change string, data []byte) error {
	file := filepath.Join(m.dir, fmt.Sprintf("kernel-%03d.elf", n))
	if err := os.WriteFile(file, data, 0o755); err != nil {
		return err
	}
	packed, err := exec.CommandContext(ctx, m.xz, "-9e", "-T1", "-k", "-c", file).Output()
	if err != nil {
		return fmt.Errorf("xz: %w", err)
	}
	start := time.Now()
	s, err := store.Open(ctx, m.storeDir(), store.Options{Create: true, Write: true, Level: codec.Default})
	if err != nil {
		return err
	}
	stats, err := s.Put(ctx, filepath.Base(file), file)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	m.puts = append(m.puts, time.Since(start).Seconds())
	m.files = append(m.files, file)
	r := &m.report
	r.Builds, r.KernelBytes = n+1, len(data)
	r.XZBytes += int64(len(packed))
	r.Changes = append(r.Changes, change)
	r.PackBytes = append(r.PackBytes, stats.PackBytes)
	fmt.Fprintf(os.Stderr, "build %3d: %d bytes, xz %d, pack %d, %s\n", n, len(data), len(packed), stats.PackBytes, change)
	return nil
}

// readBack gets every build, each with a cold store, and counts all bytes of the store.
func (m *measurer) readBack(ctx context.Context) error {
	r := &m.report
	var gets []float64
	for _, file := range m.files {
		start := time.Now()
		s, err := store.Open(ctx, m.storeDir(), store.Options{})
		if err != nil {
			return err
		}
		var got bytes.Buffer
		e, err := s.Resolve(ctx, filepath.Base(file))
		if err == nil {
			err = s.Read(ctx, e, &got)
		}
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
		gets = append(gets, time.Since(start).Seconds())
		want, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if bytes.Equal(got.Bytes(), want) {
			r.Exact++
		}
	}
	err := filepath.Walk(m.storeDir(), func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			r.StoreBytes += info.Size()
		}
		return err
	})
	r.Ratio = float64(r.XZBytes) / float64(r.StoreBytes)
	r.PutMedianS, r.GetMedianS, r.GetMostS = median(m.puts), median(gets), slices.Max(gets)
	return err
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func (r report) show(w io.Writer) {
	fmt.Fprintf(w, "%d builds of the kernel, one change each, %d bytes the last\n", r.Builds, r.KernelBytes)
	fmt.Fprintf(w, "xz -9e, a file each   %12d bytes\n", r.XZBytes)
	fmt.Fprintf(w, "the store, all of it  %12d bytes (first build %d, median of the others %d)\n", r.StoreBytes, r.PackBytes[0], medianBytes(r.PackBytes[1:]))
	fmt.Fprintf(w, "put %.1f s, get %.1f s (medians), get %.1f s at most\n", r.PutMedianS, r.GetMedianS, r.GetMostS)
	mark := "✓"
	if r.Ratio < bar {
		mark = "✗"
	}
	fmt.Fprintf(w, "%s %.1f times smaller, at least %d\n", mark, r.Ratio, bar)
	mark = "✓"
	if r.Exact < r.Builds {
		mark = "✗"
	}
	fmt.Fprintf(w, "%s %d of %d builds come back bit for bit\n", mark, r.Exact, r.Builds)
}

func medianBytes(list []int64) int64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
