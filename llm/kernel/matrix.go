package kernel

import (
	"sync"

	"pxos/llm/quant"
)

// dots are the kernels that are used: those of the CPU where there are any.
var dots = sync.OnceValue(func() map[quant.Type]Dot {
	out := map[quant.Type]Dot{}
	for t, d := range Plain {
		out[t] = d
	}
	for t, d := range native() {
		out[t] = d
	}
	return out
})

// Four is a row of weights by four activations at once, with the results of Dot to the bit.
type Four func(row []byte, a []*Activations, out *[4]float32)

// fours are the kernels that there are for four.
var fours = sync.OnceValue(nativeFours)

// Work is a matrix by some vectors: Out[i] is Rows long and becomes the product with In[i].
type Work struct {
	Type quant.Type
	Rows int
	Data []byte
	In   []*Activations
	Out  [][]float32
}

// rowsAtOnce is how many rows a worker takes at least.
const rowsAtOnce = 32

// Multiply does work. Each value is computed by one worker, the same way whoever it is. The pool
// keeps room for it: one goroutine at a time may ask.
func (p *Pool) Multiply(w Work) {
	if s := stripsOf(&w); s != nil {
		if len(w.In) < gridVectors {
			p.multiplyFew(w, s)
			return
		}
		p.multiplyStrips(w, s)
		return
	}
	if g := gridOf(&w); g != nil {
		p.multiplyFloats(w, g)
		return
	}
	p.Split(w.Rows, rowsAtOnce, func(from, to int) { w.rows(from, to, 0) })
}

// rows multiplies rows by the vectors from one on.
func (w *Work) rows(from, to, first int) {
	dot, four, bytes := dots()[w.Type], fours()[w.Type], len(w.Data)/w.Rows
	var sums [4]float32
	for n := from; n < to; n++ {
		row, i := w.Data[n*bytes:][:bytes], first
		for ; four != nil && i+4 <= len(w.In); i += 4 {
			four(row, w.In[i:i+4], &sums)
			for k, v := range sums {
				w.Out[i+k][n] = v
			}
		}
		for ; i < len(w.In); i++ {
			w.Out[i][n] = dot(row, w.In[i])
		}
	}
}
