package quant

import (
	"encoding/binary"
	"math"
)

// Decode writes the values of whole blocks to dst, which says how many there are; src must
// have them.
func Decode(t Type, dst []float32, src []byte) {
	info := infos[t]
	decode := decoders[t]
	for len(dst) > 0 {
		decode(dst[:info.BlockValues], src[:info.BlockBytes])
		dst, src = dst[info.BlockValues:], src[info.BlockBytes:]
	}
}

var decoders = map[Type]func(dst []float32, b []byte){
	F32:  func(dst []float32, b []byte) { dst[0] = math.Float32frombits(binary.LittleEndian.Uint32(b)) },
	F16:  func(dst []float32, b []byte) { dst[0] = Half(b) },
	BF16: func(dst []float32, b []byte) { dst[0] = BFloat(binary.LittleEndian.Uint16(b)) },
	Q4_0: func(dst []float32, b []byte) { decode4(dst, Half(b), -8*Half(b), b[2:]) },
	Q4_1: func(dst []float32, b []byte) { decode4(dst, Half(b), Half(b[2:]), b[4:]) },
	Q5_0: func(dst []float32, b []byte) { decode5(dst, Half(b), -16*Half(b), b[2:]) },
	Q5_1: func(dst []float32, b []byte) { decode5(dst, Half(b), Half(b[2:]), b[4:]) },
	Q8_0: decodeQ8_0,
	Q4_K: func(dst []float32, b []byte) { decodeK(dst, b, b[16:], nil) },
	Q5_K: func(dst []float32, b []byte) { decodeK(dst, b, b[48:], b[16:48]) },
	Q6_K: decodeQ6_K,
}

// decode4 reads 32 numbers of 4 bits: the first 16 are the lower halves of the bytes.
// Each is scale * number + least.
func decode4(dst []float32, scale, least float32, b []byte) {
	for i := range 16 {
		dst[i] = scale*float32(b[i]&15) + least
		dst[i+16] = scale*float32(b[i]>>4) + least
	}
}

// decode5 is decode4 with a fifth bit of each number in the four bytes before.
func decode5(dst []float32, scale, least float32, b []byte) {
	high := binary.LittleEndian.Uint32(b)
	for i := range 16 {
		dst[i] = scale*float32(uint32(b[4+i]&15)|high>>i&1<<4) + least
		dst[i+16] = scale*float32(uint32(b[4+i]>>4)|high>>(i+16)&1<<4) + least
	}
}

func decodeQ8_0(dst []float32, b []byte) {
	d := Half(b)
	for i := range 32 {
		dst[i] = d * float32(int8(b[2+i]))
	}
}

// ScaleMin takes the 6-bit scale and minimum of part j of 8 out of 12 bytes.
func ScaleMin(b []byte, j int) (scale, least byte) {
	if j < 4 {
		return b[j] & 63, b[j+4] & 63
	}
	return b[j+4]&15 | b[j-4]>>6<<4, b[j+4]>>4 | b[j]>>6<<4
}

// decodeK reads Q4_K and Q5_K: 8 parts of 32, each with a scale and a minimum of 6 bits,
// which two numbers scale. Pairs of parts share 32 bytes, the lower halves first; in Q5_K
// bit j of a byte of high is the fifth of part j.
func decodeK(dst []float32, b, low, high []byte) {
	d, least := Half(b), Half(b[2:])
	for j := range 8 {
		s, m := ScaleMin(b[4:], j)
		ds, ms := d*float32(s), least*float32(m)
		for i := range 32 {
			q := low[j/2*32+i] >> (j % 2 * 4) & 15
			if high != nil {
				q |= high[i] >> j & 1 << 4
			}
			dst[32*j+i] = ds*float32(q) - ms
		}
	}
}

// decodeQ6_K reads 16 parts of 16, each with a scale of 8 bits. Of each half of the block
// 64 bytes have the lower four bits and 32 the upper two.
func decodeQ6_K(dst []float32, b []byte) {
	low, high, scales, d := b[:128], b[128:192], b[192:208], Half(b[208:])
	for i := range 256 {
		n, quarter, l := i/128, i/32%4, i%32
		q := low[n*64+quarter%2*32+l] >> (quarter / 2 * 4) & 15
		q |= high[n*32+l] >> (2 * quarter) & 3 << 4
		dst[i] = d * float32(int8(scales[i/16])) * float32(int(q)-32)
	}
}
