package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func randomFloats(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// near says that two vectors differ by at most a part of the largest value.
func near(t *testing.T, what string, got, want []float32, part float64) {
	t.Helper()
	var most, worst float64
	for i, w := range want {
		most, worst = max(most, math.Abs(float64(w))), max(worst, math.Abs(float64(got[i]-w)))
	}
	if !(worst <= part*most) || len(got) != len(want) {
		t.Fatalf("%s: off by %g of %g", what, worst, most)
	}
}

// TestRows holds products to plain Go, and a row to what it is beside others, to the bit.
func TestRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		rows, deep, cols := 1+r.IntN(13), 1+r.IntN(70), 16*(1+r.IntN(9))
		a, b := randomFloats(r, rows*deep), randomFloats(r, deep*cols)
		got, want := make([]float32, rows*cols), make([]float32, rows*cols)
		MultiplyRows(got, a, b, rows, deep, cols)
		plainRows(want, a, b, rows, deep, cols)
		near(t, "Rows", got, want, 1e-5)
		for i := range rows {
			alone := make([]float32, cols)
			MultiplyRows(alone, a[i*deep:][:deep], b, 1, deep, cols)
			if !slices.Equal(alone, got[i*cols:][:cols]) {
				t.Fatalf("row %d of %d by %d by %d is another alone", i, rows, deep, cols)
			}
		}
	}
}

// TestSoften holds it to plain Go, with scores that are not seen.
func TestSoften(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 300 {
		x := randomFloats(r, PageTokens)
		for i := range r.IntN(PageTokens) {
			x[i] = -math.MaxFloat32
		}
		most := float32(-math.MaxFloat32)
		if r.IntN(2) == 0 {
			most = float32(3 * r.NormFloat64())
		}
		y := slices.Clone(x)
		above, sum, fade := Soften(x, most)
		wantAbove, wantSum, wantFade := plainSoften(y, most)
		near(t, "Soften", append(x, sum, fade, above), append(y, wantSum, wantFade, wantAbove), 1e-6)
	}
	to, x := randomFloats(r, 64), randomFloats(r, 64)
	want := slices.Clone(to)
	FadeAdd(to, x, 0.75)
	for i, v := range x {
		if want[i] = want[i]*0.75 + v; want[i] != to[i] {
			t.Fatal("FadeAdd is another")
		}
	}
}

// TestPage gives back what was put into pages of each type, as near as the type can, and
// where there is assembly what plain Go gives.
func TestPage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for typ, part := range []float64{CacheF16: 1.0 / 2048, CacheQ8: 1.0 / 253, CacheF32: 0} {
		for _, width := range []int{64, 80, 20} {
			p := PagePart{Type: CacheType(typ), Key: width, Value: width + 4}
			words := make([]uint32, p.Words())
			keys, values := make([][]float32, PageTokens), make([][]float32, PageTokens)
			for _, i := range r.Perm(PageTokens) {
				keys[i], values[i] = randomFloats(r, p.Key), randomFloats(r, p.Value)
				p.Put(words, i, keys[i], values[i])
			}
			k, v := p.Open(words, make([]float32, PageTokens*(p.Key+p.ValueWidth())))
			for i := range PageTokens {
				key := make([]float32, p.Key)
				for d := range key {
					key[d] = k[d*PageTokens+i]
				}
				near(t, p.Type.String()+" keys", key, keys[i], part)
				near(t, p.Type.String()+" values", v[i*p.ValueWidth():][:p.Value], values[i], part)
			}
		}
	}
}

// TestHalves rounds as plain Go does, beyond what halves hold too.
func TestHalves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	x := append(randomFloats(r, 1000), float32(math.Inf(1)), float32(math.Inf(-1)), 65504, 65519, 65520, -1e30, 1e-8, 6e-8, 0, float32(math.Copysign(0, -1)))
	for i := range x[:1000] {
		x[i] *= float32(math.Exp(5 * r.NormFloat64()))
	}
	got, want := make([]uint16, len(x)), make([]uint16, len(x))
	toHalves(got, x)
	plainToHalves(want, x)
	if !slices.Equal(got, want) {
		t.Fatal("halves differ from plain Go's")
	}
	nan := []float32{float32(math.NaN()), 1, 1, 1, 1, 1, 1, 1}
	toHalves(got, nan)
	back := make([]float32, 8)
	fromHalves(back, got[:8])
	if back[0] == back[0] {
		t.Fatalf("a NaN becomes %g", back[0])
	}
}

// TestBits holds what WGSL must give the same bits of, the exponential function and what is made
// of it, to plain Go: they may differ where a float64 falls between two floats, which is rare.
func TestBits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	var differ, all int
	same := func(got, want float32) {
		if all++; got != want {
			differ++
		}
	}
	for range 500 {
		x, u := randomFloats(r, 64), randomFloats(r, 64)
		for i := range x {
			x[i] *= float32(math.Exp(2 * r.NormFloat64()))
		}
		silu, gelu, e := slices.Clone(x), slices.Clone(x), slices.Clone(x)
		SiLUMultiply(silu, u)
		GELUMultiply(gelu, u)
		ExpSum(e, 1)
		for i, v := range x {
			one := []float32{v}
			SiLUMultiply(one, u[i:i+1])
			same(silu[i], one[0])
			one[0] = v
			GELUMultiply(one, u[i:i+1])
			same(gelu[i], one[0])
			same(e[i], Exp(v-1))
		}
		n := 8 * (1 + r.IntN(40))
		x = randomFloats(r, n)
		same(SumSquares(x), plainSquares(x))
	}
	if differ > all/100_000 {
		t.Errorf("%d of %d differ", differ, all)
	}
}

// TestFunctions holds the exponential function's kin to the library's.
func TestFunctions(t *testing.T) {
	for x := -20.0; x < 20; x += 0.037 {
		g, z := []float32{float32(x)}, math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)
		GELUMultiply(g, []float32{1})
		for what, d := range map[string][2]float64{
			"Exp": {float64(Exp(float32(x))) / math.Exp(float64(float32(x))), 1}, "Tanh": {float64(Tanh(float32(x))), math.Tanh(x)},
			"GELU": {float64(g[0]), 0.5 * x * (1 + math.Tanh(z))},
		} {
			if math.Abs(d[0]-d[1]) > 2e-6*max(1, math.Abs(x)) {
				t.Errorf("%s(%g) is %g, not %g", what, x, d[0], d[1])
			}
		}
	}
}
