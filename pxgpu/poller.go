package pxgpu

import (
	"context"
	"encoding/binary"
	"math/bits"
	"runtime"
	"time"

	"pxos/abi"
)

const (
	ringBatch = 32      // commands of one ring before the others get their turn
	sliceIdle = 1 << 12 // looks without work after which the runtime comes back
	sliceMost = 1 << 14 // looks after which it comes back in any case
	tickEvery = 50 * time.Millisecond
)

// poll is parked until the doorbell, then serves the rings that rang until they
// have been idle for spinFor.
func (d *Device) poll(ctx context.Context) error {
	for {
		var tick <-chan time.Time
		if d.pendingRevocations() {
			tick = time.After(tickEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			if err := d.tick(); err != nil {
				return err
			}
		case <-d.bell:
			d.counters.wakes.Add(1)
			if err := d.spin(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}

// spin has the runtime serve rings until there is nothing to do for spinFor. It
// holds mu except where a trapped access asks for it.
func (d *Device) spin(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	lastWork, lastTick := now, now
	for ctx.Err() == nil {
		// The runtime's code cannot be preempted: where there are more devices than
		// processors, those who answer trapped accesses get their turn here.
		runtime.Gosched()
		if d.want.Load() > 0 {
			d.yield()
			now = time.Now() // a reset may have come, and with it a new beginning of time
			lastWork = now
		}
		d.runtime.SetTime(uint64(now.Sub(d.started)))
		done, err := d.runtime.Serve(ctx, d.awake, sliceIdle, sliceMost, ringBatch)
		if err != nil {
			return err
		}
		now = time.Now()
		if done.Commands > 0 {
			lastWork = now
			d.counters.ringCommands.Add(uint64(done.Commands))
			d.passConsole()
		}
		if done.Wake != 0 {
			d.interrupt(done.Wake)
		}
		if done.Posted {
			d.startJobs()
		}
		if now.Sub(lastTick) > tickEvery {
			lastTick = now
			if err := d.tickLocked(); err != nil {
				return err
			}
		}
		if now.Sub(lastWork) <= d.spinFor {
			continue
		}
		parked, err := d.runtime.Park(ctx, d.awake)
		if err != nil {
			return err
		}
		if parked {
			d.awake = 0
			d.counters.parks.Add(1)
			return nil
		}
	}
	return nil
}

// yield gives mu to whoever waits for it.
func (d *Device) yield() {
	d.mu.Unlock()
	for d.want.Load() > 0 {
		runtime.Gosched()
	}
	d.mu.Lock()
}

// wake has the poller serve a ring. mu is held.
func (d *Device) wake(ring int) {
	d.awake |= 1 << ring
	select {
	case d.bell <- struct{}{}:
	default: // the poller has not taken the last ring of the bell yet
	}
}

// interrupt tells guests that sleep that they have an answer.
func (d *Device) interrupt(rings uint32) {
	for left := rings; left != 0; left &= left - 1 {
		if d.msix.Trigger(bits.TrailingZeros32(left)) != nil {
			d.counters.lostInterrupts.Add(1)
		}
	}
}

// now is the machine's time in ns. mu is held.
func (d *Device) now() uint64 { return uint64(time.Since(d.started)) }

func (d *Device) state(offset int) uint32 {
	return binary.LittleEndian.Uint32(d.bytes[abi.StateBase+offset:])
}

func (d *Device) pendingRevocations() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state(abi.StatePosted) != d.state(abi.StateAcked) && d.state(abi.StateEnded) == 0
}

func (d *Device) tick() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tickLocked()
}

// tickLocked has the runtime look at the clock, and passes its verdict on.
func (d *Device) tickLocked() error {
	if d.state(abi.StateEnded) != 0 {
		return nil
	}
	d.runtime.SetTime(d.now())
	if err := d.runtime.Tick(d.ctx); err != nil {
		return err
	}
	if d.state(abi.StateEnded) == abi.EndedRevocation {
		select {
		case d.ended <- "the guest did not acknowledge a revocation in time, so the GPU ended it":
		default:
		}
	}
	return nil
}

// passConsole hands on what the guest wrote since the last call. mu is held.
func (d *Device) passConsole() {
	written := d.state(abi.StateConsole)
	if n := written - d.shown; n > abi.ConsoleBytes {
		d.console.dropped.Add(uint64(n - abi.ConsoleBytes))
		d.shown = written - abi.ConsoleBytes
	}
	for d.shown != written {
		from := d.shown % abi.ConsoleBytes
		n := min(written-d.shown, abi.ConsoleBytes-from)
		d.console.Write(d.bytes[abi.ConsoleBase+from:][:n]) //nolint:errcheck // it cannot fail
		d.shown += n
	}
}
