package resident

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// device is what the shaders run on: soft, or Vulkan where there is one.
func device(t testing.TB, backend string) gpu.Device {
	t.Helper()
	d, err := wgsl.Open(context.Background(), backend, wgsl.Options{CacheDir: t.TempDir()})
	if err != nil && backend == "vulkan" { // for which there may be no driver
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// random is a model of random weights.
func random(t testing.TB, s model.Shape, typ quant.Type, seed uint64) *model.Model {
	t.Helper()
	f, err := model.RandomFile(s, typ, seed)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// engine is a model on a device.
func engine(t testing.TB, d gpu.Device, m *model.Model) *model.Engine {
	t.Helper()
	b, err := New(context.Background(), d, m, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	e := model.NewEngineOn(m, b)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// difference is the root of the mean of the squares of a difference, by that of want.
func difference(got, want []float32) float64 {
	var d, size float64
	for i, w := range want {
		d += float64(got[i]-w) * float64(got[i]-w)
		size += float64(w) * float64(w)
	}
	return math.Sqrt(d / size)
}

// size is the root of the mean of the squares.
func size(x []float32) float64 {
	return math.Sqrt(float64(kernel.DotFloats(x, x)) / float64(len(x)))
}

// highest is the first of the highest logits.
func highest(logits []float32) int {
	best := 0
	for i, v := range logits {
		if v > logits[best] {
			best = i
		}
	}
	return best
}

// allowed is by how much the device's logits may be off. What the CPU's assembly computes word by
// word comes out to the bit on soft, whose fma is exact. Otherwise sums in another order have
// roundings fall the other way: of keys to 16 bits, or of activations to 8.
func allowed(t quant.Type, what string) float64 {
	k := kinds[t]
	switch {
	case k.wordByWord() && kernel.HasAssembly && !strings.HasPrefix(what, "vulkan"):
		return 0
	case k.rounds():
		return 0.15
	}
	return 3e-4
}

// alike has two engines go on from a prompt, greedily, and compares what they see.
func alike(t *testing.T, what string, m *model.Model, cpu, device *model.Engine, prompt []int, more int) {
	t.Helper()
	a, b := cpu.NewSequence(len(prompt)+more), device.NewSequence(len(prompt)+more)
	defer b.Close()
	want, err := a.Feed(prompt)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Feed(prompt)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	most := allowed(m.Layers[0].Output.Type, what)
	worst := difference(got, want)
	for range more {
		next := highest(want)
		if other := highest(got); other != next && float64(want[next]-want[other]) > 2*most*size(want) {
			t.Fatalf("%s: after %d tokens the CPU goes on with %d, the device with %d; their logits differ by %.2g", what, a.Len(), next, highest(got), difference(got, want))
		}
		if want, err = a.Feed([]int{next}); err != nil {
			t.Fatal(err)
		}
		if got, err = b.Feed([]int{next}); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		worst = max(worst, difference(got, want))
	}
	t.Logf("%s: %d tokens alike, logits off by %.2g", what, more, worst)
	if !(worst <= most) {
		t.Errorf("%s: the logits are off by %g", what, worst)
	}
}

func someTokens(r *rand.Rand, m *model.Model, n int) []int {
	tokens := make([]int, n)
	for i := range tokens {
		tokens[i] = r.IntN(m.Vocabulary)
	}
	return tokens
}

// TestArchitectures goes on as the CPU does, with models of every architecture, over more than
// a page of keys.
func TestArchitectures(t *testing.T) {
	d := device(t, "soft")
	for i, s := range model.Small() {
		for _, typ := range []quant.Type{quant.F32, quant.Q8_0} {
			m := random(t, s, typ, uint64(i))
			cpu := model.NewEngine(m, 2, kernel.CacheF16)
			defer cpu.Close()
			alike(t, s.Architecture+" "+typ.String(), m, cpu, engine(t, d, m), someTokens(rand.New(rand.NewPCG(uint64(i), 1)), m, 61), 7)
		}
	}
}

// TestSequences has several texts in one batch, in which one alone fills more than one, asks for
// each token's logits and states, and goes on from a cut.
func TestSequences(t *testing.T) {
	d := device(t, "soft")
	s := model.Small()[4]
	s.Layers, s.Width = 2, 96
	s.FeedForward = 100 // neither fills its last block
	m := random(t, s, quant.F32, 3)
	r := rand.New(rand.NewPCG(3, 1))
	cpu, device := model.NewEngine(m, 2, kernel.CacheF16), engine(t, d, m)
	defer cpu.Close()
	texts := [][]int{someTokens(r, m, 5), someTokens(r, m, 100), someTokens(r, m, 1), someTokens(r, m, 17)}
	all := func(e *model.Engine) [][]float32 {
		var each, states [][]float32
		var spans []model.Span
		for i, text := range texts {
			s := e.NewSequence(120)
			defer s.Close()
			if i == 3 { // begins otherwise, and goes back
				if _, err := s.Feed(append(append([]int{}, text[:4]...), 1, 2, 3)); err != nil {
					t.Fatal(err)
				}
				s.Cut(4)
				text = text[4:]
			}
			span := model.Span{Sequence: s, Tokens: text}
			switch i {
			case 0:
				span.Each = func(_ int, v []float32) { each = append(each, v) }
			case 1:
				span.State = func(_ int, v []float32) { states = append(states, slices.Clone(v)) }
			}
			spans = append(spans, span)
		}
		logits, err := e.Feed(spans)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(each, states, logits)
	}
	want, got := all(cpu), all(device)
	if len(want) != 5+100+4 || len(got) != len(want) {
		t.Fatalf("%d and %d vectors", len(want), len(got))
	}
	for i := range want {
		if e := difference(got[i], want[i]); !(e < 3e-4) {
			t.Errorf("vector %d is off by %g", i, e)
		}
	}
}

// TestProducts holds the products of every type of weights to the CPU's plain kernels.
func TestProducts(t *testing.T) {
	d := device(t, "soft")
	const rows, cols = 37, 512
	r := rand.New(rand.NewPCG(7, 1))
	for _, typ := range quant.Types {
		s := model.Small()[0]
		s.Width, s.Layers = cols, 1
		m := random(t, s, typ, 5)
		b, err := New(context.Background(), d, m, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		weights := &model.Matrix{Type: typ, Rows: rows, Cols: cols, Data: m.Embedding.Data[:rows*len(m.Embedding.Data)/m.Embedding.Rows]}
		for _, n := range []int{1, 2, 9} {
			x := make([]float32, n*cols)
			for i := range x {
				x[i] = float32(r.NormFloat64())
			}
			got := productOf(t, b, weights, x, n)
			for v := range n {
				var a kernel.Activations
				a.Round(x[v*cols:][:cols])
				for row := range rows {
					want := kernel.Plain[typ](weights.Data[row*len(weights.Data)/rows:][:len(weights.Data)/rows], &a)
					if off := math.Abs(float64(got[v*rows+row] - want)); !(off < 2e-5) { // of sums of 512 products of about 1/20
						t.Fatalf("%v, %d vectors: row %d of vector %d is %g, not %g", typ, n, row, v, got[v*rows+row], want)
					}
				}
			}
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// productOf computes rows of a matrix by n vectors on the device.
func productOf(t *testing.T, b *Backend, weights *model.Matrix, x []float32, n int) []float32 {
	t.Helper()
	u, f, in := &uploader{b: b}, &forward{b: b, n: n}, b.room.normed
	m, out := u.matrix(weights), u.empty(n*weights.Rows)
	f.write(in.exact, 0, appendFloats(nil, x...))
	shape := f.uniform(uint32(weights.Cols), uint32(weights.Cols), 0, 0, 0)
	f.call("decoder", "round_rows", operands{0: shape, 4: of(in.exact), 5: of(in.rounded), 6: of(in.rounding)}, 1, n)
	f.product(m, in, n, out, weights.Rows, 0)
	got := make([]float32, n*weights.Rows)
	for _, err := range []error{u.err, f.err, gpu.Submit(b.ctx, b.device, f.calls), readFloats(out, 0, got)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}

// TestTypes goes on as the CPU does, with weights of every type.
func TestTypes(t *testing.T) {
	d := device(t, "soft")
	s := model.Small()[0]
	s.Layers = 2
	for i, typ := range quant.Types {
		m := random(t, s, typ, uint64(i))
		cpu := model.NewEngine(m, 2, kernel.CacheF16)
		defer cpu.Close()
		alike(t, typ.String(), m, cpu, engine(t, d, m), someTokens(rand.New(rand.NewPCG(uint64(i), 1)), m, 9), 5)
	}
}

// TestVulkan is TestArchitectures on a GPU, or on what stands for one.
func TestVulkan(t *testing.T) {
	d := device(t, "vulkan")
	t.Log(d.Name())
	for i, s := range model.Small() {
		m := random(t, s, quant.F32, uint64(i))
		cpu := model.NewEngine(m, 2, kernel.CacheF16)
		defer cpu.Close()
		alike(t, "vulkan "+s.Architecture, m, cpu, engine(t, d, m), someTokens(rand.New(rand.NewPCG(uint64(i), 1)), m, 70), 7)
	}
}
