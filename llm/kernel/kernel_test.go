package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pxos/llm/quant"
)

// random is a row of weights of a type, with every bit pattern that is a number, and a
// vector.
func random(r *rand.Rand, t quant.Type, n int) (row []byte, x []float32) {
	bytes, err := t.RowBytes(n)
	if err != nil {
		panic(err)
	}
	w := make([]float32, n)
	for i := range w {
		w[i] = float32(r.NormFloat64())
	}
	row = make([]byte, bytes)
	quant.Encode(t, row, w)
	if t == quant.Q8_0 && r.IntN(2) == 0 {
		row[2+r.IntN(32)] = 0x80 // -128, which Encode does not make
	}
	x = make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * math.Exp(r.NormFloat64()))
	}
	return row, x
}

// TestNative holds the CPU's kernels to plain Go; both only differ in the order of sums.
func TestNative(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for typ, dot := range native() {
		for range 3000 {
			info, _ := typ.Info()
			row, x := random(r, typ, max(32, info.BlockValues)*(1+r.IntN(20)))
			if typ == quant.F32 || typ == quant.F16 || typ == quant.BF16 {
				n := len(x) - r.IntN(32)
				row, x = row[:n*info.BlockBytes], x[:n]
			}
			var a Activations
			a.Round(x)
			got, want := dot(row, &a), Plain[typ](row, &a)
			var size float64
			values := make([]float32, len(x))
			quant.Decode(typ, values, row)
			for i, v := range values {
				size += math.Abs(float64(v) * float64(x[i]))
			}
			if d := math.Abs(float64(got - want)); d > size*1e-5 {
				t.Fatalf("%v, %d values: %g, plain Go %g, off by %g of %g", typ, len(x), got, want, d, size)
			}
		}
	}
}

// TestPlain holds plain Go to float64, as near as 8 bits of activations allow.
func TestPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, typ := range quant.Types {
		for range 200 {
			row, x := random(r, typ, 256*(1+r.IntN(4)))
			var a Activations
			a.Round(x)
			values := make([]float32, len(x))
			quant.Decode(typ, values, row)
			var want, size, rounding float64
			for i, v := range values {
				want += float64(v) * float64(x[i])
				size += math.Abs(float64(v) * float64(x[i]))
				if typ != quant.F32 && typ != quant.F16 && typ != quant.BF16 {
					rounding += math.Abs(float64(v)) * float64(a.Scales[i/Block]) / 2
				}
			}
			if d := math.Abs(float64(Plain[typ](row, &a)) - want); d > size*1e-5+rounding {
				t.Fatalf("%v: off by %g, rounding allows %g", typ, d, rounding)
			}
		}
	}
}

// TestFours gives what one vector at a time gives, to the bit.
func TestFours(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for typ, four := range nativeFours() {
		for range 1000 {
			n := 32 * (1 + r.IntN(40))
			row, _ := random(r, typ, n)
			var list []*Activations
			for range 4 {
				_, x := random(r, typ, n)
				a := &Activations{}
				a.Round(x)
				list = append(list, a)
			}
			var got [4]float32
			four(row, list, &got)
			for i, a := range list {
				if want := native()[typ](row, a); got[i] != want {
					t.Fatalf("%v, vector %d of %d values: %g, alone %g", typ, i, n, got[i], want)
				}
			}
		}
	}
}

// TestRound gives what plain Go gives, to the bit.
func TestRound(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	for range 2000 {
		x := make([]float32, 32*(1+r.IntN(5)))
		for i := range x {
			switch r.IntN(4) {
			case 0:
				x[i] = float32(r.NormFloat64() * math.Exp(20*r.NormFloat64()))
			case 1:
				x[i] = float32(r.IntN(255)-127) / 2 // halves, which go to even
			}
		}
		var got Activations
		got.Round(x)
		want := Activations{Values: x, Scales: make([]float32, len(x)/32), Sums: make([]float32, len(x)/32), Q: make([]int8, len(x))}
		want.roundPlain()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("of %v\n%v\nplain Go %v", x, got, want)
		}
	}
}

// TestExp holds the exponential to float64.
func TestExp(t *testing.T) {
	for n := range 40 {
		x, want, sum := make([]float32, n), make([]float64, n), 0.0
		g, u := make([]float32, n), make([]float32, n)
		for i := range x {
			x[i] = 10 - float32(i*i)*0.37*float32(n)/20
			want[i] = math.Exp(float64(x[i] - 10))
			sum += want[i]
			g[i], u[i] = float32(i-20)*float32(n)/7, 1.5
		}
		got := ExpSum(x, 10)
		if math.Abs(float64(got)-sum) > 1e-6*sum {
			t.Errorf("the sum of %d is %g, want %g", n, got, sum)
		}
		values := append([]float32(nil), g...)
		SiLUMultiply(g, u)
		for i := range x {
			if d := math.Abs(float64(x[i]) - want[i]); d > 3e-7*want[i]+1e-37 {
				t.Errorf("of %d value %d is %g, want %g", n, i, x[i], want[i])
			}
			v := float64(values[i])
			if w := v / (1 + math.Exp(-v)) * 1.5; math.Abs(float64(g[i])-w) > 1e-6*math.Abs(w)+1e-30 {
				t.Errorf("SiLU of %g is %g, want %g", v, g[i], w)
			}
		}
	}
}

// TestAddScaled holds the CPU's kernel to plain Go.
func TestAddScaled(t *testing.T) {
	for n := range 70 {
		to, x := make([]float32, n), make([]float32, n)
		for i := range x {
			to[i], x[i] = float32(i)*0.5, float32(n-i)
		}
		AddScaled(to, x, 0.25)
		for i, v := range to {
			if want := float32(i)*0.5 + 0.25*float32(n-i); v != want {
				t.Fatalf("of %d value %d is %g, want %g", n, i, v, want)
			}
		}
	}
}

// TestMultiply gives the same whatever the number of workers.
func TestMultiply(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const rows, cols = 300, 64
	w := Work{Type: quant.Q8_0, Rows: rows}
	for range rows {
		row, _ := random(r, quant.Q8_0, cols)
		w.Data = append(w.Data, row...)
	}
	for range 3 {
		_, x := random(r, quant.Q8_0, cols)
		a := &Activations{}
		a.Round(x)
		w.In = append(w.In, a)
	}
	var want string
	for workers := range 5 {
		w.Out = [][]float32{make([]float32, rows), make([]float32, rows), make([]float32, rows)}
		p := NewPool(workers)
		p.Multiply(w)
		p.Close()
		if got := fmt.Sprint(w.Out); want == "" {
			want = got
		} else if got != want {
			t.Fatalf("%d workers give something else", workers)
		}
	}
}

func BenchmarkDot(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, typ := range []quant.Type{quant.F32, quant.F16, quant.Q8_0, quant.Q4_0, quant.Q4_K, quant.Q5_K, quant.Q6_K} {
		row, x := random(r, typ, 4096)
		var a Activations
		a.Round(x)
		for name, dots := range map[string]map[quant.Type]Dot{"plain": Plain, "native": native()} {
			b.Run(fmt.Sprintf("%v/%s", typ, name), func(b *testing.B) {
				b.SetBytes(int64(len(row)))
				for b.Loop() {
					dots[typ](row, &a)
				}
			})
		}
	}
}

// TestGrids gives what Dot gives for each row and vector, to the bit, by whatever kernels and
// workers: the wide ones too, and those that would be used without them.
func TestGrids(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	p := NewPool(2)
	defer p.Close()
	for _, typ := range quant.Types {
		for range 40 {
			rows, vectors, cols := 1+r.IntN(70), 1+r.IntN(14), 256*(1+r.IntN(3))
			if info, _ := typ.Info(); info.BlockValues == 1 {
				cols -= r.IntN(40)
			} else if info.BlockValues == 32 {
				cols -= 32 * r.IntN(4)
			}
			w := Work{Type: typ, Rows: rows}
			for range rows {
				row, _ := random(r, typ, cols)
				w.Data = append(w.Data, row...)
			}
			for range vectors {
				_, x := random(r, quant.F32, cols)
				a := &Activations{}
				a.Round(x)
				w.In, w.Out = append(w.In, a), append(w.Out, make([]float32, rows))
			}
			p.Multiply(w)
			bytes := len(w.Data) / rows
			for i, a := range w.In {
				for n := range rows {
					if want := dots()[typ](w.Data[n*bytes:][:bytes], a); w.Out[i][n] != want {
						t.Fatalf("%v, %d x %d by %d: row %d of vector %d is %g, alone %g", typ, rows, cols, vectors, n, i, w.Out[i][n], want)
					}
				}
			}
		}
	}
}

// TestStripRows gives by the kernels for a row, which a CPU with VNNI uses for the last rows alone,
// what Dot gives.
func TestStripRows(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 11))
	for typ, s := range nativeStrips() {
		if s.four = nil; s.one == nil {
			continue
		}
		for range 60 {
			rows, blocks := 1+r.IntN(4), 1+r.IntN(5)
			w := Work{Type: typ, Rows: rows}
			for range rows {
				row, _ := random(r, typ, 256*blocks)
				w.Data = append(w.Data, row...)
			}
			for range 4 {
				_, x := random(r, quant.F32, 256*blocks)
				a := &Activations{}
				a.Round(x)
				w.In, w.Out = append(w.In, a), append(w.Out, make([]float32, rows))
			}
			p := NewPool(1)
			p.multiplyStrips(w, &s)
			p.Close()
			for i, a := range w.In {
				for n := range rows {
					if want := dots()[typ](w.Data[n*len(w.Data)/rows:][:len(w.Data)/rows], a); w.Out[i][n] != want {
						t.Fatalf("%v: row %d of vector %d is %g, alone %g", typ, n, i, w.Out[i][n], want)
					}
				}
			}
		}
	}
}

// TestNarrow holds the kernels for AVX2 that a CPU with AVX-512 does not use to those it does.
func TestNarrow(t *testing.T) {
	if !hasWide {
		t.Skip("this CPU uses them")
	}
	defer func() { hasWide = true }()
	wide := nativeFours()
	hasWide = false
	narrow := nativeFours()
	r := rand.New(rand.NewPCG(2, 10))
	for _, typ := range []quant.Type{quant.F32, quant.F16, quant.BF16} {
		for range 300 {
			n := 1 + r.IntN(300)
			row, _ := random(r, typ, n)
			var a []*Activations
			for range 4 {
				_, x := random(r, quant.F32, n)
				a = append(a, &Activations{Values: x})
			}
			var got, want [4]float32
			narrow[typ](row, a, &got)
			wide[typ](row, a, &want)
			if got != want {
				t.Fatalf("%v, %d: %v by AVX2, %v by AVX-512", typ, n, got, want)
			}
		}
	}
}
