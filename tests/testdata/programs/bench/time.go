package main

import (
	"sync/atomic"
	"time"
)

func load(p *uint32) uint32     { return atomic.LoadUint32(p) }
func store(p *uint32, v uint32) { atomic.StoreUint32(p, v) }

// timeNow reads the clock as programs do.
func timeNow() float64 {
	const n = 2000
	start := tsc()
	for range n {
		time.Now()
	}
	return float64(tsc()-start) / n
}
