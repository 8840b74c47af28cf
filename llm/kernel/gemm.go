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
		if v.Row == 1 { // columns lie together already
			for k := range v.Cols {
				copy(part[k*group:k*group+high], v.Data[i+k*v.Col:])
			}
			continue
		}
		for r := range high {
			from, at := v.Data[(i+r)*v.Row:], r
			for k := range v.Cols {
				part[at] = from[k*v.Col]
				at += group
			}
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
