package train

import (
	"math"

	"pxos/llm/kernel"
)

// pass computes the loss of one text and its gradient. It holds room for a text of the
// shape's context, and is for one goroutine at a time.
type pass struct {
	shape Shape
	gemm  kernel.Gemm
	turns []turn // of positions and pairs of a head
	kept  []kept // of each layer
	ones  []float32

	last, normed []float32 // the residual stream after the layers, and that normed
	lastScale    []float32
	logits       []float32 // then their gradient

	// Of the way back.
	dStream, dNormed, dQKV, dAttended, dActed, dGateUp, dScores []float32
}

// kept is what the way back needs of a layer. The streams have a row for each token.
type kept struct {
	stream, between           []float32 // residual stream before the attention and before the feed-forward part
	attentionIn, feedIn       []float32 // these, normed
	attentionScale, feedScale []float32 // 1 over their root mean squares
	qkv                       []float32 // turned by RoPE
	weights                   []float32 // of the attention: heads by tokens by tokens
	attended                  []float32
	gateUp, silu, acted       []float32
}

// turn is an angle of RoPE.
type turn struct{ cos, sin float32 }

func newPass(s Shape) *pass {
	n, d := s.Context, s.Width
	room := func(cols int) []float32 { return make([]float32, n*cols) }
	p := &pass{
		shape: s, ones: make([]float32, s.FeedForward), turns: turns(s),
		last: room(d), normed: room(d), lastScale: room(1), logits: room(s.Vocabulary),
		dStream: room(d), dNormed: room(d), dQKV: room(3 * d), dAttended: room(d), dActed: room(s.FeedForward), dGateUp: room(2 * s.FeedForward),
		dScores: make([]float32, attentionRows*n),
	}
	for i := range p.ones {
		p.ones[i] = 1
	}
	for range s.Layers {
		p.kept = append(p.kept, kept{
			stream: room(d), between: room(d), attentionIn: room(d), feedIn: room(d), attentionScale: room(1), feedScale: room(1),
			qkv: room(3 * d), weights: room(s.Heads * n), attended: room(d), gateUp: room(2 * s.FeedForward), silu: room(s.FeedForward), acted: room(s.FeedForward),
		})
	}
	return p
}

// turns are the angles of RoPE (Su et al. 2021, section 3.2.2), pairs side by side.
func turns(s Shape) (out []turn) {
	for at := range s.Context {
		for i := 0; i < s.Head(); i += 2 {
			sin, cos := math.Sincos(float64(at) * math.Pow(ropeBase, -float64(i)/float64(s.Head())))
			out = append(out, turn{float32(cos), float32(sin)})
		}
	}
	return out
}

// loss is the sum over a text's tokens of -ln of the probability of the next, of which the
// last of ids is only that. Where gradient is not nil, that of the sum times scale is added
// to it. At most the context and one more are given.
func (p *pass) loss(w *parameters, ids []int, gradient *parameters, scale float32) float64 {
	in, next := ids[:len(ids)-1], ids[1:]
	p.forward(w, in)
	var sum float64
	v := p.shape.Vocabulary
	for i, id := range next {
		row := p.logits[i*v:][:v]
		most := largest(row)
		of := row[id] - most
		total := kernel.ExpSum(row, most)
		sum += math.Log(float64(total)) - float64(of)
		if gradient == nil {
			continue
		}
		scaled := scale / total
		for j := range row {
			row[j] *= scaled
		}
		row[id] -= scale
	}
	if gradient != nil {
		p.backward(w, gradient, in)
	}
	return sum
}

// bits are the costs of each next token, in bits.
func (p *pass) bits(w *parameters, ids []int) (out []float64) {
	p.forward(w, ids[:len(ids)-1])
	v := p.shape.Vocabulary
	for i, id := range ids[1:] {
		row := p.logits[i*v:][:v]
		most := largest(row)
		of := row[id] - most
		out = append(out, (math.Log(float64(kernel.ExpSum(row, most)))-float64(of))/math.Ln2)
	}
	return out
}

// forward leaves the logits of all tokens.
func (p *pass) forward(w *parameters, in []int) {
	s, n := p.shape, len(in)
	d, f := s.Width, s.FeedForward
	stream := p.kept[0].stream
	for i, id := range in {
		copy(stream[i*d:][:d], w.embedding.Data[id*d:][:d])
	}
	for l := range w.layers {
		k, wl := &p.kept[l], &w.layers[l]
		rmsNorm(k.attentionIn[:n*d], k.stream, wl.attentionNorm, k.attentionScale)
		p.product(k.qkv, k.attentionIn, wl.qkv.T(), n)
		p.turn(k.qkv, n, 1)
		p.attend(k, n)
		copy(k.between[:n*d], k.stream)
		p.gemm.Add(kernel.Rows(k.between, n, d), kernel.Rows(k.attended, n, d), wl.output.T())
		rmsNorm(k.feedIn[:n*d], k.between, wl.feedNorm, k.feedScale)
		p.product(k.gateUp, k.feedIn, wl.gateUp.T(), n)
		for i := range n {
			gate, up := k.gateUp[i*2*f:][:f], k.gateUp[i*2*f+f:][:f]
			silu, acted := k.silu[i*f:][:f], k.acted[i*f:][:f]
			copy(silu, gate)
			kernel.SiLUMultiply(silu, p.ones)
			for j, x := range silu {
				acted[j] = x * up[j]
			}
		}
		after := p.last
		if l+1 < len(p.kept) {
			after = p.kept[l+1].stream
		}
		copy(after[:n*d], k.between)
		p.gemm.Add(kernel.Rows(after, n, d), kernel.Rows(k.acted, n, f), wl.down.T())
	}
	rmsNorm(p.normed[:n*d], p.last, w.norm, p.lastScale)
	p.product(p.logits, p.normed, w.embedding.T(), n)
}

// product makes c of n rows of a by b.
func (p *pass) product(c, a []float32, b kernel.View, n int) {
	clear(c[:n*b.Cols])
	p.gemm.Add(kernel.Rows(c, n, b.Cols), kernel.Rows(a, n, b.Rows), b)
}

// rmsNorm norms rows of x: to is as long as there are (Zhang and Sennrich 2019, equation 4).
func rmsNorm(to, x, weight, scale []float32) {
	d := len(weight)
	for i := range len(to) / d {
		row, out := x[i*d:][:d], to[i*d:][:d]
		r := float32(1 / math.Sqrt(float64(kernel.DotFloats(row, row))/float64(d)+epsilon))
		scale[i] = r
		for j, v := range row {
			out[j] = v * r * weight[j]
		}
	}
}

// turn turns queries and keys by their positions, back where by is -1.
func (p *pass) turn(qkv []float32, n int, by float32) {
	d, pairs := p.shape.Width, p.shape.Head()/2
	for i := range n {
		turns := p.turns[i*pairs:][:pairs]
		row := qkv[i*3*d:][:2*d]
		for h := 0; h < len(row); h += 2 * pairs {
			head := row[h:][:2*pairs]
			for j, t := range turns {
				a, b, sin := head[2*j], head[2*j+1], t.sin*by
				head[2*j], head[2*j+1] = a*t.cos-b*sin, a*sin+b*t.cos
			}
		}
	}
}

func largest(row []float32) float32 {
	most := row[0]
	for _, v := range row {
		if v > most { // which is quicker than max, that minds NaN
			most = v
		}
	}
	return most
}
