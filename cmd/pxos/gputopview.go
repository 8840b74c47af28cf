package main

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"pxos/abi"
	"pxos/abi/tables"
)

const (
	barCells     = 24
	topConsole   = 8 // lines of the console
	topOwners    = 8
	partialCells = " ▏▎▍▌▋▊▉"
)

// bar draws a share of [0, 1] in cells of eight steps.
func bar(share float64, cells int) string {
	if math.IsNaN(share) || share < 0 {
		share = 0
	}
	eighths := int(math.Round(min(share, 1) * float64(cells) * 8))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune(partialCells)[rest])
	}
	return s + strings.Repeat(" ", cells-len([]rune(s)))
}

// rate is what one look and the one before say about a counter, in units a
// second; the counter may have wrapped once.
func rate(now, before uint32, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(now-before) / d.Seconds()
}

// change is what happened between two looks.
type change struct {
	over     time.Duration
	opcodes  []float64 // a second, as Perf.Opcodes
	all      float64   // commands a second
	failed   float64
	latency  [abi.LatencyBuckets]uint32
	measured uint64
}

// between compares two looks at one machine; without the first one, or after a
// reset, rates are zero and latencies those since reset.
func between(before, now *topStats) change {
	c := change{opcodes: make([]float64, len(now.Perf.Opcodes)), latency: now.Perf.Latency}
	if before != nil && before.State.Epoch == now.State.Epoch && before.PID == now.PID {
		c.over = now.At.Sub(before.At)
		was := map[int]uint32{}
		for _, o := range before.Perf.Opcodes {
			was[o.Code] = o.Count
		}
		for i, o := range now.Perf.Opcodes {
			c.opcodes[i] = rate(o.Count, was[o.Code], c.over)
			c.all += c.opcodes[i]
		}
		c.failed = float64(now.State.Failed-before.State.Failed) / max(c.over.Seconds(), 1e-9)
		for i := range c.latency {
			c.latency[i] -= before.Perf.Latency[i]
		}
	}
	for _, n := range c.latency {
		c.measured += uint64(n)
	}
	return c
}

// quantile is the upper bound of the bucket that holds a share of the round
// trips; 0 without any.
func (c *change) quantile(q float64) time.Duration {
	want := uint64(math.Ceil(q * float64(c.measured)))
	sum := uint64(0)
	for i, n := range c.latency {
		if sum += uint64(n); n > 0 && sum >= want {
			return time.Duration(2) << i
		}
	}
	return 0
}

// short rounds a time to two or three figures.
func short(d time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 10)
		}
	}
	return d
}

// within is quantile for people: "-" without any round trip.
func (c *change) within(q float64) string {
	if c.measured == 0 {
		return "-"
	}
	return short(c.quantile(q)).String()
}

// topLine is a look in one line, for logs.
func topLine(before, now *topStats) string {
	c := between(before, now)
	return fmt.Sprintf("%s  %9.0f commands/s  %6.0f failed/s  round trip p50<%s p99<%s  queued %s  %s of %s free  %d revocations open",
		now.At.Format("15:04:05"), c.all, c.failed, c.within(0.5), c.within(0.99), queues(now.Queues), extentsText(now.Free), extentsText(now.Extents), now.Pending)
}

// queues says how many submissions wait, and on which rings.
func queues(q []int) string {
	total := 0
	var busy []string
	for i, n := range q {
		if total += n; n > 0 {
			busy = append(busy, fmt.Sprintf("ring %d: %d", i, n))
		}
	}
	if total == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", total, strings.Join(busy, ", "))
}

func extentsText(n int) string { return bytesText(uint64(n) * abi.ExtentBytes) }

// topText is a look as a screen of lines.
func topText(before, now *topStats) string {
	var b strings.Builder
	c := between(before, now)
	fmt.Fprintf(&b, "pxOS %s   up %v   %d commands, %d failed   reset %d times\n\n", now.Name,
		(time.Duration(now.UptimeMS) * time.Millisecond).Round(time.Second), now.State.Commands, now.State.Failed, now.State.Epoch)
	topCommands(&b, now, &c)
	topLatency(&b, now, &c)
	fmt.Fprintf(&b, "queue depth  %s\n", queues(now.Queues))
	fmt.Fprintf(&b, "revocations  %d posted, %d open\n\n", now.State.Posted, now.Pending)
	topErrors(&b, now)
	topMemory(&b, now)
	topConsoleText(&b, now.Console)
	return b.String()
}

func topCommands(b *strings.Builder, now *topStats, c *change) {
	most := 0.0
	for i, o := range now.Perf.Opcodes {
		if most = max(most, c.opcodes[i]); c.over == 0 {
			most = max(most, float64(o.Count))
		}
	}
	fmt.Fprintf(b, "%-12s %12s %14s\n", "command", "a second", "since reset")
	for i, o := range now.Perf.Opcodes {
		if o.Count == 0 {
			continue
		}
		shown, second := c.opcodes[i], fmt.Sprintf("%.0f", c.opcodes[i])
		if c.over == 0 { // one look has no rate
			shown, second = float64(o.Count), "-"
		}
		fmt.Fprintf(b, "%-12s %12s %14d  %s\n", o.Name, second, o.Count, bar(shown/most, barCells))
	}
	fmt.Fprintln(b)
}

// topLatency draws all round trips since reset, and says what the last look was
// like.
func topLatency(b *strings.Builder, now *topStats, c *change) {
	all := change{latency: now.Perf.Latency}
	first, last, most := -1, 0, uint32(0)
	for i, n := range all.latency {
		all.measured += uint64(n)
		if n > 0 {
			if first < 0 {
				first = i
			}
			last, most = i, max(most, n)
		}
	}
	if all.measured == 0 {
		fmt.Fprint(b, "round trips  none measured\n\n")
		return
	}
	fmt.Fprintf(b, "round trips  half within %v, 99 %% within %v, %d measured", all.within(0.5), all.within(0.99), all.measured)
	if c.over > 0 {
		fmt.Fprintf(b, "; lately %d, half within %v", c.measured, c.within(0.5))
	}
	fmt.Fprintln(b)
	for i := first; i <= last; i++ {
		fmt.Fprintf(b, "%12v %12d  %s\n", short(time.Duration(1)<<i), all.latency[i], bar(float64(all.latency[i])/float64(most), barCells))
	}
	fmt.Fprintln(b)
}

func topErrors(b *strings.Builder, now *topStats) {
	fmt.Fprint(b, "errors      ")
	any := false
	for _, e := range now.Perf.Errors {
		if e.Code != abi.ErrNone && e.Count != 0 {
			fmt.Fprintf(b, " %s %d", e.Name, e.Count)
			any = true
		}
	}
	if !any {
		fmt.Fprint(b, " none")
	}
	fmt.Fprint(b, "\n\n")
}

func topMemory(b *strings.Builder, now *topStats) {
	fmt.Fprintf(b, "memory       %s, %s free\n", extentsText(now.Extents), extentsText(now.Free))
	shown := 0
	for _, o := range now.Owners {
		if shown == topOwners {
			fmt.Fprintf(b, "             and %d processes more\n", len(now.Owners)-shown)
			break
		}
		shown++
		quota := ""
		if o.Process != tables.Kernel {
			quota = fmt.Sprintf("of %s", extentsText(int(o.Quota)))
		}
		fmt.Fprintf(b, "%-14s %10s %-12s %s\n", o.Name, extentsText(o.Extents), quota, bar(float64(o.Extents)/float64(max(now.Extents, 1)), barCells))
	}
	fmt.Fprintln(b)
}

// topConsoleText shows the end of the console. What the guest printed must not
// steer the terminal: control characters are shown as dots.
func topConsoleText(b *strings.Builder, text string) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	fmt.Fprintln(b, "console")
	for _, l := range lines[max(0, len(lines)-topConsole):] {
		fmt.Fprintf(b, "  %s\n", strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return '·'
			}
			return r
		}, strings.TrimRight(l, "\r")))
	}
}
