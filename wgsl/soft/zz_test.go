package soft

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pxos/wgsl/gpu"
)

const matmulText = `
struct P { n: u32, m: u32, k: u32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> p: P;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= p.n || id.y >= p.m) { return; }
    var sum = 0.0;
    for (var k = 0u; k < p.k; k++) {
        sum += a[id.y * p.k + k] * b[k * p.n + id.x];
    }
    c[id.y * p.n + id.x] = sum;
}`

func TestMatmulSpeed(t *testing.T) {
	d := device(t)
	p := pipe(t, d, matmulText)
	n := 512
	mk := func(sz int64) gpu.Buffer {
		b, err := d.NewBuffer(sz)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, b, c, u := mk(int64(n*n*4)), mk(int64(n*n*4)), mk(int64(n*n*4)), mk(16)
	u.Write(0, []byte{0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0})
	disp := gpu.Dispatch{Bindings: []gpu.Binding{{0, 0, a, 0, 0}, {0, 1, b, 0, 0}, {0, 2, c, 0, 0}, {0, 3, u, 0, 0}}, Workgroups: [3]uint32{64, 64, 1}}
	for range 4 {
		t0 := time.Now()
		if err := p.Dispatch(context.Background(), disp); err != nil {
			t.Fatal(err)
		}
		e := time.Since(t0)
		fmt.Printf("%v %.2f GFLOP/s\n", e, 2*float64(n*n*n)/e.Seconds()/1e9)
	}
	x := make([]float32, n*n)
	y := make([]float32, n*n)
	z := make([]float32, n*n)
	t0 := time.Now()
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := float32(0)
			for k := 0; k < n; k++ {
				s += x[i*n+k] * y[k*n+j]
			}
			z[i*n+j] = s
		}
	}
	e := time.Since(t0)
	fmt.Printf("go %v %.2f GFLOP/s\n", e, 2*float64(n*n*n)/e.Seconds()/1e9)
}
func TestDump(t *testing.T) {
	d := device(t)
	p := pipe(t, d, matmulText)
	fmt.Println(p.(*pipeline).program)
}
