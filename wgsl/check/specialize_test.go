package check

import (
	"errors"
	"strings"
	"testing"

	"pxos/wgsl/ir"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

const sized = `
override n: u32;
override half = n / 2;
@id(7) override scale = 1.5;
override unused: i32;
var<workgroup> a: array<f32, n>;
var<workgroup> b: array<f32, half + 1>;
@compute @workgroup_size(n, 2) fn main() {
  a[half] = scale * 2;
  if n > 4 && scale / scale == 1 { b[0] = f32(n); }
}
@compute @workgroup_size(1) fn other() { _ = unused; }
`

// noOverrides fails where an override is left anywhere in a module.
func noOverrides(t *testing.T, m *ir.Module) {
	t.Helper()
	visit := func(x ir.Expr) {
		walkExpr(x, func(e ir.Expr) {
			if _, ok := e.(*ir.OverrideRef); ok {
				t.Errorf("a reference to an override is left at %v", e.Range())
			}
			typ := e.Type()
			if p, ok := typ.(types.Pointer); ok {
				typ = p.Elem
			}
			if a, ok := typ.(types.Array); ok && a.Size != nil {
				t.Errorf("an array sized by an override is left: %s", a)
			}
		})
	}
	for _, v := range m.Globals {
		if a, ok := v.Type.(types.Array); ok && a.Size != nil {
			t.Errorf("the variable %s is sized by an override", v.Name)
		}
		visit(v.Init)
	}
	for _, f := range m.Functions {
		for _, x := range f.WorkgroupSize {
			visit(x)
		}
		for _, v := range f.Vars {
			visit(v.Init)
		}
		walkStmts(f.Body, visit)
	}
}

func TestSpecialize(t *testing.T) {
	m := valid(t, sized)
	s, err := Specialize(m, "main", map[string]float64{"n": 8, "7": 2}, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	noOverrides(t, s)
	if len(s.Functions) != 1 || len(s.Globals) != 2 || len(s.Overrides) != 0 {
		t.Errorf("%d functions, %d variables, %d overrides are left", len(s.Functions), len(s.Globals), len(s.Overrides))
	}
	if got := s.Globals[1].Type.String(); got != "array<f32, 5>" {
		t.Errorf("b has the type %s", got)
	}
	size, ok := ir.ConstantValue(s.Functions[0].WorkgroupSize[0])
	if !ok || !value.Equal(size, value.U32(8)) {
		t.Errorf("the workgroup size is %v", size)
	}
	if m.Globals[0].Type.(types.Array).Size == nil {
		t.Error("the module itself was changed")
	}
}

func TestSpecializeRefuses(t *testing.T) {
	m := valid(t, sized)
	small := DefaultLimits()
	small.MaxComputeWorkgroupStorageSize = 32
	for _, c := range []struct {
		name, entry string
		overrides   map[string]float64
		limits      Limits
		words       string
	}{
		{"no such entry point", "maim", nil, DefaultLimits(), "no entry point \"maim\""},
		{"which entry point", "", nil, DefaultLimits(), "is missing"},
		{"missing value", "main", nil, DefaultLimits(), "override \"n\" has no value"},
		{"unknown name", "main", map[string]float64{"m": 1}, DefaultLimits(), "no override is named \"m\""},
		{"name of one with a number", "main", map[string]float64{"scale": 1}, DefaultLimits(), "no override is named \"scale\""},
		{"negative u32", "main", map[string]float64{"n": -1}, DefaultLimits(), "does not fit u32"},
		{"past f32", "main", map[string]float64{"n": 4, "7": 1e300}, DefaultLimits(), "does not fit f32"},
		{"zero elements", "main", map[string]float64{"n": 0}, DefaultLimits(), "must be greater than 0"},
		{"workgroup too large", "main", map[string]float64{"n": 512}, DefaultLimits(), "from 1 to 256"},
		{"too many invocations", "main", map[string]float64{"n": 200}, DefaultLimits(), "= 400 invocations"},
		{"too much storage", "main", map[string]float64{"n": 8}, small, "32 is the limit"},
		{"not a number", "main", map[string]float64{"n": 8, "7": 0}, DefaultLimits(), "NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Specialize(m, c.entry, c.overrides, c.limits)
			var p *PipelineError
			if !errors.As(err, &p) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("want %q, got %v", c.words, err)
			}
		})
	}
}

func TestOverridesOf(t *testing.T) {
	m := valid(t, sized)
	var names []string
	for _, o := range OverridesOf(m, m.EntryPoints()[0]) {
		names = append(names, o.Name)
	}
	if got := strings.Join(names, " "); got != "n half scale" {
		t.Errorf("main uses %s", got)
	}
}
