package gpu

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
)

// Buckets of the round-trip histogram: 4 ns each, the last one takes the rest.
const (
	bucketNS = 4
	buckets  = 1 << 16
)

var histogram [buckets]uint32

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
		note(clock.Nanoseconds(took))
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
	histogram[min(ns/bucketNS, buckets-1)]++
}

// quantile gives the upper edge of the bucket in which the percentile lies.
func quantile(n, percent uint64) uint64 {
	want := (n*percent + 99) / 100
	seen := uint64(0)
	for i := range histogram {
		seen += uint64(histogram[i])
		if seen >= want {
			return uint64(i+1) * bucketNS
		}
	}
	return buckets * bucketNS
}
