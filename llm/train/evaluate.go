package train

import (
	"context"
	"sync"
	"sync/atomic"
)

// Held is what the documents that are held out cost.
type Held struct {
	Bits   float64 `json:"bits"`
	Bytes  int     `json:"bytes"`
	Tokens int     `json:"tokens"`
}

// PerByte is the bits a byte.
func (h Held) PerByte() float64 { return h.Bits / float64(max(h.Bytes, 1)) }

// HeldOut computes what those documents cost that are held out, the first of them up to so
// many bytes. Each stands for itself, with its end; a token is predicted from half a context
// at least, or from all that is before it.
func (t *Trainer) HeldOut(ctx context.Context, docs []Document, most int) (sum Held, err error) {
	var list []Document
	for _, d := range docs {
		if HeldOut(d.Name) && sum.Bytes < most {
			list = append(list, d)
			sum.Bytes += len(d.Text)
		}
	}
	each := make([]Held, len(list))
	var next atomic.Int64
	var group sync.WaitGroup
	for w := range t.passes {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				ids := append([]int{t.corpus.end}, t.encoders[w].Encode(string(list[i].Text))...)
				each[i] = t.cost(t.passes[w], append(ids, t.corpus.end))
			}
		})
	}
	group.Wait()
	for _, h := range each {
		sum.Bits += h.Bits
		sum.Tokens += h.Tokens
	}
	return sum, ctx.Err()
}

// cost goes over a text in steps of half a context.
func (t *Trainer) cost(p *pass, ids []int) (h Held) {
	context := t.Config.Shape.Context
	scored := 0 // of ids[1:]
	for from := 0; scored < len(ids)-1; from += context / 2 {
		to := min(from+context, len(ids)-1)
		bits := p.bits(t.weights, ids[from:to+1])
		for _, b := range bits[scored-from:] {
			h.Bits += b
		}
		h.Tokens += to - scored
		scored = to
	}
	return h
}
