package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
	"pxos/pxgpu"
)

func benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "bench", Short: "Measure, beside the limit, in one run", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return usage{errors.New("say what to measure: mailbox")} },
	}
	var o mailboxOptions
	var asJSON bool
	mailbox := &cobra.Command{
		Use: "mailbox", Short: "Mailbox round trips seen by the guest, beside the two-thread floor", Args: noArgs,
		Long: "Times round trips from the guest to the WGSL runtime and back, beside two threads of this host that share one cache line;\n" +
			"commands a second with many in flight; and the processor time that an idle machine takes.",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(positive("rounds", o.rounds), positive("repeats", o.repeats)); err != nil {
				return err
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			b, err := l.benchMailbox(c, o)
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
	mailbox.Flags().IntVar(&o.rounds, "rounds", 200000, "round trips in each repeat")
	mailbox.Flags().IntVar(&o.repeats, "repeats", 5, "boots, each beside a measurement of the floor")
	mailbox.Flags().DurationVar(&o.idle, "idle", 10*time.Second, "how long an idle machine is watched, 0 = not")
	mailbox.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(mailbox)
	return c
}

type mailboxOptions struct {
	rounds, repeats int
	idle            time.Duration
}

// mailboxBench is what a run measured, in nanoseconds.
type mailboxBench struct {
	Schema    string        `json:"schema"`
	Rounds    int           `json:"rounds"`
	Runs      []mailboxPair `json:"runs"`
	Ratio     float64       `json:"ratio_median"`         // mailbox over floor, median of the runs
	NetNS     uint64        `json:"net_median_ns"`        // median of the runs
	Batch     float64       `json:"batch_per_s_median"`   // one host thread feeding
	IdleShare float64       `json:"idle_cpu_share"`       // of one core: device and emulator of an idle machine
	IdleGPU   float64       `json:"idle_device_share"`    // of it, this process, which is the device
	IdleFor   float64       `json:"idle_watched_seconds"` // 0 = not watched
}

type mailboxPair struct {
	MedianNS      uint64  `json:"median_ns"`
	ClockNS       uint64  `json:"clock_ns"` // what reading the clock takes of it
	NetNS         uint64  `json:"net_ns"`
	P99NS         uint64  `json:"p99_ns"`
	RegistersNS   uint64  `json:"registers_ns"`
	FloorMedianNS float64 `json:"floor_median_ns"`
	FloorP99NS    float64 `json:"floor_p99_ns"`
	Ratio         float64 `json:"ratio"` // of the net median
	GuestBatch    uint64  `json:"guest_batch_per_s"`
	HostBatch     float64 `json:"host_batch_per_s"`
}

func (l *lab) benchMailbox(c *cobra.Command, o mailboxOptions) (*mailboxBench, error) {
	k, err := image.Build(c.Context(), image.Options{Root: l.root, Out: filepath.Join(l.root, "build"), Tools: l.tools})
	if err != nil {
		return nil, err
	}
	b := &mailboxBench{Schema: "pxos.bench.mailbox/2", Rounds: o.rounds}
	for i := range o.repeats {
		fmt.Fprintf(c.ErrOrStderr(), "run %d of %d\n", i+1, o.repeats)
		p, err := l.benchOnce(c.Context(), k.ELF, o.rounds)
		if err != nil {
			return nil, err
		}
		b.Runs = append(b.Runs, p)
	}
	b.Ratio = median(b.Runs, func(p mailboxPair) float64 { return p.Ratio })
	b.NetNS = uint64(median(b.Runs, func(p mailboxPair) float64 { return float64(p.NetNS) }))
	b.Batch = median(b.Runs, func(p mailboxPair) float64 { return p.HostBatch })
	if o.idle > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "an idle machine for %s\n", o.idle)
		err = l.benchIdle(c.Context(), k.ELF, o.idle, b)
	}
	return b, err
}

// benchOnce measures the floor, a boot and a batch, one right after the other.
func (l *lab) benchOnce(ctx context.Context, kernel string, rounds int) (p mailboxPair, err error) {
	floor := pxgpu.MeasureFloor(rounds)
	r, err := trial.Boot(ctx, trial.Config{Tools: l.tools, Kernel: kernel, Cmdline: fmt.Sprintf("bench=%d", rounds), Quiet: true})
	if err != nil {
		return p, err
	}
	m, ok := r.Report.First(abi.ReportMailbox)
	if !ok || !r.Up() {
		return p, failed{"the kernel did not come up: " + r.Why()}
	}
	batch, err := pxgpu.MeasureBatch(ctx, 10*rounds)
	if err != nil {
		return p, err
	}
	p = mailboxPair{MedianNS: m.Uint("median_ns"), ClockNS: m.Uint("clock_ns"), P99NS: m.Uint("p99_ns"), RegistersNS: m.Uint("registers_ns"),
		GuestBatch: m.Uint("batch_per_s"), HostBatch: batch.PerSecond,
		FloorMedianNS: float64(floor.MedianNS), FloorP99NS: float64(floor.P99NS)}
	p.NetNS = p.MedianNS - min(p.ClockNS, p.MedianNS)
	p.Ratio = float64(p.NetNS) / p.FloorMedianNS
	return p, nil
}

// benchIdle keeps a machine up that has nothing to do, and reads what its processes
// take.
func (l *lab) benchIdle(ctx context.Context, kernel string, idle time.Duration, b *mailboxBench) error {
	device, err := pxgpu.Serve(ctx, pxgpu.Options{})
	if err != nil {
		return err
	}
	defer device.Close()
	m, err := machine.Create(ctx, machine.Config{Tools: l.tools, Kernel: kernel, Cmdline: "stay", GPUSocket: device.SocketPath(),
		GPUDied: device.Died(), Limit: time.Minute, NoHangDetection: true,
		OnSerialLine: func(line string) bool { return strings.HasPrefix(line, abi.ReportPrefix+abi.ReportEnd) }})
	if err != nil {
		return err
	}
	defer m.Close()
	if _, err := m.Run(ctx); err != nil {
		return err
	}
	if err := m.Resume(ctx); err != nil {
		return err
	}
	time.Sleep(time.Second) // until it has parked
	ours, its, start := machine.CPUTime(os.Getpid()), machine.CPUTime(m.PID()), time.Now()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(idle):
	}
	took := time.Since(start).Seconds()
	b.IdleGPU = (machine.CPUTime(os.Getpid()) - ours).Seconds() / took
	b.IdleShare = b.IdleGPU + (machine.CPUTime(m.PID())-its).Seconds()/took
	b.IdleFor = math.Round(took)
	return nil
}

func median(runs []mailboxPair, of func(mailboxPair) float64) float64 {
	var all []float64
	for _, p := range runs {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (b *mailboxBench) show(c *cobra.Command) {
	w := c.OutOrStdout()
	fmt.Fprintf(w, "%d round trips a run, nanoseconds\n", b.Rounds)
	fmt.Fprintf(w, "%8s %6s %6s %6s %10s %7s %10s %6s  %12s %12s\n", "mailbox", "clock", "net", "p99", "registers", "floor", "floor p99", "ratio",
		"guest feeds", "host feeds")
	for _, p := range b.Runs {
		fmt.Fprintf(w, "%8d %6d %6d %6d %10d %7.0f %10.0f %6.2f  %10.1f M %10.1f M\n", p.MedianNS, p.ClockNS, p.NetNS, p.P99NS, p.RegistersNS,
			p.FloorMedianNS, p.FloorP99NS, p.Ratio, float64(p.GuestBatch)/1e6, p.HostBatch/1e6)
	}
	fmt.Fprintf(w, "median, net of reading the clock: %d ns, %.2f times the floor (two threads of this host, one cache line, no guest between them)\n", b.NetNS, b.Ratio)
	fmt.Fprintf(w, "batched commands, one host thread feeding: %.1f million a second\n", b.Batch/1e6)
	if b.IdleFor > 0 {
		fmt.Fprintf(w, "idle machine, watched for %.0f s: %.2f %% of a core, of which the device %.2f %%\n", b.IdleFor, 100*b.IdleShare, 100*b.IdleGPU)
	}
}
