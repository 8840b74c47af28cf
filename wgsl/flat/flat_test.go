package flat

import (
	"errors"
	"strings"
	"testing"

	"pxos/wgsl/check"
)

// lower makes the flat code of the entry point main.
func lower(t *testing.T, text string) (*Program, error) {
	t.Helper()
	m, source, diagnostics := check.Source("test.wgsl", text, check.Options{})
	if diagnostics.Failed() {
		t.Fatal(diagnostics.Render(source))
	}
	return Lower(m, "main")
}

func mustLower(t *testing.T, text string) *Program {
	t.Helper()
	p, err := lower(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// find gives the first instruction of an operation.
func find(b *Body, op Op) *Instr {
	for _, i := range b.Code {
		if i.Op == op {
			return i
		}
		for _, inner := range []*Body{i.Body, i.Else} {
			if inner != nil {
				if x := find(inner, op); x != nil {
					return x
				}
			}
		}
	}
	return nil
}

// TestLoopsAreRelieved asks of a matrix product that its inner loop loads a in
// scalar code and b as a row, and computes the rows' starts outside.
func TestLoopsAreRelieved(t *testing.T) {
	p := mustLower(t, `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var sum = 0.0;
    for (var k = 0u; k < 64u; k++) { sum += a[id.y * 64u + k] * b[k * 64u + id.x]; }
    c[id.y * 64u + id.x] = sum;
}`)
	loop := find(p.Body, Loop)
	if loop == nil || loop.Split {
		t.Fatalf("the loop is missing or lets lanes leave apart:\n%s", p)
	}
	loads, multiplications := 0, 0
	for _, i := range loop.Body.Code {
		switch {
		case i.Op == Load && i.Access.Mem.Name == "a" && i.Level == Uniform, i.Op == Load && i.Access.Terms[0].Index.Level == Affine:
			loads++
		case i.Op == Mul:
			multiplications++
		}
	}
	if loads != 2 || multiplications != 2 {
		t.Errorf("%d good loads and %d multiplications in the loop, want 2 and 2:\n%s", loads, multiplications, p)
	}
}

// TestLanesThatLeave asks that a value which lanes see at different times varies,
// and that one which all see alike does not.
func TestLanesThatLeave(t *testing.T) {
	p := mustLower(t, `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    var seen = 0u;
    var late = 0u;
    loop {
        let inside = seen * 2u;
        if (inside > i) { break; }
        seen++;
        late = seen;
    }
    out[i] = late;
}`)
	loop := find(p.Body, Loop)
	if loop == nil || !loop.Split {
		t.Fatalf("lanes must leave the loop apart:\n%s", p)
	}
	for _, s := range p.Slots {
		switch {
		case s.Name == "seen" && s.Level != Uniform:
			t.Errorf("seen is read in the loop only, and is %d", s.Level)
		case s.Name == "late" && s.Level != Varying:
			t.Errorf("late is read after the loop, and is %d", s.Level)
		}
	}
}

// TestDecidedBranchesGo asks that constants are folded through calls and branches.
func TestDecidedBranchesGo(t *testing.T) {
	p := mustLower(t, `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn pick(n: u32) -> u32 { if (n > 3u) { return n * 10u; } return n; }
@compute @workgroup_size(1)
fn main() { let unused = out[3] + 1u; out[0] = pick(7u) + pick(2u); }`)
	if i := find(p.Body, If); i != nil {
		t.Errorf("an If is left:\n%s", p)
	}
	if i := find(p.Body, Load); i != nil {
		t.Errorf("a load that nobody uses is left:\n%s", p)
	}
}

// TestGrowthIsBounded inlines calls that double at every level: an error, soon.
func TestGrowthIsBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("@group(0) @binding(0) var<storage, read_write> out: array<u32>;\nfn f0() { out[0] += 1u; }\n")
	for i := 1; i <= 40; i++ {
		n, before := string(rune('a'+i%26))+strings.Repeat("x", i/26+1), string(rune('a'+(i-1)%26))+strings.Repeat("x", (i-1)/26+1)
		if i == 1 {
			before = "f0"
		}
		text.WriteString("fn " + n + "() { " + before + "(); " + before + "(); }\n")
	}
	last := string(rune('a'+40%26)) + strings.Repeat("x", 40/26+1)
	text.WriteString("@compute @workgroup_size(1) fn main() { " + last + "(); }\n")
	_, err := lower(t, text.String())
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Message, "instructions") {
		t.Errorf("Lower says %v", err)
	}
}

func TestEntryMustBeThere(t *testing.T) {
	m, _, _ := check.Source("test.wgsl", "fn f() {}", check.Options{})
	if _, err := Lower(m, "main"); !errors.Is(err, ErrEntry) {
		t.Errorf("Lower says %v", err)
	}
}
