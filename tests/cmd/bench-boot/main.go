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
	"math/rand/v2"
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
	if r.Translated, err = l.translations(ctx); err != nil {
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

// settle is a pause before each boot: what the one before left to the host to clear away
// is not to fall into this one's time.
const settle = 200 * time.Millisecond

// measure boots all systems in turns, each repeat in an order of its own.
func (l *lab) measure(ctx context.Context, repeats int) (*results, error) {
	r := &results{Repeats: repeats, Bar: bar, Notes: l.notes}
	boots := make([][]*boot, len(l.systems))
	orders := rand.New(rand.NewPCG(1, 2))
	for range repeats {
		for _, i := range orders.Perm(len(l.systems)) {
			time.Sleep(settle)
			b, err := l.watch(ctx, l.systems[i], marksOf(l.systems[i]))
			if err != nil {
				return nil, err
			}
			boots[i] = append(boots[i], b)
		}
	}
	for i, s := range l.systems {
		r.Systems = append(r.Systems, summary(s, boots[i]))
	}
	for i, s := range l.systems {
		for k, other := range l.systems[:i] {
			r.Ratios = append(r.Ratios, ratio(s.name+" / "+other.name, boots[i], boots[k]))
		}
	}
	return r, nil
}

// spread is what a figure came to over the repeats. Times are in milliseconds.
type spread struct{ Median, Least, Most float64 }

// times are what a system took, or the ratios of what two took in the same repeat.
type times struct {
	Name  string
	Load  spread // GRUB reads kernel and module
	Boot  spread // from GRUB's last word to the first line
	Total spread // from the start of the emulator to the first line
	CPU   spread // the emulator's processor time for all that
	Parts []part `json:",omitempty"`
}

// part is a stretch of a boot.
type part struct {
	Name string
	Time spread
}

// results is all that was measured.
type results struct {
	Repeats int
	Bar     float64 // for pxOS / minimal, in all
	Systems []times
	Ratios  []times
	// Translated is of one more boot of pxOS.
	Translated *translations
	Notes      []string `json:",omitempty"`
}

// The stretches of a boot that are compared, in milliseconds.
func load(b *boot) float64  { return b.between(0, 1) }
func start(b *boot) float64 { return b.between(1, len(b.at)-1) }
func total(b *boot) float64 { return b.between(-1, len(b.at)-1) }
func cpu(b *boot) float64   { return milliseconds(b.cpu) }

// between is the time from one mark to another; -1 is the emulator's start.
func (b *boot) between(from, to int) float64 {
	if from < 0 {
		return milliseconds(b.at[to])
	}
	return milliseconds(b.at[to] - b.at[from])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func summary(s system, boots []*boot) times {
	t := times{Name: s.name, Load: over(boots, load), Boot: over(boots, start), Total: over(boots, total), CPU: over(boots, cpu)}
	for i, m := range marksOf(s) {
		t.Parts = append(t.Parts, part{m.name, over(boots, func(b *boot) float64 { return b.between(i-1, i) })})
	}
	return t
}

// ratio compares two systems, repeat by repeat: what slows the host down for a while
// slows down both.
func ratio(name string, one, other []*boot) times {
	by := func(f func(*boot) float64) spread {
		n := -1
		return over(one, func(b *boot) float64 {
			n++
			return f(b) / max(f(other[n]), 0.001)
		})
	}
	return times{Name: name, Load: by(load), Boot: by(start), Total: by(total), CPU: by(cpu)}
}

// over is a figure of all boots, asked for in their order.
func over(boots []*boot, f func(*boot) float64) spread {
	var all []float64
	for _, b := range boots {
		all = append(all, f(b))
	}
	slices.Sort(all)
	n := len(all)
	return spread{(all[(n-1)/2] + all[n/2]) / 2, all[0], all[n-1]}
}

func (s spread) text(digits int) string {
	return fmt.Sprintf("%.*f (%.*f-%.*f)", digits, s.Median, digits, s.Least, digits, s.Most)
}

// write prints the tables.
func (r *results) write(w io.Writer) {
	row := func(t times, digits int) {
		fmt.Fprintf(w, "%-16s %19s %22s %19s %19s\n", t.Name, t.Load.text(digits), t.Boot.text(digits), t.Total.text(digits), t.CPU.text(digits))
	}
	fmt.Fprintf(w, "milliseconds, median (least-most) of %d boots each, in turns\n", r.Repeats)
	fmt.Fprintf(w, "%-16s %19s %22s %19s %19s\n", "", "GRUB loads", "GRUB to first line", "in all", "emulator's CPU")
	for _, t := range r.Systems {
		row(t, 0)
	}
	fmt.Fprintln(w, "\nratios of each turn")
	for _, t := range r.Ratios {
		row(t, 2)
	}
	fmt.Fprintf(w, "the bar for pxOS / minimal, in all: %.1f\n", r.Bar)
	for _, t := range r.Systems {
		if len(t.Parts) < 4 {
			continue // the table above has them
		}
		fmt.Fprintf(w, "\n%s, part by part\n", t.Name)
		for _, p := range t.Parts {
			fmt.Fprintf(w, "%-42s %19s\n", p.Name, p.Time.text(0))
		}
	}
	if t := r.Translated; t != nil {
		fmt.Fprintf(w, "\ninstructions that QEMU translated for pxOS, up to the first line\nkernel   %v\n  before ring 3: %v\nprograms %v\n", t.Kernel, t.Before, t.Program)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(w, n)
	}
}
