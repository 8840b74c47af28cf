package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"sort"

	"github.com/spf13/cobra"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/pxgpu"
)

func benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "bench", Short: "Measure, beside the limit, in one run", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return usage{errors.New("say what to measure: mailbox")} },
	}
	var rounds, repeats int
	var asJSON bool
	mailbox := &cobra.Command{
		Use: "mailbox", Short: "Mailbox round trips seen by the guest, beside the two-thread floor", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(positive("rounds", rounds), positive("repeats", repeats)); err != nil {
				return err
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			b, err := l.benchMailbox(c, rounds, repeats)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), b)
			}
			b.show(c)
			return nil
		},
	}
	mailbox.Flags().IntVar(&rounds, "rounds", 200000, "round trips in each repeat")
	mailbox.Flags().IntVar(&repeats, "repeats", 5, "boots, each beside a measurement of the floor")
	mailbox.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(mailbox)
	return c
}

// mailboxBench is what a run measured, in nanoseconds.
type mailboxBench struct {
	Schema string        `json:"schema"`
	Rounds int           `json:"rounds"`
	Runs   []mailboxPair `json:"runs"`
	Ratio  float64       `json:"ratio_median"` // mailbox over floor, median of the runs
}

type mailboxPair struct {
	MedianNS      uint64  `json:"median_ns"`
	P99NS         uint64  `json:"p99_ns"`
	RegistersNS   uint64  `json:"registers_ns"`
	FloorMedianNS float64 `json:"floor_median_ns"`
	FloorP99NS    float64 `json:"floor_p99_ns"`
	Ratio         float64 `json:"ratio"`
}

func (l *lab) benchMailbox(c *cobra.Command, rounds, repeats int) (*mailboxBench, error) {
	k, err := image.Build(c.Context(), image.Options{Root: l.root, Out: filepath.Join(l.root, "build"), Tools: l.tools})
	if err != nil {
		return nil, err
	}
	b := &mailboxBench{Schema: "pxos.bench.mailbox/1", Rounds: rounds}
	var ratios []float64
	for i := range repeats {
		fmt.Fprintf(c.ErrOrStderr(), "run %d of %d\n", i+1, repeats)
		floor := pxgpu.MeasureFloor(rounds)
		r, err := trial.Boot(c.Context(), trial.Config{Tools: l.tools, Kernel: k.ELF, Cmdline: fmt.Sprintf("bench=%d", rounds), Quiet: true})
		if err != nil {
			return nil, err
		}
		m, ok := r.Report.First(abi.ReportMailbox)
		if !ok || !r.Up() {
			return nil, failed{"the kernel did not come up: " + r.Why()}
		}
		p := mailboxPair{MedianNS: m.Uint("median_ns"), P99NS: m.Uint("p99_ns"), RegistersNS: m.Uint("registers_ns"),
			FloorMedianNS: float64(floor.MedianNS), FloorP99NS: float64(floor.P99NS)}
		p.Ratio = float64(p.MedianNS) / p.FloorMedianNS
		b.Runs = append(b.Runs, p)
		ratios = append(ratios, p.Ratio)
	}
	sort.Float64s(ratios)
	b.Ratio = ratios[len(ratios)/2]
	return b, nil
}

func (b *mailboxBench) show(c *cobra.Command) {
	w := c.OutOrStdout()
	fmt.Fprintf(w, "%d round trips a run, nanoseconds\n", b.Rounds)
	fmt.Fprintf(w, "%12s %8s %12s %14s %11s %7s\n", "mailbox", "p99", "registers", "floor median", "floor p99", "ratio")
	for _, p := range b.Runs {
		fmt.Fprintf(w, "%12d %8d %12d %14.0f %11.0f %7.2f\n", p.MedianNS, p.P99NS, p.RegistersNS, p.FloorMedianNS, p.FloorP99NS, p.Ratio)
	}
	fmt.Fprintf(w, "median ratio %.2f (the floor: two threads of this host, one cache line, no guest between them)\n", b.Ratio)
}
