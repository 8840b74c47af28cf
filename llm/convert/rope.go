package convert

import "math"

// bases are those of rotations where config.json does not say, as Transformers has them.
const (
	usualBase  = 10000
	gemma3Base = 1e6
)

// What llm/model takes for granted of YaRN.
const (
	yarnFast = 32
	yarnSlow = 1
	yarnRise = 0.1 // of the scale of attention, by the logarithm of the factor
)

// rope reads how queries and keys turn: rope_parameters, as Transformers writes since its
// version 5, or rope_theta and rope_scaling.
func (c *config) rope(s *settings) {
	c.base = usualBase
	if c.arch == "gemma3" {
		c.base = gemma3Base
	}
	c.base = s.floatOr("rope_theta", c.base)
	local := s.floatOr("rope_local_base_freq", usualBase)
	scaling, all := s.in("rope_scaling"), s.in("rope_parameters")
	partial := s.floatOr("partial_rotary_factor", 1)
	if all != nil {
		scaling = all
		if full := all.in("full_attention"); full != nil {
			scaling = full
		}
		if sliding := all.in("sliding_attention"); sliding != nil {
			local = sliding.floatOr("rope_theta", local)
			if kind := sliding.text("rope_type", "default"); kind != "default" {
				sliding.fail("rope_type is %q: layers with a window are not scaled", kind)
			}
		}
		c.base, partial = scaling.floatOr("rope_theta", c.base), scaling.floatOr("partial_rotary_factor", partial)
	}
	if c.base <= 1 || local <= 1 {
		s.fail("rope_theta is %g and rope_local_base_freq %g, they must be above 1", c.base, local)
	}
	if partial != 1 && c.arch != "phi3" {
		s.fail("partial_rotary_factor is %g: that a part of a head turns is computed for phi3 alone", partial)
	}
	c.turning = int(float64(c.head) * partial)
	if c.turning < 2 || c.turning%2 != 0 || c.turning > c.head {
		s.fail("partial_rotary_factor is %g: %d dimensions of %d would turn, which must be pairs", partial, c.turning, c.head)
		return
	}
	c.setInt("rope.dimension_count", c.turning)
	c.setFloat("rope.freq_base", c.base)
	if c.arch == "gemma3" {
		c.setFloat("rope.local.freq_base", local)
		c.setFloat("rope.freq_base_swa", local) // what llama.cpp calls it
	}
	if scaling != nil {
		c.scaling(s, scaling)
	}
}

// scaled are the kinds of scaled rotations that the engine computes, by architecture.
func (c *config) scaled(kind string) bool {
	switch c.arch {
	case "phi3":
		return kind == "longrope"
	case "gemma3": // whose layers with a window must not be touched
		return kind == "linear"
	}
	return kind == "linear" || kind == "yarn" || kind == "llama3"
}

func (c *config) scaling(s, r *settings) {
	kind := r.text("rope_type", r.text("type", "default"))
	if kind == "su" { // what longrope was called first
		kind = "longrope"
	}
	if kind == "default" {
		return
	}
	if !c.scaled(kind) {
		hint := "another model"
		if kind == "dynamic" {
			hint = "set rope_scaling to null, which is the same for texts of no more than max_position_embeddings tokens"
		}
		r.fail("rope_type %q is not computed for %s; what to do: %s", kind, c.arch, hint)
		return
	}
	switch kind {
	case "linear":
		c.set("rope.scaling.type", "linear")
		c.setFloat("rope.scaling.factor", factor(r))
	case "yarn":
		c.yarn(s, r)
	case "llama3":
		c.llama3(r)
	case "longrope":
		c.longrope(s, r)
	}
}

// factor is how much longer texts are than those of the training.
func factor(r *settings) float64 {
	f := r.float("factor")
	if f < 1 {
		r.fail("factor is %g, it must be 1 at least", f)
	}
	return f
}

func (c *config) yarn(s, r *settings) {
	f := factor(r)
	usual := 1 + yarnRise*math.Log(max(f, 1))
	if r.floatOr("beta_fast", yarnFast) != yarnFast || r.floatOr("beta_slow", yarnSlow) != yarnSlow || !r.bool("truncate", true) || r.has("mscale") || r.has("mscale_all_dim") ||
		math.Abs(r.floatOr("attention_factor", usual)-usual) > 1e-6*usual {
		r.fail("beta_fast, beta_slow, truncate, mscale or attention_factor are not the usual ones, which alone are computed")
	}
	c.set("rope.scaling.type", "yarn")
	c.setFloat("rope.scaling.factor", f)
	c.setInt("rope.scaling.original_context_length", original(s, r, c.context))
}

// original is how many tokens the texts of the training had.
func original(s, r *settings, otherwise int) int {
	return r.intOr("original_max_position_embeddings", maxContext, s.intOr("original_max_position_embeddings", maxContext, otherwise))
}

// llama3 computes what the frequencies are divided by: those that turn often within the
// original context stay, those that turn seldom are divided by the factor, and there is a
// ramp between. The file has them as a tensor.
func (c *config) llama3(r *settings) {
	f, low, high := factor(r), r.float("low_freq_factor"), r.float("high_freq_factor")
	context := float64(r.int("original_max_position_embeddings", maxContext))
	if low <= 0 || high <= low {
		r.fail("low_freq_factor is %g and high_freq_factor %g", low, high)
		return
	}
	for i := range c.turning / 2 {
		turns := context / (2 * math.Pi * math.Pow(c.base, 2*float64(i)/float64(c.turning)))
		smooth := min(max((turns-low)/(high-low), 0), 1)
		c.ropeFreqs = append(c.ropeFreqs, float32(1/((1-smooth)/f+smooth)))
	}
}

// longrope has factors for texts within the original context and beyond it.
func (c *config) longrope(s, r *settings) {
	c.short, c.long = r.floats("short_factor"), r.floats("long_factor")
	if len(c.short) != c.turning/2 || len(c.long) != c.turning/2 {
		r.fail("there are %d short factors and %d long ones, %d pairs turn", len(c.short), len(c.long), c.turning/2)
	}
	if r.has("short_mscale") || r.has("long_mscale") {
		r.fail("short_mscale and long_mscale are not computed")
	}
	n := original(s, r, 0)
	if n < 2 {
		s.fail("there is no original_max_position_embeddings, which longrope needs")
		return
	}
	scale := 1.0
	if long := float64(c.context) / float64(n); long > 1 {
		scale = math.Sqrt(1 + math.Log(long)/math.Log(float64(n)))
	} else if r.floatOr("attention_factor", 1) != 1 {
		r.fail("attention_factor is not heeded where the context is not longer than the original")
	}
	c.set("rope.scaling.type", "longrope")
	c.setInt("rope.scaling.original_context_length", n)
	c.setFloat("rope.scaling.attn_factor", r.floatOr("attention_factor", scale))
}
