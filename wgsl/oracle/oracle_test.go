package oracle

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
)

// pipe checks a text and makes a pipeline of its entry point main.
func pipe(t *testing.T, d *Device, text string) gpu.Pipeline {
	t.Helper()
	m, src, diags := check.Source("test.wgsl", text, check.Options{})
	if diags.Failed() {
		t.Fatal(diags.Render(src))
	}
	p, err := d.NewPipeline(context.Background(), m, "main")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dispatch runs a text with the words of binding 0 in and out.
func dispatch(t *testing.T, text string, words []uint32, groups, rounds int) ([]uint32, error) {
	t.Helper()
	d := Open()
	p := pipe(t, d, text)
	b, err := d.NewBuffer(int64(4 * len(words)))
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	for _, w := range words {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	if err := b.Write(0, data); err != nil {
		t.Fatal(err)
	}
	failed := p.Dispatch(context.Background(), gpu.Dispatch{
		Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{uint32(groups), 1, 1}, MaxRounds: int64(rounds),
	})
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	out := make([]uint32, len(words))
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return out, failed
}

// expect runs one text and compares the words of binding 0.
func expect(t *testing.T, text string, in, want []uint32, groups int) {
	t.Helper()
	got, err := dispatch(t, text, in, groups, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %d\nwant %d", got, want)
	}
}

const head = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;\n"

// TestDivergence sends lanes through break, continue, return and switch.
func TestDivergence(t *testing.T) {
	const text = head + `
fn work(i: u32) -> u32 {
    var sum = 0u;
    for (var k = 0u; k < 10u; k++) {
        if (k == i) { break; }
        switch k {
            case 1u: { continue; }
            case 2u, 3u: { sum += 10u; if (i == 7u) { break; } sum += 1u; }
            default: { sum += 100u; }
        }
        if (i == 6u && k == 4u) { return 5u; }
    }
    return sum;
}
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) { data[i] = work(i); }`
	want := make([]uint32, 8)
	for i := range want {
		for k := range i {
			switch {
			case k == 1:
			case k == 2 || k == 3:
				want[i] += 10
				if i != 7 {
					want[i]++
				}
			default:
				want[i] += 100
			}
			if i == 6 && k == 4 {
				want[i] = 5
				break
			}
		}
	}
	expect(t, text, make([]uint32, 8), want, 1)
}

func TestBarrierReduction(t *testing.T) {
	const text = head + `
var<workgroup> tile: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) group: vec3u) {
    tile[i] = data[group.x * 64u + i];
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (i < half) { tile[i] += tile[i + half]; }
        workgroupBarrier();
    }
    data[group.x * 64u + i] = tile[0];
}`
	in, want := make([]uint32, 128), make([]uint32, 128)
	for i := range in {
		in[i] = uint32(i * i)
		for k := range 64 {
			n := i/64*64 + k
			want[i] += uint32(n * n)
		}
	}
	expect(t, text, in, want, 2)
}

// TestClampedIndex reads and writes past the ends of memory and of values.
func TestClampedIndex(t *testing.T) {
	const text = head + `
@compute @workgroup_size(1)
fn main() {
    let far = data[0];
    let below = i32(data[1]);
    var small = array<u32, 3>(7u, 8u, 9u);
    small[far] += 1u;
    let v = vec3u(4u, 5u, 6u);
    data[2] = small[below];
    data[3] = v[far];
    data[far] = arrayLength(&data);
}`
	expect(t, text, []uint32{1000, math.MaxUint32, 0, 0, 0}, []uint32{1000, math.MaxUint32, 10, 6, 5}, 1)
}

func TestRunawayNamesItsLine(t *testing.T) {
	const text = head + `
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    for (var k = 0u; k < 50u; k++) { data[i]++; }
    while (data[0] > 0u) { data[i]++; }
}`
	out, err := dispatch(t, text, make([]uint32, 4), 1, 100)
	var runaway *gpu.RunawayError
	if !errors.As(err, &runaway) {
		t.Fatalf("the error is %v", err)
	}
	if line := runaway.Source.Position(runaway.Span.Start).Line; line != 6 {
		t.Errorf("the error names line %d, the loop is in line 6: %v", line, err)
	}
	// The for loop takes 51 rounds, the last of which only leaves it.
	if want := []uint32{99, 99, 99, 99}; !slices.Equal(out, want) {
		t.Errorf("the loops made %d, want %d", out, want)
	}
}

func TestCancel(t *testing.T) {
	d := Open()
	p := pipe(t, d, "@compute @workgroup_size(1) fn main() {}")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Dispatch(ctx, gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// TestAtomicsInOrder has the atomics done by one invocation after the other.
func TestAtomicsInOrder(t *testing.T) {
	const text = `
struct S { next: atomic<u32>, least: atomic<i32>, swap: atomic<u32>, seen: array<u32> }
@group(0) @binding(0) var<storage, read_write> s: S;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    s.seen[i] = atomicAdd(&s.next, i + 1u);
    atomicMin(&s.least, -i32(i));
    let r = atomicCompareExchangeWeak(&s.swap, i, i + 2u);
    s.seen[4u + i] = r.old_value * 2u + u32(r.exchanged);
}`
	minus3 := uint32(math.MaxUint32 - 2)
	// Swap goes from 0 to 2 in lane 0, stays in lane 1, and from 2 to 4 in lane 2.
	expect(t, text, make([]uint32, 11), []uint32{10, minus3, 4, 0, 1, 3, 6, 1, 4, 5, 8}, 1)
}

// TestPointerParameters hands a part of a variable down two calls.
func TestPointerParameters(t *testing.T) {
	const text = head + `
struct Pair { a: vec2u, b: array<u32, 2> }
fn add(p: ptr<function, u32>, n: u32) { *p += n; }
fn both(p: ptr<function, Pair>, n: u32) -> u32 {
    let q = &(*p).b[n];
    add(q, 5u);
    (*p).a.y = *q;
    return (*p).a.y;
}
@compute @workgroup_size(2)
fn main(@builtin(local_invocation_index) i: u32) {
    var pair = Pair(vec2u(1u, 2u), array<u32, 2>(30u, 40u));
    let r = both(&pair, i);
    data[4u * i] = pair.a.x;
    data[4u * i + 1u] = r;
    data[4u * i + 2u] = pair.b[0];
    data[4u * i + 3u] = pair.b[1];
}`
	expect(t, text, make([]uint32, 8), []uint32{1, 35, 35, 40, 1, 45, 30, 45}, 1)
}

// TestMatrixPadding stores a mat3x3f: its columns are 16 bytes apart, and the
// fourth word of each belongs to nobody.
func TestMatrixPadding(t *testing.T) {
	const text = `
struct S { head: f32, m: mat3x3f, tail: f32 }
@group(0) @binding(0) var<storage, read_write> s: S;
@compute @workgroup_size(1)
fn main() {
    s.m = mat3x3f(1, 2, 3, 4, 5, 6, 7, 8, 9);
    s.m[1].z = s.head;
    s.tail = s.m[2][1];
}`
	const mark = 0xdeadbeef
	in := slices.Repeat([]uint32{mark}, 20)
	in[0] = math.Float32bits(0.5)
	want := slices.Clone(in)
	for i, f := range []float32{1, 2, 3, 4, 5, 0.5, 7, 8, 9} {
		want[4+i/3*4+i%3] = math.Float32bits(f)
	}
	want[16] = math.Float32bits(8)
	expect(t, text, in, want, 1)
}

// TestShortCircuit calls a function only where the left side leaves it open.
func TestShortCircuit(t *testing.T) {
	const text = head + `
fn mark(i: u32) -> bool { data[i] += 1u; return i == 3u; }
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    if (i >= 2u && mark(i)) { data[i] += 10u; }
    if (i == 0u || mark(i)) { data[i] += 100u; }
}`
	expect(t, text, make([]uint32, 4), []uint32{100, 1, 2, 112}, 1)
}

// TestSubgroups runs with a subgroup of two lanes at the end, after lanes left.
func TestSubgroups(t *testing.T) {
	const text = "enable subgroups;\n" + head + `
@compute @workgroup_size(6)
fn main(@builtin(local_invocation_index) i: u32, @builtin(num_subgroups) n: u32) {
    let sum = subgroupAdd(i + 1u);
    let before = subgroupExclusiveMul(i + 1u);
    let swapped = subgroupShuffleXor(i, 1u);
    let odd = subgroupBallot(i % 2u == 1u).x;
    data[i] = ((sum * 1000u + before) * 10u + swapped) * 100u + odd * 10u + n;
}`
	word := func(sum, before, swapped, odd uint32) uint32 { return ((sum*1000+before)*10+swapped)*100 + odd*10 + 2 }
	expect(t, text, make([]uint32, 6), []uint32{
		word(10, 1, 1, 10), word(10, 1, 0, 10), word(10, 2, 3, 10), word(10, 6, 2, 10),
		word(11, 1, 5, 2), word(11, 5, 4, 2),
	}, 1)
}

// TestForeignBuffer binds what another device made.
func TestForeignBuffer(t *testing.T) {
	p := pipe(t, Open(), head+"@compute @workgroup_size(1) fn main() { data[0] = 1u; }")
	b, err := Open().NewBuffer(4)
	if err != nil {
		t.Fatal(err)
	}
	err = p.Dispatch(context.Background(), gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{1, 1, 1}})
	var wrong *gpu.BindingError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "data") {
		t.Errorf("the error is %v", err)
	}
}
