package model

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/quant"
)

// file is one of the small models as a file, parsed.
func file(t testing.TB, s Shape, typ quant.Type, seed uint64) *gguf.File {
	t.Helper()
	f, err := RandomFile(s, typ, seed)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// difference is the root of the mean of the squares of a difference, by that of want.
func difference(got []float32, want []float64) float64 {
	var d, size float64
	for i, w := range want {
		d += (float64(got[i]) - w) * (float64(got[i]) - w)
		size += w * w
	}
	return math.Sqrt(d / size)
}

// TestEngine holds the engine to the reference on every architecture: with weights of 32
// bits to the rounding of float32, with others to that of 8-bit activations.
func TestEngine(t *testing.T) {
	for i, s := range Small() {
		for typ, most := range map[quant.Type]float64{quant.F32: 1e-5, quant.Q8_0: 0.06} {
			m, err := Load(file(t, s, typ, uint64(i)))
			if err != nil {
				t.Fatalf("%s: %v", s.Architecture, err)
			}
			r := rand.New(rand.NewPCG(uint64(i), 9))
			tokens := make([]int, 14)
			for k := range tokens {
				tokens[k] = r.IntN(m.Vocabulary)
			}
			e := NewEngine(m, 3, kernel.CacheF32)
			defer e.Close()
			ref, seq := NewReference(m, 256), e.NewSequence(256)
			var want []float64
			for _, token := range tokens[:11] {
				if want, err = ref.Next(token); err != nil {
					t.Fatal(err)
				}
			}
			got, err := seq.Feed(tokens[:11])
			if err != nil {
				t.Fatal(err)
			}
			worst := difference(got, want)
			for _, token := range tokens[11:] {
				if want, err = ref.Next(token); err != nil {
					t.Fatal(err)
				}
				if got, err = seq.Feed([]int{token}); err != nil {
					t.Fatal(err)
				}
				worst = max(worst, difference(got, want))
			}
			if t.Logf("%s, %v: off by %.2g", s.Architecture, typ, worst); worst > most {
				t.Errorf("%s, %v: the logits are off by %g", s.Architecture, typ, worst)
			}
		}
	}
}

// TestBatches gives the same logits whatever the batches, the workers, and after a cut.
func TestBatches(t *testing.T) {
	m, err := Load(file(t, Small()[0], quant.Q8_0, 5))
	if err != nil {
		t.Fatal(err)
	}
	tokens := make([]int, 150)
	for i := range tokens {
		tokens[i] = i * 7 % 300
	}
	var want []float32
	for _, parts := range [][]int{{150}, {1, 149}, {70, 70, 10}} {
		e := NewEngine(m, 1+len(parts), kernel.CacheF32)
		defer e.Close()
		s := e.NewSequence(200)
		at := 0
		var got []float32
		for _, n := range parts {
			if got, err = s.Feed(tokens[at : at+n]); err != nil {
				t.Fatal(err)
			}
			at += n
		}
		if want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Errorf("in parts of %v the logits are others", parts)
		}
		s.Cut(100)
		if got, err = s.Feed(tokens[100:]); err != nil || !slices.Equal(got, want) || s.Len() != 150 {
			t.Errorf("after a cut the logits are others, %v", err)
		}
		if _, err := s.Feed(make([]int, 51)); !errors.Is(err, ErrContext) {
			t.Errorf("201 tokens in a context of 200: %v", err)
		}
		if _, err := s.Feed([]int{300}); err == nil {
			t.Error("token 300 of 300 is taken")
		}
	}
}

// TestSpans feeds several sequences at once, of different lengths; each comes to the logits
// that it comes to alone.
func TestSpans(t *testing.T) {
	for _, s := range []Shape{Small()[0], Small()[3], Small()[5]} {
		m, err := Load(file(t, s, quant.Q8_0, 5))
		if err != nil {
			t.Fatal(err)
		}
		e := NewEngine(m, 2, kernel.CacheF32)
		defer e.Close()
		alone, together := make([]*Sequence, 4), make([]*Sequence, 4)
		for i := range alone {
			alone[i], together[i] = e.NewSequence(200), e.NewSequence(200)
		}
		for round := range 4 {
			var spans []Span
			var want [][]float32
			for i := range alone {
				tokens := make([]int, 1+(i*37*(3-round)+round)%90)
				for k := range tokens {
					tokens[k] = (i*31 + k*7 + round) % 300
				}
				logits, err := alone[i].Feed(tokens)
				if err != nil {
					t.Fatal(err)
				}
				spans, want = append(spans, Span{Sequence: together[i], Tokens: tokens}), append(want, logits)
			}
			got, err := e.Feed(spans)
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if !slices.Equal(got[i], want[i]) {
					t.Errorf("%s, round %d: sequence %d has other logits than alone", s.Architecture, round, i)
				}
			}
		}
	}
}

// TestRefused changes a file so that it disagrees with itself.
func TestRefused(t *testing.T) {
	s := Small()[0]
	s.Layers, s.Width, s.Heads, s.KV, s.Head, s.Vocabulary, s.Context = 2, 64, 4, 2, 16, 50, 64
	for name, c := range map[string]struct {
		change func(pairs map[string]any, tensors map[string]*gguf.Tensor)
		want   string
	}{
		"another architecture": {func(p map[string]any, _ map[string]*gguf.Tensor) { p["general.architecture"] = "mamba" }, `"mamba" is not known; known are llama`},
		"no layers":            {func(p map[string]any, _ map[string]*gguf.Tensor) { delete(p, "llama.block_count") }, "there is no llama.block_count"},
		"more layers":          {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.block_count"] = uint32(3) }, `there is no tensor "blk.2.`},
		"odd heads":            {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.attention.head_count_kv"] = uint32(3) }, "do not divide"},
		"a far width":          {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.embedding_length"] = uint32(1 << 30) }, "from 1 to"},
		"another width":        {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.embedding_length"] = uint32(128) }, "has the shape"},
		"a text for a number":  {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.context_length"] = "many" }, "a whole number"},
		"a norm that is no number": {func(_ map[string]any, x map[string]*gguf.Tensor) {
			quant.Encode(quant.F32, x["output_norm.weight"].Data, []float32{float32(math.NaN())})
		}, `value 0 of the tensor "output_norm.weight"`},
		"an unknown scaling": {func(p map[string]any, _ map[string]*gguf.Tensor) { p["llama.rope.scaling.type"] = "magic" }, `"magic"`},
	} {
		pairs, tensors, err := Random(s, quant.Q8_0, 1)
		if err != nil {
			t.Fatal(err)
		}
		byKey, byName := map[string]any{}, map[string]*gguf.Tensor{}
		for _, p := range pairs {
			byKey[p.Key] = p.Value
		}
		for i := range tensors {
			byName[tensors[i].Name] = &tensors[i]
		}
		c.change(byKey, byName)
		pairs = nil
		for k, v := range byKey {
			pairs = append(pairs, gguf.Pair{Key: k, Value: v})
		}
		var b bytes.Buffer
		if err := gguf.Write(&b, pairs, tensors); err != nil {
			t.Fatal(err)
		}
		f, err := gguf.Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(f); !errors.Is(err, ErrModel) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheck finds a weight that is no number.
func TestCheck(t *testing.T) {
	f := file(t, Small()[0], quant.F16, 1)
	steps := 0
	if err := Check(f, func(int, int) { steps++ }); err != nil || steps != len(f.Tensors) {
		t.Fatalf("%d of %d tensors, %v", steps, len(f.Tensors), err)
	}
	x, _ := f.Tensor("blk.3.ffn_up.weight")
	quant.Encode(quant.F16, x.Data[2*(256*5+7):], []float32{float32(math.NaN())})
	if err := Check(f, func(int, int) {}); !errors.Is(err, ErrWeights) || !strings.Contains(err.Error(), fmt.Sprintf("weight 7 of row 5 of the tensor %q", x.Name)) {
		t.Errorf("a weight that is no number: %v", err)
	}
}
