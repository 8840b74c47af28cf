package quant

import (
	"encoding/binary"
	"math"
)

// Encode makes whole blocks of values; dst must have the room.
func Encode(t Type, dst []byte, src []float32) {
	info := infos[t]
	encode := encoders[t]
	for len(src) > 0 {
		encode(dst[:info.BlockBytes], src[:info.BlockValues])
		dst, src = dst[info.BlockBytes:], src[info.BlockValues:]
	}
}

var encoders = map[Type]func(b []byte, src []float32){
	F32:  func(b []byte, src []float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(src[0])) },
	F16:  func(b []byte, src []float32) { putHalf(b, src[0]) },
	BF16: func(b []byte, src []float32) { binary.LittleEndian.PutUint16(b, toBFloat(src[0])) },
	Q4_0: func(b []byte, src []float32) { encodeSigned(b, src, 4) },
	Q5_0: func(b []byte, src []float32) { encodeSigned(b, src, 5) },
	Q4_1: func(b []byte, src []float32) { encodeRange(b, src, 4) },
	Q5_1: func(b []byte, src []float32) { encodeRange(b, src, 5) },
	Q8_0: encodeQ8_0,
	Q4_K: func(b []byte, src []float32) { encodeK(b, src, 4) },
	Q5_K: func(b []byte, src []float32) { encodeK(b, src, 5) },
	Q6_K: encodeQ6_K,
}

// nearest is the whole number nearest to v, within bounds.
func nearest(v float32, least, most int) int {
	return min(max(int(math.RoundToEven(float64(v))), least), most)
}

// inverse is 1/v, 0 for 0.
func inverse(v float32) float32 {
	if v == 0 {
		return 0
	}
	return 1 / v
}

// putBits writes 32 numbers of 4 or 5 bits, as decode4 and decode5 read them.
func putBits(b []byte, q []int, bits int) {
	if bits == 5 {
		var high uint32
		for i, v := range q {
			high |= uint32(v>>4) << i
		}
		binary.LittleEndian.PutUint32(b, high)
		b = b[4:]
	}
	for i := range 16 {
		b[i] = byte(q[i]&15 | q[i+16]&15<<4)
	}
}

// encodeSigned makes Q4_0 and Q5_0: the number of the largest magnitude becomes the least
// of the numbers, of which there is one more below zero than above.
func encodeSigned(b []byte, src []float32, bits int) {
	half1 := 1 << (bits - 1)
	var largest float32
	for _, v := range src {
		if abs(v) > abs(largest) {
			largest = v
		}
	}
	putHalf(b, largest/float32(-half1))
	inv := inverse(Half(b))
	var q [32]int
	for i, v := range src {
		q[i] = nearest(v*inv, -half1, half1-1) + half1
	}
	putBits(b[2:], q[:], bits)
}

// encodeRange makes Q4_1 and Q5_1: from the least to the greatest value.
func encodeRange(b []byte, src []float32, bits int) {
	least, most := src[0], src[0]
	for _, v := range src {
		least, most = min(least, v), max(most, v)
	}
	top := 1<<bits - 1
	putHalf(b, (most-least)/float32(top))
	putHalf(b[2:], least)
	inv, from := inverse(Half(b)), Half(b[2:])
	var q [32]int
	for i, v := range src {
		q[i] = nearest((v-from)*inv, 0, top)
	}
	putBits(b[4:], q[:], bits)
}

func encodeQ8_0(b []byte, src []float32) {
	var most float32
	for _, v := range src {
		most = max(most, abs(v))
	}
	putHalf(b, most/127)
	inv := inverse(Half(b))
	for i, v := range src {
		b[2+i] = byte(int8(nearest(v*inv, -127, 127)))
	}
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

// fit finds scale and least, so that scale*q - least is near the values for q from 0 to
// top: it tries ranges a little narrower than that of the values, and solves for the best
// line through the numbers that each gives.
func fit(src []float32, top int) (scale, least float32) {
	lo, hi := min(src[0], 0), max(src[0], 0)
	for _, v := range src {
		lo, hi = min(lo, v), max(hi, v)
	}
	if hi == lo {
		return 0, -lo
	}
	best := math.Inf(1)
	const steps = 12
	for step := range steps {
		s := (hi - lo) / float32(top) * (1 - float32(step)*0.02)
		a, b := line(src, s, lo, top)
		if a <= 0 || b > 0 {
			a, b = s, lo
		}
		if e := lineError(src, a, b, top); e < best {
			best, scale, least = e, a, -b
		}
	}
	return scale, least
}

// line is the line v = a*q + b of least squares, for the numbers that scale and start give.
func line(src []float32, scale, start float32, top int) (a, b float32) {
	var n, sq, sqq, sv, sqv float64
	for _, v := range src {
		q := float64(nearest((v-start)/scale, 0, top))
		n, sq, sqq, sv, sqv = n+1, sq+q, sqq+q*q, sv+float64(v), sqv+q*float64(v)
	}
	d := n*sqq - sq*sq
	if d == 0 {
		return 0, 0
	}
	return float32((n*sqv - sq*sv) / d), float32((sqq*sv - sq*sqv) / d)
}

func lineError(src []float32, a, b float32, top int) (e float64) {
	for _, v := range src {
		d := float64(a*float32(nearest((v-b)/a, 0, top)) + b - v)
		e += d * d
	}
	return e
}

// encodeK makes Q4_K and Q5_K, as decodeK reads them.
func encodeK(b []byte, src []float32, bits int) {
	clear(b)
	top := 1<<bits - 1
	var scales, leasts [8]float32
	for j := range 8 {
		scales[j], leasts[j] = fit(src[32*j:32*j+32], top)
	}
	const six = 63
	putHalf(b, largest(scales[:])/six)
	putHalf(b[2:], largest(leasts[:])/six)
	d, least := Half(b), Half(b[2:])
	low := b[len(b)-128:]
	for j := range 8 {
		s, m := nearest(scales[j]*inverse(d), 0, six), nearest(leasts[j]*inverse(least), 0, six)
		putScaleMin(b[4:16], j, byte(s), byte(m))
		inv, from := inverse(d*float32(s)), least*float32(m)
		for i, v := range src[32*j : 32*j+32] {
			q := nearest((v+from)*inv, 0, top)
			low[j/2*32+i] |= byte(q&15) << (j % 2 * 4)
			if bits == 5 {
				b[16+i] |= byte(q>>4) << j
			}
		}
	}
}

func largest(list []float32) (most float32) {
	for _, v := range list {
		most = max(most, v)
	}
	return most
}

// putScaleMin writes what ScaleMin reads.
func putScaleMin(b []byte, j int, scale, least byte) {
	if j < 4 {
		b[j] |= scale
		b[j+4] |= least
		return
	}
	b[j+4] |= scale&15 | least&15<<4
	b[j-4] |= scale >> 4 << 6
	b[j] |= least >> 4 << 6
}

// encodeQ6_K makes Q6_K, as decodeQ6_K reads it.
func encodeQ6_K(b []byte, src []float32) {
	clear(b)
	var scales [16]float32
	var most float32
	for j := range 16 {
		var peak float32
		for _, v := range src[16*j : 16*j+16] {
			if abs(v) > abs(peak) {
				peak = v
			}
		}
		scales[j] = peak / -32
		if abs(scales[j]) > abs(most) {
			most = scales[j]
		}
	}
	putHalf(b[208:], most/-128)
	d := Half(b[208:])
	for i, v := range src {
		s := nearest(scales[i/16]*inverse(d), -128, 127)
		b[192+i/16] = byte(int8(s))
		q := nearest(v*inverse(d*float32(s)), -32, 31) + 32
		n, quarter, l := i/128, i/32%4, i%32
		b[n*64+quarter%2*32+l] |= byte(q&15) << (quarter / 2 * 4)
		b[128+n*32+l] |= byte(q>>4) << (2 * quarter)
	}
}
