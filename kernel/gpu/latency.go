package gpu

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
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

var histogram [buckets]uint32

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
}

// Measure times n pings by the ring and a few by the registers.
func (g *GPU) Measure(n uint64, clock *apic.Local) (l Latency, err Error) {
	clear(histogram[:])
	for i := uint64(0); i < n; i++ {
		start := amd64.Rdtsc()
		result, err := g.Call(abi.OpGPUExecute, abi.ProgramPing, i, 0)
		took := amd64.Rdtsc() - start
		if err != OK {
			return l, err
		}
		if result != i+1 {
			return l, ErrRing
		}
		ns := clock.Nanoseconds(took)
		note(ns)
		g.latency = uint32(min(ns, 0xFFFFFFFF))
		l.RoundTrips++
	}
	l.MedianNS = quantile(n, 50)
	l.P99NS = quantile(n, 99)

	const registerPings = 64
	clear(histogram[:])
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

func note(ns uint64) {
	histogram[bucketOf(ns)]++
}

// quantile gives the upper edge of the bucket in which the percentile lies.
func quantile(n, percent uint64) uint64 {
	want := (n*percent + 99) / 100
	seen := uint64(0)
	for i := range histogram {
		seen += uint64(histogram[i])
		if seen >= want {
			return edge(uint64(i))
		}
	}
	return edge(buckets - 1)
}
