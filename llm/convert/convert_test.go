package convert

import (
	"bytes"
	"context"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
)

// makers are folders of every architecture, with what each has of its own.
var makers = map[string]maker{
	"llama": {class: "LlamaForCausalLM", layers: 3, extra: map[string]any{
		"rope_scaling": map[string]any{"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}},
	"llama, BF16, tied, in parts": {class: "LlamaForCausalLM", dtype: quant.BF16, layers: 2, tied: true, shards: 3, extra: map[string]any{
		"rope_scaling": map[string]any{"type": "linear", "rope_type": "linear", "factor": 4.0}}},
	"llama with biases": {class: "LlamaForCausalLM", layers: 2, biased: true},
	"mistral":           {class: "MistralForCausalLM", layers: 2, extra: map[string]any{"sliding_window": nil}},
	"qwen2, F16": {class: "Qwen2ForCausalLM", dtype: quant.F16, layers: 2, tied: true, biased: true, extra: map[string]any{"use_sliding_window": false, "sliding_window": 8,
		"rope_scaling": map[string]any{"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}}},
	"qwen3": {class: "Qwen3ForCausalLM", layers: 2, extra: map[string]any{"rope_theta": nil, "rope_parameters": map[string]any{"rope_type": "default", "rope_theta": 1e6},
		"layer_types": []string{"full_attention", "full_attention"}}},
	"qwen3moe": {class: "Qwen3MoeForCausalLM", layers: 2, extra: map[string]any{"decoder_sparse_step": 1, "mlp_only_layers": []int{}}},
	"gemma2":   {class: "Gemma2ForCausalLM", layers: 3, tied: true, extra: map[string]any{"attn_logit_softcapping": 3.0, "final_logit_softcapping": 5.0}},
	"gemma2 without caps": {class: "Gemma2ForCausalLM", layers: 2, tied: true, extra: map[string]any{"attn_logit_softcapping": nil, "final_logit_softcapping": nil,
		"layer_types": []string{"sliding_attention", "full_attention"}}},
	"gemma3": {class: "Gemma3ForCausalLM", layers: 7, tied: true, extra: map[string]any{"rope_local_base_freq": 700.0, "rope_scaling": map[string]any{"rope_type": "linear", "factor": 8.0},
		"sliding_window_pattern": 6, "final_logit_softcapping": nil}},
	"gemma3, rope_parameters": {class: "Gemma3ForCausalLM", dtype: quant.BF16, layers: 6, tied: true, extra: map[string]any{"rope_theta": nil, "rope_parameters": map[string]any{
		"full_attention": map[string]any{"rope_type": "linear", "factor": 8.0, "rope_theta": 3e5}, "sliding_attention": map[string]any{"rope_type": "default", "rope_theta": 500.0}},
		"layer_types": []string{"sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention"}}},
	"phi3": {class: "Phi3ForCausalLM", layers: 2, extra: map[string]any{"sliding_window": 5}},
	"phi3, longrope, a half turns": {class: "Phi3ForCausalLM", dtype: quant.BF16, layers: 2, extra: map[string]any{"partial_rotary_factor": 0.5, "original_max_position_embeddings": 16,
		"rope_scaling": map[string]any{"rope_type": "longrope", "short_factor": []float64{1, 1.1, 1.2, 1.3, 1.4, 1.5}, "long_factor": []float64{1, 2, 3, 5, 7, 9}}}},
}

// off is the largest difference, by the largest of what is wanted.
func off(got, want []float64) float64 {
	worst, size := 0.0, 0.0
	for i, w := range want {
		worst, size = max(worst, math.Abs(got[i]-w)), max(size, math.Abs(w))
	}
	return worst / size
}

// TestLogits holds converted models to what Transformers computes of the folder.
func TestLogits(t *testing.T) {
	for name, k := range makers {
		for _, context := range []int{12, 64} { // within the original context of longrope, and beyond
			folder, m := k.make(t, 7)
			out := filepath.Join(t.TempDir(), "out.gguf")
			if _, err := Folder(t.Context(), folder, out, quant.F32, nil); err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			converted, err := model.Load(open(t, out))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			r, ids := rand.New(rand.NewPCG(4, 5)), make([]int, 12)
			for i := range ids {
				ids[i] = r.IntN(testRows)
			}
			ref, e := model.NewReference(converted, context), model.NewEngine(converted, 1, kernel.CacheF32)
			seq := e.NewSequence(context)
			worst, engine := 0.0, 0.0
			for i, want := range m.forward(ids, context) {
				got, err := ref.Next(ids[i])
				if err != nil {
					t.Fatal(err)
				}
				fast, err := seq.Feed(ids[i : i+1])
				if err != nil {
					t.Fatal(err)
				}
				long := make([]float64, len(fast))
				for n, v := range fast {
					long[n] = float64(v)
				}
				worst, engine = max(worst, off(got, want)), max(engine, off(long, want))
			}
			e.Close()
			if t.Logf("%-30s context %d: the reference is off by %.1e, the engine by %.1e", name, context, worst, engine); worst > 1e-6 || engine > 1e-4 {
				t.Errorf("%s: the logits are off by %g", name, max(worst, engine))
			}
		}
	}
}

// TestTypes converts to every type: a matrix is what gguf.Quantize makes of one of 32 bits,
// whatever the pieces in which weights are read.
func TestTypes(t *testing.T) {
	k := makers["llama"]
	folder, _ := k.make(t, 1)
	whole := filepath.Join(t.TempDir(), "whole.gguf")
	if _, err := Folder(t.Context(), folder, whole, quant.F32, nil); err != nil {
		t.Fatal(err)
	}
	for _, typ := range quant.Types {
		var want bytes.Buffer
		if err := gguf.Quantize(&want, open(t, whole), typ, func(int, int) {}); err != nil {
			t.Fatal(err)
		}
		from, err := gguf.Parse(want.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for _, chunk = range []int{1 << 20, 3000, 1} {
			out := filepath.Join(t.TempDir(), "out.gguf")
			r, err := Folder(t.Context(), folder, out, typ, nil)
			if err != nil {
				t.Errorf("%v: %v", typ, err)
				continue
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = data
			} else if !bytes.Equal(data, first) {
				t.Errorf("%v: in pieces of %d values the file is another", typ, chunk)
			}
			info, _ := typ.Info()
			f, halved := open(t, out), 0
			for i := range f.Tensors {
				x := &f.Tensors[i]
				other, _ := from.Tensor(x.Name)
				if x.Type == other.Type && !bytes.Equal(x.Data, other.Data) {
					t.Errorf("%v: %s is another", typ, x.Name)
				}
				if len(x.Shape) > 1 && x.Shape[0]%info.BlockValues != 0 {
					halved++
					if x.Type != quant.F16 {
						t.Errorf("%v: %s of %v has %v", typ, x.Name, x.Shape, x.Type)
					}
				}
			}
			if r.Halved != halved || r.Tensors != len(f.Tensors) || r.Bytes != int64(len(data)) {
				t.Errorf("%v: it says %+v of %d tensors, %d halved", typ, r, len(f.Tensors), halved)
			}
		}
	}
	chunk = 1 << 20
}

// TestStream holds what is written tensor by tensor to what is written at once.
func TestStream(t *testing.T) {
	pairs := []gguf.Pair{{Key: "a", Value: "b"}}
	tensors := []gguf.Tensor{{Name: "x", Shape: []int{3}, Type: quant.F32, Data: []byte("abcdefghijkl")}, {Name: "y", Shape: []int{32, 2}, Type: quant.Q8_0, Data: make([]byte, 68)}}
	var want, got bytes.Buffer
	if err := gguf.Write(&want, pairs, tensors); err != nil {
		t.Fatal(err)
	}
	data := func(w io.Writer, n int) error { _, err := w.Write(tensors[n].Data); return err }
	if err := gguf.Stream(&got, pairs, tensors, data); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("%d bytes, want %d, %v", got.Len(), want.Len(), err)
	}
	tensors[1].Data = make([]byte, 67)
	if err := gguf.Stream(&got, pairs, tensors, data); err == nil || !strings.Contains(err.Error(), "y: Q8_0 of shape [32 2] takes 68 bytes, 67 were written") {
		t.Errorf("a byte too few: %v", err)
	}
}

// TestOutput leaves what was there as it is when a conversion fails or is ended, and
// nothing beside it.
func TestOutput(t *testing.T) {
	k := makers["qwen3"]
	folder, _ := k.make(t, 1)
	dir := t.TempDir()
	out := filepath.Join(dir, "out.gguf")
	put(t, dir, "out.gguf", []byte("before"))
	ctx, end := context.WithCancel(t.Context())
	told := 0
	if _, err := Folder(ctx, folder, out, quant.F16, func(done, all int) {
		if told++; done == all/2 {
			end()
		}
	}); err == nil {
		t.Error("it goes on after its end")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || told < 3 {
		t.Errorf("%d files are there, told %d times, %v", len(entries), told, err)
	}
	if data, err := os.ReadFile(out); err != nil || string(data) != "before" {
		t.Errorf("the file is %q, %v", data, err)
	}
	if _, err := Folder(t.Context(), folder, out, quant.F16, nil); err != nil {
		t.Fatal(err)
	}
	f := open(t, out)
	for key, want := range map[string]string{"general.name": filepath.Base(folder), "general.architecture": "qwen3"} {
		if got, _ := f.String(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if x, _ := f.Tensor("blk.0.attn_q_norm.weight"); x == nil || x.Type != quant.F32 {
		t.Errorf("a norm is %+v", x)
	}
}
