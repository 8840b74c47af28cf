package kernel

import "fmt"

// bestTiler is the one that is used.
func bestTiler() tiler {
	list := tilers()
	return list[len(list)-1]
}

// View is a matrix in memory: the value of row i and column j is Data[i*Row+j*Col].
type View struct {
	Data       []float32
	Rows, Cols int
	Row, Col   int // distances
}

// Rows is a matrix whose rows follow each other.
func Rows(data []float32, rows, cols int) View { return View{data, rows, cols, cols, 1} }

// T is the transpose, of the same memory.
func (v View) T() View { return View{v.Data, v.Cols, v.Rows, v.Col, v.Row} }

// Part are some rows and columns.
func (v View) Part(row, rows, col, cols int) View {
	return View{v.Data[row*v.Row+col*v.Col:], rows, cols, v.Row, v.Col}
}

// Sizes of the parts that a product is cut into: tiles of tileRows by the tiler's cols stay
// in registers, depth by as many values of b in the first cache, and the part of a that is
// multiplied by them in the second.
const (
	tileRows = 6
	depth    = 256
	rowsOfA  = 16 * tileRows
	colsOfB  = 512
)

// tiler adds the product of two packed parts to tileRows rows of c, whose distance is in
// values. All tilers give the same bits where they fuse: a value's products are added one
// after the other, whatever the width.
type tiler struct {
	cols int
	add  func(deep int, a, b, c *float32, row int)
}

// widest is how many columns a tiler may have.
const widest = 32

// Gemm multiplies matrices of 32-bit floats. It holds room to work in, and is for one
// goroutine at a time.
type Gemm struct {
	a, b []float32
	tile [tileRows * widest]float32
	t    tiler
}

// Add adds a times b to c, whose columns must be next to each other. It panics on shapes
// that do not fit.
func (g *Gemm) Add(c, a, b View) {
	if a.Rows != c.Rows || b.Cols != c.Cols || a.Cols != b.Rows || c.Col != 1 {
		panic(fmt.Sprintf("kernel: %dx%d times %dx%d into %dx%d", a.Rows, a.Cols, b.Rows, b.Cols, c.Rows, c.Cols))
	}
	if g.a == nil {
		if g.t.add == nil {
			g.t = bestTiler()
		}
		g.a, g.b = make([]float32, rowsOfA*depth), make([]float32, colsOfB*depth)
	}
	for k := 0; k < a.Cols; k += depth {
		deep := min(depth, a.Cols-k)
		for j := 0; j < c.Cols; j += colsOfB {
			wide := min(colsOfB, c.Cols-j)
			pack(g.b, b.Part(k, deep, j, wide).T(), g.t.cols)
			for i := 0; i < c.Rows; i += rowsOfA {
				high := min(rowsOfA, c.Rows-i)
				pack(g.a, a.Part(i, high, k, deep), tileRows)
				g.tiles(c.Part(i, high, j, wide), deep)
			}
		}
	}
}

// pack copies rows in groups, so that the values of a column lie together in each; the last
// group is filled with zeros.
func pack(to []float32, v View, group int) {
	for i := 0; i < v.Rows; i += group {
		part := to[i*v.Cols:][:group*v.Cols]
		high := min(group, v.Rows-i)
		if high < group {
			clear(part)
		}
		rows := v.Part(i, high, 0, v.Cols)
		switch {
		case v.Row == 1 && high == group: // columns lie together already
			packColumns(part, rows)
		case v.Col == 1 && high == tileRows && group == tileRows:
			packSix(part, rows)
		default:
			packAny(part, rows, group)
		}
	}
}

// packColumns copies columns whose values lie together. For six, a call to copy takes longer
// than what it does.
func packColumns(to []float32, v View) {
	for k := range v.Cols {
		from := v.Data[k*v.Col:]
		if v.Rows != tileRows {
			copy(to[k*v.Rows:][:v.Rows], from)
			continue
		}
		t, f := (*[tileRows]float32)(to[k*tileRows:]), (*[tileRows]float32)(from)
		t[0], t[1], t[2], t[3], t[4], t[5] = f[0], f[1], f[2], f[3], f[4], f[5]
	}
}

// packSix copies six rows whose values lie together.
func packSix(to []float32, v View) {
	n := v.Cols
	r0, r1, r2 := v.Data[:n], v.Data[v.Row:][:n], v.Data[2*v.Row:][:n]
	r3, r4, r5 := v.Data[3*v.Row:][:n], v.Data[4*v.Row:][:n], v.Data[5*v.Row:][:n]
	for k, x := range r0 {
		*(*[tileRows]float32)(to[tileRows*k:]) = [tileRows]float32{x, r1[k], r2[k], r3[k], r4[k], r5[k]}
	}
}

// packAny copies whatever lies anywhere, four rows at a time as far as there are.
func packAny(to []float32, v View, group int) {
	r := 0
	for ; r+4 <= v.Rows && v.Col == 1; r += 4 {
		n := v.Cols
		r0, r1, r2, r3 := v.Data[r*v.Row:][:n], v.Data[(r+1)*v.Row:][:n], v.Data[(r+2)*v.Row:][:n], v.Data[(r+3)*v.Row:][:n]
		for k, x := range r0 {
			*(*[4]float32)(to[k*group+r:]) = [4]float32{x, r1[k], r2[k], r3[k]}
		}
	}
	for ; r < v.Rows; r++ {
		from, at := v.Data[r*v.Row:], r
		for k := range v.Cols {
			to[at] = from[k*v.Col]
			at += group
		}
	}
}

// tiles multiplies what is packed.
func (g *Gemm) tiles(c View, deep int) {
	cols := g.t.cols
	for j := 0; j < c.Cols; j += cols {
		b := g.b[j*deep:][:cols*deep]
		for i := 0; i < c.Rows; i += tileRows {
			a := g.a[i*deep:][:tileRows*deep]
			if i+tileRows <= c.Rows && j+cols <= c.Cols {
				to := c.Data[i*c.Row+j:]
				_ = to[(tileRows-1)*c.Row+cols-1]
				g.t.add(deep, &a[0], &b[0], &to[0], c.Row)
				continue
			}
			clear(g.tile[:])
			g.t.add(deep, &a[0], &b[0], &g.tile[0], cols)
			for r := range min(tileRows, c.Rows-i) {
				to := c.Data[(i+r)*c.Row+j:]
				for k := range min(cols, c.Cols-j) {
					to[k] += g.tile[r*cols+k]
				}
			}
		}
	}
}
