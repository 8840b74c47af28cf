package convert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"pxos/llm/quant"
	"pxos/llm/token"
)

// shardOf is a safetensors file of a header and some bytes.
func shardOf(header string, data int) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, data)...)
}

func TestShards(t *testing.T) {
	const one = `"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`
	good := shardOf(`{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]},"none":{"dtype":"I64","shape":[0,5],"data_offsets":[24,24]},`+one+`}  `, 26)
	if s, err := readShard("x", bytes.NewReader(good), int64(len(good))); err != nil || len(s.tensors) != 3 || s.tensors[0].name != "a" || s.tensors[2].to != int64(len(good)) {
		t.Fatalf("%+v, %v", s, err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":            {nil, "it has 0 bytes"},
		"an empty header":    {shardOf("", 0), "no JSON object"},
		"a header of 2^62":   {binary.LittleEndian.AppendUint64(nil, 1<<62), "the header has 4611686018427387904 bytes"},
		"101 MB of header":   {append(binary.LittleEndian.AppendUint64(nil, maxHeader+1), make([]byte, 100)...), "100000000 are the most"},
		"more than the file": {append(binary.LittleEndian.AppendUint64(nil, 101), make([]byte, 100)...), "100 are there"},
		"a pointer of LFS":   {[]byte("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"},
		"no JSON":            {shardOf("hello", 0), "no JSON object"},
		"a list":             {shardOf("[]", 0), "no JSON object"},
		"no end":             {shardOf("{"+one, 24), "does not end"},
		"something more":     {shardOf("{"+one+"} x", 24), "something follows"},
		"twice":              {shardOf("{"+one+","+one+"}", 24), `"a" is there twice`},
		"an unknown dtype":   {shardOf(`{"a":{"dtype":"F3","shape":[1],"data_offsets":[0,4]}}`, 4), `the dtype "F3"`},
		"a text for a shape": {shardOf(`{"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}}`, 4), "cannot unmarshal"},
		"an unknown key":     {shardOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), "unknown field"},
		"one offset":         {shardOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 4), "1 offsets"},
		"nine dimensions":    {shardOf(`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 4), "9 dimensions"},
		"a negative shape":   {shardOf(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4), "the shape [-1 -1]"},
		"a shape of 2^62":    {shardOf(`{"a":{"dtype":"F32","shape":[2147483647,2147483647,2],"data_offsets":[0,4]}}`, 4), "the shape"},
		"other bytes":        {shardOf(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "takes 8 bytes"},
		"backwards":          {shardOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "data_offsets are [4 0]"},
		"before the data":    {shardOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4), "data_offsets are [-4 0]"},
		"beyond the end":     {shardOf("{"+one+"}", 20), "ends at byte 24 of the data, there are 20"},
		"an overlap":         {shardOf("{"+one+`,"b":{"dtype":"F32","shape":[1],"data_offsets":[20,24]}}`, 24), `"b" overlaps with "a"`},
		"a gap":              {shardOf("{"+one+`,"b":{"dtype":"F32","shape":[1],"data_offsets":[28,32]}}`, 32), `4 bytes between "a" and "b"`},
		"a gap at the head":  {shardOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "4 bytes between the header"},
		"a rest":             {shardOf("{"+one+"}", 30), "6 bytes at the end"},
	} {
		_, err := readShard("x.safetensors", bytes.NewReader(c.data), int64(len(c.data)))
		if !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "x.safetensors: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// setting changes config.json.
func setting(class string, values map[string]any) func(testing.TB, string) {
	return func(t testing.TB, folder string) {
		k := makers[class]
		c := k.config()
		delete(c, "bos_token_id")
		maps.Copy(c, values)
		put(t, folder, configFile, c)
	}
}

// weightsOf changes the tensors.
func weightsOf(change func(map[string]*stored) []stored) func(testing.TB, string) {
	return func(t testing.TB, folder string) {
		k := makers["llama"]
		list, _ := k.weights(7)
		byName := map[string]*stored{}
		for i := range list {
			byName[list[i].name] = &list[i]
		}
		put(t, folder, weightsFile, safetensors(append(change(byName), list...)))
	}
}

// file writes one.
func file(name string, v any) func(testing.TB, string) {
	return func(t testing.TB, folder string) { put(t, folder, name, v) }
}

// index writes an index in place of the weights' file, which goes by another name.
func index(m map[string]string) func(testing.TB, string) {
	return func(t testing.TB, folder string) {
		if err := os.Rename(filepath.Join(folder, weightsFile), filepath.Join(folder, "a.safetensors")); err != nil {
			t.Fatal(err)
		}
		put(t, folder, indexFile, map[string]any{"weight_map": m})
	}
}

// without takes a file away.
func without(name string) func(testing.TB, string) {
	return func(t testing.TB, folder string) {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
}

type refusal struct {
	class  string
	change func(testing.TB, string)
	want   string
}

// refused holds errors of folders that were changed.
func refused(t *testing.T, typ quant.Type, cases map[string]refusal) {
	t.Helper()
	for name, c := range cases {
		if c.class == "" {
			c.class = "llama"
		}
		k := makers[c.class]
		folder, _ := k.make(t, 7)
		c.change(t, folder)
		out := filepath.Join(t.TempDir(), "out.gguf")
		_, err := Folder(t.Context(), folder, out, typ, nil)
		if !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(out)); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

func TestRefusedConfigs(t *testing.T) {
	scaling := func(class, kind string, more map[string]any) func(testing.TB, string) {
		r := map[string]any{"rope_type": kind, "factor": 4.0}
		maps.Copy(r, more)
		return setting(class, map[string]any{"rope_scaling": r})
	}
	refused(t, quant.F16, map[string]refusal{
		"no config":           {"", without(configFile), "has no config.json"},
		"no JSON":             {"", file(configFile, []byte("{")), "config.json, byte"},
		"a list":              {"", file(configFile, []byte("[]")), "config.json, byte"},
		"no architecture":     {"", setting("llama", map[string]any{"architectures": nil}), "must name one of Gemma2ForCausalLM, Gemma3"},
		"another one":         {"", setting("llama", map[string]any{"architectures": []string{"MambaForCausalLM"}}), `"MambaForCausalLM" is not known; known are Gemma2ForCausalLM`},
		"quantized":           {"", setting("llama", map[string]any{"quantization_config": map[string]any{"bits": 4}}), "quantization_config"},
		"no width":            {"", setting("llama", map[string]any{"hidden_size": nil}), "there is no hidden_size"},
		"a far width":         {"", setting("llama", map[string]any{"hidden_size": 1 << 40}), "hidden_size is 1099511627776"},
		"layers that are one": {"", setting("llama", map[string]any{"num_hidden_layers": "3"}), "num_hidden_layers is 3, from 1"},
		"half a layer":        {"", setting("llama", map[string]any{"num_hidden_layers": 1.5}), "num_hidden_layers is 1.5"},
		"odd heads":           {"", setting("llama", map[string]any{"num_key_value_heads": 3}), "do not divide"},
		"an odd head":         {"", setting("llama", map[string]any{"head_dim": 15}), "no pairs"},
		"another activation":  {"", setting("llama", map[string]any{"hidden_act": "relu"}), `hidden_act is "relu", llama has silu`},
		"a negative epsilon":  {"", setting("llama", map[string]any{"rms_norm_eps": -1}), "rms_norm_eps is -1"},
		"a base of 0":         {"", setting("llama", map[string]any{"rope_theta": 0}), "rope_theta is 0"},
		"a part that turns":   {"", setting("llama", map[string]any{"partial_rotary_factor": 0.5}), "partial_rotary_factor is 0.5"},
		"an unknown scaling":  {"", scaling("llama", "magic", nil), `"magic" is not computed for llama`},
		"a dynamic scaling":   {"", scaling("llama", "dynamic", nil), "set rope_scaling to null"},
		"a scaling that is 1": {"", setting("llama", map[string]any{"rope_scaling": 1}), "rope_scaling must be an object"},
		"a factor below 1":    {"", scaling("llama", "linear", map[string]any{"factor": 0.5}), "factor is 0.5"},
		"another ramp":        {"", scaling("llama", "yarn", map[string]any{"beta_fast": 20}), "beta_fast"},
		"no ramp":             {"", scaling("llama", "llama3", nil), "there is no low_freq_factor"},
		"a window of Mistral": {"mistral", setting("mistral", map[string]any{"sliding_window": 64}), "sliding_window of 64"},
		"a window of Qwen":    {"qwen2, F16", setting("qwen2, F16", map[string]any{"use_sliding_window": true, "max_window_layers": 1}), "use_sliding_window"},
		"layers of Qwen":      {"qwen3", setting("qwen3", map[string]any{"layer_types": []string{"full_attention", "sliding_attention"}}), `layer 1 is of the kind "sliding_attention"`},
		"some layers":         {"qwen3", setting("qwen3", map[string]any{"layer_types": []string{"full_attention"}}), "layer_types has 1"},
		"dense layers":        {"qwen3moe", setting("qwen3moe", map[string]any{"mlp_only_layers": []int{0}}), "mlp_only_layers"},
		"each second layer":   {"qwen3moe", setting("qwen3moe", map[string]any{"decoder_sparse_step": 2}), "decoder_sparse_step"},
		"weights as they are": {"qwen3moe", setting("qwen3moe", map[string]any{"norm_topk_prob": false}), "norm_topk_prob"},
		"too many experts":    {"qwen3moe", setting("qwen3moe", map[string]any{"num_experts_per_tok": 9}), "there are 5 experts"},
		"no window of Gemma":  {"gemma2", setting("gemma2", map[string]any{"sliding_window": nil}), "there is no sliding_window"},
		"another scale":       {"gemma2", setting("gemma2", map[string]any{"query_pre_attn_scalar": 224}), "query_pre_attn_scalar is 224, the engine has 24"},
		"caps of Gemma 3":     {"gemma3", setting("gemma3", map[string]any{"final_logit_softcapping": 30}), "final_logit_softcapping"},
		"another pattern":     {"gemma3", setting("gemma3", map[string]any{"sliding_window_pattern": 4}), "sliding_window_pattern is 4"},
		"both ways":           {"gemma3", setting("gemma3", map[string]any{"use_bidirectional_attention": true}), "use_bidirectional_attention"},
		"YaRN of Gemma 3":     {"gemma3", scaling("gemma3", "yarn", nil), `"yarn" is not computed for gemma3`},
		"one factor":          {"phi3", scaling("phi3", "longrope", map[string]any{"short_factor": []float64{1}, "long_factor": []float64{1}, "original_max_position_embeddings": 16}), "1 short factors and 1 long ones, 12 pairs"},
		"factors of 0":        {"phi3", scaling("phi3", "su", map[string]any{"short_factor": []float64{0}, "long_factor": []float64{1}}), "value 0 of short_factor is 0"},
	})
}

func TestRefusedWeights(t *testing.T) {
	refused(t, quant.F16, map[string]refusal{
		"no weights":       {"", without(weightsFile), "has neither model.safetensors nor"},
		"a pickle":         {"", func(t testing.TB, d string) { without(weightsFile)(t, d); put(t, d, "pytorch_model.bin", []byte("x")) }, "save_pretrained"},
		"no tensors":       {"", file(weightsFile, safetensors(nil)), `no matrix "model.embed_tokens.weight"`},
		"a layer too many": {"", setting("llama", map[string]any{"num_hidden_layers": 4}), `tensors are missing: model.layers.3.input_layernorm.weight`},
		"a layer too few":  {"", setting("llama", map[string]any{"num_hidden_layers": 2}), `tensors that llama does not have: model.layers.2.`},
		"an unknown one": {"", weightsOf(func(map[string]*stored) []stored {
			return []stored{{"model.layers.0.self_attn.o_proj.bias", []int{64}, "F32", make([]byte, 256)}}
		}), "does not have: model.layers.0.self_attn.o_proj.bias"},
		"another shape": {"", weightsOf(func(m map[string]*stored) []stored { m["model.norm.weight"].shape = []int{8, 8}; return nil }), `"model.norm.weight" has the shape [8 8], config.json says [64]`},
		"eight bits": {"", weightsOf(func(m map[string]*stored) []stored {
			x := m["lm_head.weight"]
			x.dtype, x.data = "F8_E4M3", x.data[:len(x.data)/4]
			return nil
		}), `"lm_head.weight" has the dtype F8_E4M3`},
		"no head": {"", weightsOf(func(m map[string]*stored) []stored { m["lm_head.weight"].name = "lm.weight"; return nil }), "tensors are missing: lm_head.weight"},
		"no number": {"", weightsOf(func(m map[string]*stored) []stored {
			binary.LittleEndian.PutUint32(m["lm_head.weight"].data[4*(64*3+5):], math.Float32bits(float32(math.NaN())))
			return nil
		}), `weight 5 of row 3 of "lm_head.weight" is NaN`},
		"a large one": {"", weightsOf(func(m map[string]*stored) []stored {
			binary.LittleEndian.PutUint32(m["model.layers.1.self_attn.k_proj.weight"].data[4*64*7:], math.Float32bits(70000))
			return nil
		}), `weight 0 of row 7 of "model.layers.1.self_attn.k_proj.weight" is 70000, beyond what F16 holds; what to do: --type F32`},
		"a place outside": {"", index(map[string]string{"a": "../a.safetensors"}), `the file "../a.safetensors", which is no safetensors file in the folder`},
		"a root":          {"", index(map[string]string{"a": "/a.safetensors"}), "no safetensors file in the folder"},
		"another kind":    {"", index(map[string]string{"a": "config.json"}), "no safetensors file in the folder"},
		"no such file":    {"", index(map[string]string{"a": "b.safetensors"}), `"b.safetensors", which is not there`},
		"no such tensor":  {"", index(map[string]string{"a": "a.safetensors"}), `tensors that are not there: "a" in a.safetensors`},
		"nothing":         {"", index(nil), "names 0 files"},
		"twice": {"", func(t testing.TB, d string) {
			index(map[string]string{"lm_head.weight": "a.safetensors", "x": "b.safetensors"})(t, d)
			put(t, d, "b.safetensors", safetensors([]stored{{"lm_head.weight", []int{1}, "F32", make([]byte, 4)}}))
		}, `"lm_head.weight" is in a.safetensors and in b.safetensors`},
		"a folder": {"", func(t testing.TB, d string) {
			without(weightsFile)(t, d)
			if err := os.Mkdir(filepath.Join(d, weightsFile), 0o755); err != nil {
				t.Fatal(err)
			}
		}, "model.safetensors is no regular file"},
	})
	if _, err := Folder(t.Context(), filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "x.gguf"), quant.F16, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestRefusedVocabularies(t *testing.T) {
	bpe := func(pre string, change func(file, model map[string]any)) func(testing.TB, string) {
		return file(tokenizerFile, byteTokenizer(pre, change))
	}
	preTokenizer := func(text string) func(testing.TB, string) {
		return bpe("gpt-2", func(file, _ map[string]any) { file["pre_tokenizer"] = json.RawMessage(text) })
	}
	sp := func(list []piece, trainer, normalizer map[protowire.Number]uint64) func(testing.TB, string) {
		return func(t testing.TB, d string) {
			without(tokenizerFile)(t, d)
			put(t, d, piecesFile, sentencePiece(list, trainer, normalizer))
			put(t, d, settingsFile, map[string]any{"bos_token": "<s>"})
		}
	}
	refused(t, quant.F16, map[string]refusal{
		"no tokenizer":      {"", without(tokenizerFile), "neither tokenizer.json nor tokenizer.model"},
		"an unknown cut":    {"", preTokenizer(splitBy(`\\w+|\\W+`)), `Split by "\\w+|\\W+", ByteLevel is not known; known are those of GPT-2, Llama 3, Qwen and SmolLM`},
		"a space before":    {"", preTokenizer(`{"type":"ByteLevel","add_prefix_space":true}`), "ByteLevel with add_prefix_space"},
		"no cut":            {"", preTokenizer(`{"type":"ByteLevel","use_regex":false}`), "ByteLevel is not known"},
		"words that go":     {"", preTokenizer(strings.Replace(preTokenizers["qwen2"], "Isolated", "Removed", 1)), "is not known"},
		"pieces alone":      {"", preTokenizer("null"), "NFC does what is not done to pieces; what to do: fetch tokenizer.model"},
		"a normalizer":      {"", bpe("gpt-2", func(f, _ map[string]any) { f["normalizer"] = map[string]any{"type": "Lowercase"} }), `the normalizer "Lowercase"`},
		"merges first":      {"", bpe("llama-bpe", func(_, m map[string]any) { m["ignore_merges"] = false }), "ignore_merges is false"},
		"a merge of three":  {"", bpe("gpt-2", func(_, m map[string]any) { m["merges"] = []string{"h e l"} }), `merge 0 is ["h" "e" "l"]`},
		"a merge of a list": {"", bpe("gpt-2", func(_, m map[string]any) { m["merges"] = []any{[]string{"h", "e f"}} }), `merge 0 is ["h" "e f"]`},
		"a merge of 1":      {"", bpe("gpt-2", func(_, m map[string]any) { m["merges"] = []int{1} }), "tokenizer.json, byte"},
		"a number twice":    {"", bpe("gpt-2", func(_, m map[string]any) { m["vocab"] = map[string]int{"a": 1, "b": 1} }), "both have the number 1"},
		"a far number":      {"", bpe("gpt-2", func(_, m map[string]any) { m["vocab"].(map[string]int)["x y"] = testRows }), `"x y" has the number 300, the embedding has 300 rows`},
		"no bytes":          {"", bpe("gpt-2", func(_, m map[string]any) { m["vocab"] = map[string]int{"a": 1} }), "there is no token for the byte"},
		"no text":           {"", bpe("gpt-2", func(f, _ map[string]any) { f["added_tokens"] = []any{map[string]any{"id": 290}} }), "the added token 290 has no text"},
		"below zero": {"", bpe("gpt-2", func(f, _ map[string]any) {
			f["added_tokens"] = []any{map[string]any{"id": -1, "content": "x"}}
		}), `"x" has the number -1`},
		"another token before": {"", bpe("gpt-2", func(f, _ map[string]any) {
			f["post_processor"] = json.RawMessage(`{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|fim|>"}},{"Sequence":{"id":"A"}}]}`)
		}), `puts "<|fim|>" around texts`},
		"an unknown end":       {"", file(settingsFile, map[string]any{"eos_token": "<|nothing|>"}), `the eos_token "<|nothing|>" is no token`},
		"a nameless beginning": {"", file(settingsFile, map[string]any{"add_bos_token": true}), "set bos_token in tokenizer_config.json"},
		"a far end":            {"", setting("llama", map[string]any{"eos_token_id": 999}), "eos_token_id is 999, there are 300 tokens"},
		"an end of text":       {"", setting("llama", map[string]any{"eos_token_id": "x"}), "eos_token_id has the token x"},
		"settings of a list":   {"", file(settingsFile, []byte("[1]")), "tokenizer_config.json, byte"},
		"no SentencePiece":     {"", func(t testing.TB, d string) { without(tokenizerFile)(t, d); put(t, d, piecesFile, []byte("hello")) }, "no file of SentencePiece"},
		"no pieces":            {"", sp(nil, pieceTrainer, pieceNormalizer), "has no pieces"},
		"unigrams":             {"", sp(pieces(), nil, pieceNormalizer), "the trainer's kind 1"},
		"spaces that go":       {"", sp(pieces(), pieceTrainer, nil), "remove_extra_whitespaces"},
		"a piece of kind 9":    {"", sp(append(pieces(), piece{"x", 0, 9}), pieceTrainer, pieceNormalizer), `piece 271, "x", is of the kind 9`},
		"a score of no number": {"", sp(append(pieces(), piece{"x", float32(math.NaN()), token.Normal}), pieceTrainer, pieceNormalizer), "has the score NaN"},
		"too many pieces":      {"", sp(append(pieces(), make([]piece, 99)...), pieceTrainer, pieceNormalizer), `piece 271, ""`},
	})
}

// FuzzSafetensors takes any bytes for a file of weights. What is read lies within the file,
// one after another.
func FuzzSafetensors(f *testing.F) {
	k := makers["qwen3"]
	list, _ := k.weights(1)
	f.Add(safetensors(list[:3]))
	f.Add(safetensors(nil))
	f.Add(shardOf(`{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BOOL","shape":[],"data_offsets":[24,25]}}`, 25))
	f.Add(shardOf(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"__metadata__":{"x":"y"}}   `, 0))
	f.Add(shardOf(`{"a":{"dtype":"I64","shape":[2147483647,2147483647],"data_offsets":[0,9223372036854775807]}}`, 9))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := readShard("x", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if !errors.Is(err, ErrFolder) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		at := lengthBytes + int64(binary.LittleEndian.Uint64(data))
		for _, x := range s.tensors {
			values := int64(1)
			for _, n := range x.shape {
				values *= int64(n)
			}
			if x.from != at || x.to-x.from != values*widths[x.dtype] {
				t.Errorf("%q of %v lies from %d to %d, the one before ends at %d", x.name, x.shape, x.from, x.to, at)
			}
			at = x.to
		}
		if at != int64(len(data)) {
			t.Errorf("the tensors end at %d of %d", at, len(data))
		}
	})
}

// FuzzPieces takes any bytes for a file of SentencePiece.
func FuzzPieces(f *testing.F) {
	f.Add(sentencePiece(pieces(), pieceTrainer, pieceNormalizer))
	f.Add(sentencePiece(nil, nil, nil))
	f.Add([]byte("\x0a\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := pieceVocabulary(data, testRows)
		if err == nil && (len(v.tokens) != testRows || len(v.scores) != testRows) || err != nil && !errors.Is(err, ErrFolder) {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
