package model

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"pxos/llm/gguf"
)

// ErrModel is a file that is no model that can be run.
var ErrModel = errors.New("not a model that can be run")

// Architectures are those that are known, by the names that GGUF has for them.
var Architectures = []string{"llama", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3"}

// Config says how a model is built. Widths are numbers of values.
type Config struct {
	Architecture string
	Name         string
	Context      int // tokens that it was made for
	Vocabulary   int
	Layers       int
	Width        int // of the residual stream
	FeedForward  int
	Heads, KV    int // attention heads, and those of keys and values
	HeadKey      int // width of a head's query and key
	HeadValue    int
	Epsilon      float64 // of RMSNorm

	RoPE RoPE
	// LocalBase is the base of rotations in layers with a window, where it is another.
	LocalBase float64
	// Window is how many tokens layers with a window look back, 0 where none has one;
	// FullEvery is that every so-manieth layer has none.
	Window, FullEvery int

	AttentionScale      float64
	AttentionCap, Cap   float64 // soft caps of attention's and the last logits, 0 for none
	EmbeddingScale      float64
	GELU                bool // as activation, in place of SiLU
	Experts, UsedExpert int  // 0 for none
	ExpertWidth         int
}

// RoPE is how queries and keys are turned by their places.
type RoPE struct {
	Dimensions int // of each head that turn
	Base       float64
	Halves     bool // pairs are i and i + d/2 (NEOX), not 2i and 2i + 1
	// Linear divides places, 1 for none.
	Linear float64
	// Yarn stretches low frequencies alone, by Factor from Original tokens on.
	Yarn           bool
	Factor         float64
	Original       int
	AttentionScale float64 // of what was turned
}

// maxLayers bounds what a file can ask for.
const (
	maxLayers  = 1 << 12
	maxWidth   = 1 << 18
	maxHeads   = 1 << 12
	maxContext = 1 << 26
	maxExperts = 1 << 12
)

// reader takes metadata of an architecture and keeps the first error.
type reader struct {
	f    *gguf.File
	arch string
	err  error
}

func (r *reader) int(key string, most int) int {
	n, err := r.f.Int(r.arch+"."+key, 1, most)
	if err != nil && r.err == nil {
		r.err = err
	}
	return n
}

// has says that a key is there.
func (r *reader) has(key string) bool {
	_, ok := r.f.Value(r.arch + "." + key)
	return ok
}

func (r *reader) intOr(key string, most, otherwise int) int {
	if !r.has(key) {
		return otherwise
	}
	return r.int(key, most)
}

func (r *reader) floatOr(key string, otherwise float64) float64 {
	if !r.has(key) {
		return otherwise
	}
	v, err := r.f.Float(r.arch + "." + key)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0) || v < 0) {
		err = fmt.Errorf("%s.%s is %g", r.arch, key, v)
	}
	if err != nil && r.err == nil {
		r.err = err
	}
	return v
}

// ReadConfig takes the config out of a file's metadata.
func ReadConfig(f *gguf.File) (Config, error) {
	arch, err := f.String("general.architecture")
	if err != nil {
		return Config{}, fmt.Errorf("%w: %w", err, ErrModel)
	}
	if !slices.Contains(Architectures, arch) {
		return Config{}, fmt.Errorf("the architecture %q is not known; known are %s: %w", arch, strings.Join(Architectures, ", "), ErrModel)
	}
	r := &reader{f: f, arch: arch}
	c := Config{
		Architecture: arch, Context: r.int("context_length", maxContext), Layers: r.int("block_count", maxLayers),
		Width: r.int("embedding_length", maxWidth), Heads: r.int("attention.head_count", maxHeads), Epsilon: r.floatOr("attention.layer_norm_rms_epsilon", 1e-5),
		EmbeddingScale: 1,
	}
	c.Name, _ = f.String("general.name") // which need not be there
	c.FeedForward = r.intOr("feed_forward_length", maxWidth, 0)
	c.KV = r.intOr("attention.head_count_kv", maxHeads, c.Heads)
	if r.err == nil && (c.Width%c.Heads != 0 && !r.has("attention.key_length") || c.Heads%c.KV != 0) {
		r.err = fmt.Errorf("%d heads of %d keys and values do not divide a width of %d", c.Heads, c.KV, c.Width)
	}
	if r.err != nil {
		return c, fmt.Errorf("%w: %w", r.err, ErrModel)
	}
	c.HeadKey = r.intOr("attention.key_length", maxWidth, c.Width/c.Heads)
	c.HeadValue = r.intOr("attention.value_length", maxWidth, c.Width/c.Heads)
	c.AttentionScale = 1 / math.Sqrt(float64(c.HeadKey))
	c.rope(r)
	c.special(r)
	if r.err == nil && (c.RoPE.Dimensions > c.HeadKey || c.RoPE.Dimensions%2 != 0) {
		r.err = fmt.Errorf("%d dimensions turn in heads of %d", c.RoPE.Dimensions, c.HeadKey)
	}
	if r.err == nil && c.FeedForward == 0 && c.Experts == 0 {
		r.err = fmt.Errorf("there is no %s.feed_forward_length", arch)
	}
	if r.err != nil {
		return c, fmt.Errorf("%w: %w", r.err, ErrModel)
	}
	return c, nil
}

// rope reads how places turn.
func (c *Config) rope(r *reader) {
	c.RoPE = RoPE{Dimensions: r.intOr("rope.dimension_count", maxWidth, c.HeadKey), Base: r.floatOr("rope.freq_base", 10000), Linear: 1, AttentionScale: 1}
	c.RoPE.Halves = c.Architecture != "llama"
	if c.RoPE.Base <= 1 {
		r.err = fmt.Errorf("rope.freq_base is %g", c.RoPE.Base)
	}
	kind := ""
	if r.has("rope.scaling.type") {
		var err error
		if kind, err = r.f.String(r.arch + ".rope.scaling.type"); err != nil && r.err == nil {
			r.err = err
		}
	}
	factor := r.floatOr("rope.scaling.factor", 1)
	if factor < 1 {
		factor = 1
	}
	switch kind {
	case "", "none", "longrope", "llama3": // those with factors have a tensor of them
	case "linear":
		c.RoPE.Linear = factor
	case "yarn":
		c.RoPE.Yarn, c.RoPE.Factor = true, factor
		c.RoPE.Original = r.intOr("rope.scaling.original_context_length", maxContext, c.Context)
		c.RoPE.AttentionScale = 1 + 0.1*math.Log(factor)
	default:
		r.err = fmt.Errorf("rope.scaling.type %q; known are none, linear, yarn and longrope", kind)
	}
	if c.Architecture == "phi3" && r.has("rope.scaling.original_context_length") {
		c.RoPE.Original = r.int("rope.scaling.original_context_length", maxContext)
		if s := float64(c.Context) / float64(c.RoPE.Original); s > 1 {
			c.RoPE.AttentionScale = r.floatOr("rope.scaling.attn_factor", math.Sqrt(1+math.Log(s)/math.Log(float64(c.RoPE.Original))))
		}
	}
}

// Layers of the largest Gemma models, which scale attention by another width than that of
// a head; the metadata does not say so.
const (
	gemma2Large = 46
	gemma3Large = 62
)

// special sets what an architecture has of its own.
func (c *Config) special(r *reader) {
	c.Window = r.intOr("attention.sliding_window", maxContext, 0)
	switch c.Architecture {
	case "gemma2":
		c.FullEvery = 2
		c.AttentionCap, c.Cap = r.floatOr("attn_logit_softcapping", 50), r.floatOr("final_logit_softcapping", 30)
	case "gemma3":
		c.FullEvery = 6
		c.LocalBase = r.floatOr("rope.local.freq_base", 10000)
	case "qwen3moe":
		c.Experts, c.UsedExpert, c.ExpertWidth = r.int("expert_count", maxExperts), r.int("expert_used_count", maxExperts), r.int("expert_feed_forward_length", maxWidth)
		if r.err == nil && c.UsedExpert > c.Experts {
			r.err = fmt.Errorf("%d of %d experts are used", c.UsedExpert, c.Experts)
		}
	case "qwen2", "qwen3", "llama":
		c.Window = 0 // where the key is there it is not used
	}
	if strings.HasPrefix(c.Architecture, "gemma") {
		c.GELU, c.EmbeddingScale = true, math.Sqrt(float64(c.Width))
		if c.Architecture == "gemma2" && c.Layers == gemma2Large || c.Architecture == "gemma3" && c.Layers == gemma3Large {
			c.AttentionScale = 1 / math.Sqrt(float64(c.Width)/float64(c.Heads))
		}
	}
}

// WindowOf is how many tokens a layer looks back, itself included; 0 is all.
func (c *Config) WindowOf(layer int) int {
	if c.Window == 0 || c.FullEvery > 0 && layer%c.FullEvery == c.FullEvery-1 {
		return 0
	}
	return c.Window
}
