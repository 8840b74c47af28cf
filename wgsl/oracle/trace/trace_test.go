package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
	"pxos/wgsl/oracle"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

var update = flag.Bool("update", false, "write the expected traces anew")

// record traces one invocation of a shader of testdata; its buffers have this many
// bytes, each byte of the first one its number.
func record(t *testing.T, file string, at [3]uint32, groups uint32, sizes []int64, o Options) (string, error) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file+".wgsl"))
	if err != nil {
		t.Fatal(err)
	}
	m, source, diagnostics := check.Source(file+".wgsl", string(text), check.Options{})
	if diagnostics.Failed() {
		t.Fatal(diagnostics.Render(source))
	}
	var out bytes.Buffer
	r := New(source, at, &out, o)
	d := oracle.OpenWatched(at, r)
	p, err := d.NewPipeline(context.Background(), m, "main")
	if err != nil {
		t.Fatal(err)
	}
	dispatch := gpu.Dispatch{Workgroups: [3]uint32{groups, 1, 1}, MaxRounds: 1000}
	for i, size := range sizes {
		b, err := d.NewBuffer(size)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := b.Write(0, []byte{1, 0, 0, 0, 2}); err != nil {
				t.Fatal(err)
			}
		}
		dispatch.Bindings = append(dispatch.Bindings, gpu.Binding{Binding: i, Buffer: b})
	}
	failed := p.Dispatch(context.Background(), dispatch)
	if err := r.End(failed); err != nil {
		t.Fatal(err)
	}
	return out.String(), failed
}

// TestTraces compares whole traces with those that were read and found right.
func TestTraces(t *testing.T) {
	for _, c := range []struct {
		file, want string
		at         [3]uint32
		groups     uint32
		sizes      []int64
		o          Options
	}{
		{"loop", "loop.txt", [3]uint32{1, 0, 0}, 2, []int64{32}, Options{Limit: 1000}},
		{"barrier", "barrier.txt", [3]uint32{9, 0, 0}, 3, []int64{96, 4}, Options{Limit: 1000}},
		{"clamp", "clamp.txt", [3]uint32{0, 0, 0}, 1, []int64{160, 16}, Options{Limit: 1000}},
		{"choice", "choice.txt", [3]uint32{1, 0, 0}, 2, []int64{32}, Options{Limit: 1000}},
		{"choice", "choice-7.txt", [3]uint32{7, 0, 0}, 2, []int64{32}, Options{Limit: 1000}},
		{"choice", "choice.json", [3]uint32{0, 0, 0}, 1, []int64{32}, Options{Limit: 14, From: 28, JSON: true}},
	} {
		got, err := record(t, c.file, c.at, c.groups, c.sizes, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		file := filepath.Join("testdata", c.want)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the trace is now\n%s", c.want, got)
		}
	}
}

// TestWhatIsShown asks that lines and limit hide steps, say so, and count them.
func TestWhatIsShown(t *testing.T) {
	steps := func(o Options) (shown []Step, end summary) {
		o.JSON = true
		text, err := record(t, "loop", [3]uint32{1, 0, 0}, 1, []int64{16}, o)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		for _, line := range lines[:len(lines)-1] {
			var s Step
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				t.Fatal(err)
			}
			shown = append(shown, s)
		}
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil {
			t.Fatal(err)
		}
		return shown, end
	}
	all, end := steps(Options{Limit: 1000})
	if end.Kind != "end" || end.Limited || end.Steps != int64(len(all)) || end.Shown != end.Steps {
		t.Errorf("%d steps, the end says %+v", len(all), end)
	}
	some, end := steps(Options{Limit: 1000, From: 20, To: 22})
	for _, s := range some {
		if s.Line < 20 || s.Line > 22 {
			t.Errorf("line %d is shown", s.Line)
		}
	}
	if end.Limited || len(some) != 10 || end.Shown != 10 || end.Steps != int64(len(all)) {
		t.Errorf("%d steps of lines 20 to 22, the end says %+v", len(some), end)
	}
	few, end := steps(Options{Limit: 7})
	if !end.Limited || len(few) != 7 || end.Steps != int64(len(all)) || few[6].Step != 7 {
		t.Errorf("%d steps with a limit of 7, the end says %+v", len(few), end)
	}
	text, err := record(t, "loop", [3]uint32{1, 0, 0}, 1, []int64{16}, Options{Limit: 2})
	if err != nil || !strings.Contains(text, "2 steps were shown, the rest is only counted") || !strings.Contains(text, "46 steps, 2 of them shown") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestOnlyWhatMattersRuns asks that the workgroups behind that of the invocation
// change nothing, that those before it do, and that one that is not there is
// refused before anything runs.
func TestOnlyWhatMattersRuns(t *testing.T) {
	text, err := record(t, "barrier", [3]uint32{9, 0, 0}, 3, []int64{96, 4}, Options{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for words, there := range map[string]bool{
		"count = 16u, was 0u": true, "\n    data[0] = ": true, "… 8 more": true, "place = 9u": true, "data[16]": false,
	} {
		if strings.Contains(text, words) != there {
			t.Errorf("%q: want %v in\n%s", words, there, text)
		}
	}
	text, err = record(t, "barrier", [3]uint32{3, 1, 0}, 3, []int64{96, 4}, Options{Limit: 1000})
	if _, wrong := err.(*gpu.BindingError); !wrong || !strings.Contains(err.Error(), "the dispatch has 24 x 1 x 1, in 3 x 1 x 1 workgroups of 8 x 1 x 1") || strings.Contains(text, "calls main") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestLiterals(t *testing.T) {
	vec := func(s types.Scalar, elems ...value.Value) value.Value {
		return &value.Composite{T: types.Vector{N: len(elems), Elem: s}, Elems: elems}
	}
	column := types.Vector{N: 2, Elem: types.F32}
	nested := types.Array{Elem: types.Array{Elem: column, Len: 3}, Len: 50}
	for want, v := range map[string]value.Value{
		"5u": value.U32(5), "-7i": value.I32(-7), "true": value.Bool(true),
		"0.1f": value.F32(0.1), "1e+20f": value.F32(1e20), "-0f": value.F32(math.Copysign(0, -1)), "3f": value.F32(3),
		"0.1h": value.F16(0.099975586), "65500h": value.F16(65504), "6e-08h": value.F16(5.9604645e-08),
		"NaN": value.F32(math.NaN()), "-inf": value.F16(math.Inf(-1)), "inf": value.F32(math.Inf(1)),
		"vec3u(1, 2, 3)":                                            vec(types.U32, value.U32(1), value.U32(2), value.U32(3)),
		"vec2<bool>(true, false)":                                   vec(types.Bool, value.Bool(true), value.Bool(false)),
		"mat2x2f(vec2f(0, 0), vec2f(0, 0))":                         value.Zero(types.Matrix{Cols: 2, Rows: 2, Elem: types.F32}),
		"S(0, array<vec2f, 1>(vec2f(0, 0)))":                        value.Zero(&types.Struct{Name: "S", Members: []types.Member{{Name: "a", Type: types.I32}, {Name: "b", Type: types.Array{Elem: column, Len: 1}}}}),
		"array<u32, 20>(" + strings.Repeat("0, ", 16) + "… 4 more)": value.Zero(types.Array{Elem: types.U32, Len: 20}),
		"array<array<vec2f, 3>, 50>(" + strings.Repeat("array<vec2f, 3>(vec2f(0, 0), vec2f(0, 0), vec2f(0, 0)), ", 2) +
			"array<vec2f, 3>(vec2f(0, 0), vec2f(0, 0), … 1 more), … 47 more)": value.Zero(nested),
	} {
		if got := Literal(v); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
