package pxgpu

import (
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// FloorStats is what MeasureFloor found.
type FloorStats struct {
	Rounds    int   `json:"rounds"`
	MedianNS  int64 `json:"median_ns"`
	P99NS     int64 `json:"p99_ns"`
	MinimumNS int64 `json:"minimum_ns"`
}

// floorLine is one cache line: a 16-byte message each way.
type floorLine struct {
	_              [64]byte
	requestArg     uint64
	request        atomic.Uint64
	response       atomic.Uint64
	responseResult uint64
	_              [32]byte
	_              [64]byte
}

// MeasureFloor times round trips between two operating-system threads that
// share one cache line and do nothing but pass a 16-byte message to and fro. It
// is the least that any mailbox between two threads can take on this machine;
// each round includes one reading of the clock, as the guest's figure does.
func MeasureFloor(rounds int) FloorStats {
	rounds = max(rounds, 1)
	line := new(floorLine)
	done := make(chan struct{})
	go floorServer(line, uint64(rounds), done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	times := make([]int64, rounds)
	start := time.Now()
	last := time.Duration(0)
	for i := range rounds {
		seq := uint64(i) + 1
		line.requestArg = seq
		line.request.Store(seq)
		for line.response.Load() != seq {
		}
		now := time.Since(start)
		times[i] = int64(now - last)
		last = now
	}
	<-done
	slices.Sort(times)
	return FloorStats{Rounds: rounds, MedianNS: times[rounds/2], P99NS: times[rounds*99/100], MinimumNS: times[0]}
}

func floorServer(line *floorLine, rounds uint64, done chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(done)
	for seq := uint64(1); seq <= rounds; seq++ {
		for line.request.Load() != seq {
		}
		line.responseResult = line.requestArg + 1
		line.response.Store(seq)
	}
}
