// Command points draws one point of the Mandelbrot set, the one of its number: run
// 120 x 50 = 6000 instances at once, and they draw it.
package main

import "pxos/pixelvm/px"

const (
	width  = 120
	height = 50
	most   = 500
)

func steps(cx, cy float64) int {
	x, y := 0.0, 0.0
	for n := range most {
		xx, yy := float64(x*x), float64(y*y)
		if xx+yy > 4 {
			return n
		}
		y = float64(2*x*y) + cy
		x = xx - yy + cx
	}
	return most
}

func main() {
	n := px.Argument(0)
	row, column := n/width, n%width
	switch s := steps(float64(column)/width*3-2.2, float64(row)/height*2.4-1.2); {
	case s == most:
		px.Byte('#')
	case s > 15:
		px.Byte('+')
	case s > 4:
		px.Byte('.')
	default:
		px.Byte(' ')
	}
	if column == width-1 {
		px.Byte('\n')
	}
}
