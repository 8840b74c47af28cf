package flat

import (
	"fmt"
	"testing"
)

// lowered is the flat code of a compute shader with these statements.
func lowered(t *testing.T, body string) *Program {
	t.Helper()
	return mustLower(t, fmt.Sprintf(`
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) lane: u32) {
%s
}`, body))
}

func each(b *Body, f func(*Instr)) {
	for _, i := range b.Code {
		f(i)
		eachBody(i, func(inner *Body) { each(inner, f) })
	}
}

// TestCountersAreBounded asks which counters are known to be below a constant.
func TestCountersAreBounded(t *testing.T) {
	for _, c := range []struct {
		body string
		want int64
	}{
		{"for (var i = 0u; i < 8u; i++) { out[i] = i; }", 8},
		{"for (var i = 3u; i < 100u; i += 7u) { if (out[i] > 2u) { continue; } out[i] = i; }", 100},
		{"for (var i = 0; i < 9; i++) { out[i] = 1u; }", 9},
		{"var i = 5u; while (i < 6u) { out[i] = i; i *= 3u; }", 6},
		// Not below zero, but not known.
		{"for (var i = -1; i < 9; i++) { out[i] = 1u; }", 0},
		{"for (var i = 0; i < 9; i += i32(out[0])) { out[i] = 1u; }", 0},
		{"for (var i = 0; i < 2147483640; i += 1000) { out[i] = 1u; }", 0},
		// The bound is no constant, or others than the counter decide too.
		{"for (var i = 0u; i < out[1]; i++) { out[i] = i; }", 0},
		{"for (var i = 0u; i < 8u && out[i] > 1u; i++) { out[i] = i; }", 0},
		// Lanes leave apart and keep what is too large.
		{"for (var i = lane; i < 8u; i++) { out[i] = i; }", 0},
	} {
		found := int64(0)
		each(lowered(t, c.body).Body, func(i *Instr) {
			if i.Op == Get && i.Below > 0 {
				found = i.Below
			}
		})
		if found != c.want {
			t.Errorf("%s: below %d, want %d", c.body, found, c.want)
		}
	}
}

// TestNotTurnsComparisons asks that ! turns a comparison of integers around, and
// one of floats only where NaN allows it.
func TestNotTurnsComparisons(t *testing.T) {
	for text, want := range map[string]Op{
		"!(lane < 5u)": Ge, "!(lane >= 5u)": Lt, "!(lane > 5u)": Le, "!(lane == 5u)": Ne,
		"!(f32(lane) < 5)": Not, "!(f32(lane) == 5)": Ne,
	} {
		var got Op
		each(lowered(t, "out[lane] = select(1u, 2u, "+text+");").Body, func(i *Instr) {
			if i.Op == Select {
				got = i.Args[0].Op
			}
		})
		if got != want {
			t.Errorf("%s is operation %d, want %d", text, got, want)
		}
	}
}
