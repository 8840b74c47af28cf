package llmoracle

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ebitengine/purego"

	"pxos/llm/quant"
)

// rows are ggml's functions that decode and encode rows, by type; F32 has none.
var rows = map[quant.Type]struct{ decode, encode string }{
	quant.F16: {"ggml_fp16_to_fp32_row", "ggml_fp32_to_fp16_row"}, quant.BF16: {"ggml_bf16_to_fp32_row", "ggml_fp32_to_bf16_row_ref"},
	quant.Q4_0: {"dequantize_row_q4_0", "quantize_row_q4_0_ref"}, quant.Q4_1: {"dequantize_row_q4_1", "quantize_row_q4_1_ref"},
	quant.Q5_0: {"dequantize_row_q5_0", "quantize_row_q5_0_ref"}, quant.Q5_1: {"dequantize_row_q5_1", "quantize_row_q5_1_ref"},
	quant.Q8_0: {"dequantize_row_q8_0", "quantize_row_q8_0_ref"}, quant.Q4_K: {"dequantize_row_q4_K", "quantize_row_q4_K_ref"},
	quant.Q5_K: {"dequantize_row_q5_K", "quantize_row_q5_K_ref"}, quant.Q6_K: {"dequantize_row_q6_K", "quantize_row_q6_K_ref"},
}

// row decodes and encodes rows of a type.
type row struct {
	decode func(from *byte, to *float32, n int64)
	encode func(from *float32, to *byte, n int64)
}

func ggmlOf(t *testing.T, weights quant.Type) (g row) {
	t.Helper()
	lib := llamaCppOf(t).Types
	purego.RegisterLibFunc(&g.decode, lib, rows[weights].decode)
	purego.RegisterLibFunc(&g.encode, lib, rows[weights].encode)
	return g
}

// finite says that a value is a number and not beyond all.
func finite(f float32) bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

// TestDecode holds the decoders to ggml's on random bytes, to the bit but for the sign of a
// zero. Where a block's scale is no number or beyond all, so are both values, though not
// always in the same way: we multiply before we subtract.
func TestDecode(t *testing.T) {
	const blocks = 20000
	r := rand.New(rand.NewPCG(1, 2))
	for _, weights := range quant.Types {
		if weights == quant.F32 {
			continue // which is what it is compared in
		}
		g := ggmlOf(t, weights)
		info, _ := weights.Info()
		raw, got, want := make([]byte, info.BlockBytes), make([]float32, info.BlockValues), make([]float32, info.BlockValues)
		values, beyond := 0, 0
		for range blocks {
			for i := range raw {
				raw[i] = byte(r.Uint32())
			}
			quant.Decode(weights, got, raw)
			g.decode(&raw[0], &want[0], int64(len(want)))
			for i, w := range want {
				if !finite(w) && !finite(got[i]) {
					beyond++
				} else if got[i] != w {
					t.Fatalf("%v, value %d of %x is %g (%08x), want %g (%08x)", weights, i, raw, got[i], math.Float32bits(got[i]), w, math.Float32bits(w))
				}
			}
			values += len(want)
		}
		t.Logf("%v: %d values, of which %d are no numbers to both", weights, values, beyond)
	}
}

// TestEncode holds the encoders to ggml's on normally distributed weights: decoded again,
// what is lost is no more than ggml's reference loses, but for a thousandth, and for a tenth
// with K types, for whose scales ggml searches longer.
func TestEncode(t *testing.T) {
	const n = 256 * 400
	r := rand.New(rand.NewPCG(3, 4))
	src := make([]float32, n)
	for i := range src {
		src[i] = float32(r.NormFloat64()) * 0.05
	}
	for _, weights := range quant.Types {
		if weights == quant.F32 {
			continue
		}
		g := ggmlOf(t, weights)
		bytes, err := weights.RowBytes(n)
		if err != nil {
			t.Fatal(err)
		}
		lost := func(encode func([]byte)) float64 {
			raw, back := make([]byte, bytes), make([]float32, n)
			encode(raw)
			quant.Decode(weights, back, raw)
			var sum float64
			for i, v := range src {
				sum += float64(v-back[i]) * float64(v-back[i])
			}
			return math.Sqrt(sum / n)
		}
		ours, theirs := lost(func(raw []byte) { quant.Encode(weights, raw, src) }), lost(func(raw []byte) { g.encode(&src[0], &raw[0], n) })
		most := 1.001 * theirs
		if info, _ := weights.Info(); info.BlockValues == 256 {
			most = 1.1 * theirs
		}
		if ours > most {
			t.Errorf("%v loses %g, ggml %g", weights, ours, theirs)
		}
		t.Logf("%v loses %.4g, ggml %.4g", weights, ours, theirs)
	}
}
