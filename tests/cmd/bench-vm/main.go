// Command bench-vm times the Pixel VM's engines beside plain Go, Go as WebAssembly in
// wazero, gopher-lua, Lua 5.4, LuaJIT and goja, on the same programs in one run; and its
// compiler beside the same loops written in WebAssembly by hand, and ten thousand instances
// at once on the WGSL interpreter.
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
	"os/signal"
	"slices"
	"strings"
	"time"

	"pxos/wgsl"
)

const (
	luaBar  = 1.0 / 3 // the fast interpreter's fib(30) by gopher-lua's
	loopBar = 1.2     // compiled by the same loop in WebAssembly
)

func main() { os.Exit(run()) }

func run() int {
	repeat := flag.Int("repeat", 5, "runs of each, the median counts")
	only := flag.String("run", strings.Join(programs, ","), "the programs, with commas between them")
	backend := flag.String("backend", "soft", "of WGSL, for many instances at once: "+strings.Join(wgsl.Backends, ", "))
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	if *repeat < 1 {
		fmt.Fprintln(os.Stderr, "bench-vm: -repeat wants 1 or more")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := &bench{repeat: *repeat, backend: *backend, only: strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }), report: report{Programs: map[string]map[string]float64{}, Loops: map[string]loopTimes{}}}
	if err := b.measure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench-vm:", err)
		return 3
	}
	if *asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(b.report); err != nil {
			return 3
		}
	} else {
		b.report.show(os.Stdout)
	}
	for _, bar := range b.report.Bars {
		if !bar.Reached {
			return 1
		}
	}
	return 0
}

// report is all that was measured, milliseconds.
type report struct {
	Programs  map[string]map[string]float64 `json:"programs_ms"` // by program and engine
	Loops     map[string]loopTimes          `json:"loops_ms"`
	Instances instancesTimes                `json:"instances_ms"`
	Absent    []string                      `json:"absent,omitempty"`
	Bars      []bar                         `json:"bars"`
}

type loopTimes struct {
	VM   float64 `json:"compiled"`
	Hand float64 `json:"wasm_by_hand"`
}

type bar struct {
	What    string  `json:"what"`
	Value   float64 `json:"value"`
	Most    float64 `json:"most"`
	Reached bool    `json:"reached"`
}

// programs are the examples that are timed, columns the engines.
var (
	programs = []string{"fib", "spectral", "mandelbrot", "nbody", "sieve", "sha256"}
	columns  = []string{"oracle", "fast", "compiled", "native Go", "wazero", "wazero interp.", "gopher-lua", "Lua 5.4", "LuaJIT", "goja"}
)

type bench struct {
	repeat  int
	backend string
	only    []string
	report  report
}

// add times something and notes it.
func (b *bench) add(program, engine string, f func() error) {
	fmt.Fprintf(os.Stderr, "%s: %s\n", program, engine)
	ms, err := b.median(f)
	if err != nil {
		b.report.Absent = append(b.report.Absent, fmt.Sprintf("%s, %s: %v", program, engine, err))
		return
	}
	if b.report.Programs[program] == nil {
		b.report.Programs[program] = map[string]float64{}
	}
	b.report.Programs[program][engine] = ms
}

// median is the median milliseconds of some runs, after one that does not count.
func (b *bench) median(f func() error) (float64, error) {
	var list []float64
	for i := range b.repeat + 1 {
		start := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if i > 0 {
			list = append(list, time.Since(start).Seconds()*1000)
		}
	}
	slices.Sort(list)
	return list[len(list)/2], nil
}

func (b *bench) bars() {
	add := func(what string, value, most float64) {
		b.report.Bars = append(b.report.Bars, bar{what, value, most, value > 0 && value <= most})
	}
	if fib := b.report.Programs["fib"]; fib["fast"] > 0 && fib["gopher-lua"] > 0 {
		add("fast interpreter's fib(30) by gopher-lua's", fib["fast"]/fib["gopher-lua"], luaBar)
	}
	for _, name := range loopNames {
		l := b.report.Loops[name]
		add("compiled "+name+" by the same in WebAssembly", l.VM/l.Hand, loopBar)
	}
}

func (r *report) show(w io.Writer) {
	fmt.Fprintf(w, "%-12s", "milliseconds")
	for _, c := range columns {
		fmt.Fprintf(w, " %14s", c)
	}
	fmt.Fprintln(w)
	for _, p := range programs {
		fmt.Fprintf(w, "%-12s", p)
		for _, c := range columns {
			if ms, ok := r.Programs[p][c]; ok {
				fmt.Fprintf(w, " %14.1f", ms)
			} else {
				fmt.Fprintf(w, " %14s", "-")
			}
		}
		fmt.Fprintln(w)
	}
	i := r.Instances
	fmt.Fprintf(w, "%d instances of %s, %d million instructions: %.0f ms at once in WGSL (%s); one by one: fast %.0f ms, compiled %.0f ms\n",
		i.Instances, i.Program, i.Instructions/1e6, i.WGSL, i.Backend, i.Fast, i.Compiled)
	for _, a := range r.Absent {
		fmt.Fprintln(w, "absent:", a)
	}
	for _, b := range r.Bars {
		mark := "✓"
		if !b.Reached {
			mark = "✗"
		}
		fmt.Fprintf(w, "%s %s: %.2f, at most %.2f\n", mark, b.What, b.Value, b.Most)
	}
}
