package vulkan

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"pxos/wgsl/gpu"
)

// TestSubmit has each call read what the one before it wrote, of other buffers, more than one
// submission of them.
func TestSubmit(t *testing.T) {
	d := device(t)
	p := pipelineOf(t, d, `
@group(0) @binding(0) var<storage, read> before: array<u32>;
@group(0) @binding(1) var<storage, read_write> after: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    after[id.x] = before[id.x] * 3u + id.x;
}`)
	defer p.Close()
	var buffers [2]gpu.Buffer
	for i := range buffers {
		b, err := d.NewBuffer(4 * 1024)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		buffers[i] = b
	}
	const n = 2501
	calls := make([]gpu.Call, n)
	for i := range calls {
		calls[i] = gpu.Call{Pipeline: p, Dispatch: gpu.Dispatch{Workgroups: [3]uint32{16, 1, 1},
			Bindings: []gpu.Binding{{Binding: 0, Buffer: buffers[i%2]}, {Binding: 1, Buffer: buffers[(i+1)%2]}}}}
	}
	if err := gpu.Submit(context.Background(), d, calls); err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 4*1024)
	if err := buffers[n%2].Read(0, data); err != nil {
		t.Fatal(err)
	}
	for i := range 1024 {
		want := uint32(0)
		for range n {
			want = want*3 + uint32(i)
		}
		if got := binary.LittleEndian.Uint32(data[4*i:]); got != want {
			t.Fatalf("element %d is %d, not %d", i, got, want)
		}
	}
}

// TestSubmitRunaway has the second of three calls go past its limit, which is told of its loop.
func TestSubmitRunaway(t *testing.T) {
	d := device(t)
	const text = `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1)
fn main() {
    for (var i = 0u; i < data[0]; i++) {
        data[1] += i ^ data[1];
    }
}`
	p := pipelineOf(t, d, text)
	defer p.Close()
	var calls []gpu.Call
	for _, rounds := range []uint32{10, 1 << 20, 10} {
		b, err := d.NewBuffer(8)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if err := b.Write(0, binary.LittleEndian.AppendUint32(nil, rounds)); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, gpu.Call{Pipeline: p, Dispatch: gpu.Dispatch{MaxRounds: 1000, Workgroups: [3]uint32{1, 1, 1}, Bindings: []gpu.Binding{{Buffer: b}}}})
	}
	var runaway *gpu.RunawayError
	if err := gpu.Submit(context.Background(), d, calls); !errors.As(err, &runaway) {
		t.Fatalf("Submit says %v", err)
	}
	calls = append(calls[:1], calls[2])
	if err := gpu.Submit(context.Background(), d, calls); err != nil {
		t.Fatal(err)
	}
}
