package eval

import (
	"math"
	"math/big"
	"math/rand"
	"strings"
	"testing"

	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

type (
	i32 = value.I32
	u32 = value.U32
	f32 = value.F32
	f16 = value.F16
	ai  = value.AbstractInt
	af  = value.AbstractFloat
)

func vec(elems ...value.Value) value.Value {
	return &value.Composite{T: types.Vector{N: len(elems), Elem: types.Elem(elems[0].Type())}, Elems: elems}
}

// TestBinary lists results that the specification fixes; constant is the error of
// a const-expression, "" where it has the same result.
func TestBinary(t *testing.T) {
	const low = math.MinInt32
	for _, c := range []struct {
		x        value.Value
		op       syntax.BinaryOp
		y        value.Value
		want     value.Value
		constant string
	}{
		{i32(math.MaxInt32), syntax.Add, i32(1), i32(low), ""},
		{i32(low), syntax.Sub, i32(1), i32(math.MaxInt32), ""},
		{u32(0), syntax.Sub, u32(1), u32(math.MaxUint32), ""},
		{i32(65536), syntax.Mul, i32(65536), i32(0), ""},
		{i32(7), syntax.Div, i32(-2), i32(-3), ""},
		{i32(-7), syntax.Rem, i32(2), i32(-1), ""},
		{i32(5), syntax.Div, i32(0), i32(5), "division by zero"},
		{i32(5), syntax.Rem, i32(0), i32(0), "division by zero"},
		{u32(5), syntax.Div, u32(0), u32(5), "division by zero"},
		{i32(low), syntax.Div, i32(-1), i32(low), "does not fit"},
		{i32(low), syntax.Rem, i32(-1), i32(0), "does not fit"},
		{u32(1), syntax.Shl, u32(33), u32(2), "not below the bit width"},
		{i32(-8), syntax.Shr, u32(1), i32(-4), ""},
		{u32(1 << 31), syntax.Shl, u32(1), u32(0), "shifted out"},
		{i32(1), syntax.Shl, u32(31), i32(low), "shifted out"},
		{i32(-1), syntax.Shl, u32(31), i32(low), ""},
		{f32(16777216), syntax.Add, f32(1), f32(16777216), ""},
		{f32(5.5), syntax.Rem, f32(-2), f32(1.5), ""},
		{f32(math.MaxFloat32), syntax.Mul, f32(2), f32(math.Inf(1)), "past the finite range"},
		{f32(1), syntax.Div, f32(0), f32(math.Inf(1)), "past the finite range"},
		{f16(2048), syntax.Add, f16(1), f16(2048), ""},
		{f16(65504), syntax.Add, f16(16), f16(math.Inf(1)), "past the finite range"},
		{f16(65504), syntax.Add, f16(15), f16(65504), ""},
		{vec(f32(1), f32(2)), syntax.Mul, f32(3), vec(f32(3), f32(6)), ""},
		{i32(1), syntax.Sub, vec(i32(1), i32(2)), vec(i32(0), i32(-1)), ""},
		{value.Bool(true), syntax.And, value.Bool(false), value.Bool(false), ""},
		{vec(u32(1), u32(5)), syntax.Less, vec(u32(2), u32(5)), vec(value.Bool(true), value.Bool(false)), ""},
	} {
		got, err := Binary(Runtime, c.op, c.x, c.y)
		if err != nil || !value.Equal(got, c.want) {
			t.Errorf("%s %s %s at run time: %v %v, want %s", c.x, c.op, c.y, got, err, c.want)
		}
		got, err = Binary(Constant, c.op, c.x, c.y)
		if c.constant == "" && (err != nil || !value.Equal(got, c.want)) {
			t.Errorf("%s %s %s: %v %v, want %s", c.x, c.op, c.y, got, err, c.want)
		}
		if c.constant != "" && (err == nil || !strings.Contains(err.Error(), c.constant)) {
			t.Errorf("%s %s %s: error %v, want %q", c.x, c.op, c.y, err, c.constant)
		}
	}
}

// TestAbstractInt compares 64-bit arithmetic and its overflow with big integers.
func TestAbstractInt(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	operand := func() int64 {
		n := int64(r.Uint64()) >> r.Intn(64)
		if r.Intn(8) == 0 {
			n = []int64{math.MinInt64, math.MaxInt64, -1, 0, 1}[r.Intn(5)]
		}
		return n
	}
	for i := 0; i < 50000; i++ {
		x, y := operand(), operand()
		a, b := big.NewInt(x), big.NewInt(y)
		for op, f := range map[syntax.BinaryOp]func(x, y *big.Int) *big.Int{
			syntax.Add: new(big.Int).Add, syntax.Sub: new(big.Int).Sub, syntax.Mul: new(big.Int).Mul,
		} {
			want := f(a, b)
			got, err := Binary(Constant, op, ai(x), ai(y))
			if want.IsInt64() != (err == nil) || err == nil && int64(got.(ai)) != want.Int64() {
				t.Fatalf("%d %s %d is %v %v, want %s", x, op, y, got, err, want)
			}
		}
	}
}

// TestRoundsOnce compares f32 and f16 arithmetic with exact arithmetic rounded once.
func TestRoundsOnce(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for i := 0; i < 50000; i++ {
		x, y := math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
		if i%2 == 0 {
			y = x * float32(1+r.Float64())
		}
		if x != x || y != y || math.IsInf(float64(x), 0) || math.IsInf(float64(y), 0) || y == 0 {
			continue
		}
		a, b := new(big.Float).SetPrec(1000).SetFloat64(float64(x)), new(big.Float).SetPrec(1000).SetFloat64(float64(y))
		for op, f := range map[syntax.BinaryOp]func(x, y *big.Float) *big.Float{
			syntax.Add: new(big.Float).SetPrec(1000).Add, syntax.Sub: new(big.Float).SetPrec(1000).Sub,
			syntax.Mul: new(big.Float).SetPrec(1000).Mul, syntax.Div: new(big.Float).SetPrec(1000).Quo,
		} {
			p, q := new(big.Float).SetPrec(1000).Set(a), new(big.Float).SetPrec(1000).Set(b)
			want, _ := f(p, q).Float32()
			got, _ := Binary(Runtime, op, f32(x), f32(y))
			if g := float32(got.(f32)); g != want {
				t.Fatalf("%g %s %g is %g, want %g", x, op, y, g, want)
			}
		}
		h, k := float64(roundHalf(r.NormFloat64())), float64(roundHalf(r.NormFloat64()*1000))
		sum, _ := Binary(Runtime, syntax.Mul, f16(h), f16(k))
		exact, _ := new(big.Float).Mul(big.NewFloat(h), big.NewFloat(k)).Float64()
		if float64(sum.(f16)) != roundHalf(exact) {
			t.Fatalf("%g * %g in f16 is %v", h, k, sum)
		}
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct {
		from     value.Value
		to       types.Type
		want     value.Value
		constant string
	}{
		{f32(3.9), types.U32, u32(3), ""},
		{f32(-1), types.U32, u32(0), ""},
		{f32(1e20), types.U32, u32(4294967040), ""},
		{f32(-3.9), types.I32, i32(-3), ""},
		{f32(1e20), types.I32, i32(2147483520), ""},
		{f32(-1e20), types.I32, i32(math.MinInt32), ""},
		{f32(float32(math.NaN())), types.I32, i32(0), ""},
		{af(1e20), types.I32, i32(math.MaxInt32), ""},
		{f16(65504), types.I32, i32(65504), ""},
		{u32(math.MaxUint32), types.I32, i32(-1), ""},
		{i32(-1), types.U32, u32(math.MaxUint32), ""},
		{u32(16777217), types.F32, f32(16777216), ""},
		{value.Bool(true), types.F16, f16(1), ""},
		{f32(-0.5), types.Bool, value.Bool(true), ""},
		{f32(1e10), types.F16, f16(math.Inf(1)), "past the finite range"},
		{af(65519), types.F16, f16(65504), "past the finite range"},
		{af(1e39), types.F32, f32(math.Inf(1)), "past the finite range"},
		{ai(1 << 40), types.I32, i32(0), "does not fit"},
		{ai(-1), types.U32, u32(math.MaxUint32), "does not fit"},
		{vec(i32(1), i32(-2)), types.Vector{N: 2, Elem: types.F32}, vec(f32(1), f32(-2)), ""},
	} {
		got, err := Convert(Runtime, c.from, c.to)
		if err != nil || !value.Equal(got, c.want) {
			t.Errorf("%s to %s at run time: %v %v, want %s", c.from, c.to, got, err, c.want)
		}
		_, err = Convert(Constant, c.from, c.to)
		if (err != nil) != (c.constant != "") || err != nil && !strings.Contains(err.Error(), c.constant) {
			t.Errorf("%s to %s: error %v, want %q", c.from, c.to, err, c.constant)
		}
	}
}

func TestEveryConstFunctionIsComputed(t *testing.T) {
	for _, f := range builtin.Rows() {
		if f.Const != Computes(f.ID) {
			t.Errorf("%s: const-evaluable %v, computed %v", f.Name(), f.Const, Computes(f.ID))
		}
	}
}
