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

// Pool does the work of matrices on several goroutines.
type Pool struct{ workers int }

// NewPool makes a pool of so many workers.
func NewPool(workers int) *Pool { return &Pool{max(1, workers)} }

// Work is a matrix by some vectors: Out[i] is Rows long and becomes the product with In[i].
type Work struct {
	Type quant.Type
	Rows int
	Data []byte
	In   []*Activations
	Out  [][]float32
}

// rowsAtOnce is how many rows a worker takes; below it there is one worker.
const rowsAtOnce = 64

// Multiply does work. Each value is computed by one worker, the same way whoever it is.
func (p *Pool) Multiply(w Work) {
	dot, bytes := dots()[w.Type], len(w.Data)/w.Rows
	part := func(from, to int) {
		for n := from; n < to; n++ {
			row := w.Data[n*bytes:][:bytes]
			for i, a := range w.In {
				w.Out[i][n] = dot(row, a)
			}
		}
	}
	p.Split(w.Rows, rowsAtOnce, part)
}

// Split does part for all of n things, at least so many at once.
func (p *Pool) Split(n, atOnce int, part func(from, to int)) {
	workers := min(p.workers, (n+atOnce-1)/atOnce)
	if workers <= 1 {
		part(0, n)
		return
	}
	var all sync.WaitGroup
	for i := range workers {
		from, to := n*i/workers, n*(i+1)/workers
		if i == workers-1 {
			part(from, to)
			break
		}
		all.Go(func() { part(from, to) })
	}
	all.Wait()
}
