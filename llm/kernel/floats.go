package kernel

import "pxos/llm/quant"

// floatGrid are the kernels by which four rows of floats are multiplied by four vectors, with what Dot
// gives, to the bit: widen makes groups of 8 floats, nil where they are such.
type floatGrid struct {
	widen func(row *byte, to *float32, groups int)
	four  func(rows *float32, row int, x *[gridVectors]*float32, groups int, out *[gridRows * gridVectors]float32)
}

// gridOf are the kernels for a work, nil where there are none or it has too few vectors, or rows
// that are no whole number of groups.
func gridOf(w *Work) *floatGrid {
	if len(w.In) < gridVectors || len(w.In[0].Values)%8 != 0 || len(w.In[0].Values) == 0 || nativeGrid == nil || !hasWide {
		return nil
	}
	switch w.Type {
	case quant.F32:
		return &floatGrid{nil, nativeGrid}
	case quant.F16:
		return &floatGrid{nativeHalves, nativeGrid}
	case quant.BF16:
		return &floatGrid{nativeBFloats, nativeGrid}
	}
	return nil
}

// multiplyFloats is Multiply of four vectors or more.
func (p *Pool) multiplyFloats(w Work, g *floatGrid) {
	vectors, cols := len(w.In)/gridVectors*gridVectors, len(w.In[0].Values)
	few := Work{w.Type, w.Rows, w.Data, w.In[:vectors], w.Out}
	p.Split(w.Rows, rowsAtOnce, func(from, to int) {
		u, _ := p.unpacked.Get().(*unpacked)
		if u == nil {
			u = &unpacked{}
		}
		defer p.unpacked.Put(u)
		if len(u.more) < gridRows*cols {
			u.more = make([]float32, gridRows*cols)
		}
		n := from
		for ; n+gridRows <= to; n += gridRows {
			w.floats(g, u.more, n)
		}
		few.rows(n, to, 0)
		w.rows(from, to, vectors)
	})
}

// floats multiplies four rows, over room for them.
func (w *Work) floats(g *floatGrid, rows []float32, n int) {
	bytes, cols := len(w.Data)/w.Rows, len(w.In[0].Values)
	for r := range gridRows {
		row := w.Data[(n+r)*bytes:][:bytes]
		if g.widen == nil {
			copy(rows[r*cols:][:cols], floatsOf(row))
			continue
		}
		g.widen(&row[0], &rows[r*cols:][:cols][0], cols/8)
	}
	var all [gridRows * gridVectors]float32
	for i := 0; i+gridVectors <= len(w.In); i += gridVectors {
		var x [gridVectors]*float32
		for v := range x {
			x[v] = &w.In[i+v].Values[:cols][0]
		}
		g.four(&rows[0], cols, &x, cols/8, &all)
		for v := range gridVectors {
			*(*[gridRows]float32)(w.Out[i+v][n:]) = [gridRows]float32(all[v*gridRows:])
		}
	}
}
