package kernel

// What attention does with the opened pages of a cache. A value is made the same way whatever
// is made beside it: its products are added one after the other.

const (
	quadRows, quadCols = 4, 16 // of the kernel of four rows
	lineCols           = 64    // of that of one
)

// MultiplyRows makes out, [rows][cols], the product of a, [rows][deep], and b, [deep][cols]; cols is a
// multiple of 16.
func MultiplyRows(out, a, b []float32, rows, deep, cols int) {
	if quadNative == nil || deep == 0 {
		plainRows(out, a, b, rows, deep, cols)
		return
	}
	out, a, b = out[:rows*cols], a[:rows*deep], b[:deep*cols]
	r := 0
	for ; r+quadRows <= rows; r += quadRows {
		for c := 0; c < cols; c += quadCols {
			quadNative(deep, &a[r*deep], deep, &b[c], cols, &out[r*cols+c], cols)
		}
	}
	for ; r < rows; r++ {
		c := 0
		for ; c+lineCols <= cols; c += lineCols {
			lineNative(deep, &a[r*deep], &b[c], cols, &out[r*cols+c])
		}
		for ; c < cols; c += quadCols {
			quadNative(deep, &a[r*deep], 0, &b[c], cols, &out[r*cols+c], 0) // the same row four times
		}
	}
}

// Soften takes the scores of a page and the highest before, and makes them e^(score - above),
// where above is the highest now; sum is theirs, and fade e^(most - above).
func Soften(scores []float32, most float32) (above, sum, fade float32) {
	if softenNative == nil || len(scores) != PageTokens {
		return plainSoften(scores, most)
	}
	softenNative(&scores[0], most, &above, &sum, &fade)
	return above, sum, fade
}

// FadeAdd makes to * fade + x of each value; the length is a multiple of 8.
func FadeAdd(to, x []float32, fade float32) {
	x = x[:len(to)]
	if fadeNative != nil && len(to) >= 8 {
		fadeNative(&to[0], &x[0], fade, len(to)/8)
		return
	}
	for i, v := range x {
		to[i] = float32(to[i]*fade) + v // not fused
	}
}

// toHalves rounds to halves, the largest where a number is beyond it.
func toHalves(dst []uint16, src []float32) {
	n := 0
	if toHalvesNative != nil && len(src) >= 8 {
		n = len(src) &^ 7
		toHalvesNative(&dst[:n][0], &src[0], n/8)
	}
	plainToHalves(dst[n:], src[n:])
}

func fromHalves(dst []float32, src []uint16) {
	n := 0
	if fromHalvesNative != nil && len(src) >= 8 {
		n = len(src) &^ 7
		fromHalvesNative(&dst[:n][0], &src[0], n/8)
	}
	plainFromHalves(dst[n:], src[n:])
}

// scaleEach multiplies each number by a scale of its own.
func scaleEach(dst []float32, q []int8, scales []float32) {
	n := 0
	if scaleEachNative != nil && len(q) >= 8 {
		n = len(q) &^ 7
		scaleEachNative(&dst[:n][0], &q[0], &scales[:n][0], n/8)
	}
	scaleEachPlain(dst[n:], q[n:], scales[n:])
}

// scaleAll multiplies numbers by one scale.
func scaleAll(dst []float32, q []int8, scale float32) {
	n := 0
	if scaleAllNative != nil && len(q) >= 8 {
		n = len(q) &^ 7
		scaleAllNative(&dst[:n][0], &q[0], scale, n/8)
	}
	scaleAllPlain(dst[n:], q[n:], scale)
}
