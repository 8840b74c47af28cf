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
