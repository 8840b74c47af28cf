package cm

import (
	"encoding/binary"
	"errors"
)

// encoder is a carry-less binary arithmetic coder of 32 bits: the range x1..x2 is cut
// in proportion to the probability, and leading bytes that agree go out.
type encoder struct {
	x1, x2 uint32
	out    []byte
}

func newEncoder(out []byte) *encoder { return &encoder{x2: 0xFFFFFFFF, out: out} }

// middle is the last point of the part for a one bit; p16 is 1..65535.
func middle(x1, x2, p16 uint32) uint32 {
	return x1 + uint32(uint64(x2-x1)*uint64(p16)>>16)
}

// code writes the bit y, of which p16 is the probability to be one, of 65536.
func (e *encoder) code(y, p16 uint32) uint32 {
	m := middle(e.x1, e.x2, p16)
	if y == 1 {
		e.x2 = m
	} else {
		e.x1 = m + 1
	}
	for (e.x1^e.x2)>>24 == 0 {
		e.out = append(e.out, byte(e.x2>>24))
		e.x1 <<= 8
		e.x2 = e.x2<<8 | 255
	}
	return y
}

// flush ends the code: the decoder reads zeros after the end, so the fewest bytes that
// name a point in the range suffice.
func (e *encoder) flush() []byte {
	if e.x1 > 0 {
		// The shortest prefix whose continuation by zeros lies in x1..x2.
		for n := uint(1); n <= 4; n++ {
			mask := uint32(0xFFFFFFFF) << (32 - 8*n)
			point := e.x2 & mask
			if point >= e.x1 {
				var b [4]byte
				binary.BigEndian.PutUint32(b[:], point)
				e.out = append(e.out, b[:n]...)
				break
			}
		}
	}
	return e.out
}

// decoder is the other side. Bytes past the end read as zero, but only as many as an
// encoder may leave away.
type decoder struct {
	x1, x2, x uint32
	in        []byte
	past      int
}

func newDecoder(in []byte) *decoder {
	d := &decoder{x2: 0xFFFFFFFF, in: in}
	for range 4 {
		d.x = d.x<<8 | d.next()
	}
	return d
}

var errShort = errors.New("the code ends too early")

func (d *decoder) next() uint32 {
	if len(d.in) == 0 {
		d.past++
		return 0
	}
	b := d.in[0]
	d.in = d.in[1:]
	return uint32(b)
}

// exhausted says that more was read than was there; what comes out then is made up.
func (d *decoder) exhausted() bool { return d.past > 4 }

// code reads a bit.
func (d *decoder) code(_, p16 uint32) (y uint32) {
	m := middle(d.x1, d.x2, p16)
	if d.x <= m {
		y, d.x2 = 1, m
	} else {
		d.x1 = m + 1
	}
	for (d.x1^d.x2)>>24 == 0 {
		d.x1 <<= 8
		d.x2 = d.x2<<8 | 255
		d.x = d.x<<8 | d.next()
	}
	return y
}
