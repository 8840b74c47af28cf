// Command spectral prints the spectral norm of an infinite matrix cut to 150 rows (the
// Computer Language Benchmarks Game).
package main

import (
	"math"

	"pxos/pixelvm/px"
)

const size = 150

func a(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }

func times(v, out []float64) {
	for i := range out {
		sum := 0.0
		for j := range v {
			sum += a(i, j) * v[j]
		}
		out[i] = sum
	}
}

func timesTransposed(v, out []float64) {
	for i := range out {
		sum := 0.0
		for j := range v {
			sum += a(j, i) * v[j]
		}
		out[i] = sum
	}
}

func main() {
	u, v, t := make([]float64, size), make([]float64, size), make([]float64, size)
	for i := range u {
		u[i] = 1
	}
	for range 10 {
		times(u, t)
		timesTransposed(t, v)
		times(v, t)
		timesTransposed(t, u)
	}
	vBv, vv := 0.0, 0.0
	for i := range u {
		vBv += float64(u[i] * v[i])
		vv += float64(v[i] * v[i])
	}
	px.Float(math.Sqrt(vBv / vv))
}
