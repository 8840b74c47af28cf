// Command bench-pixel sets the codec beside gzip, zstd, xz and zpaq on a Linux kernel and
// its code, on programs, source text, weights, and what is compressed already; and on
// fifty programs of this machine beside xz with its filter for x86. Bytes, and seconds
// of one processor, both ways, in one run.
//
// It may import everything; nothing imports it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"

	"pxos/pixel/codec"
	"pxos/pixel/measure"
)

func main() { os.Exit(run()) }

func run() int {
	only := flag.String("run", "", "only the files whose names match this regular expression")
	codecs := flag.String("codecs", "", "only the codecs whose names match this regular expression")
	programs := flag.Int("programs", 50, "programs of this machine to compare with xz on")
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	which, err2 := regexp.Compile(*codecs)
	if err != nil || err2 != nil || *programs < 0 {
		fmt.Fprintln(os.Stderr, "bench-pixel: -run and -codecs want regular expressions, -programs a number from 0 on")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := bench{only: pattern, codecs: slices.DeleteFunc(allCodecs(), func(c measure.Codec) bool { return !which.MatchString(c.Name) })}
	if b.work, err = os.MkdirTemp("", "bench-pixel-"); err == nil {
		defer os.RemoveAll(b.work)
		err = b.measure(ctx, *programs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-pixel:", err)
		return 3
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(b.report)
	} else {
		b.report.show(os.Stdout)
	}
	if err != nil || !b.report.reached() {
		return 1
	}
	return 0
}

// program is the path of a peer: what the environment names, else what PATH has.
func program(variable, name string) string {
	if path := os.Getenv(variable); path != "" {
		return path
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return name // its failure will say that it is not there
}

func xzX86() measure.Codec {
	return measure.Filter("xz x86", program("XZ", "xz"), "-T1", "--x86", "--lzma2=preset=9e")
}

func allCodecs() []measure.Codec {
	return []measure.Codec{
		measure.Ours(codec.Fast), measure.Ours(codec.Default), measure.Ours(codec.Max),
		measure.Filter("gzip -9", program("GZIP_PROGRAM", "gzip"), "-9"),
		measure.Filter("zstd -19", program("ZSTD", "zstd"), "-19", "-T1"),
		measure.Filter("xz -9e", program("XZ", "xz"), "-9e", "-T1"),
		xzX86(),
		measure.ZPAQ("zpaq -m5", program("ZPAQ", "zpaq"), "5"),
	}
}

// report is all that was measured.
type report struct {
	Files    []fileReport `json:"files"`
	Programs []pair       `json:"programs,omitempty"`
	// Absent says what could not be had, and why.
	Absent []string `json:"absent,omitempty"`
	Bars   []bar    `json:"bars"`
}

type fileReport struct {
	Name    string           `json:"name"`
	Results []measure.Result `json:"results"`
}

// pair is one program, by Default and by xz with its filter.
type pair struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	Ours  int64  `json:"default_bytes"`
	XZ    int64  `json:"xz_x86_bytes"`
}

// bar is something that was set out to be reached.
type bar struct {
	What  string `json:"what"`
	Value string `json:"value"`
	OK    bool   `json:"reached"`
}

type bench struct {
	only   *regexp.Regexp
	codecs []measure.Codec
	work   string
	report report
}

func (b *bench) measure(ctx context.Context, programs int) error {
	files, absent := b.corpus(ctx)
	b.report.Absent = absent
	for _, file := range files {
		name := filepath.Base(file)
		if !b.only.MatchString(name) {
			continue
		}
		f := fileReport{Name: name}
		for _, c := range b.codecs {
			fmt.Fprintf(os.Stderr, "%s: %s\n", name, c.Name)
			f.Results = append(f.Results, measure.Run(ctx, c, file, b.work))
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		b.report.Files = append(b.report.Files, f)
	}
	if err := b.comparePrograms(ctx, programs); err != nil {
		return err
	}
	b.report.Bars = b.report.bars()
	return nil
}

func (b *bench) comparePrograms(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	paths, err := hostPrograms(n)
	if err != nil {
		return err
	}
	ours, xz := measure.Ours(codec.Default), xzX86()
	for i, path := range paths {
		fmt.Fprintf(os.Stderr, "program %d of %d: %s\n", i+1, len(paths), path)
		a, x := measure.Run(ctx, ours, path, b.work), measure.Run(ctx, xz, path, b.work)
		if a.Err != "" || x.Err != "" {
			return fmt.Errorf("%s: %s %s", path, a.Err, x.Err)
		}
		b.report.Programs = append(b.report.Programs, pair{path, a.Bytes, a.PackedBytes, x.PackedBytes})
	}
	return nil
}

func (r *report) show(w io.Writer) {
	for _, f := range r.Files {
		fmt.Fprintf(w, "\n%s, %d bytes\n", f.Name, f.Results[0].Bytes)
		fmt.Fprintf(w, "  %-14s %12s %7s %10s %10s %8s %8s\n", "codec", "bytes", "ratio", "pack s", "unpack s", "MB/s", "MB/s")
		for _, c := range f.Results {
			if c.Err != "" {
				fmt.Fprintf(w, "  %-14s %s\n", c.Codec, c.Err)
				continue
			}
			mb := float64(c.Bytes) / 1e6
			fmt.Fprintf(w, "  %-14s %12d %7.2f %10.2f %10.2f %8.2f %8.2f\n", c.Codec, c.PackedBytes, float64(c.Bytes)/float64(max(c.PackedBytes, 1)),
				c.PackCPUS, c.UnpackCPUS, mb/max(c.PackCPUS, 1e-3), mb/max(c.UnpackCPUS, 1e-3))
		}
	}
	if len(r.Programs) > 0 {
		var all, ours, xz int64
		for _, p := range r.Programs {
			all, ours, xz = all+p.Bytes, ours+p.Ours, xz+p.XZ
		}
		fmt.Fprintf(w, "\n%d programs of this machine, %d bytes: default %d, xz x86 %d\n", len(r.Programs), all, ours, xz)
	}
	for _, a := range r.Absent {
		fmt.Fprintln(w, "absent:", a)
	}
	fmt.Fprintln(w)
	for _, b := range r.Bars {
		mark := "✓"
		if !b.OK {
			mark = "✗"
		}
		fmt.Fprintf(w, "%s %s: %s\n", mark, b.What, b.Value)
	}
}

func (r *report) reached() bool {
	return !slices.ContainsFunc(r.Bars, func(b bar) bool { return !b.OK })
}
