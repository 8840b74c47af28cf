package gpu

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
)

// Buckets of the round-trip histogram: 4 ns each up to fineNS, then coarse ones; the
// last one takes the rest.
const (
	fineBucketNS   = 4
	fineBuckets    = 1 << 10
	fineNS         = fineBucketNS * fineBuckets
	coarseBucketNS = 256
	buckets        = fineBuckets + 1<<12
)

// HistogramFrames is how many frames in a row Measure needs.
const HistogramFrames = (buckets*8 + phys.PageBytes - 1) / phys.PageBytes

var histogram []uint64

// bucketOf gives the bucket of a time, edge the upper edge of a bucket.
func bucketOf(ns uint64) uint64 {
	if ns < fineNS {
		return ns / fineBucketNS
	}
	return min(fineBuckets+(ns-fineNS)/coarseBucketNS, buckets-1)
}

func edge(bucket uint64) uint64 {
	if bucket < fineBuckets {
		return (bucket + 1) * fineBucketNS
	}
	return fineNS + (bucket-fineBuckets+1)*coarseBucketNS
}

// Latency is what round trips through the mailbox took, as the kernel sees it:
// from before the first store of the submission to after the last load of the
// completion.
type Latency struct {
	RoundTrips  uint64
	MedianNS    uint64
	P99NS       uint64
	RegistersNS uint64 // median of the same ping by the bring-up registers
	ClockNS     uint64 // of a time, what reading the clock takes
	BatchPerS   uint64 // commands a second with many in flight
}

// Measure times n pings by the ring and a few by the registers. The frames are its to use
// as long as it runs.
func (g *GPU) Measure(n uint64, clock *apic.Local, frames uint64) (l Latency, err Error) {
	histogram = phys.Words(frames, buckets)
	clear(histogram)
	for i := uint64(0); i < n; i++ {
		if err := g.Beat(clock); err != OK {
			return l, err
		}
		note(uint64(g.latency))
		l.RoundTrips++
	}
	l.MedianNS = quantile(n, 50)
	l.P99NS = quantile(n, 99)
	l.ClockNS = clockCost(clock)
	if l.BatchPerS, err = g.batch(n, clock); err != OK {
		return l, err
	}

	const registerPings = 64
	clear(histogram)
	for i := 0; i < registerPings; i++ {
		start := amd64.Rdtsc()
		if _, err := g.Command(abi.OpGPUExecute, 0, abi.ProgramPing); err != OK {
			return l, err
		}
		note(clock.Nanoseconds(amd64.Rdtsc() - start))
	}
	l.RegistersNS = quantile(registerPings, 50)
	return l, OK
}

// Beat times one ping; the GPU learns with the next command how long it took.
func (g *GPU) Beat(clock *apic.Local) Error {
	number := uint64(g.sent)
	start := amd64.Rdtsc()
	result, err := g.Call(abi.OpGPUExecute, abi.ProgramPing, number, 0)
	took := amd64.Rdtsc() - start
	if err != OK {
		return err
	}
	if result != number+1 {
		return ErrRing
	}
	g.latency = uint32(min(clock.Nanoseconds(took), 0xFFFFFFFF))
	return OK
}

// clockCost is the median of what two readings of the clock have between them when
// there is nothing to time.
func clockCost(clock *apic.Local) uint64 {
	const readings = 1000
	clear(histogram)
	for i := 0; i < readings; i++ {
		start := amd64.Rdtsc()
		note(clock.Nanoseconds(amd64.Rdtsc() - start))
	}
	return quantile(readings, 50)
}

// inFlight is how many commands of a batch are on their way at most.
const inFlight = abi.RingEntries - 64

// batch sends n pings without waiting for each, and gives commands a second.
func (g *GPU) batch(n uint64, clock *apic.Local) (uint64, Error) {
	first := g.sent
	seen := first
	start := amd64.Rdtsc()
	for uint64(g.sent-first) < n {
		if g.sent-seen == inFlight {
			seen++
			if r, err := g.wait(seen); err != OK {
				return 0, err
			} else if r.Value != uint64(seen) {
				return 0, ErrRing
			}
		}
		g.post(abi.KernelProcess, abi.OpGPUExecute, abi.ProgramPing, uint64(g.sent), 0, 0)
		if (g.sent-first)%inFlight == 1 {
			g.ring()
		}
	}
	g.ring()
	for seen != g.sent {
		seen++
		if _, err := g.wait(seen); err != OK {
			return 0, err
		}
	}
	ns := clock.Nanoseconds(amd64.Rdtsc() - start)
	return n * 1_000_000_000 / max(ns, 1), OK
}

func note(ns uint64) {
	histogram[bucketOf(ns)]++
}

// quantile gives the upper edge of the bucket in which the percentile lies.
func quantile(n, percent uint64) uint64 {
	want := (n*percent + 99) / 100
	seen := uint64(0)
	for i := range histogram {
		seen += histogram[i]
		if seen >= want {
			return edge(uint64(i))
		}
	}
	return edge(buckets - 1)
}
