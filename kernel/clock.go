package main

import (
	"sync/atomic"

	"pxos/kernel/arch/amd64"
	"pxos/kernel/trap"
)

// Bounds of a comparison of clocks.
const (
	clockRounds = 200
	clockBound  = 1_000_000_000 // ns
	clockEnough = 16            // rounds, where one was quick
	clockQuick  = 2_000         // ns
)

// clockEnd, as a question, ends a comparison.
const clockEnd = ^uint64(0)

// clock compares the time-stamp counter of a starting processor with the first one's.
// The first asks and reads its counter, the other reads its own and answers, the first
// reads again: what the other saw must lie between the two. How far it does not is a
// skew that is proven; how long the quickest round took, the one that could be missed.
type clock struct {
	question, answered uint64
	stamp              uint64
}

// open makes ready for the next processor, before it starts.
func (c *clock) open() {
	atomic.StoreUint64(&c.question, 0)
	atomic.StoreUint64(&c.answered, 0)
}

// compare asks, on the first processor.
func (c *clock) compare(p *trap.Processor) {
	p.SkewNS, p.RoundNS = 0, clockEnd
	began := amd64.Rdtsc()
	for n := uint64(1); n <= clockRounds; n++ {
		before := amd64.Rdtsc()
		atomic.StoreUint64(&c.question, n)
		for atomic.LoadUint64(&c.answered) != n && local.Nanoseconds(amd64.Rdtsc()-began) < clockBound {
			amd64.Pause()
		}
		after := amd64.Rdtsc()
		if atomic.LoadUint64(&c.answered) != n {
			break
		}
		stamp := atomic.LoadUint64(&c.stamp)
		if stamp < before {
			p.SkewNS = max(p.SkewNS, local.Nanoseconds(before-stamp))
		} else if stamp > after {
			p.SkewNS = max(p.SkewNS, local.Nanoseconds(stamp-after))
		}
		p.RoundNS = min(p.RoundNS, local.Nanoseconds(after-before))
		if n >= clockEnough && p.RoundNS < clockQuick {
			break
		}
	}
	atomic.StoreUint64(&c.question, clockEnd)
}

// answer answers, on the processor that starts, until the comparison ends. The first
// processor ends each.
func (c *clock) answer() {
	seen := uint64(0)
	for {
		switch n := atomic.LoadUint64(&c.question); n {
		case clockEnd:
			return
		case seen:
			amd64.Pause()
		default:
			seen = n
			atomic.StoreUint64(&c.stamp, amd64.Rdtsc())
			atomic.StoreUint64(&c.answered, n)
		}
	}
}
