package soft

import (
	"context"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
)

// device opens a device for a test.
func device(t testing.TB) *Device {
	t.Helper()
	d, err := Open(context.Background(), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// pipe checks a text and makes a pipeline of its entry point main.
func pipe(t testing.TB, d *Device, text string) gpu.Pipeline {
	t.Helper()
	m, src, diags := check.Source("test.wgsl", text, check.Options{})
	if diags.Failed() {
		t.Fatal(diags.Render(src))
	}
	p, err := d.NewPipeline(context.Background(), m, "main")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// run dispatches with the words of binding 0 in and out.
func run(t testing.TB, text string, words []uint32, groups [3]uint32) []uint32 {
	t.Helper()
	d := device(t)
	p := pipe(t, d, text)
	b, err := d.NewBuffer(int64(4 * len(words)))
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 4*len(words))
	for i, w := range words {
		binary.LittleEndian.PutUint32(data[4*i:], w)
	}
	if err := b.Write(0, data); err != nil {
		t.Fatal(err)
	}
	err = p.Dispatch(context.Background(), gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: groups})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	out := make([]uint32, len(words))
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return out
}

func TestSquares(t *testing.T) {
	out := run(t, `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    data[id.x] = id.x * id.x + data[id.x];
}`, make([]uint32, 64), [3]uint32{8, 1, 1})
	for i, v := range out {
		if v != uint32(i*i) {
			t.Fatalf("element %d is %d", i, v)
		}
	}
}

func TestDivergence(t *testing.T) {
	const text = `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
fn steps(n0: u32) -> u32 {
    var n = n0;
    var k = 0u;
    loop {
        if (n == 1u || n == 0u) { break; }
        k++;
        if (k > 300u) { return 999u; }
        if (n % 2u == 0u) { n = n / 2u; continue; }
        n = 3u * n + 1u;
    }
    return k;
}
@compute @workgroup_size(7)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < 100u) { data[id.x] = steps(id.x); }
}`
	out := run(t, text, make([]uint32, 105), [3]uint32{15, 1, 1})
	for i := range 100 {
		n, k := i, uint32(0)
		for n > 1 {
			if n%2 == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
			k++
		}
		if out[i] != k {
			t.Errorf("collatz(%d) = %d, want %d", i, out[i], k)
		}
	}
}

func TestBarrier(t *testing.T) {
	const text = `
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
var<workgroup> tile: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
    let base = group.x * 64u;
    tile[id.x] = data[base + id.x];
    workgroupBarrier();
    var sum = tile[id.x];
    for (var offset = 1u; offset < 64u; offset *= 2u) {
        var add = 0u;
        if (id.x >= offset) { add = tile[id.x - offset]; }
        workgroupBarrier();
        sum += add;
        tile[id.x] = sum;
        workgroupBarrier();
    }
    data[base + id.x] = sum;
}`
	in := make([]uint32, 256)
	for i := range in {
		in[i] = uint32(i*7 + 3)
	}
	out := run(t, text, in, [3]uint32{4, 1, 1})
	for g := range 4 {
		sum := uint32(0)
		for i := range 64 {
			sum += in[g*64+i]
			if out[g*64+i] != sum {
				t.Fatalf("group %d element %d: %d, want %d", g, i, out[g*64+i], sum)
			}
		}
	}
}

func TestMath(t *testing.T) {
	const text = `
@group(0) @binding(0) var<storage, read_write> data: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = data[id.x];
    data[id.x] = exp(x) + sin(x) * atan2(x, 2.0) + pow(abs(x) + 1.0, 1.5) + log(abs(x) + 0.5);
}`
	in := make([]uint32, 64)
	for i := range in {
		in[i] = math.Float32bits(float32(i-32) * 0.13)
	}
	out := run(t, text, in, [3]uint32{4, 1, 1})
	for i := range out {
		x := float64(math.Float32frombits(in[i]))
		want := math.Exp(x) + math.Sin(x)*math.Atan2(x, 2) + math.Pow(math.Abs(x)+1, 1.5) + math.Log(math.Abs(x)+0.5)
		got := float64(math.Float32frombits(out[i]))
		if math.Abs(got-want) > 1e-5*math.Max(1, math.Abs(want)) {
			t.Errorf("f(%g) = %g, want %g", x, got, want)
		}
	}
}

// TestCompareAnd compares zero with the And of two values, whichever side it is on.
func TestCompareAnd(t *testing.T) {
	for _, c := range []string{"0 < x", "0 <= x", "0 > x", "0 >= x", "x < 0", "x <= 0", "x > 0", "x >= 0", "x < y", "y > x"} {
		got := run(t, `
@group(0) @binding(0) var<storage, read_write> data: array<i32>;
@compute @workgroup_size(1)
fn main() {
    if `+strings.NewReplacer("x", "(data[0] & data[1])", "y", "(data[0] & data[2])").Replace(c)+` {
        data[3] = 1;
    } else {
        data[3] = 2;
    }
}`, []uint32{5, 7, 4, 0}, [3]uint32{1, 1, 1})
		want := map[string]uint32{"0 < x": 1, "0 <= x": 1, "x > 0": 1, "x >= 0": 1}[c]
		if want == 0 {
			want = 2
		}
		if got[3] != want {
			t.Errorf("%s with x = 5 and y = 4: %d, want %d", c, got[3], want)
		}
	}
}
