//go:build !amd64

package cm

func dots(x, w0, w1, w2, w3 *[mixInputs]int16, sums *[mixSelectors]int32) {
	dotsPlain(x, w0, w1, w2, w3, sums)
}

func trains(x, w0, w1, w2, w3 *[mixInputs]int16, errors *[mixSelectors]int16) {
	trainsPlain(x, w0, w1, w2, w3, errors)
}

func learnStates(table []byte, slots []uint32, maps *[maxContexts << 8]uint32, in *[mixInputs]int16, node, next, y uint32, rate uint) {
	learnPlain(table, slots, maps, in, node, next, y, rate)
}
