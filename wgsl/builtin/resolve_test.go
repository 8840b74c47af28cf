package builtin

import (
	"testing"

	"pxos/wgsl/types"
)

func vec(n int, s types.Scalar) types.Type { return types.Vector{N: n, Elem: s} }

const (
	ai, af          = types.AbstractInt, types.AbstractFloat
	i32, u32        = types.I32, types.U32
	f32, f16, truth = types.F32, types.F16, types.Bool
)

func constant(list ...types.Type) []Arg {
	var out []Arg
	for _, t := range list {
		out = append(out, Arg{t, true})
	}
	return out
}

// at is an argument known only when the shader runs.
func at(t types.Type) Arg { return Arg{Type: t} }

func TestResolve(t *testing.T) {
	counter := types.Pointer{Space: types.Storage, Elem: types.Atomic{Elem: u32}, Access: types.ReadWrite}
	ints := types.Pointer{Space: types.Storage, Elem: types.Array{Elem: i32}, Access: types.Read}
	image := types.Texture{Kind: types.Sampled, Dim: "2d", Elem: f32}
	stored := types.Texture{Kind: types.StorageTexture, Dim: "2d", Elem: u32, Format: "r32uint", Access: types.Write}
	for _, c := range []struct {
		name     string
		from     []*Overload
		template []types.Type
		args     []Arg
		want     types.Type // nil: no rule may apply
	}{
		{"abstract sum", Binary["+"], nil, constant(ai, ai), ai},
		{"int and float", Binary["+"], nil, constant(ai, af), af},
		{"literal beside i32", Binary["+"], nil, []Arg{at(i32), {ai, true}}, i32},
		{"literal beside u32 vector", Binary["*"], nil, []Arg{at(vec(3, u32)), {ai, true}}, vec(3, u32)},
		{"i32 and u32", Binary["+"], nil, []Arg{at(i32), at(u32)}, nil},
		{"matrix and column", Binary["*"], nil, constant(types.Matrix{Cols: 2, Rows: 3, Elem: f32}, vec(2, f32)), vec(3, f32)},
		{"row and matrix", Binary["*"], nil, constant(vec(3, f32), types.Matrix{Cols: 2, Rows: 3, Elem: f32}), vec(2, f32)},
		{"matrices", Binary["*"], nil, constant(types.Matrix{Cols: 4, Rows: 3, Elem: f32},
			types.Matrix{Cols: 2, Rows: 4, Elem: af}), types.Matrix{Cols: 2, Rows: 3, Elem: f32}},
		{"shift of a literal by a variable", Binary["<<"], nil, []Arg{{ai, true}, at(u32)}, i32},
		{"shift by i32", Binary["<<"], nil, []Arg{at(i32), at(i32)}, nil},
		{"comparison", Binary["<"], nil, constant(vec(2, ai), vec(2, f16)), vec(2, truth)},
		{"bool order", Binary["<"], nil, constant(truth, truth), nil},
		{"clamp", Lookup("clamp").Overloads, nil, []Arg{at(f32), {ai, true}, {af, true}}, f32},
		{"select", Lookup("select").Overloads, nil, []Arg{{ai, true}, {ai, true}, at(truth)}, i32},
		{"ldexp abstract", Lookup("ldexp").Overloads, nil, constant(af, ai), af},
		{"ldexp mixed", Lookup("ldexp").Overloads, nil, []Arg{{af, true}, at(i32)}, f32},
		{"bitcast to the same", Lookup("bitcast").Overloads, []types.Type{u32}, []Arg{at(u32)}, u32},
		{"bitcast of a literal", Lookup("bitcast").Overloads, []types.Type{f32}, constant(ai), f32},
		{"bitcast halves", Lookup("bitcast").Overloads, []types.Type{vec(2, f16)}, constant(u32), vec(2, f16)},
		{"bitcast of a wrong size", Lookup("bitcast").Overloads, []types.Type{u32}, constant(vec(2, u32)), nil},
		{"frexp", Lookup("frexp").Overloads, nil, constant(vec(2, f32)), FrexpResult(vec(2, f32))},
		{"atomic", Lookup("atomicAdd").Overloads, nil, []Arg{at(counter), {ai, true}}, u32},
		{"exchange", Lookup("atomicCompareExchangeWeak").Overloads, nil, []Arg{at(counter), {ai, true}, {ai, true}}, ExchangeResult(u32)},
		{"arrayLength", Lookup("arrayLength").Overloads, nil, []Arg{at(ints)}, u32},
		{"barrier", Lookup("workgroupBarrier").Overloads, nil, nil, types.Void{}},
		{"vec3 of parts", Constructors["vec3"], nil, []Arg{{vec(2, ai), true}, at(f32)}, vec(3, f32)},
		{"vec3 too many", Constructors["vec3"], nil, constant(vec(2, ai), vec(2, ai)), nil},
		{"vec4 with a type", Constructors["vec4"], []types.Type{f16}, constant(ai), vec(4, f16)},
		{"f32 of a literal", Constructors["f32"], nil, constant(ai), f32},
		{"u32 of a literal stays abstract", Constructors["u32"], nil, constant(ai), u32},
		{"texture load", Lookup("textureLoad").Overloads, nil, []Arg{at(image), at(vec(2, u32)), {ai, true}}, vec(4, f32)},
		{"texture store", Lookup("textureStore").Overloads, nil, []Arg{at(stored), at(vec(2, u32)), at(vec(4, u32))}, types.Void{}},
		{"texture dimensions", Lookup("textureDimensions").Overloads, nil, []Arg{at(stored)}, vec(2, u32)},
	} {
		m, ok := Resolve(c.from, c.template, c.args)
		switch {
		case c.want == nil && ok:
			t.Errorf("%s: chose %s, want no rule", c.name, m.Overload.Text)
		case c.want != nil && !ok:
			t.Errorf("%s: no rule applies, want %s", c.name, c.want)
		case c.want != nil && m.Result != c.want:
			t.Errorf("%s: result %s, want %s by %s", c.name, m.Result, c.want, m.Overload.Text)
		}
	}
}

func TestEveryFunctionHasARow(t *testing.T) {
	for id, f := range Rows() {
		if f == nil {
			t.Fatalf("no row for %s", ID(id+1))
		}
		if Lookup(f.Name()) != f || Row(f.ID) != f || f.Anchor == "" {
			t.Errorf("row of %s is not found by name and number, or has no anchor", f.Name())
		}
		if len(f.Overloads) == 0 && f.Feature != "buffer_view" {
			t.Errorf("%s has no overload", f.Name())
		}
	}
}

func TestRankPrefersAsTheSpecification(t *testing.T) {
	order := []types.Type{ai, i32, u32, af, f32, f16}
	for i := 1; i < len(order); i++ {
		if Rank(ai, order[i-1]) >= Rank(ai, order[i]) {
			t.Errorf("%s must be preferred over %s", order[i-1], order[i])
		}
	}
	if Rank(af, f32) != 1 || Rank(af, f16) != 2 || Rank(i32, f32) != Infeasible || Rank(af, ai) != Infeasible {
		t.Error("ranks differ from the table")
	}
	if got := Concretization(types.Array{Elem: vec(2, ai), Len: 3}); got != (types.Array{Elem: vec(2, i32), Len: 3}) {
		t.Errorf("concretization is %s", got)
	}
}
