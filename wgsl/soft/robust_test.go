package soft

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pxos/wgsl/gpu"
)

// TestRunawayNamesItsLine gives a loop without end a limit: the shader must be
// ended, the line of the inner loop named, and the device still work.
func TestRunawayNamesItsLine(t *testing.T) {
	d := device(t)
	p := pipe(t, d, `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    for (var k = 0u; k < 10u; k++) {
        while (data[i] == 0u) {
            data[i + 4u] += 1u;
        }
    }
}`)
	b, err := d.NewBuffer(64)
	if err != nil {
		t.Fatal(err)
	}
	dispatch := gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{1, 1, 1}, MaxRounds: 1 << 18}
	var runaway *gpu.RunawayError
	if err := p.Dispatch(context.Background(), dispatch); !errors.As(err, &runaway) || !strings.Contains(err.Error(), "test.wgsl:6:9") {
		t.Fatalf("the dispatch says %v", err)
	}
	if err := b.Write(0, bytes.Repeat([]byte{1}, 64)); err != nil {
		t.Fatal(err)
	}
	if err := p.Dispatch(context.Background(), dispatch); err != nil {
		t.Errorf("the next dispatch says %v", err)
	}
}

// TestCancelEndsADispatch cancels a loop without end.
func TestCancelEndsADispatch(t *testing.T) {
	d := device(t)
	p := pipe(t, d, `
@group(0) @binding(0) var<storage, read_write> data: array<atomic<u32>>;
@compute @workgroup_size(4)
fn main() { loop { if (atomicLoad(&data[0]) == 7u) { break; } } }`)
	b, err := d.NewBuffer(64)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err = p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{8, 1, 1}})
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		t.Errorf("the dispatch says %v", err)
	}
}

// TestNeighboursAreSafe writes far outside of a binding: the buffers beside it in
// device memory must not change, and the last element takes the write.
func TestNeighboursAreSafe(t *testing.T) {
	d := device(t)
	p := pipe(t, d, `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    data[id.x * 977u + 100u] = 5u;
    data[bitcast<u32>(-i32(id.x) - 1)] = 5u;
}`)
	var buffers [3]gpu.Buffer
	mark := bytes.Repeat([]byte{0xaa}, 1024)
	for i := range buffers {
		b, err := d.NewBuffer(1024)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Write(0, mark); err != nil {
			t.Fatal(err)
		}
		buffers[i] = b
	}
	err := p.Dispatch(context.Background(), gpu.Dispatch{
		Bindings: []gpu.Binding{{Buffer: buffers[1], Offset: 256, Size: 256}}, Workgroups: [3]uint32{4, 1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Clone(mark)
	copy(want[256+252:], []byte{5, 0, 0, 0})
	for i, b := range buffers {
		got := make([]byte, 1024)
		if err := b.Read(0, got); err != nil {
			t.Fatal(err)
		}
		expect := mark
		if i == 1 {
			expect = want
		}
		if !bytes.Equal(got, expect) {
			t.Errorf("buffer %d changed where it must not", i)
		}
	}
}

// TestMemoryComesBack takes and closes buffers in an order that leaves holes: all
// of device memory must be one piece again.
func TestMemoryComesBack(t *testing.T) {
	d := device(t)
	before := append([]extent(nil), d.free...)
	var open []gpu.Buffer
	for i := range 20 {
		b, err := d.NewBuffer(int64(1000 * (i + 1)))
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, b)
	}
	for _, k := range []int{3, 1, 2, 19, 0, 7, 5, 6, 4, 18, 10, 12, 11, 9, 8, 17, 13, 15, 14, 16} {
		if err := open[k].Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.free) != len(before) || d.free[0] != before[0] {
		t.Errorf("free memory was %v, is %v", before, d.free)
	}
	if _, err := d.NewBuffer(1 << 40); err == nil {
		t.Error("a buffer of 1 TiB was given")
	}
}

// TestBindingsAreChecked gives every kind of wrong binding.
func TestBindingsAreChecked(t *testing.T) {
	d := device(t)
	p := pipe(t, d, `
@group(0) @binding(0) var<storage, read_write> a: array<u32>;
@group(0) @binding(1) var<uniform> b: vec4f;
@compute @workgroup_size(1) fn main() { a[0] = u32(b.x); }`)
	other := device(t)
	mine, _ := d.NewBuffer(64)
	foreign, _ := other.NewBuffer(64)
	closed, _ := d.NewBuffer(64)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	good := gpu.Binding{Binding: 1, Buffer: mine, Offset: 32, Size: 16}
	for name, bindings := range map[string][]gpu.Binding{
		"missing": {good}, "doubled": {{Buffer: mine, Size: 16}, {Buffer: mine, Size: 16}, good},
		"unused": {{Buffer: mine, Size: 16}, good, {Binding: 9, Buffer: mine}}, "none": {{}, good},
		"too small": {{Buffer: mine, Size: 2}, good}, "outside": {{Buffer: mine, Offset: 60, Size: 8}, good},
		"shared": {{Buffer: mine}, good}, "misaligned": {{Buffer: mine, Offset: 2, Size: 8}, good},
		"foreign": {{Buffer: foreign}, good}, "closed": {{Buffer: closed}, good},
	} {
		var wrong *gpu.BindingError
		err := p.Dispatch(context.Background(), gpu.Dispatch{Bindings: bindings, Workgroups: [3]uint32{1, 1, 1}})
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var wrong *gpu.BindingError
	err := p.Dispatch(context.Background(), gpu.Dispatch{
		Bindings: []gpu.Binding{{Buffer: mine, Size: 16}, good}, Workgroups: [3]uint32{1, 70000, 1}})
	if !errors.As(err, &wrong) {
		t.Errorf("70000 workgroups: %v", err)
	}
}

// TestPreludeAccuracy holds the functions of the prelude against float64, over the
// ranges in which the specification fixes their accuracy.
func TestPreludeAccuracy(t *testing.T) {
	d := device(t)
	for _, c := range []struct {
		name      string
		low, high float64
		want      func(float64) float64
		ulp, abs  float64
	}{
		{"exp", -80, 80, math.Exp, 4, 0}, {"exp2", -120, 120, math.Exp2, 3, 0},
		{"log", 1e-30, 1e30, math.Log, 3, 4.8e-7}, {"log2", 1e-30, 1e30, math.Log2, 3, 4.8e-7},
		{"sin", -math.Pi, math.Pi, math.Sin, 2, 1e-7}, {"cos", -math.Pi, math.Pi, math.Cos, 2, 1e-7},
		{"tan", -1.5, 1.5, math.Tan, 8, 1e-6}, {"asin", -1, 1, math.Asin, 8, 1e-6}, {"acos", -1, 1, math.Acos, 8, 1e-6},
		{"atan", -50, 50, math.Atan, 8, 0}, {"sinh", -80, 80, math.Sinh, 80, 0}, {"cosh", -80, 80, math.Cosh, 80, 0},
		{"tanh", -20, 20, math.Tanh, 8, 0}, {"asinh", -1e8, 1e8, math.Asinh, 8, 0}, {"acosh", 1, 1e8, math.Acosh, 16, 4e-4},
		{"atanh", -0.999, 0.999, math.Atanh, 16, 0},
	} {
		p := pipe(t, d, strings.ReplaceAll(`
@group(0) @binding(0) var<storage, read_write> data: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] = FUNCTION(data[id.x]); }`, "FUNCTION", c.name))
		in := make([]float32, 4096)
		for i := range in {
			in[i] = float32(c.low + (c.high-c.low)*math.Pow(float64(i)/4095, 1+2*float64(i%2)))
		}
		out := dispatchFloats(t, d, p, in)
		for i, x := range in {
			want := c.want(float64(x))
			step := math.Abs(float64(math.Nextafter32(float32(want), float32(math.Inf(1)))) - float64(float32(want)))
			if e := math.Abs(float64(out[i]) - want); !(e <= c.ulp*step || e <= c.abs) {
				t.Errorf("%s(%g) = %g, want %g: %.1f units in the last place", c.name, x, out[i], want, e/step)
				break
			}
		}
	}
}

func dispatchFloats(t *testing.T, d *Device, p gpu.Pipeline, in []float32) []float32 {
	t.Helper()
	b, err := d.NewBuffer(int64(4 * len(in)))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	view, err := b.(*buffer).view(0, 4*len(in))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range in {
		putWord(view[4*i:], math.Float32bits(x))
	}
	err = p.Dispatch(context.Background(), gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{uint32(len(in) / 64), 1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, len(in))
	for i := range out {
		out[i] = math.Float32frombits(word(view[4*i:]))
	}
	return out
}

func putWord(b []byte, w uint32) {
	b[0], b[1], b[2], b[3] = byte(w), byte(w>>8), byte(w>>16), byte(w>>24)
}

func word(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
