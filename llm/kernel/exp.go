package kernel

import "math"

// fma is x*y + z, rounded as a float64 and then once more.
func fma(x, y, z float32) float32 { return float32(math.FMA(float64(x), float64(y), float64(z))) }

// Exp is e^x within 2^-22, as the assembly computes it: 2^n times a polynomial of what is left
// of the exponent. Where x is too small or too large for a float, it is the nearest that is not.
// Source: Cephes, expf.
func Exp(x float32) float32 {
	x = min(max(x, -87.33655), 88.72283)
	n := float32(math.RoundToEven(float64(x * 1.442695)))
	x = fma(-n, 0.693359375, x)
	x = fma(-n, -2.12194440e-4, x)
	p := float32(1.9875691500e-4)
	for _, c := range [...]float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1} {
		p = fma(p, x, c)
	}
	p = fma(x*x, p, x) + 1
	return math.Float32frombits(math.Float32bits(p) + uint32(int32(n))<<23)
}

// ExpSum makes e^(x - most) of each value and gives their sum.
func ExpSum(x []float32, most float32) (sum float32) {
	n := 0
	if expSumNative != nil && len(x) >= 8 {
		n = len(x) &^ 7
		sum = expSumNative(&x[0], most, n/8)
	}
	for i := n; i < len(x); i++ {
		x[i] = Exp(x[i] - most)
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
		g[i] = g[i] / (1 + Exp(-g[i])) * u[i]
	}
}

// GELUMultiply makes GELU(g) * u of each value of g, by the tangent.
// Source: Gaussian Error Linear Units (Hendrycks and Gimpel, 2016), section 2.
func GELUMultiply(g, u []float32) {
	n := 0
	u = u[:len(g)]
	if geluNative != nil && len(g) >= 8 {
		n = len(g) &^ 7
		geluNative(&g[0], &u[0], n/8)
	}
	for i, v := range g[n:] {
		// 0.5 * (1 + tanh(z)) is the sigmoid of 2 z.
		z := fma(v*v*v, 0.044715, v) * 1.5957691216
		g[n+i] = v / (1 + Exp(-z)) * u[n+i]
	}
}

// Tanh is the hyperbolic tangent, by Exp.
func Tanh(x float32) float32 {
	e := Exp(-2 * float32(math.Abs(float64(x))))
	return float32(math.Copysign(float64((1-e)/(1+e)), float64(x)))
}

// squaresInTurn is how many sums SumSquares adds to in turn.
const squaresInTurn = 64

// SumSquares is the sum of the squares of a vector: of 64 sums, each of every 64th value, the
// halves are added until one is left.
func SumSquares(x []float32) float32 {
	if squaresNative != nil && len(x)%8 == 0 && len(x) > 0 {
		return squaresNative(&x[0], len(x)/8)
	}
	return plainSquares(x)
}

func plainSquares(x []float32) float32 {
	var sums [squaresInTurn]float32
	for i, v := range x {
		sums[i%squaresInTurn] = fma(v, v, sums[i%squaresInTurn])
	}
	for half := squaresInTurn / 2; half > 0; half /= 2 {
		for i := range half {
			sums[i] += sums[i+half]
		}
	}
	return sums[0]
}
