// Command conformance-go runs the tests of Go's own standard library inside pxOS and on
// this Linux, package by package, with the same flags, files and environment, and says
// where they differ. Finished packages are kept: run again, it goes on where it stopped.
// Exit code 1 if fewer than -least per cent of the packages are equal.
//
// It may import everything; nothing imports it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"

	"pxos/image"
	"pxos/image/toolchain"
)

type options struct {
	json, again bool
	packages    *regexp.Regexp
	dir         string
	workers     int
	cpus        int
	least       float64
	limit       time.Duration
	table       string
}

func main() {
	var o options
	flag.BoolVar(&o.json, "json", false, "print the report as JSON")
	flag.BoolVar(&o.again, "again", false, "run packages again that were finished")
	pattern := flag.String("run", "", "only the packages whose import paths match this regular expression")
	flag.StringVar(&o.dir, "dir", "build/conformance-go", "folder for test binaries and results")
	flag.IntVar(&o.workers, "workers", max(runtime.NumCPU()/2, 1), "machines at one time")
	flag.IntVar(&o.cpus, "smp", 1, "processors of each machine")
	flag.Float64Var(&o.least, "least", 90, "per cent of the packages that must be equal")
	flag.DurationVar(&o.limit, "limit", 10*time.Minute, "time for a package's tests")
	flag.StringVar(&o.table, "table", "", "write the table as Markdown to this file")
	flag.Parse()
	var err error
	if o.packages, err = regexp.Compile(*pattern); err != nil {
		fmt.Fprintln(os.Stderr, "conformance-go:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance-go:", err)
		code = 3
	}
	os.Exit(code)
}

func run(ctx context.Context, o options) (int, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return 3, err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return 3, err
	}
	kernel, err := image.Build(ctx, image.Options{Root: ".", Out: filepath.Join(o.dir, "kernel"), Tools: tools})
	if err != nil {
		return 3, err
	}
	l, err := openLibrary(ctx, o.dir)
	if err != nil {
		return 3, err
	}
	b := &bench{o: o, tools: tools, kernel: kernel.ELF, library: l}
	if err := b.load(); err != nil {
		return 3, err
	}
	if err := b.all(ctx); err != nil {
		return 3, err
	}
	return b.report(os.Stdout)
}

// bench is a run over many packages.
type bench struct {
	o       options
	tools   *toolchain.Toolchain
	kernel  string
	library *library
	mu      sync.Mutex
	results map[string]*result
}

// result is what is kept of a package.
type result struct {
	Package string
	Kernel  string // that it ran on, by its bytes
	// NotRun says why there is nothing to compare: no tests, or no build without cgo.
	NotRun string `json:",omitempty"`
	// Linux and PxOS are the tests by name, each with PASS, FAIL or SKIP.
	Linux, PxOS             map[string]string `json:",omitempty"`
	LinuxStatus, PxOSStatus int
	// Trouble is what kept the tests in pxOS from their end.
	Trouble     string   `json:",omitempty"`
	Differences []string `json:",omitempty"`
	Seconds     float64  // in pxOS, boot included
}

func (r *result) equal() bool {
	return r.NotRun == "" && r.Trouble == "" && len(r.Differences) == 0 && r.LinuxStatus == r.PxOSStatus
}

func (b *bench) file() string { return filepath.Join(b.o.dir, "results.json") }

func (b *bench) load() error {
	b.results = map[string]*result{}
	text, err := os.ReadFile(b.file())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &b.results)
}

// keep adds a result to those on disk: written whole, then renamed.
func (b *bench) keep(r *result) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.results[r.Package] = r
	text, err := json.MarshalIndent(b.results, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.file()+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(b.file()+".new", b.file())
}

// all runs the packages that are wanted and not finished.
func (b *bench) all(ctx context.Context) error {
	var todo []string
	for _, p := range b.library.packages {
		if b.o.packages.MatchString(p.ImportPath) && (b.o.again || b.results[p.ImportPath] == nil) {
			todo = append(todo, p.ImportPath)
		}
	}
	slices.Sort(todo)
	work := make(chan string)
	errs := make(chan error, b.o.workers)
	var wg sync.WaitGroup
	for range b.o.workers {
		wg.Go(func() {
			for name := range work {
				r, err := b.one(ctx, name)
				if err == nil {
					err = b.keep(r)
				}
				if err != nil {
					errs <- fmt.Errorf("%s: %w", name, err)
					return
				}
				fmt.Fprintln(os.Stderr, r.line())
			}
		})
	}
	err := func() error {
		defer close(work)
		for i, name := range todo {
			fmt.Fprintf(os.Stderr, "%d of %d: %s\n", i+1, len(todo), name)
			select {
			case work <- name:
			case err := <-errs:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}()
	wg.Wait()
	select {
	case e := <-errs:
		return errors.Join(err, e)
	default:
		return err
	}
}
