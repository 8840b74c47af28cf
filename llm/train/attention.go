package train

import (
	"math"

	"pxos/llm/kernel"
)

// attentionRows is how many queries are multiplied by keys at once: of what lies after a
// query, at most so much is computed in vain.
const attentionRows = 64

// head are the parts of a layer's queries, keys and values, or of their gradients.
func (p *pass) head(qkv []float32, n, h int) (q, k, v kernel.View) {
	d, w := p.shape.Width, p.shape.Head()
	all := kernel.Rows(qkv, n, 3*d)
	return all.Part(0, n, h*w, w), all.Part(0, n, d+h*w, w), all.Part(0, n, 2*d+h*w, w)
}

// attend computes causal attention (Vaswani et al. 2017, section 3.2).
func (p *pass) attend(l *kept, n int) {
	w := p.shape.Head()
	scale := float32(1 / math.Sqrt(float64(w)))
	clear(l.attended[:n*p.shape.Width])
	for h := range p.shape.Heads {
		q, k, v := p.head(l.qkv, n, h)
		weights := l.weights[h*p.shape.Context*p.shape.Context:]
		out := kernel.Rows(l.attended, n, p.shape.Width).Part(0, n, h*w, w)
		for from := 0; from < n; from += attentionRows {
			rows := min(attentionRows, n-from)
			to := from + rows
			part := kernel.Rows(weights[from*n:], rows, n).Part(0, rows, 0, to)
			for i := range rows {
				clear(weights[(from+i)*n:][:to])
			}
			p.gemm.Add(part, q.Part(from, rows, 0, w), k.Part(0, to, 0, w).T())
			for i := range rows {
				softmax(weights[(from+i)*n:][:to], from+i+1, scale)
			}
			p.gemm.Add(out.Part(from, rows, 0, w), part, v.Part(0, to, 0, w))
		}
	}
}

// softmax makes weights of the first n scores, scaled, and nothing of the others.
func softmax(row []float32, n int, scale float32) {
	most := float32(math.Inf(-1))
	for i := range row[:n] {
		row[i] *= scale
		if row[i] > most {
			most = row[i]
		}
	}
	each := 1 / kernel.ExpSum(row[:n], most)
	for i := range row[:n] {
		row[i] *= each
	}
	clear(row[n:])
}

// attendBack makes the gradients of queries, keys and values in dQKV of that in dAttended.
func (p *pass) attendBack(l *kept, n int) {
	w := p.shape.Head()
	scale := float32(1 / math.Sqrt(float64(w)))
	clear(p.dQKV[:n*3*p.shape.Width])
	for h := range p.shape.Heads {
		q, k, v := p.head(l.qkv, n, h)
		dq, dk, dv := p.head(p.dQKV, n, h)
		weights := l.weights[h*p.shape.Context*p.shape.Context:]
		d := kernel.Rows(p.dAttended, n, p.shape.Width).Part(0, n, h*w, w)
		for from := 0; from < n; from += attentionRows {
			rows := min(attentionRows, n-from)
			to := from + rows
			part := kernel.Rows(weights[from*n:], rows, n).Part(0, rows, 0, to)
			dPart := d.Part(from, rows, 0, w)
			p.gemm.Add(dv.Part(0, to, 0, w), part.T(), dPart)
			clear(p.dScores[:rows*to])
			scores := kernel.Rows(p.dScores, rows, to)
			p.gemm.Add(scores, dPart, v.Part(0, to, 0, w).T())
			for i := range rows {
				softmaxBack(p.dScores[i*to:][:to], weights[(from+i)*n:][:to], scale)
			}
			p.gemm.Add(dq.Part(from, rows, 0, w), scores, k.Part(0, to, 0, w))
			p.gemm.Add(dk.Part(0, to, 0, w), scores.T(), q.Part(from, rows, 0, w))
		}
	}
}

// softmaxBack makes the gradient of the scores of that of their weights.
func softmaxBack(d, weights []float32, scale float32) {
	mean := kernel.DotFloats(d, weights)
	for i, w := range weights {
		d[i] = w * (d[i] - mean) * scale
	}
}
