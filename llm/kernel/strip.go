package kernel

import "sync"

// Rows are unpacked a few at a time, once for all vectors, where there are several: to numbers of 8
// bits, a scale of each 32, and more: the minimum of each 32, or of types of 6 bits 8 lanes' scales.

// Sizes of what a kernel makes at once, and of a panel of activations for each block: the numbers,
// sums of four of them, a scale.
const (
	gridRows    = 4
	gridVectors = 4
	panelBytes  = gridVectors * (Block + Block + 4)
)

// strip are the kernels of a type: for a row, and for four, where there are any. They take a panel
// of four activations and their sums, and give what Dot gives, to the bit.
type strip struct {
	unit   int // blocks of 32 that are stored together
	more   int // floats for each 32 values
	shift  int // numbers have 1 << shift added
	unpack func(row, q *byte, scales, more *float32, units int)
	one    func(q *byte, scales, more *float32, panel *byte, sums *float32, units int, out *[gridVectors]float32)
	// few is four rows as they are stored by the first vector of a panel, for works of few vectors.
	few  func(rows *byte, rowBytes int, panel *byte, blocks int, out *[gridRows]float32)
	four func(q *byte, scales, more *float32, panel *byte, sums *float32, units int, out *[gridRows * gridVectors]float32)
}

var strips = sync.OnceValue(nativeStrips)

// stripsOf are the kernels for a work, nil where there are none or it has too few vectors.
func stripsOf(w *Work) *strip {
	if s, ok := strips()[w.Type]; ok && len(w.In[0].Scales) > 0 && (len(w.In) >= gridVectors || s.few != nil) {
		return &s
	}
	return nil
}

// unpacked is room for the rows of a grid.
type unpacked struct {
	q            []byte
	scales, more []float32
}

// fit makes room for rows of so many blocks.
func (u *unpacked) fit(s *strip, blocks int) {
	if len(u.scales) < gridRows*blocks {
		u.q, u.scales = make([]byte, gridRows*Block*blocks), make([]float32, gridRows*blocks)
	}
	if len(u.more) < max(1, gridRows*s.more*blocks) {
		u.more = make([]float32, max(1, gridRows*s.more*blocks))
	}
}

// panel are vectors as strips read them.
type panel struct {
	numbers []byte
	sums    []float32
}

// multiplyFew is Multiply of fewer than four vectors, each in a panel that has nothing else.
func (p *Pool) multiplyFew(w Work, s *strip) {
	blocks, bytes := len(w.In[0].Scales), len(w.Data)/w.Rows
	size := panelBytes * blocks
	if len(p.numbers) < len(w.In)*size {
		p.numbers = make([]byte, len(w.In)*size)
	}
	for i, a := range w.In {
		(&panel{numbers: p.numbers[i*size:][:size]}).pack([]*Activations{a, a, a, a}, s)
	}
	p.Split(w.Rows, rowsAtOnce, func(from, to int) {
		n := from
		for ; n+gridRows <= to; n += gridRows {
			rows := w.Data[n*bytes:][:gridRows*bytes]
			for i, out := range w.Out {
				s.few(&rows[0], bytes, &p.numbers[i*size], blocks, (*[gridRows]float32)(out[n:]))
			}
		}
		w.rows(n, to, 0)
	})
}

// multiplyStrips is Multiply of four vectors or more.
func (p *Pool) multiplyStrips(w Work, s *strip) {
	n := len(w.In) / gridVectors
	blocks := len(w.In[0].Scales)
	if len(p.numbers) < n*panelBytes*blocks {
		p.numbers = make([]byte, n*panelBytes*blocks)
	}
	if len(p.sums) < n*gridVectors*blocks {
		p.sums = make([]float32, n*gridVectors*blocks)
	}
	panels := make([]panel, n)
	for i := range panels {
		panels[i] = panel{p.numbers[i*panelBytes*blocks:][:panelBytes*blocks], p.sums[i*gridVectors*blocks:][:gridVectors*blocks]}
	}
	p.Split(n, 1, func(from, to int) {
		for i := from; i < to; i++ {
			panels[i].pack(w.In[i*gridVectors:][:gridVectors], s)
		}
	})
	p.Split(w.Rows, rowsAtOnce, func(from, to int) {
		u, _ := p.unpacked.Get().(*unpacked)
		if u == nil {
			u = &unpacked{}
		}
		defer p.unpacked.Put(u)
		u.fit(s, blocks)
		for at := from; at < to; at += gridRows {
			w.strip(s, u, panels, at, min(gridRows, to-at))
		}
		w.rows(from, to, n*gridVectors)
	})
}

// pack puts four activations together.
func (p *panel) pack(a []*Activations, s *strip) {
	n := len(a[0].Scales)
	var q [gridVectors]*int8
	var scales [gridVectors]*float32
	for i, x := range a {
		q[i], scales[i] = &x.Q[:Block*n][0], &x.Scales[:n][0]
	}
	nativePack(&p.numbers[:panelBytes*n][0], &q, &scales, n, s.shift)
	if s.unit == 1 {
		return
	}
	for v, x := range a {
		for i, sum := range x.Sums {
			p.sums[i/s.unit*s.unit*gridVectors+v*s.unit+i%s.unit] = sum
		}
	}
}

// strip multiplies a few rows by the vectors that are in panels.
func (w *Work) strip(s *strip, u *unpacked, panels []panel, n, rows int) {
	if rows < gridRows && s.one == nil {
		few := Work{w.Type, w.Rows, w.Data, w.In[:len(panels)*gridVectors], w.Out}
		few.rows(n, n+rows, 0)
		return
	}
	bytes, blocks := len(w.Data)/w.Rows, len(w.In[0].Scales)
	units, more := blocks/s.unit, s.more*blocks
	for r := range rows {
		s.unpack(&w.Data[(n+r)*bytes:][:bytes][0], &u.q[r*Block*blocks:][:Block*blocks][0], &u.scales[r*blocks:][:blocks][0], &u.more[r*more:][:max(more, 1)][0], units)
	}
	var all [gridRows * gridVectors]float32
	for i, p := range panels {
		if s.four != nil && rows == gridRows {
			s.four(&u.q[0], &u.scales[0], &u.more[0], &p.numbers[0], &p.sums[0], units, &all)
			for v := range gridVectors {
				*(*[gridRows]float32)(w.Out[i*gridVectors+v][n:]) = [gridRows]float32(all[v*gridRows:])
			}
			continue
		}
		for r := range rows {
			s.one(&u.q[r*Block*blocks], &u.scales[r*blocks], &u.more[r*more], &p.numbers[0], &p.sums[0], units, (*[gridVectors]float32)(all[:]))
			for v, x := range all[:gridVectors] {
				w.Out[i*gridVectors+v][n+r] = x
			}
		}
	}
}
