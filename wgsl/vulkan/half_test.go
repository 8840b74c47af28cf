//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"pxos/wgsl/eval"
	"pxos/wgsl/gpu"
)

// over runs a shader over two buffers, in and out, and gives out.
func over(t *testing.T, d gpu.Device, text string, in []byte, out int, groups uint32) []byte {
	t.Helper()
	p := pipelineOf(t, d, text)
	defer p.Close()
	a, err := d.NewBuffer(int64(len(in)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := d.NewBuffer(int64(out))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := a.Write(0, in); err != nil {
		t.Fatal(err)
	}
	dispatch := gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: a}, {Binding: 1, Buffer: b}}, Workgroups: [3]uint32{groups, 1, 1}}
	if err := p.Dispatch(context.Background(), dispatch); err != nil {
		t.Fatal(err)
	}
	data := make([]byte, out)
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestHalvesAreLoaded loads every f16.
func TestHalvesAreLoaded(t *testing.T) {
	var in []byte
	for h := range 1 << 16 {
		in = binary.LittleEndian.AppendUint16(in, uint16(h))
	}
	out := over(t, device(t), `enable f16;
@group(0) @binding(0) var<storage, read> in: array<f16>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = bitcast<u32>(f32(in[id.x])); }`, in, 4<<16, 1<<10)
	wrong := 0
	for h := range 1 << 16 {
		want := math.Float32bits(float32(eval.HalfToFloat(uint16(h))))
		got := binary.LittleEndian.Uint32(out[4*h:])
		nan := want&0x7fffffff > 0x7f800000
		if nan && got&0x7fffffff <= 0x7f800000 || !nan && got != want {
			if wrong++; wrong < 5 {
				t.Errorf("%04x: %08x, want %08x", h, got, want)
			}
		}
	}
}

// TestHalvesAreRounded rounds f32 near to every f16 and between two of them, and
// stores them side by side from different invocations.
func TestHalvesAreRounded(t *testing.T) {
	d := device(t)
	var in []byte
	var values []uint32
	add := func(bits uint32) {
		in = binary.LittleEndian.AppendUint32(in, bits)
		values = append(values, bits)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for h := range uint32(0x7c00) {
		at := math.Float32bits(float32(eval.HalfToFloat(uint16(h))))
		middle := math.Float32bits(float32(eval.HalfToFloat(uint16(h))+eval.HalfToFloat(uint16(h+1))) / 2)
		if h == 0x7bff {
			middle = math.Float32bits(65520)
		}
		sign := rng.Uint32() & (1 << 31)
		for _, bits := range []uint32{at, middle - 1, middle, middle + 1} {
			add(bits | sign)
		}
	}
	for range 1 << 14 {
		add(rng.Uint32())
	}
	for _, bits := range []uint32{0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 1, 0x80000001, 0x7f7fffff, 0x00ffffff, 0x33000000, 0x33000001, 0x32ffffff} {
		add(bits)
	}
	for len(values)%64 != 0 {
		add(0)
	}
	n := len(values)
	out := over(t, d, `enable f16;
@group(0) @binding(0) var<storage, read> in: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<f16>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = f16(bitcast<f32>(in[id.x])); }`, in, 2*n, uint32(n/64))
	wrong := 0
	for i, bits := range values {
		want := eval.FloatToHalf(float64(math.Float32frombits(bits)))
		got := binary.LittleEndian.Uint16(out[2*i:])
		nan := bits&0x7fffffff > 0x7f800000
		if nan && got&0x7fff <= 0x7c00 || !nan && got != want {
			if wrong++; wrong < 5 {
				t.Errorf("%08x: %04x, want %04x", bits, got, want)
			}
		}
	}
	t.Logf("%d values, %d wrong", n, wrong)
}

// TestOddHalves has an array that ends in the middle of a word, and vectors and
// structures that leave halves of words to others.
func TestOddHalves(t *testing.T) {
	d := device(t)
	out := over(t, d, `enable f16;
struct Pair { a: vec3<f16>, b: f16 }
@group(0) @binding(0) var<storage, read> in: array<Pair>;
@group(0) @binding(1) var<storage, read_write> out: array<f16>;
var<workgroup> tile: array<f16, 7>;
@compute @workgroup_size(7) fn main(@builtin(local_invocation_index) i: u32) {
    tile[i] = in[i / 4u].a[i % 3u] + in[1].b;
    workgroupBarrier();
    out[i] = tile[6u - i] * f16(arrayLength(&out));
}`, halves(1, 2, 3, 100, 4, 5, 6, 200), 14, 1)
	// in[i/4].a[i%3] is 1 2 3 1 | 5 6 4
	want := halves(7*204, 7*206, 7*205, 7*201, 7*203, 7*202, 7*201)
	if string(out) != string(want) {
		t.Errorf("%x, want %x", out, want)
	}
	out = over(t, d, `enable f16;
struct Pair { a: vec3<f16>, b: f16 }
@group(0) @binding(0) var<storage, read> in: array<f16>;
@group(0) @binding(1) var<storage, read_write> out: array<Pair>;
@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) {
    if ((i & 1u) == 0u) { out[i / 2u].b = in[i]; } else { out[i / 2u].a = vec3<f16>(in[i], -in[i], in[i] * 2.0h); }
}`, halves(0, 1, 2, 3, 4, 5, 6, 7), 32, 1)
	want = halves(1, -1, 2, 0, 3, -3, 6, 2, 5, -5, 10, 4, 7, -7, 14, 6)
	if string(out) != string(want) {
		t.Errorf("%x, want %x", out, want)
	}
}

func halves(values ...float64) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, eval.FloatToHalf(v))
	}
	return out
}
