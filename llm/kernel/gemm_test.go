package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestGemm holds products of all kinds of shapes to float64, by assembly and by plain Go.
func TestGemm(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	list := tilers()
	random := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(r.NormFloat64())
		}
		return out
	}
	for round := range 60 {
		g := Gemm{t: list[round%len(list)]}
		m, n, k := 1+r.IntN(130), 1+r.IntN(600), 1+r.IntN(300)
		a, b, c := Rows(random(m*k), m, k), Rows(random(k*n), k, n), Rows(random(m*n), m, n)
		if round%5 > 2 {
			a = Rows(a.Data, k, m).T()
		}
		if round%7 < 3 {
			b = Rows(b.Data, n, k).T()
		}
		before := append([]float32(nil), c.Data...)
		g.Add(c, a, b)
		for range 200 {
			i, j := r.IntN(m), r.IntN(n)
			sum := float64(before[i*n+j])
			for x := range k {
				sum += float64(a.Data[i*a.Row+x*a.Col]) * float64(b.Data[x*b.Row+j*b.Col])
			}
			if d := math.Abs(sum - float64(c.Data[i*n+j])); d > 1e-6*float64(k)+1e-5 {
				t.Fatalf("%dx%dx%d at %d, %d: %g, float64 has %g", m, k, n, i, j, c.Data[i*n+j], sum)
			}
		}
	}
}

// TestTilers wants the same bits of all tilers of this CPU, but for plain Go, which does
// not fuse.
func TestTilers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x := make([]float32, 100*90)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	var first []float32
	for _, l := range tilers()[1:] {
		c := Rows(make([]float32, 100*100), 100, 100)
		(&Gemm{t: l}).Add(c, Rows(x, 100, 90), Rows(x, 100, 90).T())
		if first == nil {
			first = c.Data
		}
		for i, v := range c.Data {
			if v != first[i] {
				t.Fatalf("value %d is %g with %d columns, %g with the first", i, v, l.cols, first[i])
			}
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, s := range [][3]int{{512, 384, 128}, {512, 768, 128}, {128, 384, 512}, {512, 128, 384}, {64, 512, 32}} {
		m, n, k := s[0], s[1], s[2]
		b.Run("", func(b *testing.B) {
			var g Gemm
			x, y, z := Rows(make([]float32, m*k), m, k), Rows(make([]float32, n*k), n, k).T(), Rows(make([]float32, m*n), m, n)
			for b.Loop() {
				g.Add(z, x, y)
			}
			b.ReportMetric(2*float64(m*n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
