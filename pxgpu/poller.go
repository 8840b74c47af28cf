package pxgpu

import (
	"context"
	"math/bits"
	"runtime"
	"time"
)

const (
	ringBatch  = 32  // commands of one ring before the others get their turn
	clockEvery = 128 // rounds between two looks at the clock and the context
)

// poll is the device's own thread: parked until the doorbell, then spinning on
// the rings that rang until they have been idle for spinFor.
func (d *Device) poll(ctx context.Context) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.bell:
			d.counters.wakes.Add(1)
			d.spin(ctx)
		}
	}
}

// spin serves rings until there is nothing to do for spinFor. It holds mu except
// where a trapped access asks for it.
func (d *Device) spin(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var polled uint32 // rings that know that the device is awake
	idle, idleSince := 0, time.Now()
	for round := 0; ; round++ {
		if round%clockEvery == 0 && ctx.Err() != nil {
			return // also under a guest that never lets the rings run dry
		}
		if d.want.Load() > 0 {
			d.yield()
			polled &= d.awake // a reset put them to sleep
		}
		if fresh := d.awake &^ polled; fresh != 0 {
			d.setSleep(fresh, false)
			polled |= fresh
		}
		if d.serveRings(polled) {
			idle = 0
			continue
		}
		if idle++; idle%clockEvery != 0 {
			continue
		}
		if idle == clockEvery {
			idleSince = time.Now()
		}
		if time.Since(idleSince) > d.spinFor && d.park(polled) {
			return
		}
	}
}

// yield gives mu to whoever waits for it.
func (d *Device) yield() {
	d.mu.Unlock()
	for d.want.Load() > 0 {
		runtime.Gosched()
	}
	d.mu.Lock()
}

// park says "sleeping" on every polled ring and then looks once more: a guest
// that did not see the word must have moved its tail before that look. It is
// true when nothing had come, and the rings are then no longer polled.
func (d *Device) park(polled uint32) bool {
	d.setSleep(polled, true)
	for set := polled; set != 0; set &= set - 1 {
		if d.model.Pending(bits.TrailingZeros32(set)) {
			d.setSleep(polled, false)
			return false
		}
	}
	d.awake &^= polled
	d.counters.parks.Add(1)
	return true
}

func (d *Device) setSleep(rings uint32, sleeping bool) {
	for set := rings; set != 0; set &= set - 1 {
		d.model.SetSleep(bits.TrailingZeros32(set), sleeping)
	}
}

// serveRings carries out what waits on the rings and tells whether there was
// anything.
func (d *Device) serveRings(rings uint32) bool {
	busy := false
	for set := rings; set != 0; set &= set - 1 {
		i := bits.TrailingZeros32(set)
		if !d.model.Pending(i) {
			continue
		}
		done, err := d.model.ProcessRing(i, ringBatch)
		if err != nil {
			d.counters.brokenRings.Add(1)
		}
		if done == 0 {
			continue
		}
		busy = true
		d.counters.ringCommands.Add(uint64(done))
		if d.model.WantsWake(i) && d.msix.Trigger(i) != nil {
			d.counters.lostInterrupts.Add(1)
		}
		d.model.Prepare(i)
	}
	return busy
}
