package vulkan

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
)

// device is the device that there is; a build without Vulkan must say so.
func device(t *testing.T) gpu.Device {
	t.Helper()
	d, err := Open(context.Background(), "")
	if !Built {
		if !errors.Is(err, ErrNotBuilt) {
			t.Fatalf("Open says %v", err)
		}
		t.Skip(err)
	}
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// pipelineOf compiles the entry point main.
func pipelineOf(t *testing.T, d gpu.Device, text string) gpu.Pipeline {
	t.Helper()
	m, source, diagnostics := check.Source("test.wgsl", text, check.Options{})
	if diagnostics.Failed() {
		t.Fatal(diagnostics.Render(source))
	}
	special, err := check.Specialize(m, "main", nil, d.Limits().Limits)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.NewPipeline(context.Background(), special, "main")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDispatch runs a reduction with a barrier.
func TestDispatch(t *testing.T) {
	ctx, d := context.Background(), device(t)
	t.Log(d.Name())
	const text = `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
var<workgroup> tile: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    tile[i] = data[g.x * 64u + i];
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (i < half) { tile[i] += tile[i + half]; }
    }
    if (i == 0u) { data[g.x * 64u] = tile[0]; }
}`
	p := pipelineOf(t, d, text)
	defer p.Close()
	b, err := d.NewBuffer(4 * 256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	data := make([]byte, 4*256)
	for i := range 256 {
		binary.LittleEndian.PutUint32(data[4*i:], uint32(i*i))
	}
	if err := b.Write(0, data); err != nil {
		t.Fatal(err)
	}
	if err := p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{4, 1, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	for g := range 4 {
		want := uint32(0)
		for i := range 64 {
			want += uint32((g*64 + i) * (g*64 + i))
		}
		if got := binary.LittleEndian.Uint32(data[256*g:]); got != want {
			t.Errorf("group %d: %d, want %d", g, got, want)
		}
	}
}
