package runtime

import (
	"context"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"pxos/abi"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// caller is a guest on shared memory.
type caller struct {
	vram []byte
	sent uint32
	seen uint32
}

func (c *caller) word(at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&c.vram[at])) }

// send writes a ping.
func (c *caller) send(number uint64) {
	at := uint32(abi.RingBase+abi.RingSQEntries) + c.sent%abi.RingEntries*abi.RingEntryBytes
	e := c.vram[at : at+abi.RingEntryBytes : at+abi.RingEntryBytes]
	binary.LittleEndian.PutUint32(e[abi.SQECommand:], abi.OpGPUExecute)
	binary.LittleEndian.PutUint64(e[abi.SQEArgs:], abi.ProgramPing)
	binary.LittleEndian.PutUint64(e[abi.SQEArgs+8:], number)
	c.sent++
	atomic.StoreUint32(c.word(at+abi.SQESeq), c.sent)
}

// wait spins until the next answer.
func (c *caller) wait() uint64 {
	at := uint32(abi.RingBase+abi.RingCQEntries) + c.seen%abi.RingEntries*abi.RingEntryBytes
	c.seen++
	for atomic.LoadUint32(c.word(at+abi.CQESeq)) != c.seen {
	}
	return binary.LittleEndian.Uint64(c.vram[at+abi.CQEResult:])
}

// persistent starts the program on shared memory; stop waits for its end.
func persistent(tb testing.TB) (c *caller, stop func() int) {
	tb.Helper()
	ctx := context.Background()
	d, err := wgsl.Open(ctx, backend(), wgsl.Options{Workers: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() }) //nolint:errcheck // nothing is left to lose
	r := newRuntime(tb, d, 1)
	if err := r.Reset(ctx, testRAM()); err != nil {
		tb.Fatal(err)
	}
	end := make(chan int)
	var quit atomic.Bool
	go func() {
		total := 0
		for !quit.Load() {
			n, err := r.Serve(ctx, 1, 1<<16, 1<<20, 32)
			if err != nil {
				tb.Error(err)
				break
			}
			total += n.Commands
		}
		end <- total
	}()
	return &caller{vram: r.VRAM().(gpu.Shared).Bytes()}, func() int {
		quit.Store(true)
		r.Interrupt(true)
		return <-end
	}
}

// TestPersistent has the program answer a guest that writes while it runs, past
// the end of the ring more than once.
func TestPersistent(t *testing.T) {
	c, stop := persistent(t)
	const n = 3 * abi.RingEntries
	for i := range uint64(n) {
		c.send(i << 20)
		if got := c.wait(); got != i<<20+1 {
			t.Fatalf("command %d: %#x", i, got)
		}
	}
	if done := stop(); done != n {
		t.Errorf("the program counts %d commands, the guest %d", done, n)
	}
}

// BenchmarkRoundTrip times a command from the guest to the WGSL program and back,
// over shared memory, both spinning: it wants two cores of its own.
func BenchmarkRoundTrip(b *testing.B) {
	c, stop := persistent(b)
	defer stop()
	c.send(0)
	c.wait()
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		c.send(1)
		c.wait()
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "median-ns")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
}

// BenchmarkBatch feeds commands as fast as one thread can, with most of the ring in
// flight.
func BenchmarkBatch(b *testing.B) {
	c, stop := persistent(b)
	defer stop()
	for b.Loop() {
		if c.sent-c.seen == abi.RingEntries-56 {
			c.wait()
		}
		c.send(1)
	}
	for c.seen != c.sent {
		c.wait()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mcommands/s")
}
