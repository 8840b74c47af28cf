package oracle

import (
	"testing"

	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// TestLoadedValuesKeep stores into variables after their values were read, copied
// or handed on: only the variable may change.
func TestLoadedValuesKeep(t *testing.T) {
	const text = head + `
struct Pair { a: array<u32, 2>, b: array<u32, 2> }
var<private> mine: array<u32, 3> = array<u32, 3>(1u, 2u, 3u);
var<workgroup> ours: array<array<u32, 2>, 2>;
fn grown(by_value: array<u32, 3>) -> array<u32, 3> {
    mine[0] += 100u;             // must not reach by_value
    var copy = by_value;
    copy[0] += 10u;
    return copy;
}
@compute @workgroup_size(1)
fn main() {
    let before = mine;
    mine[1] = 20u;
    data[0] = before[1];         // 2
    var copy = mine;
    copy[2] = 30u;
    data[1] = mine[2];           // 3
    let back = grown(mine);
    data[2] = back[0];           // 11
    data[3] = mine[0];           // 101
    var pair = Pair(array<u32, 2>(1u, 2u), array<u32, 2>(3u, 4u));
    pair = Pair(pair.b, pair.a);
    pair.a[0] = 9u;
    data[4] = pair.b[0];         // 1
    ours[0] = pair.a;
    ours[1] = ours[0];
    let row = &ours[1];
    (*row)[1] = 7u;
    data[5] = ours[0][1];        // 4
    data[6] = pair.a[1];         // 4
    var zero: array<array<u32, 2>, 2>;
    zero[0][0] = 5u;
    data[7] = zero[1][0];        // 0
    for (var i = 0u; i < 2u; i++) {
        var fresh: array<u32, 2>;
        fresh[1] += 1u + i;
        data[8] = fresh[1];      // 2
    }
    let kept = ours[1];
    let first = zero[0];
    zero[0] = zero[1];
    zero[1] = first;
    ours[1][1] = 0u;
    data[9] = kept[1] * 10u + zero[1][0]; // 75
}`
	expect(t, text, make([]uint32, 10), []uint32{2, 3, 11, 101, 1, 4, 4, 0, 2, 75}, 1)
}

// TestLanesHaveTheirOwn writes private and function variables in every lane, the
// workgroup's in one.
func TestLanesHaveTheirOwn(t *testing.T) {
	const text = head + `
var<private> mine: array<u32, 2> = array<u32, 2>(5u, 6u);
var<workgroup> ours: array<u32, 2>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    var local: array<u32, 2>;
    local[i % 2u] = i;
    mine[1] += i * 10u;
    if (i == 2u) { ours[1] = 1000u; }
    workgroupBarrier();
    data[i] = local[0] + local[1] + mine[0] + mine[1] + ours[1];
}`
	expect(t, text, make([]uint32, 4), []uint32{1011, 1022, 1033, 1044}, 1)
}

// TestPointerNames writes pointers as the expressions that they stand for.
func TestPointerNames(t *testing.T) {
	inner := &types.Struct{Name: "Inner", Members: []types.Member{
		{Name: "m", Type: types.Matrix{Cols: 3, Rows: 3, Elem: types.F32}},
		{Name: "v", Type: types.Vector{N: 3, Elem: types.F32}}, {Name: "s", Type: types.F32},
	}}
	if err := inner.Lay(); err != nil {
		t.Fatal(err)
	}
	outer := &types.Struct{Name: "Outer", Members: []types.Member{
		{Name: "n", Type: types.Atomic{Elem: types.U32}},
		{Name: "list", Type: types.Array{Elem: types.Array{Elem: inner, Len: 2}}},
	}}
	if err := outer.Lay(); err != nil {
		t.Fatal(err)
	}
	v := &ir.Var{Name: "data", Space: types.Storage, Type: outer}
	seen := map[string]bool{}
	var walk func(p pointer)
	walk = func(p pointer) {
		seen[p.String()] = true
		for i := range int(p.length()) {
			elem, offset := part(p.elem, i)
			walk(pointer{p.root, elem, p.offset + offset})
		}
	}
	walk(pointer{root: &variable{v, make([]byte, 16+3*2*types.SizeOf(inner))}, elem: outer})
	for _, name := range []string{
		"data", "data.n", "data.list", "data.list[2]", "data.list[2][1]", "data.list[1][0].m", "data.list[0][1].m[2]",
		"data.list[2][1].m[2].z", "data.list[0][0].v", "data.list[0][0].v.y", "data.list[2][1].s",
	} {
		if !seen[name] {
			t.Errorf("no pointer has the name %s", name)
		}
	}
	// data, n, list and its rows; of each Inner itself, m with columns and
	// components, v with components, s.
	if want := 3 + 3 + 6*(1+1+3+9+1+3+1); len(seen) != want {
		t.Errorf("%d names, want %d", len(seen), want)
	}
}
