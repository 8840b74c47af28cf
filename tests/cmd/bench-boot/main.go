// Command bench-boot measures how long it takes from GRUB to the first line of init, for
// pxOS, for a kernel that does nothing but write a line, and for Debian's Linux with the
// same init, in turns in the same emulator.
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
	"time"

	"pxos/image/toolchain"
)

// bar is what pxOS may take of the minimal kernel's time, from the start of the machine
// through GRUB to the first line.
const bar = 1.5

func main() {
	repeats := flag.Int("repeats", 5, "boots of each system")
	file := flag.String("json", "", "write the report to this file too, as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *repeats, *file); err != nil {
		fmt.Fprintln(os.Stderr, "bench-boot:", err)
		os.Exit(3)
	}
}

func run(ctx context.Context, repeats int, file string) error {
	if repeats < 1 {
		return fmt.Errorf("-repeats %d: give 1 or more", repeats)
	}
	cache, err := toolchain.CacheDir()
	if err != nil {
		return err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-boot-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder of ours
	l := &lab{tools: tools, cache: cache, dir: dir}
	if err := l.prepare(ctx); err != nil {
		return err
	}
	r, err := l.measure(ctx, repeats)
	if err != nil {
		return err
	}
	r.write(os.Stdout)
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// measure boots all systems in turns, each repeat in another order.
func (l *lab) measure(ctx context.Context, repeats int) (*results, error) {
	r := &results{Repeats: repeats, Bar: bar, Notes: l.notes}
	times := make([][][]time.Duration, len(l.systems))
	for n := range repeats {
		for k := range l.systems {
			i := (n + k) % len(l.systems)
			at, err := l.watch(ctx, l.systems[i], marksOf(l.systems[i]))
			if err != nil {
				return nil, err
			}
			times[i] = append(times[i], at)
		}
	}
	for i, s := range l.systems {
		r.Systems = append(r.Systems, summary(s, times[i]))
	}
	return r, nil
}

// spread is what a time came to over the repeats, in milliseconds.
type spread struct{ Median, Min, Max float64 }

// systemTimes are those of one system.
type systemTimes struct {
	Name  string
	Load  spread // GRUB reads kernel and module
	Boot  spread // from GRUB's last word to the first line
	Total spread // from the start of the emulator to the first line
	Parts []part // of all that
}

// part is a stretch of a boot.
type part struct {
	Name string
	Time spread
}

// results is all that was measured.
type results struct {
	Repeats int
	Bar     float64
	Systems []systemTimes
	Notes   []string `json:",omitempty"`
}

func summary(s system, boots [][]time.Duration) systemTimes {
	marks := marksOf(s)
	last := len(marks) - 1
	t := systemTimes{Name: s.name, Load: over(boots, 0, 1), Boot: over(boots, 1, last), Total: over(boots, -1, last)}
	for i := range marks {
		t.Parts = append(t.Parts, part{marks[i].name, over(boots, i-1, i)})
	}
	return t
}

// over is the time between two moments, over all boots; -1 is the emulator's start.
func over(boots [][]time.Duration, from, to int) spread {
	var all []float64
	for _, at := range boots {
		start := time.Duration(0)
		if from >= 0 {
			start = at[from]
		}
		all = append(all, float64((at[to]-start).Microseconds())/1000)
	}
	slices.Sort(all)
	n := len(all)
	return spread{(all[(n-1)/2] + all[n/2]) / 2, all[0], all[n-1]}
}

func (s spread) String() string { return fmt.Sprintf("%.0f (%.0f-%.0f)", s.Median, s.Min, s.Max) }

// write prints the tables.
func (r *results) write(w io.Writer) {
	fmt.Fprintf(w, "milliseconds, median (least-most) of %d boots each, in turns\n", r.Repeats)
	fmt.Fprintf(w, "%-9s %20s %20s %22s\n", "", "GRUB loads", "GRUB to first line", "power-on to first line")
	find := map[string]systemTimes{}
	for _, s := range r.Systems {
		fmt.Fprintf(w, "%-9s %20s %20s %22s\n", s.Name, s.Load, s.Boot, s.Total)
		find[s.Name] = s
	}
	for _, p := range [][2]string{{"pxOS", "minimal"}, {"Linux", "minimal"}, {"pxOS", "Linux"}} {
		a, b := find[p[0]], find[p[1]]
		if a.Name == "" || b.Name == "" {
			continue
		}
		note := ""
		if p[1] == "minimal" && p[0] == "pxOS" {
			note = fmt.Sprintf("  (bar: %.1f)", r.Bar)
		}
		fmt.Fprintf(w, "%-17s %12.2f %20.2f %22.2f%s\n", p[0]+" / "+p[1], a.Load.Median/b.Load.Median, a.Boot.Median/b.Boot.Median, a.Total.Median/b.Total.Median, note)
	}
	for _, t := range r.Systems {
		if len(t.Parts) < 4 {
			continue // the table above has them
		}
		fmt.Fprintf(w, "\n%s, part by part\n", t.Name)
		for _, p := range t.Parts {
			fmt.Fprintf(w, "%-46s %20s\n", p.Name, p.Time)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, n)
	}
}
