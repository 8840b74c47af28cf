package oracle

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"testing"

	"pxos/wgsl/gpu"
)

// signal is a context that tells when the interpreter first asks it.
type signal struct {
	context.Context
	once    sync.Once
	started chan struct{}
}

func (s *signal) Err() error {
	s.once.Do(func() { close(s.started) })
	return s.Context.Err()
}

func one(t *testing.T, d *Device) gpu.Buffer {
	t.Helper()
	b, err := d.NewBuffer(8)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func word(t *testing.T, b gpu.Buffer) uint32 {
	t.Helper()
	data := make([]byte, 4)
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	return binary.LittleEndian.Uint32(data)
}

func dispatchOn(b ...gpu.Buffer) gpu.Dispatch {
	d := gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}}
	for i := range b {
		d.Bindings = append(d.Bindings, gpu.Binding{Binding: i, Buffer: b[i]})
	}
	return d
}

// TestDispatchesSideBySide finishes a dispatch, reads and writes while another one
// on other buffers runs, which goes round until it is cancelled. They share one
// buffer that both only read.
func TestDispatchesSideBySide(t *testing.T) {
	const shared = head + "@group(0) @binding(1) var<storage, read> given: array<u32>;\n"
	d := Open()
	endless := pipe(t, d, shared+"@compute @workgroup_size(1) fn main() { while (given[0] == 0u) { data[1] += 1u; } }")
	quick := pipe(t, d, shared+"@compute @workgroup_size(1) fn main() { data[0] = given[0] + 5u; }")
	a, b, given := one(t, d), one(t, d), one(t, d)
	inner, cancel := context.WithCancel(context.Background())
	defer cancel()
	ctx := &signal{Context: inner, started: make(chan struct{})}
	ended := make(chan error)
	go func() { ended <- endless.Dispatch(ctx, dispatchOn(a, given)) }()
	<-ctx.started
	if err := quick.Dispatch(context.Background(), dispatchOn(b, given)); err != nil {
		t.Fatal(err)
	}
	if got := word(t, b); got != 5 {
		t.Errorf("the quick one wrote %d", got)
	}
	if err := b.Write(0, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the endless one ended with %v", err)
	}
}

// TestDispatchesOnOneBuffer adds to the same words from many dispatches, some of
// which have the buffers the other way round: none is lost, and none waits for ever.
func TestDispatchesOnOneBuffer(t *testing.T) {
	d := Open()
	p := pipe(t, d, head+`@group(0) @binding(1) var<storage, read_write> more: array<u32>;
@compute @workgroup_size(1) fn main() { for (var i = 0; i < 50; i++) { data[0] += 1u; more[0] += 1u; } }`)
	a, b := one(t, d), one(t, d)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			x, y := a, b
			if i%2 == 1 {
				x, y = b, a
			}
			if err := p.Dispatch(context.Background(), dispatchOn(x, y)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if word(t, a) != 800 || word(t, b) != 800 {
		t.Errorf("the words are %d and %d, not 800", word(t, a), word(t, b))
	}
}

// TestClosed asks that what was closed says so.
func TestClosed(t *testing.T) {
	d := Open()
	p := pipe(t, d, head+"@compute @workgroup_size(1) fn main() { data[0] = 1u; }")
	b, other := one(t, d), one(t, d)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Dispatch(context.Background(), dispatchOn(b)); !errors.Is(err, ErrClosed) {
		t.Errorf("a dispatch on a closed buffer: %v", err)
	}
	if err := b.Read(0, make([]byte, 4)); !errors.Is(err, ErrClosed) {
		t.Errorf("a read of a closed buffer: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Dispatch(context.Background(), dispatchOn(other)); !errors.Is(err, ErrClosed) {
		t.Errorf("a dispatch on a closed device: %v", err)
	}
	if _, err := d.NewBuffer(4); !errors.Is(err, ErrClosed) {
		t.Errorf("a buffer of a closed device: %v", err)
	}
}
