package kernel

import "math"

// ExpSum makes e^(x - most) of each value and gives their sum. Assembly is within 2^-22 of
// plain Go.
func ExpSum(x []float32, most float32) (sum float32) {
	n := 0
	if expSumNative != nil && len(x) >= 8 {
		n = len(x) &^ 7
		sum = expSumNative(&x[0], most, n/8)
	}
	for i := n; i < len(x); i++ {
		x[i] = float32(math.Exp(float64(x[i] - most)))
		sum += x[i]
	}
	return sum
}

// SiLUMultiply makes g * sigmoid(g) * u of each value of g.
func SiLUMultiply(g, u []float32) {
	n := 0
	u = u[:len(g)]
	if siluNative != nil && len(g) >= 8 {
		n = len(g) &^ 7
		siluNative(&g[0], &u[0], n/8)
	}
	for i := n; i < len(g); i++ {
		g[i] = float32(float64(g[i])/(1+math.Exp(-float64(g[i])))) * u[i]
	}
}
