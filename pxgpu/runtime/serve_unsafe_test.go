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

// caller is a guest that shares VRAM with the running program.
type caller struct {
	vram []byte
	base uint32
	sent uint32
}

func (c *caller) word(at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&c.vram[c.base+at])) }

// ping submits one command and spins until its completion is there.
func (c *caller) ping(n uint64) uint64 {
	e := c.vram[c.base+abi.RingSQEntries+c.sent%abi.RingEntries*abi.RingEntryBytes:]
	binary.LittleEndian.PutUint32(e, abi.OpGPUExecute)
	binary.LittleEndian.PutUint64(e[abi.SQEArgs+8:], n)
	at := abi.RingCQEntries + c.sent%abi.RingEntries*abi.RingEntryBytes
	c.sent++
	atomic.StoreUint32(c.word(abi.RingSQTail), c.sent)
	for atomic.LoadUint32(c.word(at+abi.CQESeq)) != c.sent {
	}
	atomic.StoreUint32(c.word(abi.RingCQHead), c.sent)
	return binary.LittleEndian.Uint64(c.vram[c.base+at+abi.CQEResult:])
}

// persistent starts the program on shared memory; stop waits for its end.
func persistent(tb testing.TB) (c *caller, stop func() int) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d, err := wgsl.Open(ctx, "soft", wgsl.Options{Workers: 1})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := New(ctx, d, testVRAM, 1)
	if err != nil {
		tb.Fatal(err)
	}
	shared, ok := r.VRAM().(gpu.Shared)
	if !ok {
		tb.Fatal("the buffers of soft are not shared")
	}
	end := make(chan int)
	var quit atomic.Bool
	go func() {
		total := 0
		for !quit.Load() {
			n, err := r.Serve(ctx, 1<<16, 1<<20)
			if err != nil {
				tb.Error(err)
				break
			}
			total += n
		}
		end <- total
	}()
	return &caller{vram: shared.Bytes(), base: abi.RingBase}, func() int {
		quit.Store(true)
		total := <-end
		cancel()
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
		return total
	}
}

// TestPersistent has the program answer a guest that writes while it runs, past
// the end of the ring more than once.
func TestPersistent(t *testing.T) {
	c, stop := persistent(t)
	const n = 3 * abi.RingEntries
	for i := range uint64(n) {
		if got := c.ping(i << 20); got != i<<20+1 {
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
	c.ping(0)
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		c.ping(1)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "median-ns")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
}
