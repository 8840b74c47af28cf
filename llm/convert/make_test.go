package convert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// maker makes a folder of random weights.
type maker struct {
	class  string
	dtype  quant.Type
	shards int
	layers int
	tied   bool
	biased bool           // queries, keys and values
	extra  map[string]any // of config.json, over what is there
}

const (
	testWidth   = 64
	testHeads   = 4
	testKV      = 2
	testHead    = 24 // which is not the width by the heads
	testFeed    = 96
	testRows    = 300 // of the embedding, more than there are tokens
	testContext = 128
	testExperts = 5
)

// stored is a tensor of a safetensors file.
type stored struct {
	name  string
	shape []int
	dtype string
	data  []byte
}

// safetensors writes a file.
func safetensors(list []stored) []byte {
	header, data := map[string]any{"__metadata__": map[string]string{"format": "pt"}}, []byte{}
	for _, s := range list {
		shape := s.shape
		if shape == nil {
			shape = []int{}
		}
		header[s.name] = map[string]any{"dtype": s.dtype, "shape": shape, "data_offsets": []int{len(data), len(data) + len(s.data)}}
		data = append(data, s.data...)
	}
	text, _ := json.Marshal(header)
	text = append(text, bytes.Repeat([]byte(" "), -len(text)&7)...)
	return slices.Concat(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text, data)
}

// config is config.json.
func (k *maker) config() map[string]any {
	c := map[string]any{
		"architectures": []string{k.class}, "num_hidden_layers": k.layers, "hidden_size": testWidth, "intermediate_size": testFeed, "num_attention_heads": testHeads,
		"num_key_value_heads": testKV, "head_dim": testHead, "max_position_embeddings": testContext, "rms_norm_eps": 1e-5, "vocab_size": testRows, "hidden_act": "silu",
		"tie_word_embeddings": k.tied, "bos_token_id": 300, "eos_token_id": []int{5}, "torch_dtype": "float32", "rope_theta": 5000.0,
	}
	if strings.HasPrefix(k.class, "Gemma") {
		c["hidden_activation"], c["query_pre_attn_scalar"], c["sliding_window"] = "gelu_pytorch_tanh", testHead, 4
	}
	if k.class == "Qwen3MoeForCausalLM" {
		c["num_experts"], c["num_experts_per_tok"], c["moe_intermediate_size"], c["norm_topk_prob"] = testExperts, 2, 40, true
	}
	maps.Copy(c, k.extra)
	return c
}

// shapes are the tensors that a class has, by their names.
func (k *maker) shapes() map[string][]int {
	q, kv := testHeads*testHead, testKV*testHead
	out := map[string][]int{"model.embed_tokens.weight": {testRows, testWidth}, "model.norm.weight": {testWidth}}
	if !k.tied {
		out["lm_head.weight"] = []int{testRows, testWidth}
	}
	for n := range k.layers {
		p := fmt.Sprintf("model.layers.%d.", n)
		out[p+"input_layernorm.weight"], out[p+"post_attention_layernorm.weight"] = []int{testWidth}, []int{testWidth}
		out[p+"self_attn.o_proj.weight"] = []int{testWidth, q}
		if k.class == "Phi3ForCausalLM" {
			out[p+"self_attn.qkv_proj.weight"] = []int{q + 2*kv, testWidth}
			out[p+"mlp.gate_up_proj.weight"], out[p+"mlp.down_proj.weight"] = []int{2 * testFeed, testWidth}, []int{testWidth, testFeed}
			continue
		}
		for name, rows := range map[string]int{"q_proj": q, "k_proj": kv, "v_proj": kv} {
			out[p+"self_attn."+name+".weight"] = []int{rows, testWidth}
			if k.biased {
				out[p+"self_attn."+name+".bias"] = []int{rows}
			}
		}
		if strings.HasPrefix(k.class, "Qwen3") || k.class == "Gemma3ForCausalLM" {
			out[p+"self_attn.q_norm.weight"], out[p+"self_attn.k_norm.weight"] = []int{testHead}, []int{testHead}
		}
		if strings.HasPrefix(k.class, "Gemma") {
			out[p+"pre_feedforward_layernorm.weight"], out[p+"post_feedforward_layernorm.weight"] = []int{testWidth}, []int{testWidth}
		}
		if k.class != "Qwen3MoeForCausalLM" {
			out[p+"mlp.gate_proj.weight"], out[p+"mlp.up_proj.weight"], out[p+"mlp.down_proj.weight"] = []int{testFeed, testWidth}, []int{testFeed, testWidth}, []int{testWidth, testFeed}
			continue
		}
		out[p+"mlp.gate.weight"] = []int{testExperts, testWidth}
		for e := range testExperts {
			x := fmt.Sprintf("%smlp.experts.%d.", p, e)
			out[x+"gate_proj.weight"], out[x+"up_proj.weight"], out[x+"down_proj.weight"] = []int{40, testWidth}, []int{40, testWidth}, []int{testWidth, 40}
		}
	}
	return out
}

// weights makes random tensors, and the values that they have after they were rounded.
func (k *maker) weights(seed uint64) (list []stored, values map[string][]float64) {
	r, shapes := rand.New(rand.NewPCG(seed, 3)), k.shapes()
	values = map[string][]float64{}
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		n, scale, middle := 1, 0.2, 0.0
		for _, d := range shapes[name] {
			n *= d
		}
		if strings.Contains(name, "norm") && !strings.HasPrefix(k.class, "Gemma") {
			middle = 1
		}
		if len(shapes[name]) == 2 {
			scale = 1.5 / math.Sqrt(float64(shapes[name][1]))
		}
		row := make([]float32, n)
		for i := range row {
			row[i] = float32(middle + scale*r.NormFloat64())
		}
		info, _ := k.dtype.Info()
		data := make([]byte, n*info.BlockBytes)
		quant.Encode(k.dtype, data, row)
		quant.Decode(k.dtype, row, data)
		for _, v := range row {
			values[name] = append(values[name], float64(v))
		}
		list = append(list, stored{name, shapes[name], info.Name, data})
	}
	return list, values
}

// put writes a file of a folder: bytes as they are, anything else as JSON.
func put(t testing.TB, folder, name string, v any) {
	t.Helper()
	data, ok := v.([]byte)
	if !ok {
		var err error
		if data, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// make makes the folder, with a tokenizer of bytes, and the model that it stands for.
func (k *maker) make(t testing.TB, seed uint64) (folder string, m *hf) {
	t.Helper()
	folder = t.TempDir()
	list, values := k.weights(seed)
	list = append(list, stored{"model.layers.0.self_attn.rotary_emb.inv_freq", []int{2}, "F32", make([]byte, 8)})
	if k.shards < 2 {
		put(t, folder, weightsFile, safetensors(list))
	} else {
		index := map[string]string{}
		for n := range k.shards {
			name := fmt.Sprintf("model-%05d-of-%05d.safetensors", n+1, k.shards)
			part := list[n*len(list)/k.shards : (n+1)*len(list)/k.shards]
			for _, s := range part {
				index[s.name] = name
			}
			put(t, folder, name, safetensors(part))
		}
		put(t, folder, indexFile, map[string]any{"metadata": map[string]any{"total_size": 1}, "weight_map": index})
	}
	c := k.config()
	delete(c, "bos_token_id")
	put(t, folder, configFile, c)
	put(t, folder, tokenizerFile, byteTokenizer("qwen2", nil))
	return folder, &hf{config: c, weights: values}
}

// byteTokens are the tokens of bytes, by their numbers.
func byteTokens() []string { return token.ByteVocabulary()[1].Value.([]string) }

// testMerges are those of the tokenizers that tests make.
var testMerges = []string{"h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d", "Ġwor ld", "1 2", "12 3"}

// preTokenizers are those of the families, as they publish them.
var preTokenizers = map[string]string{
	"gpt-2":     `{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}`,
	"smollm":    `{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}`,
	"llama-bpe": splitBy(`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`),
	"qwen2":     splitBy(`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`),
}

func splitBy(regex string) string {
	return `{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"` + regex + `"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}]}`
}

// byteTokenizer is tokenizer.json of a family; change may be nil.
func byteTokenizer(pre string, change func(file, model map[string]any)) map[string]any {
	vocabulary := map[string]int{}
	for i, text := range byteTokens() {
		vocabulary[text] = i
	}
	for _, m := range testMerges {
		vocabulary[strings.ReplaceAll(m, " ", "")] = len(vocabulary)
	}
	n := len(vocabulary)
	model := map[string]any{"type": "BPE", "vocab": vocabulary, "merges": testMerges, "byte_fallback": false, "continuing_subword_prefix": nil}
	if pre == "llama-bpe" {
		model["ignore_merges"] = true
	}
	file := map[string]any{
		"version": "1.0", "normalizer": map[string]any{"type": "NFC"}, "pre_tokenizer": json.RawMessage(preTokenizers[pre]), "post_processor": map[string]any{"type": "ByteLevel"}, "model": model,
		"added_tokens": []any{map[string]any{"id": n, "content": "<|end|>", "special": true}, map[string]any{"id": n + 1, "content": "<tool> x", "special": false},
			map[string]any{"id": n + 2, "content": "<|fim|>", "special": false}},
	}
	if change != nil {
		change(file, model)
	}
	return file
}

// open reads a file that was made.
func open(t testing.TB, path string) *gguf.File {
	t.Helper()
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
