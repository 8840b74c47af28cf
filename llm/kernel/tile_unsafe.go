package kernel

import "unsafe"

// plainTiler is the tiler in plain Go.
var plainTiler = tiler{16, func(deep int, a, b, c *float32, row int) {
	plainTile(unsafe.Slice(a, tileRows*deep), unsafe.Slice(b, 16*deep), unsafe.Slice(c, (tileRows-1)*row+16), row)
}}

func plainTile(a, b, c []float32, row int) {
	for r := range tileRows {
		var sums [16]float32
		for k := range len(b) / 16 {
			v := a[k*tileRows+r]
			for i, w := range b[k*16:][:16] {
				sums[i] += v * w
			}
		}
		for i, v := range sums {
			c[r*row+i] += v
		}
	}
}
