package main

import (
	"sync"
	"time"

	"pxos/llm/kernel"
)

// bandwidth is how many bytes a second so many threads read at best, of memory that no
// cache holds, with the kernel that reads floats: a ceiling.
func bandwidth(threads int) float64 {
	const each, rows = 128 << 20, 16
	parts := make([][]float32, threads)
	for i := range parts {
		parts[i] = make([]float32, each/4)
		for k := range parts[i] {
			parts[i][k] = 1
		}
	}
	x := parts[0][:each/4/rows]
	var best float64
	for range 9 {
		start := time.Now()
		var all sync.WaitGroup
		for _, p := range parts {
			all.Go(func() {
				for n := range rows {
					row := p[n*len(x):][:len(x)]
					// Both sides are one, so that a byte is read once.
					kernel.DotFloats(row, row)
				}
			})
		}
		all.Wait()
		best = max(best, float64(threads)*each/time.Since(start).Seconds())
	}
	return best
}
