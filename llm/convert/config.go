package convert

import (
	"maps"
	"math"
	"slices"
	"strings"

	"pxos/llm/gguf"
)

// architectures are those that are converted, and what GGUF calls them. Mistral's is that of
// llama where it has no window.
var architectures = map[string]string{
	"LlamaForCausalLM": "llama", "MistralForCausalLM": "llama", "Qwen2ForCausalLM": "qwen2", "Qwen3ForCausalLM": "qwen3", "Qwen3MoeForCausalLM": "qwen3moe",
	"Gemma2ForCausalLM": "gemma2", "Gemma3ForCausalLM": "gemma3", "Phi3ForCausalLM": "phi3",
}

// Bounds of what a config can ask for, those of llm/model, and of rows of an embedding.
const (
	maxRows    = 1 << 22
	maxLayers  = 1 << 12
	maxWidth   = 1 << 18
	maxHeads   = 1 << 12
	maxContext = 1 << 26
	maxExperts = 1 << 12
)

// config says how a model is built, and what the file will say of it.
type config struct {
	arch                   string
	layers, width, feed    int
	heads, kv, head        int
	context                int
	experts, expertWidth   int
	tied                   bool
	turning                int     // dimensions of a head that turn
	base                   float64 // of the rotations
	pairs                  []gguf.Pair
	ropeFreqs, short, long []float32 // factors of the rotations, nil for none
}

// set adds a key of the architecture.
func (c *config) set(key string, value any) {
	c.pairs = append(c.pairs, gguf.Pair{Key: c.arch + "." + key, Value: value})
}

func (c *config) setInt(key string, n int)       { c.set(key, uint32(n)) }
func (c *config) setFloat(key string, v float64) { c.set(key, float32(v)) }

func (c *config) gemma() bool { return strings.HasPrefix(c.arch, "gemma") }

// readConfig takes the config out of config.json.
func readConfig(s *settings) (*config, error) {
	names := s.list("architectures")
	if *s.err != nil {
		return nil, *s.err
	}
	known := strings.Join(slices.Sorted(maps.Keys(architectures)), ", ")
	if len(names) != 1 {
		return nil, refuse("%s: architectures is %q, it must name one of %s", s.where, names, known)
	}
	c := &config{arch: architectures[names[0]]}
	if c.arch == "" {
		return nil, refuse("%s: the architecture %q is not known; known are %s", s.where, names[0], known)
	}
	if s.has("quantization_config") {
		return nil, refuse("%s has a quantization_config; what to do: take the folder of the weights before they were quantized", s.where)
	}
	c.widths(s)
	c.rope(s)
	c.unheeded(s)
	c.special(s)
	if *s.err != nil {
		return nil, *s.err
	}
	return c, nil
}

// headDefaults are the widths of heads where config.json does not say, as Transformers has
// them; other architectures divide the width.
var headDefaults = map[string]int{"qwen3": 128, "gemma2": 256, "gemma3": 256}

// widths reads what every architecture has.
func (c *config) widths(s *settings) {
	c.layers, c.width, c.heads = s.int("num_hidden_layers", maxLayers), s.int("hidden_size", maxWidth), s.int("num_attention_heads", maxHeads)
	c.kv = s.intOr("num_key_value_heads", maxHeads, c.heads)
	c.feed = s.int("intermediate_size", maxWidth)
	c.context = s.int("max_position_embeddings", maxContext)
	c.head = headDefaults[c.arch]
	if c.head == 0 {
		c.head = max(1, c.width/c.heads)
	}
	if !s.has("head_dim") && headDefaults[c.arch] == 0 && c.width%c.heads != 0 || c.heads%c.kv != 0 {
		s.fail("%d heads of %d keys and values do not divide a width of %d", c.heads, c.kv, c.width)
	}
	c.head = s.intOr("head_dim", maxWidth, c.head)
	if c.head%2 != 0 {
		s.fail("a head of %d dimensions has no pairs that turn", c.head)
	}
	c.tied = s.bool("tie_word_embeddings", c.gemma())
	c.setInt("context_length", c.context)
	c.setInt("embedding_length", c.width)
	c.setInt("block_count", c.layers)
	c.setInt("feed_forward_length", c.feed)
	c.setInt("attention.head_count", c.heads)
	c.setInt("attention.head_count_kv", c.kv)
	c.setInt("attention.key_length", c.head)
	c.setInt("attention.value_length", c.head)
	c.setFloat("attention.layer_norm_rms_epsilon", s.float("rms_norm_eps"))
}

// unheeded refuses settings that change what a model computes, and that the engine does not
// heed.
func (c *config) unheeded(s *settings) {
	want, key := "silu", "hidden_act"
	if c.gemma() {
		want, key = "gelu_pytorch_tanh", "hidden_activation"
	}
	if act := s.text(key, want); act != want {
		s.fail("%s is %q, %s has %s", key, act, c.arch, want)
	}
	if s.bool("use_bidirectional_attention", false) {
		s.fail("use_bidirectional_attention: tokens that see later ones are not computed")
	}
	if c.arch == "llama" && s.has("sliding_window") && s.int("sliding_window", maxContext) < c.context {
		s.fail("a sliding_window of %v is not computed for %s; what to do: set max_position_embeddings to it, for texts of no more tokens", s.values["sliding_window"], c.arch)
	}
	if strings.HasPrefix(c.arch, "qwen") && s.bool("use_sliding_window", false) && s.has("sliding_window") && s.intOr("max_window_layers", maxLayers, c.layers) < c.layers {
		s.fail("use_sliding_window: layers with a window are not computed for %s", c.arch)
	}
	for _, key := range []string{"final_logit_softcapping", "attn_logit_softcapping"} {
		if c.arch != "gemma2" && s.has(key) {
			s.fail("%s is not computed for %s", key, c.arch)
		}
	}
	c.layerTypes(s)
}

// layerTypes holds the kinds of layers, where they are listed, to those that the engine
// takes them for.
func (c *config) layerTypes(s *settings) {
	every := c.fullEvery()
	for _, key := range []string{"sliding_window_pattern", "_sliding_window_pattern"} {
		if every > 0 && s.has(key) && s.int(key, maxLayers) != every {
			s.fail("%s is %v, the engine has %d for %s", key, s.values[key], every, c.arch)
		}
	}
	types := s.list("layer_types")
	if types != nil && len(types) != c.layers {
		s.fail("layer_types has %d, there are %d layers", len(types), c.layers)
	}
	for i, kind := range types {
		want := "full_attention"
		if every > 0 && i%every != every-1 {
			want = "sliding_attention"
		}
		if kind != want {
			s.fail("layer %d is of the kind %q, the engine takes it for %s", i, kind, want)
			return
		}
	}
}

// fullEvery says that every so-manieth layer has no window, as llm/model has it; 0 for
// architectures that have no two kinds.
func (c *config) fullEvery() int {
	switch c.arch {
	case "gemma2":
		return 2
	case "gemma3":
		return 6
	}
	return 0
}

// Layers of the largest Gemma models, by which llm/model knows that they scale attention by
// the width over the heads.
var scaledByWidth = map[string]int{"gemma2": 46, "gemma3": 62}

// special reads what an architecture has of its own.
func (c *config) special(s *settings) {
	switch c.arch {
	case "gemma2":
		c.window(s, true)
		c.setFloat("attn_logit_softcapping", s.floatOr("attn_logit_softcapping", 0))
		c.setFloat("final_logit_softcapping", s.floatOr("final_logit_softcapping", 0))
	case "gemma3":
		c.window(s, true)
	case "phi3":
		c.window(s, false)
	case "qwen3moe":
		c.moe(s)
	}
	if !c.gemma() {
		return
	}
	scale := float64(c.head)
	if c.layers == scaledByWidth[c.arch] {
		scale = float64(c.width) / float64(c.heads)
	}
	if got := s.float("query_pre_attn_scalar"); math.Abs(got-scale) > 1e-6*scale {
		s.fail("query_pre_attn_scalar is %g, the engine has %g for %s of %d layers", got, scale, c.arch, c.layers)
	}
}

func (c *config) window(s *settings, must bool) {
	if must || s.has("sliding_window") {
		c.setInt("attention.sliding_window", s.int("sliding_window", maxContext))
	}
}

// moe reads the experts, all of which the engine takes every layer to have.
func (c *config) moe(s *settings) {
	c.experts, c.expertWidth = s.int("num_experts", maxExperts), s.int("moe_intermediate_size", maxWidth)
	used := s.int("num_experts_per_tok", maxExperts)
	if used > c.experts {
		s.fail("num_experts_per_tok is %d, there are %d experts", used, c.experts)
	}
	if s.intOr("decoder_sparse_step", maxLayers, 1) != 1 {
		s.fail("decoder_sparse_step is %v: layers without experts are not computed", s.values["decoder_sparse_step"])
	}
	if dense, _ := s.values["mlp_only_layers"].([]any); len(dense) > 0 {
		s.fail("mlp_only_layers is %v: layers without experts are not computed", dense)
	}
	if !s.bool("norm_topk_prob", false) {
		s.fail("norm_topk_prob is not true: the engine divides the weights of the experts by their sum")
	}
	c.setInt("expert_count", c.experts)
	c.setInt("expert_used_count", used)
	c.setInt("expert_feed_forward_length", c.expertWidth)
}
