package eval

import (
	"math"
	"strings"
	"testing"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// calls lists built-in functions with arguments and results; an error is that of
// a const-expression.
var calls = []struct {
	name string
	args []value.Value
	want value.Value
	err  string
}{
	{"abs", []value.Value{i32(math.MinInt32)}, i32(math.MinInt32), ""},
	{"abs", []value.Value{f32(float32(math.Copysign(0, -1)))}, f32(0), ""},
	{"acos", []value.Value{f32(1)}, f32(0), ""},
	{"acos", []value.Value{f32(2)}, nil, "outside the domain"},
	{"atanh", []value.Value{af(1)}, nil, "past the finite range"},
	{"all", []value.Value{vec(value.Bool(true), value.Bool(false))}, value.Bool(false), ""},
	{"any", []value.Value{vec(value.Bool(true), value.Bool(false))}, value.Bool(true), ""},
	{"select", []value.Value{i32(1), i32(2), value.Bool(true)}, i32(2), ""},
	{"select", []value.Value{vec(i32(1), i32(2)), vec(i32(3), i32(4)), vec(value.Bool(true), value.Bool(false))}, vec(i32(3), i32(2)), ""},
	{"clamp", []value.Value{f32(5), f32(0), f32(1)}, f32(1), ""},
	{"clamp", []value.Value{i32(5), i32(2), i32(1)}, nil, "greater than the high bound"},
	{"countLeadingZeros", []value.Value{u32(0)}, u32(32), ""},
	{"countTrailingZeros", []value.Value{u32(8)}, u32(3), ""},
	{"countOneBits", []value.Value{i32(-1)}, i32(32), ""},
	{"cross", []value.Value{vec(f32(1), f32(0), f32(0)), vec(f32(0), f32(1), f32(0))}, vec(f32(0), f32(0), f32(1)), ""},
	{"degrees", []value.Value{af(math.Pi)}, af(180), ""},
	{"distance", []value.Value{vec(f32(0), f32(0)), vec(f32(3), f32(4))}, f32(5), ""},
	{"dot", []value.Value{vec(i32(1), i32(2)), vec(i32(3), i32(4))}, i32(11), ""},
	{"dot", []value.Value{vec(ai(math.MaxInt64), ai(1)), vec(ai(2), ai(1))}, nil, "does not fit AbstractInt"},
	{"dot4U8Packed", []value.Value{u32(0x01020304), u32(0x01010102)}, u32(1 + 2 + 3 + 8), ""},
	{"dot4I8Packed", []value.Value{u32(0xff000000), u32(0x02000000)}, i32(-2), ""},
	{"extractBits", []value.Value{i32(0xf0), u32(4), u32(4)}, i32(-1), ""},
	{"extractBits", []value.Value{u32(0xf0), u32(4), u32(4)}, u32(15), ""},
	{"extractBits", []value.Value{u32(0xf0), u32(30), u32(4)}, nil, "pass the 32 bits"},
	{"extractBits", []value.Value{u32(0xf0), u32(32), u32(0)}, u32(0), ""},
	{"insertBits", []value.Value{u32(0), u32(0xff), u32(4), u32(4)}, u32(0xf0), ""},
	{"insertBits", []value.Value{u32(0), u32(7), u32(0), u32(32)}, u32(7), ""},
	{"faceForward", []value.Value{vec(f32(1), f32(2)), vec(f32(1), f32(0)), vec(f32(1), f32(0))}, vec(f32(-1), f32(-2)), ""},
	{"firstLeadingBit", []value.Value{i32(-1)}, i32(-1), ""},
	{"firstLeadingBit", []value.Value{i32(-5)}, i32(2), ""},
	{"firstLeadingBit", []value.Value{u32(0)}, u32(math.MaxUint32), ""},
	{"firstTrailingBit", []value.Value{u32(12)}, u32(2), ""},
	{"fma", []value.Value{f32(2), f32(3), f32(4)}, f32(10), ""},
	{"fract", []value.Value{f32(-1.25)}, f32(0.75), ""},
	{"inverseSqrt", []value.Value{f32(4)}, f32(0.5), ""},
	{"inverseSqrt", []value.Value{f32(0)}, nil, "past the finite range"},
	{"ldexp", []value.Value{f32(1.5), i32(3)}, f32(12), ""},
	{"ldexp", []value.Value{f32(0), i32(129)}, nil, "greater than 128"},
	{"length", []value.Value{f32(-3)}, f32(3), ""},
	{"length", []value.Value{vec(f32(3), f32(4))}, f32(5), ""},
	{"log2", []value.Value{f32(8)}, f32(3), ""},
	{"log", []value.Value{f32(0)}, nil, "past the finite range"},
	{"max", []value.Value{vec(i32(1), i32(9)), vec(i32(5), i32(2))}, vec(i32(5), i32(9)), ""},
	{"mix", []value.Value{vec(f32(0), f32(2)), vec(f32(4), f32(4)), f32(0.5)}, vec(f32(2), f32(3)), ""},
	{"normalize", []value.Value{vec(f32(0), f32(0))}, nil, "length 0"},
	{"normalize", []value.Value{vec(f32(0), f32(2))}, vec(f32(0), f32(1)), ""},
	{"pow", []value.Value{f32(2), f32(10)}, f32(1024), ""},
	{"pow", []value.Value{f32(-2), f32(2)}, nil, "negative"},
	{"quantizeToF16", []value.Value{f32(1.0009)}, f32(1.0009765625), ""},
	{"quantizeToF16", []value.Value{f32(70000)}, nil, "past the finite range of f16"},
	{"reflect", []value.Value{vec(f32(1), f32(-1)), vec(f32(0), f32(1))}, vec(f32(1), f32(1)), ""},
	{"refract", []value.Value{vec(f32(0), f32(-1)), vec(f32(0), f32(1)), f32(1)}, vec(f32(0), f32(-1)), ""},
	{"reverseBits", []value.Value{u32(1)}, u32(1 << 31), ""},
	{"round", []value.Value{f32(2.5)}, f32(2), ""},
	{"saturate", []value.Value{f16(2)}, f16(1), ""},
	{"sign", []value.Value{i32(-9)}, i32(-1), ""},
	{"smoothstep", []value.Value{f32(0), f32(2), f32(1)}, f32(0.5), ""},
	{"smoothstep", []value.Value{f32(1), f32(1), f32(1)}, nil, "edges are equal"},
	{"step", []value.Value{f32(1), f32(1)}, f32(1), ""},
	{"trunc", []value.Value{f32(-1.5)}, f32(-1), ""},
	{"pack4x8snorm", []value.Value{vec(f32(-1), f32(1), f32(0), f32(2))}, u32(0x7f007f81), ""},
	{"pack4x8unorm", []value.Value{vec(f32(1), f32(0), f32(0.5), f32(-1))}, u32(0x008000ff), ""},
	{"pack4xI8", []value.Value{vec(i32(-1), i32(257), i32(2), i32(3))}, u32(0x030201ff), ""},
	{"pack4xI8Clamp", []value.Value{vec(i32(-1), i32(257), i32(2), i32(-300))}, u32(0x80027fff), ""},
	{"pack4xU8Clamp", []value.Value{vec(u32(1), u32(257), u32(2), u32(3))}, u32(0x0302ff01), ""},
	{"pack2x16snorm", []value.Value{vec(f32(1), f32(-1))}, u32(0x80017fff), ""},
	{"pack2x16unorm", []value.Value{vec(f32(1), f32(0))}, u32(0x0000ffff), ""},
	{"pack2x16float", []value.Value{vec(f32(1), f32(-2))}, u32(0xc0003c00), ""},
	{"pack2x16float", []value.Value{vec(f32(1e6), f32(0))}, nil, "past the finite range"},
	{"unpack4x8snorm", []value.Value{u32(0x807f0001)}, vec(f32(1.0/127), f32(0), f32(1), f32(-1)), ""},
	{"unpack4xI8", []value.Value{u32(0x80ff0102)}, vec(i32(2), i32(1), i32(-1), i32(-128)), ""},
	{"unpack4xU8", []value.Value{u32(0x80ff0102)}, vec(u32(2), u32(1), u32(255), u32(128)), ""},
	{"unpack2x16float", []value.Value{u32(0xc0003c00)}, vec(f32(1), f32(-2)), ""},
	{"unpack2x16float", []value.Value{u32(0x00007c00)}, nil, "past the finite range"},
	{"unpack2x16float", []value.Value{u32(0x7e000000)}, nil, "not a number"},
}

func TestCalls(t *testing.T) {
	for _, c := range calls {
		f := builtin.Lookup(c.name)
		args := make([]builtin.Arg, len(c.args))
		for i, a := range c.args {
			args[i] = builtin.Arg{Type: a.Type(), Const: true}
		}
		m, ok := builtin.Resolve(f.Overloads, nil, args)
		if !ok {
			t.Errorf("%s(%s) has no overload", c.name, listing(c.args))
			continue
		}
		got, err := Call(Constant, f.ID, m.Result, c.args)
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s(%s): error %v, want %q", c.name, listing(c.args), err, c.err)
		case c.err == "" && (err != nil || !value.Equal(got, c.want)):
			t.Errorf("%s(%s) is %v %v, want %s", c.name, listing(c.args), got, err, c.want)
		}
		if v, err := Call(Runtime, f.ID, m.Result, c.args); err != nil || v.Type() != m.Result {
			t.Errorf("%s(%s) at run time: %v %v", c.name, listing(c.args), v, err)
		}
	}
}

func TestMatrices(t *testing.T) {
	m := Construct(types.Matrix{Cols: 2, Rows: 2, Elem: types.F32}, []value.Value{f32(1), f32(2), f32(3), f32(4)})
	for _, c := range []struct {
		name string
		want value.Value
	}{
		{"determinant", f32(-2)},
		{"transpose", Construct(m.Type(), []value.Value{f32(1), f32(3), f32(2), f32(4)})},
	} {
		f := builtin.Lookup(c.name)
		r, _ := builtin.Resolve(f.Overloads, nil, []builtin.Arg{{Type: m.Type(), Const: true}})
		if got, err := Call(Constant, f.ID, r.Result, []value.Value{m}); err != nil || !value.Equal(got, c.want) {
			t.Errorf("%s is %v %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestBitcast(t *testing.T) {
	for _, c := range []struct {
		from value.Value
		to   types.Type
		want value.Value
	}{
		{f32(1), types.U32, u32(0x3f800000)},
		{u32(0x3c00c000), types.Vector{N: 2, Elem: types.F16}, vec(f16(-2), f16(1))},
		{vec(f16(-2), f16(1)), types.U32, u32(0x3c00c000)},
		{ai(7), types.U32, u32(7)},
		{vec(i32(-1), i32(1)), types.Vector{N: 2, Elem: types.U32}, vec(u32(math.MaxUint32), u32(1))},
		{vec(f16(1), f16(2), f16(3)), types.Vector{N: 3, Elem: types.F16}, vec(f16(1), f16(2), f16(3))},
	} {
		if got, err := Call(Constant, builtin.Bitcast, c.to, []value.Value{c.from}); err != nil || !value.Equal(got, c.want) {
			t.Errorf("bitcast<%s>(%s) is %v %v, want %s", c.to, c.from, got, err, c.want)
		}
	}
	if _, err := Call(Constant, builtin.Bitcast, types.F32, []value.Value{u32(0x7f800000)}); err == nil {
		t.Error("an infinity is no constant")
	}
	if v, err := Call(Runtime, builtin.Bitcast, types.F32, []value.Value{u32(0x7fc00001)}); err != nil || math.Float32bits(float32(v.(f32))) != 0x7fc00001 {
		t.Errorf("the bits of a NaN are not kept: %v %v", v, err)
	}
}

func TestPartial(t *testing.T) {
	if err := CheckPartial(builtin.Clamp, types.F32, []value.Value{nil, f32(2), f32(1)}); err == nil {
		t.Error("clamp with exchanged bounds is accepted")
	}
	if err := CheckPartial(builtin.Clamp, types.F32, []value.Value{nil, nil, f32(1)}); err != nil {
		t.Errorf("clamp with one bound is refused: %v", err)
	}
	if err := CheckPartial(builtin.Ldexp, types.F16, []value.Value{nil, i32(17)}); err == nil {
		t.Error("ldexp of f16 by 17 is accepted")
	}
}
