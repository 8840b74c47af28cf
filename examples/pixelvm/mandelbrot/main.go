// Command mandelbrot draws the Mandelbrot set in letters.
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

func letter(n int) byte {
	switch {
	case n == most:
		return '#'
	case n > 40:
		return '*'
	case n > 15:
		return '+'
	case n > 8:
		return '-'
	case n > 4:
		return '.'
	}
	return ' '
}

func main() {
	for row := range height {
		for column := range width {
			px.Byte(letter(steps(float64(column)/width*3-2.2, float64(row)/height*2.4-1.2)))
		}
		px.Byte('\n')
	}
}
