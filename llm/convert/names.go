package convert

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pxos/llm/gguf"
	"pxos/llm/quant"
)

// output is a tensor of the file that is made, and what it is made of.
type output struct {
	name string
	// from are tensors of the folder, of the same shape, one after another.
	from       []*tensor
	rows, cols int // of each; a vector of n values has n rows of one
	vector     bool
	stacked    bool // of three dimensions, even if there is one alone
	plain      bool // F32, whatever the type of matrices
	// head is the rows of a head whose halves become neighbours, 0 for none.
	head   int
	plus   float32   // is added to every value
	values []float32 // in place of from
}

// shape is the output's in GGUF, the innermost dimension first.
func (o *output) shape() []int {
	switch {
	case o.values != nil:
		return []int{len(o.values)}
	case o.vector:
		return []int{o.rows}
	case o.stacked:
		return []int{o.cols, o.rows, len(o.from)}
	}
	return []int{o.cols, o.rows}
}

// header is the output as it stands in the head of a file whose matrices have a type. Rows
// that are no whole number of blocks have F16.
func (o *output) header(t quant.Type) gguf.Tensor {
	out := gguf.Tensor{Name: o.name, Shape: o.shape(), Type: t}
	if o.vector || o.plain || o.values != nil {
		out.Type = quant.F32
	} else if _, err := t.RowBytes(o.cols); err != nil {
		out.Type = quant.F16
	}
	return out
}

// planner finds what the file is made of.
type planner struct {
	c       *config
	d       *folder
	out     []*output
	used    map[string]bool
	missing []string
	err     error
}

// plan lists the file's tensors, in the order in which they are written. All of the folder's
// are used, or passed over for a known reason.
func plan(c *config, d *folder) ([]*output, error) {
	p := &planner{c: c, d: d, used: map[string]bool{}}
	p.whole()
	for i := 0; i < c.layers && p.err == nil && len(p.missing) < maxLayers; i++ {
		p.layer(fmt.Sprintf("model.layers.%d.", i), fmt.Sprintf("blk.%d.", i))
	}
	if p.err != nil {
		return nil, p.err
	}
	if len(p.missing) > 0 {
		return nil, refuse("tensors are missing: %s; what to do: fetch the folder whole", few(p.missing))
	}
	var unknown []string
	for name := range maps.Keys(d.tensors) {
		if !p.used[name] && !p.passed(name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return nil, refuse("tensors that %s does not have: %s", c.arch, few(unknown))
	}
	return p.out, nil
}

// passed says that a tensor is passed over: buffers that are computed anew, and a head that
// is the embedding.
func (p *planner) passed(name string) bool {
	return strings.HasSuffix(name, "rotary_emb.inv_freq") || p.c.tied && name == "lm_head.weight"
}

// find gives a tensor of a shape, nil if there is none.
func (p *planner) find(name string, shape ...int) *tensor {
	t, ok := p.d.tensors[name]
	if !ok {
		p.missing = append(p.missing, name)
		return nil
	}
	p.used[name] = true
	if !slices.Equal(t.shape, shape) && p.err == nil {
		p.err = refuse("%s: %q has the shape %v, %s says %v", t.in.name, name, t.shape, configFile, shape)
	}
	if _, ok := dtypes[t.dtype]; !ok && p.err == nil {
		p.err = refuse("%s: %q has the dtype %s; F32, F16 and BF16 are converted", t.in.name, name, t.dtype)
	}
	return t
}

// matrix adds a matrix of some rows.
func (p *planner) matrix(name, from string, rows, cols int) *output {
	o := &output{name: name, from: []*tensor{p.find(from, rows, cols)}, rows: rows, cols: cols}
	p.out = append(p.out, o)
	return o
}

// vector adds a vector.
func (p *planner) vector(name, from string, n int) *output {
	o := &output{name: name, from: []*tensor{p.find(from, n)}, rows: n, cols: 1, vector: true}
	p.out = append(p.out, o)
	return o
}

// norm adds the weights of a norm; those of Gemma are kept less one.
func (p *planner) norm(name, from string, n int) {
	o := p.vector(name, from, n)
	if p.c.gemma() {
		o.plus = 1
	}
}

// vocabularySize is how many rows the embedding has.
func vocabularySize(d *folder) (int, error) {
	const name = "model.embed_tokens.weight"
	t, ok := d.tensors[name]
	if !ok || len(t.shape) != 2 || t.shape[0] == 0 {
		return 0, refuse("there is no matrix %q; what to do: fetch the folder whole", name)
	}
	if t.shape[0] > maxRows {
		return 0, refuse("%q has %d rows, %d are the most", name, t.shape[0], maxRows)
	}
	return t.shape[0], nil
}

// whole adds what is no part of a layer.
func (p *planner) whole() {
	c := p.c
	vocabulary, err := vocabularySize(p.d)
	if err != nil {
		p.err = err
		return
	}
	p.matrix("token_embd.weight", "model.embed_tokens.weight", vocabulary, c.width)
	p.norm("output_norm.weight", "model.norm.weight", c.width)
	if !c.tied {
		p.matrix("output.weight", "lm_head.weight", vocabulary, c.width)
	}
	for name, values := range map[string][]float32{"rope_freqs.weight": c.ropeFreqs, "rope_factors_short.weight": c.short, "rope_factors_long.weight": c.long} {
		if values != nil {
			p.out = append(p.out, &output{name: name, values: values})
		}
	}
	// A map has no order; the same folder must come to the same file.
	slices.SortStableFunc(p.out, func(a, b *output) int { return strings.Compare(a.name, b.name) })
}

func (p *planner) layer(from, to string) {
	c := p.c
	p.attention(from, to)
	p.norm(to+"attn_norm.weight", from+"input_layernorm.weight", c.width)
	if c.gemma() {
		p.norm(to+"post_attention_norm.weight", from+"post_attention_layernorm.weight", c.width)
		p.norm(to+"ffn_norm.weight", from+"pre_feedforward_layernorm.weight", c.width)
		p.norm(to+"post_ffw_norm.weight", from+"post_feedforward_layernorm.weight", c.width)
	} else {
		p.norm(to+"ffn_norm.weight", from+"post_attention_layernorm.weight", c.width)
	}
	switch {
	case c.experts > 0:
		p.moe(from+"mlp.", to)
	case c.arch == "phi3":
		p.matrix(to+"ffn_up.weight", from+"mlp.gate_up_proj.weight", 2*c.feed, c.width)
		p.matrix(to+"ffn_down.weight", from+"mlp.down_proj.weight", c.width, c.feed)
	default:
		p.matrix(to+"ffn_gate.weight", from+"mlp.gate_proj.weight", c.feed, c.width)
		p.matrix(to+"ffn_up.weight", from+"mlp.up_proj.weight", c.feed, c.width)
		p.matrix(to+"ffn_down.weight", from+"mlp.down_proj.weight", c.width, c.feed)
	}
}

func (p *planner) attention(from, to string) {
	c := p.c
	from += "self_attn."
	q, kv := c.heads*c.head, c.kv*c.head
	p.matrix(to+"attn_output.weight", from+"o_proj.weight", c.width, q)
	if c.arch == "phi3" {
		p.matrix(to+"attn_qkv.weight", from+"qkv_proj.weight", q+2*kv, c.width)
		return
	}
	for _, x := range []struct {
		name, from string
		rows       int
	}{{"attn_q", "q_proj", q}, {"attn_k", "k_proj", kv}, {"attn_v", "v_proj", kv}} {
		turns := 0
		if c.arch == "llama" && x.name != "attn_v" {
			turns = c.head // its file has pairs side by side, the folder has halves
		}
		p.matrix(to+x.name+".weight", from+x.from+".weight", x.rows, c.width).head = turns
		if _, biased := p.d.tensors[from+x.from+".bias"]; biased || c.arch == "qwen2" {
			p.vector(to+x.name+".bias", from+x.from+".bias", x.rows).head = turns
		}
	}
	switch c.arch {
	case "qwen3", "qwen3moe", "gemma3":
		p.norm(to+"attn_q_norm.weight", from+"q_norm.weight", c.head)
		p.norm(to+"attn_k_norm.weight", from+"k_norm.weight", c.head)
	}
}

// moe adds the router and the experts, all of which are one tensor of each kind.
func (p *planner) moe(from, to string) {
	c := p.c
	p.matrix(to+"ffn_gate_inp.weight", from+"gate.weight", c.experts, c.width).plain = true
	for _, x := range []struct {
		name, from string
		rows, cols int
	}{{"ffn_gate_exps", "gate_proj", c.expertWidth, c.width}, {"ffn_up_exps", "up_proj", c.expertWidth, c.width}, {"ffn_down_exps", "down_proj", c.width, c.expertWidth}} {
		o := &output{name: to + x.name + ".weight", rows: x.rows, cols: x.cols, stacked: true}
		for n := range c.experts {
			o.from = append(o.from, p.find(fmt.Sprintf("%sexperts.%d.%s.weight", from, n, x.from), x.rows, x.cols))
		}
		p.out = append(p.out, o)
	}
}
