package kernel

import "unsafe"

// DotFloats is the product of two vectors of one length.
func DotFloats(a, b []float32) float32 {
	b = b[:len(a)]
	if len(a) < 8 || dotFloats == nil {
		var sum float32
		for i, v := range a {
			sum += v * b[i]
		}
		return sum
	}
	n := len(a) &^ 7
	sum := dotFloats((*byte)(unsafe.Pointer(&a[0])), &b[0], n/8)
	for i := n; i < len(a); i++ {
		sum += a[i] * b[i]
	}
	return sum
}

// AddScaled adds a vector, scaled, to another of its length.
func AddScaled(to, x []float32, scale float32) {
	to = to[:len(x)]
	n := 0
	if addScaled != nil && len(x) >= 8 {
		n = len(x) &^ 7
		addScaled(&to[0], &x[0], scale, n/8)
	}
	for i := n; i < len(x); i++ {
		to[i] += scale * x[i]
	}
}
