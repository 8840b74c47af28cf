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

// grid is four rows of weights by a panel of four activations, with the results of Dot to the
// bit.
type grid func(rows *byte, rowBytes int, panel *byte, blocks int, out *[gridRows * gridVectors]float32)

// Sizes of a grid, and of a panel for each block: the numbers, sums of four of them, a scale.
const (
	gridRows    = 4
	gridVectors = 4
	panelBytes  = gridVectors * (Block + Block + 4)
)

// fours and grids are the kernels that there are for several vectors.
var (
	fours = sync.OnceValue(nativeFours)
	grids = sync.OnceValue(nativeGrids)
)

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
		p.multiplyStrips(w, s)
		return
	}
	g := grids()[w.Type]
	if g == nil || len(w.In) < gridVectors || len(w.In[0].Scales) == 0 {
		p.Split(w.Rows, rowsAtOnce, func(from, to int) { w.rows(from, to, 0) })
		return
	}
	panels := len(w.In) / gridVectors
	size := panelBytes * len(w.In[0].Scales)
	if len(p.panels) < panels*size {
		p.panels = make([]byte, panels*size)
	}
	p.Split(panels, 1, func(from, to int) {
		for i := from; i < to; i++ {
			packPanel(p.panels[i*size:][:size], w.In[i*gridVectors:][:gridVectors])
		}
	})
	p.Split(w.Rows, rowsAtOnce, func(from, to int) {
		grided := from + (to-from)/gridRows*gridRows
		w.grid(g, p.panels, size, from, grided)
		w.rows(from, grided, panels*gridVectors)
		w.rows(grided, to, 0)
	})
}

// packPanel puts four activations together as a grid reads them.
func packPanel(panel []byte, a []*Activations) {
	n := len(a[0].Scales)
	var q [gridVectors]*int8
	var scales [gridVectors]*float32
	for i, x := range a {
		q[i], scales[i] = &x.Q[:Block*n][0], &x.Scales[:n][0]
	}
	nativePack(&panel[:panelBytes*n][0], &q, &scales, n)
}

// grid multiplies rows, a whole number of grids, by the vectors that are in panels.
func (w *Work) grid(g grid, panels []byte, size, from, to int) {
	bytes, blocks := len(w.Data)/w.Rows, len(w.In[0].Scales)
	var sums [gridRows * gridVectors]float32
	for n := from; n < to; n += gridRows {
		rows := w.Data[n*bytes:][:gridRows*bytes]
		for i := range len(w.In) / gridVectors {
			g(&rows[0], bytes, &panels[i*size:][:size][0], blocks, &sums)
			for v := range gridVectors {
				*(*[gridRows]float32)(w.Out[i*gridVectors+v][n:]) = [gridRows]float32(sums[v*gridRows:])
			}
		}
	}
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
