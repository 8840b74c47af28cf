package oracle

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
)

// run dispatches one workgroup over zeroed words of binding 0 and gives them.
func run(t *testing.T, text string, words int, limit int64) ([]uint32, error) {
	t.Helper()
	m, source, diagnostics := check.Source("test.wgsl", text, check.Options{})
	if diagnostics.Failed() {
		t.Fatal(diagnostics.Render(source))
	}
	d := Open()
	defer d.Close()
	p, err := d.NewPipeline(context.Background(), m, "main")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	b, err := d.NewBuffer(int64(4 * words))
	if err != nil {
		t.Fatal(err)
	}
	err = p.Dispatch(context.Background(), gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{1, 1, 1}, MaxRounds: limit})
	data := make([]byte, 4*words)
	if e := b.Read(0, data); e != nil {
		t.Fatal(e)
	}
	out := make([]uint32, words)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return out, err
}

func TestLanesPartAndMeet(t *testing.T) {
	out, err := run(t, `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn steps(n: u32) -> u32 { for (var k = 0u; ; k++) { if (k * k >= n) { return k; } } }
@compute @workgroup_size(10)
fn main(@builtin(local_invocation_index) i: u32) { out[i] = steps(i); }`, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint32{0, 1, 2, 2, 2, 3, 3, 3, 3, 3} {
		if out[i] != want {
			t.Errorf("steps(%d) = %d, want %d", i, out[i], want)
		}
	}
}

func TestIndexesAreClamped(t *testing.T) {
	out, err := run(t, `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main(@builtin(local_invocation_index) i: u32) { out[i + 100u] = 7u; var t = array<u32, 3>(1, 2, 3); out[0] = t[i + 9u]; }`, 4, 0)
	if err != nil || out[3] != 7 || out[0] != 3 {
		t.Errorf("%v, %v", out, err)
	}
}

func TestRunawayNamesItsLine(t *testing.T) {
	_, err := run(t, `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(2)
fn main() {
    while (out[0] == 0u) { out[1] += 1u; }
}`, 4, 1000)
	var runaway *gpu.RunawayError
	if !errors.As(err, &runaway) || !strings.Contains(err.Error(), "test.wgsl:5:5") {
		t.Errorf("the dispatch says %v", err)
	}
}
