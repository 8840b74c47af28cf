package pxgpu

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"pxos/abi"
)

// BatchStats is what MeasureBatch found.
type BatchStats struct {
	Commands  int     `json:"commands"`
	PerSecond float64 `json:"commands_per_second"`
}

// inFlight is how many commands of a batch are on their way at most.
const inFlight = abi.RingEntries - 64

// MeasureBatch has one thread of this process feed a device with pings, many in
// flight, and says how many a second the mailbox runtime carries out. There is no
// machine: a guest's processor is emulated and feeds more slowly.
func MeasureBatch(ctx context.Context, commands int) (BatchStats, error) {
	d, err := Serve(ctx, Options{Rings: 1})
	if err != nil {
		return BatchStats{}, err
	}
	defer d.Close()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f := feeder{d: d}
	start := time.Now()
	for int(f.sent) < commands {
		if f.sent-f.seen == inFlight {
			if err := f.take(); err != nil {
				return BatchStats{}, err
			}
		}
		f.send()
	}
	for f.seen != f.sent {
		if err := f.take(); err != nil {
			return BatchStats{}, err
		}
	}
	return BatchStats{commands, float64(commands) / time.Since(start).Seconds()}, nil
}

// feeder is the guest's side of ring 0.
type feeder struct {
	d          *Device
	sent, seen uint32
}

func (f *feeder) word(at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&f.d.bytes[at])) }

func (f *feeder) send() {
	at := uint32(abi.RingBase+abi.RingSQEntries) + f.sent%abi.RingEntries*abi.RingEntryBytes
	e := f.d.bytes[at : at+abi.RingEntryBytes : at+abi.RingEntryBytes]
	le := binary.LittleEndian
	le.PutUint32(e[abi.SQECommand:], abi.OpGPUExecute)
	le.PutUint64(e[abi.SQEArgs:], abi.ProgramPing)
	le.PutUint64(e[abi.SQEArgs+8:], uint64(f.sent))
	f.sent++
	atomic.StoreUint32(f.word(at+abi.SQESeq), f.sent)
	if atomic.LoadUint32(f.word(abi.RingBase+abi.RingDeviceSleep)) != 0 {
		f.d.lock()
		f.d.writeRegister(abi.RegDOORBELL, 0)
		f.d.unlock()
	}
}

// take waits for the next answer and checks it.
func (f *feeder) take() error {
	at := uint32(abi.RingBase+abi.RingCQEntries) + f.seen%abi.RingEntries*abi.RingEntryBytes
	f.seen++
	for atomic.LoadUint32(f.word(at+abi.CQESeq)) != f.seen {
	}
	if got := binary.LittleEndian.Uint64(f.d.bytes[at+abi.CQEResult:]); got != uint64(f.seen) {
		return fmt.Errorf("pxgpu: answer %d is %d", f.seen, got)
	}
	return nil
}
