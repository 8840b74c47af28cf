package oracle

import (
	"context"
	"fmt"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
)

// BenchmarkStore writes one element after the other of an array in each address
// space. The time of a store must not grow with the array.
func BenchmarkStore(b *testing.B) {
	const stores = 1024
	for _, space := range []string{"function", "private", "workgroup"} {
		for _, length := range []int{16, 1024} {
			declaration := fmt.Sprintf("var<%s> a: array<u32, %d>;", space, length)
			module, local := declaration, ""
			if space == "function" {
				module, local = "", declaration
			}
			text := fmt.Sprintf(`%s
@compute @workgroup_size(1) fn main() {
    %s
    for (var i = 0u; i < %du; i++) { a[i %% %du] = i; }
}`, module, local, stores, length)
			b.Run(fmt.Sprintf("%s/%d", space, length), func(b *testing.B) {
				benchmark(b, text)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/stores, "ns/store")
			})
		}
	}
}

// BenchmarkLanes runs a loop of integers, floats and vectors on 64 lanes.
func BenchmarkLanes(b *testing.B) {
	benchmark(b, `
fn step(v: vec3f, k: u32) -> vec3f { return v * 0.5 + vec3f(f32(k)); }
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32) {
    var sum = i; var v = vec3f(1.0, 2.0, 3.0);
    for (var k = 0u; k < 50u; k++) {
        if ((sum & 1u) == 0u) { sum += k * 3u; } else { sum ^= i + k; }
        v = step(v, k);
        v.y += max(v.x, 1.0);
    }
}`)
}

// benchmark dispatches one workgroup of a text without buffers.
func benchmark(b *testing.B, text string) {
	m, src, diags := check.Source("test.wgsl", text, check.Options{})
	if diags.Failed() {
		b.Fatal(diags.Render(src))
	}
	p, err := Open().NewPipeline(context.Background(), m, "main")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Dispatch(context.Background(), gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}}); err != nil {
			b.Fatal(err)
		}
	}
}
