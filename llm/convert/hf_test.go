package convert

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// hf computes a model as Transformers does, in float64, from what a folder of Hugging Face
// has: its names, halves that turn, norms of Gemma that add one. It knows nothing of GGUF
// and is what converted models are held to.
type hf struct {
	config  map[string]any
	weights map[string][]float64 // matrices row by row
}

func (m *hf) class() string { return m.config["architectures"].([]string)[0] }
func (m *hf) gemma() bool   { return strings.HasPrefix(m.class(), "Gemma") }

// num is a number of the config.
func (m *hf) num(key string, otherwise float64) float64 { return number(m.config[key], otherwise) }

func number(v any, otherwise float64) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	return otherwise
}

// linear is torch.nn.Linear: rows of weights by every token.
func (m *hf) linear(x [][]float64, name string) [][]float64 {
	w, bias := m.weights[name+".weight"], m.weights[name+".bias"]
	cols := len(x[0])
	if len(w) == 0 || len(w)%cols != 0 {
		panic(fmt.Sprintf("%s has %d weights for a width of %d", name, len(w), cols))
	}
	out := make([][]float64, len(x))
	for t := range x {
		for row := 0; row*cols < len(w); row++ {
			sum := 0.0
			if bias != nil {
				sum = bias[row]
			}
			for i, v := range x[t] {
				sum += w[row*cols+i] * v
			}
			out[t] = append(out[t], sum)
		}
	}
	return out
}

// norm is RMSNorm over parts of so many values, all of which have the same weights.
func (m *hf) norm(x [][]float64, name string) [][]float64 {
	w := m.weights[name+".weight"]
	out := make([][]float64, len(x))
	for t := range x {
		for at := 0; at < len(x[t]); at += len(w) {
			mean := 0.0
			for i := range w {
				mean += x[t][at+i] * x[t][at+i] / float64(len(w))
			}
			for i := range w {
				scale := w[i]
				if m.gemma() {
					scale = 1 + w[i]
				}
				out[t] = append(out[t], scale*x[t][at+i]/math.Sqrt(mean+m.num("rms_norm_eps", 0)))
			}
		}
	}
	return out
}

func plus(x, y [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for t := range x {
		for i := range x[t] {
			out[t] = append(out[t], x[t][i]+y[t][i])
		}
	}
	return out
}

// forward gives the logits after every token, in a context of so many, by which longrope
// chooses its factors.
func (m *hf) forward(ids []int, context int) [][]float64 {
	width := int(m.num("hidden_size", 0))
	var x [][]float64
	for _, id := range ids {
		row := append([]float64(nil), m.weights["model.embed_tokens.weight"][id*width:(id+1)*width]...)
		for i := range row {
			if m.gemma() {
				row[i] *= math.Sqrt(float64(width))
			}
		}
		x = append(x, row)
	}
	for n := range int(m.num("num_hidden_layers", 0)) {
		p := fmt.Sprintf("model.layers.%d.", n)
		a := m.attention(m.norm(x, p+"input_layernorm"), n, p+"self_attn.", context)
		before := "post_attention_layernorm"
		if m.gemma() {
			a, before = m.norm(a, p+"post_attention_layernorm"), "pre_feedforward_layernorm"
		}
		x = plus(x, a)
		f := m.mlp(m.norm(x, p+before), p+"mlp.")
		if m.gemma() {
			f = m.norm(f, p+"post_feedforward_layernorm")
		}
		x = plus(x, f)
	}
	head := "lm_head"
	if tied, _ := m.config["tie_word_embeddings"].(bool); tied || m.gemma() {
		head = "model.embed_tokens"
	}
	logits := m.linear(m.norm(x, "model.norm"), head)
	if most := m.num("final_logit_softcapping", 0); most > 0 {
		for t := range logits {
			for i, v := range logits[t] {
				logits[t][i] = most * math.Tanh(v/most)
			}
		}
	}
	return logits
}

// sliding says that a layer has a window.
func (m *hf) sliding(layer int) bool {
	switch m.class() {
	case "Gemma2ForCausalLM":
		return layer%2 == 0
	case "Gemma3ForCausalLM":
		return (layer+1)%6 != 0
	}
	return m.class() == "Phi3ForCausalLM" && m.num("sliding_window", 0) > 0
}

func (m *hf) attention(x [][]float64, layer int, p string, context int) [][]float64 {
	heads, kv, head := int(m.num("num_attention_heads", 0)), int(m.num("num_key_value_heads", 0)), int(m.num("head_dim", 0))
	var q, k, v [][]float64
	if m.class() == "Phi3ForCausalLM" {
		for _, all := range m.linear(x, p+"qkv_proj") {
			q, k, v = append(q, all[:heads*head]), append(k, all[heads*head:(heads+kv)*head]), append(v, all[(heads+kv)*head:])
		}
	} else {
		q, k, v = m.linear(x, p+"q_proj"), m.linear(x, p+"k_proj"), m.linear(x, p+"v_proj")
	}
	if m.weights[p+"q_norm.weight"] != nil {
		q, k = m.norm(q, p+"q_norm"), m.norm(k, p+"k_norm")
	}
	frequencies, scale := m.rope(layer, context)
	for t := range x {
		for h := range heads {
			turnHalves(q[t][h*head:(h+1)*head], t, frequencies, scale)
		}
		for h := range kv {
			turnHalves(k[t][h*head:(h+1)*head], t, frequencies, scale)
		}
	}
	scaling := 1 / math.Sqrt(m.num("query_pre_attn_scalar", float64(head)))
	out := make([][]float64, len(x))
	for t := range x {
		out[t] = make([]float64, heads*head)
		for h := range heads {
			g := h / (heads / kv)
			first := 0
			if m.sliding(layer) {
				first = max(0, t-int(m.num("sliding_window", 0))+1)
			}
			var scores []float64
			for s := first; s <= t; s++ {
				score := 0.0
				for i := range head {
					score += q[t][h*head+i] * k[s][g*head+i] * scaling
				}
				if most := m.num("attn_logit_softcapping", 0); most > 0 {
					score = most * math.Tanh(score/most)
				}
				scores = append(scores, score)
			}
			for s, weight := range softmax(scores) {
				for i := range head {
					out[t][h*head+i] += weight * v[first+s][g*head+i]
				}
			}
		}
	}
	return m.linear(out, p+"o_proj")
}

// turnHalves is q*cos + rotate_half(q)*sin.
func turnHalves(head []float64, place int, frequencies []float64, scale float64) {
	half := len(frequencies)
	for i, f := range frequencies {
		a, b := head[i], head[i+half]
		sin, cos := math.Sin(float64(place)*f)*scale, math.Cos(float64(place)*f)*scale
		head[i], head[i+half] = a*cos-b*sin, b*cos+a*sin
	}
}

// rope is inv_freq and attention_scaling of modeling_rope_utils.
func (m *hf) rope(layer, context int) (out []float64, scale float64) {
	base, partial := m.num("rope_theta", 10000), m.num("partial_rotary_factor", 1)
	r, _ := m.config["rope_scaling"].(map[string]any)
	if all, ok := m.config["rope_parameters"].(map[string]any); ok {
		kind := "full_attention"
		if m.sliding(layer) {
			kind = "sliding_attention"
		}
		if own, ok := all[kind].(map[string]any); ok {
			all = own
		}
		r, base = all, number(all["rope_theta"], base)
	} else if m.class() == "Gemma3ForCausalLM" && m.sliding(layer) {
		base, r = m.num("rope_local_base_freq", 10000), nil
	}
	dim := int(m.num("head_dim", 0) * partial)
	for i := 0; i < dim; i += 2 {
		out = append(out, 1/math.Pow(base, float64(i)/float64(dim)))
	}
	factor := number(r["factor"], 1)
	original := number(r["original_max_position_embeddings"], m.num("max_position_embeddings", 0))
	switch r["rope_type"] {
	case "linear":
		for i := range out {
			out[i] /= factor
		}
	case "llama3":
		low, high := number(r["low_freq_factor"], 0), number(r["high_freq_factor"], 0)
		for i, f := range out {
			wave := 2 * math.Pi / f
			if wave > original/low {
				out[i] = f / factor
			} else if wave >= original/high {
				smooth := (original/wave - low) / (high - low)
				out[i] = (1-smooth)*f/factor + smooth*f
			}
		}
	case "yarn":
		correction := func(rotations float64) float64 {
			return float64(dim) * math.Log(original/(rotations*2*math.Pi)) / (2 * math.Log(base))
		}
		low, high := max(math.Floor(correction(32)), 0), min(math.Ceil(correction(1)), float64(dim-1))
		if low == high {
			high += 0.001
		}
		for i, f := range out {
			ramp := min(max((float64(i)-low)/(high-low), 0), 1)
			out[i] = f/factor*ramp + f*(1-ramp)
		}
		return out, 0.1*math.Log(factor) + 1
	case "longrope":
		before := m.num("original_max_position_embeddings", 0)
		key := "short_factor"
		if float64(context) > before {
			key = "long_factor"
		}
		for i := range out {
			out[i] /= r[key].([]float64)[i]
		}
		return out, math.Sqrt(1 + math.Log(m.num("max_position_embeddings", 0)/before)/math.Log(before))
	}
	return out, 1
}

func softmax(x []float64) (out []float64) {
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v)
	}
	for _, v := range x {
		out = append(out, math.Exp(v)/sum)
	}
	return out
}

func (m *hf) mlp(x [][]float64, p string) [][]float64 {
	if m.weights[p+"gate.weight"] == nil {
		return m.gated(x, p)
	}
	out := make([][]float64, len(x))
	for t, scores := range m.linear(x, p+"gate") {
		weights := softmax(scores)
		order := make([]int, len(weights))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(a, b int) bool { return weights[order[a]] > weights[order[b]] })
		order = order[:int(m.num("num_experts_per_tok", 0))]
		sum := 0.0
		for _, n := range order {
			sum += weights[n]
		}
		out[t] = make([]float64, len(x[t]))
		for _, n := range order {
			for i, v := range m.gated(x[t:t+1], fmt.Sprintf("%sexperts.%d.", p, n))[0] {
				out[t][i] += v * weights[n] / sum
			}
		}
	}
	return out
}

// gated is down(act(gate(x)) * up(x)).
func (m *hf) gated(x [][]float64, p string) [][]float64 {
	var gate, up [][]float64
	if m.weights[p+"gate_up_proj.weight"] != nil {
		for _, both := range m.linear(x, p+"gate_up_proj") {
			gate, up = append(gate, both[:len(both)/2]), append(up, both[len(both)/2:])
		}
	} else {
		gate, up = m.linear(x, p+"gate_proj"), m.linear(x, p+"up_proj")
	}
	for t := range gate {
		for i, v := range gate[t] {
			act := v / (1 + math.Exp(-v))
			if m.gemma() {
				act = 0.5 * v * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*math.Pow(v, 3))))
			}
			gate[t][i] = act * up[t][i]
		}
	}
	return m.linear(gate, p+"down_proj")
}
