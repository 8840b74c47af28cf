package score

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// bytesModel is a model of random weights whose tokens are bytes; with begin, the byte 0
// begins texts; with add, the vocabulary says so.
func bytesModel(t *testing.T, begin, add bool) (*model.Model, *token.Vocabulary) {
	t.Helper()
	extra := token.ByteVocabulary()
	if begin {
		extra = append(extra, gguf.Pair{Key: "tokenizer.ggml.bos_token_id", Value: uint32(0)}, gguf.Pair{Key: "tokenizer.ggml.add_bos_token", Value: add})
	}
	f, err := model.RandomFile(model.Shape{Architecture: "llama", Layers: 2, Width: 32, FeedForward: 64, Heads: 2, KV: 2, Head: 16, Vocabulary: 256, Context: 64, Tied: true, Extra: extra}, quant.F32, 1)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	v, err := token.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return m, v
}

// slow is the costs, each by the reference over its window alone.
func slow(t *testing.T, m *model.Model, ids []int, length int) (bits []float64) {
	t.Helper()
	for next := 1; next < len(ids); next++ {
		from := 0
		for min(from+length, len(ids)-1) < next {
			from += length / 2
		}
		r := model.NewReference(m, length)
		var logits []float64
		for _, id := range ids[from:next] {
			var err error
			if logits, err = r.Next(id); err != nil {
				t.Fatal(err)
			}
		}
		sum := 0.0
		for _, l := range logits {
			sum += math.Exp(l)
		}
		bits = append(bits, math.Log2(sum)-logits[ids[next]]/math.Ln2)
	}
	return bits
}

// TestScore holds the costs to the reference, with windows and without, and what lines cost
// to their sum.
func TestScore(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct{ begin, add bool }{{false, false}, {true, false}, {true, true}} {
		begin := c.begin
		m, v := bytesModel(t, begin, c.add)
		e := model.NewEngine(m, 2, kernel.CacheF32)
		defer e.Close()
		for _, n := range []int{0, 1, 2, 15, 16, 17, 70} {
			var b strings.Builder
			for range n {
				b.WriteByte("ab \n\r\n(é"[r.IntN(9)])
			}
			text := b.String()
			tokens, err := Score(t.Context(), e, m, v, text, 16, func(int, int) {})
			if err != nil || len(tokens) != n {
				t.Fatalf("%d bytes: %d tokens, %v", n, len(tokens), err)
			}
			ids := v.NewEncoder().Encode(text)
			want := []float64{8} // as one of 256
			if begin {
				ids, want = append([]int{0}, ids...), nil
			}
			want = append(want, slow(t, m, ids, 16)...)
			for i, got := range tokens {
				if math.Abs(got.Bits-want[i]) > 1e-3 || got.Offset != i {
					t.Errorf("begin %v, %d bytes: byte %d at %d costs %g, the reference %g", begin, n, i, got.Offset, got.Bits, want[i])
				}
			}
			var bits float64
			size := 0
			lines := Lines(text, tokens)
			for _, l := range lines {
				bits, size = bits+l.Bits, size+l.Bytes
			}
			if math.Abs(bits-Sum(tokens)) > 1e-9*bits || size != n || len(lines) != len(strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")) && n > 0 {
				t.Errorf("%q: %d lines cost %g of %g, %d bytes", text, len(lines), bits, Sum(tokens), size)
			}
		}
	}
}

// TestLines shares a token over three lines.
func TestLines(t *testing.T) {
	lines := Lines("a\nbb\nc", []Token{{"a\nbb\nc", 0, 12}})
	if len(lines) != 3 || lines[0].Bits != 4 || lines[1].Bits != 6 || lines[2].Bits != 2 || lines[0].Most != 12 || lines[1].Most != 0 {
		t.Errorf("%+v", lines)
	}
}
