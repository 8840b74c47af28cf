package train

import "pxos/llm/kernel"

// backward adds the gradient of what forward computed, where logits are that of the logits.
func (p *pass) backward(w, g *parameters, in []int) {
	s, n := p.shape, len(in)
	d := s.Width
	logits := kernel.Rows(p.logits, n, s.Vocabulary)
	p.gemm.Add(g.embedding, logits.T(), kernel.Rows(p.normed, n, d))
	p.product(p.dNormed, p.logits, w.embedding, n)
	clear(p.dStream[:n*d])
	rmsNormBack(p.dStream[:n*d], p.dNormed, p.last, w.norm, g.norm, p.lastScale)
	for l := len(w.layers) - 1; l >= 0; l-- {
		p.feedBack(&p.kept[l], &w.layers[l], &g.layers[l], n)
		p.attentionBack(&p.kept[l], &w.layers[l], &g.layers[l], n)
	}
	for i, id := range in {
		kernel.AddScaled(g.embedding.Data[id*d:][:d], p.dStream[i*d:][:d], 1)
	}
}

// feedBack goes back through the feed-forward part: dStream is the gradient of what comes
// out, then of what goes in.
func (p *pass) feedBack(k *kept, w, g *layer, n int) {
	d, f := p.shape.Width, p.shape.FeedForward
	out := kernel.Rows(p.dStream, n, d)
	p.gemm.Add(g.down, out.T(), kernel.Rows(k.acted, n, f))
	p.product(p.dActed, p.dStream, w.down, n)
	for i := range n {
		gate, up := k.gateUp[i*2*f:][:f], k.gateUp[i*2*f+f:][:f]
		dGate, dUp := p.dGateUp[i*2*f:][:f], p.dGateUp[i*2*f+f:][:f]
		silu := k.silu[i*f:][:f]
		for j, da := range p.dActed[i*f:][:f] {
			sigmoid := float32(0.5)
			if gate[j] != 0 {
				sigmoid = silu[j] / gate[j]
			}
			dUp[j] = da * silu[j]
			dGate[j] = da * up[j] * (sigmoid + silu[j]*(1-sigmoid))
		}
	}
	p.gemm.Add(g.gateUp, kernel.Rows(p.dGateUp, n, 2*f).T(), kernel.Rows(k.feedIn, n, d))
	p.product(p.dNormed, p.dGateUp, w.gateUp, n)
	rmsNormBack(p.dStream[:n*d], p.dNormed, k.between, w.feedNorm, g.feedNorm, k.feedScale)
}

// attentionBack goes back through the attention, likewise.
func (p *pass) attentionBack(k *kept, w, g *layer, n int) {
	d := p.shape.Width
	out := kernel.Rows(p.dStream, n, d)
	p.gemm.Add(g.output, out.T(), kernel.Rows(k.attended, n, d))
	p.product(p.dAttended, p.dStream, w.output, n)
	p.attendBack(k, n)
	p.turn(p.dQKV, n, -1)
	p.gemm.Add(g.qkv, kernel.Rows(p.dQKV, n, 3*d).T(), kernel.Rows(k.attentionIn, n, d))
	p.product(p.dNormed, p.dQKV, w.qkv, n)
	rmsNormBack(p.dStream[:n*d], p.dNormed, k.stream, w.attentionNorm, g.attentionNorm, k.attentionScale)
}

// rmsNormBack adds the gradient of normed rows to that of the rows, as many as to holds, and
// to that of the weight.
func rmsNormBack(to, dNormed, x, weight, dWeight, scale []float32) {
	d := len(weight)
	for i := range len(to) / d {
		row, dRow, out, r := x[i*d:][:d], dNormed[i*d:][:d], to[i*d:][:d], scale[i]
		var dot float32
		for j, v := range row {
			dWeight[j] += dRow[j] * v * r
			dot += dRow[j] * weight[j] * v
		}
		dot *= r * r * r / float32(d)
		for j, v := range row {
			out[j] += dRow[j]*weight[j]*r - v*dot
		}
	}
}
