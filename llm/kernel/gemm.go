package kernel

import "fmt"

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

// Sizes of the parts that a product is cut into: tiles of tileRows by tileCols stay in
// registers, depth by tileCols values of b in the first cache, and the part of a that is
// multiplied by them in the second.
const (
	tileRows = 6
	tileCols = 16
	depth    = 256
	rowsOfA  = 16 * tileRows
	colsOfB  = 32 * tileCols
)

// Gemm multiplies matrices of 32-bit floats. It holds room to work in, and is for one
// goroutine at a time.
type Gemm struct {
	a, b []float32
	tile [tileRows * tileCols]float32
}

// Add adds a times b to c, whose columns must be next to each other. It panics on shapes
// that do not fit.
func (g *Gemm) Add(c, a, b View) {
	if a.Rows != c.Rows || b.Cols != c.Cols || a.Cols != b.Rows || c.Col != 1 {
		panic(fmt.Sprintf("kernel: %dx%d times %dx%d into %dx%d", a.Rows, a.Cols, b.Rows, b.Cols, c.Rows, c.Cols))
	}
	if g.a == nil {
		g.a, g.b = make([]float32, rowsOfA*depth), make([]float32, colsOfB*depth)
	}
	for k := 0; k < a.Cols; k += depth {
		deep := min(depth, a.Cols-k)
		for j := 0; j < c.Cols; j += colsOfB {
			wide := min(colsOfB, c.Cols-j)
			pack(g.b, b.Part(k, deep, j, wide).T(), tileCols)
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
	for j := 0; j < c.Cols; j += tileCols {
		b := g.b[j*deep:][:tileCols*deep]
		for i := 0; i < c.Rows; i += tileRows {
			a := g.a[i*deep:][:tileRows*deep]
			if i+tileRows <= c.Rows && j+tileCols <= c.Cols {
				tile(deep, a, b, c.Data[i*c.Row+j:], c.Row)
				continue
			}
			clear(g.tile[:])
			tile(deep, a, b, g.tile[:], tileCols)
			for r := range min(tileRows, c.Rows-i) {
				to := c.Data[(i+r)*c.Row+j:]
				for k := range min(tileCols, c.Cols-j) {
					to[k] += g.tile[r*tileCols+k]
				}
			}
		}
	}
}

// tile adds the product of two packed parts to tileRows rows of c.
func tile(deep int, a, b, c []float32, row int) {
	_ = c[(tileRows-1)*row+tileCols-1]
	if tileNative != nil {
		tileNative(deep, &a[0], &b[0], &c[0], row)
		return
	}
	plainTile(deep, a, b, c, row)
}

// plainTile is tile in plain Go.
func plainTile(deep int, a, b, c []float32, row int) {
	for r := range tileRows {
		var sums [tileCols]float32
		for k := range deep {
			v := a[k*tileRows+r]
			for i, w := range b[k*tileCols:][:tileCols] {
				sums[i] += v * w
			}
		}
		for i, v := range sums {
			c[r*row+i] += v
		}
	}
}
