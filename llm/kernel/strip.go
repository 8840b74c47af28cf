package kernel

import "sync"

// Types of 256 values are unpacked a few rows at a time, once for all vectors: to numbers of 8 bits, a
// scale of each 32, and more: the minimum of each 32, or of types of 6 bits 8 lanes' scales.

// superblock is how many values such a type has in a block.
const superblock = 8 * Block

// strip are the kernels of a type: for a row, and for four where there are any. They take a panel
// of four activations and their sums, and give what Dot gives, to the bit.
type strip struct {
	more   int // floats for each 32 values
	unpack func(row, q *byte, scales, more *float32, blocks int)
	one    func(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridVectors]float32)
	four   func(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridRows * gridVectors]float32)
}

var strips = sync.OnceValue(nativeStrips)

// unpacked is room for the rows of a grid.
type unpacked struct {
	q            []byte
	scales, more []float32
}

// fit makes room for rows of so many superblocks.
func (u *unpacked) fit(s *strip, blocks int) {
	if len(u.q) < gridRows*superblock*blocks {
		u.q = make([]byte, gridRows*superblock*blocks)
		u.scales = make([]float32, gridRows*8*blocks)
	}
	if len(u.more) < gridRows*8*s.more*blocks {
		u.more = make([]float32, gridRows*8*s.more*blocks)
	}
}

// multiplyStrips is Multiply for such types, of four vectors or more.
func (p *Pool) multiplyStrips(w Work, s *strip) {
	panels, blocks := len(w.In)/gridVectors, len(w.In[0].Scales)/8
	size, sums := panelBytes*8*blocks, gridVectors*8*blocks
	if len(p.panels) < panels*size {
		p.panels = make([]byte, panels*size)
	}
	if len(p.sums) < panels*sums {
		p.sums = make([]float32, panels*sums)
	}
	p.Split(panels, 1, func(from, to int) {
		for i := from; i < to; i++ {
			packPanel(p.panels[i*size:][:size], w.In[i*gridVectors:][:gridVectors])
			packSums(p.sums[i*sums:][:sums], w.In[i*gridVectors:][:gridVectors])
		}
	})
	p.Split(w.Rows, rowsAtOnce, func(from, to int) {
		u, _ := p.unpacked.Get().(*unpacked)
		if u == nil {
			u = &unpacked{}
		}
		defer p.unpacked.Put(u)
		u.fit(s, blocks)
		for n := from; n < to; n += gridRows {
			w.strip(s, u, p, n, min(gridRows, to-n))
		}
		w.rows(from, to, panels*gridVectors)
	})
}

// packSums puts the sums of four activations together, 8 of each in turn.
func packSums(to []float32, a []*Activations) {
	for v, x := range a {
		for i, s := range x.Sums {
			to[i/8*8*gridVectors+v*8+i%8] = s
		}
	}
}

// strip multiplies a few rows by the vectors that are in panels.
func (w *Work) strip(s *strip, u *unpacked, p *Pool, n, rows int) {
	bytes, blocks := len(w.Data)/w.Rows, len(w.In[0].Scales)/8
	size, sums := panelBytes*8*blocks, gridVectors*8*blocks
	qs, scales, more := superblock*blocks, 8*blocks, 8*s.more*blocks
	for r := range rows {
		s.unpack(&w.Data[(n+r)*bytes:][:bytes][0], &u.q[r*qs:][:qs][0], &u.scales[r*scales:][:scales][0], &u.more[r*more:][:more][0], blocks)
	}
	var all [gridRows * gridVectors]float32
	for i := range len(w.In) / gridVectors {
		panel, sum := &p.panels[i*size:][:size][0], &p.sums[i*sums:][:sums][0]
		if s.four != nil && rows == gridRows {
			s.four(&u.q[0], &u.scales[0], &u.more[0], panel, sum, blocks, &all)
			for v := range gridVectors {
				*(*[gridRows]float32)(w.Out[i*gridVectors+v][n:]) = [gridRows]float32(all[v*gridRows:])
			}
			continue
		}
		for r := range rows {
			s.one(&u.q[r*qs], &u.scales[r*scales], &u.more[r*more], panel, sum, blocks, (*[gridVectors]float32)(all[:]))
			for v, x := range all[:gridVectors] {
				w.Out[i*gridVectors+v][n+r] = x
			}
		}
	}
}

// stripsOf are the kernels for a work, nil where there are none or it has too few vectors.
func stripsOf(w *Work) *strip {
	if s, ok := strips()[w.Type]; ok && len(w.In) >= gridVectors && len(w.In[0].Scales) > 0 {
		return &s
	}
	return nil
}
