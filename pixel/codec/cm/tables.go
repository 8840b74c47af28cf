package cm

import "math/bits"

// Probabilities are of a one bit: 16 bits on their way to the coder, 12 where a table
// is indexed. The mixers add in the logistic domain: stretch(p) = ln(p/(1-p)), scaled
// so that stretchMax is 12.
const (
	stretchMax   = 2047
	squashBits   = 16
	squashOne    = 1 << squashBits
	stretchScale = 170 // stretchMax / 12, rounded down
)

// squashTable is squash of every x in -2048..2047; stretchTable the reverse for
// 12-bit probabilities. Both are made from integers alone, so that every CPU has the
// same ones.
var (
	squashTable  [4096]uint16
	stretchTable [4096]int16
)

func init() {
	for i := range squashTable {
		squashTable[i] = logistic(i - 2048)
	}
	// stretch(p) is the smallest x whose squash reaches the middle of p's range.
	x := 0
	for p := range stretchTable {
		for x < 4095 && int(squashTable[x]) < p*16+8 {
			x++
		}
		stretchTable[p] = int16(max(x-2048, -stretchMax))
	}
}

// logistic is 65536/(1+exp(-x/stretchScale)), clamped to 1..65535, by a fixed-point
// power series.
func logistic(x int) uint16 {
	magnitude := uint64(x)
	if x < 0 {
		magnitude = uint64(-x)
	}
	e := expMinus(magnitude)                     // 2^40 * exp(-|x|/scale)
	p := (uint64(1) << 56) / (uint64(1)<<40 + e) // of the likelier bit, 16 bits
	if x < 0 {
		p = squashOne - p
	}
	return uint16(min(max(p, 1), squashOne-1))
}

// expMinus is 2^40 * exp(-n/stretchScale): one factor, n times, each product cut to 40
// bits.
func expMinus(n uint64) uint64 {
	// 2^40 * exp(-1/170) = 2^40 * (1 - 1/170 + 1/(2*170^2) - ...), to the nearest integer.
	const factor = 1093062897766
	e := uint64(1) << 40
	for range n {
		hi, lo := bits.Mul64(e, factor)
		e = hi<<24 | lo>>40
	}
	return e
}

func stretch(p uint32) int32 { return int32(stretchTable[p&4095]) }

func squash(x int32) uint32 {
	return uint32(squashTable[(min(max(x, -stretchMax), stretchMax)+2048)&4095])
}

// A bit history is one byte: about how many zeros and ones a context has seen, and
// the last one where the counts are few. The states and their steps are those of the
// ZPAQ open standard (Mahoney, "The ZPAQ Open Standard Format for Highly Compressed
// Data", section "State table"): a bit that comes against the trend cuts the other
// count down.
var (
	nextState [256][2]uint8
	// stateStart is the probability of a one that a state's counts alone say: 32 bits.
	stateStart [256]uint32
)

func init() {
	const most = 50
	var number [most][most][2]int
	count := 0
	for total := range most {
		for n1 := 0; n1 <= total; n1++ {
			if k := statesOf(total-n1, n1); k > 0 {
				number[total-n1][n1] = [2]int{count, count + k - 1}
				count += k
			}
		}
	}
	for n0 := range most {
		for n1 := range most {
			for y := range statesOf(n0, n1) {
				s := number[n0][n1][y]
				a0, a1 := stepState(n0, n1, 0)
				b0, b1 := stepState(n0, n1, 1)
				nextState[s] = [2]uint8{uint8(number[a0][a1][0]), uint8(number[b0][b1][1])}
				stateStart[s] = uint32(uint64(n1*2+1) << 31 / uint64(n0+n1+1))
			}
		}
	}
}

// statesOf is how many states stand for the counts: none if they are out of bounds,
// two where the last bit is kept.
func statesOf(n0, n1 int) int {
	bound := [...]int{20, 48, 15, 8, 6, 5}
	if n0 < n1 {
		n0, n1 = n1, n0
	}
	switch {
	case n1 < 0 || n1 >= len(bound) || n0 > bound[n1]:
		return 0
	case n1 > 0 && n0+n1 <= 17:
		return 2
	}
	return 1
}

// stepState is the counts after one more bit.
func stepState(n0, n1, bit int) (int, int) {
	if n0 < n1 {
		b, a := stepState(n1, n0, 1-bit)
		return a, b
	}
	if bit == 1 {
		n1, n0 = n1+1, discount(n0)
	} else {
		n0, n1 = n0+1, discount(n1)
	}
	for statesOf(n0, n1) == 0 {
		if n1 < 2 {
			n0--
			continue
		}
		n0 = (n0*(n1-1) + n1/2) / n1
		n1--
	}
	return n0, n1
}

func discount(n int) int {
	kept := 0
	for _, at := range [...]int{1, 2, 3, 4, 5, 7, 8} {
		if n >= at {
			kept++
		}
	}
	return kept
}

// adaptiveMap turns a small context into a probability and learns it: 22 bits of
// probability, 10 of a count that slows the learning down to 1/limit.
type adaptiveMap struct {
	cells []uint32
	limit uint32
}

// reciprocal[n] is 65536/(n+1.5).
var reciprocal [1024]uint32

func init() {
	for n := range reciprocal {
		reciprocal[n] = uint32(131072 / (2*n + 3))
	}
}

func newAdaptiveMap(n int, limit uint32) adaptiveMap {
	m := adaptiveMap{make([]uint32, n), limit}
	for i := range m.cells {
		m.cells[i] = 1 << 31
	}
	return m
}

func (m *adaptiveMap) p12(i int) uint32 { return m.cells[i] >> 20 }

func (m *adaptiveMap) p16(i int) uint32 { return min(max(m.cells[i]>>16, 1), 65535) }

func (m *adaptiveMap) update(i int, y uint32) { m.cells[i] = learn(m.cells[i], y, m.limit) }

// learn moves a cell towards y by 1/(count+1.5).
func learn(cell, y, limit uint32) uint32 {
	n, p := cell&1023, int64(cell>>10)
	step := (int64(y<<22) - p) * int64(reciprocal[n]) >> 16
	cell = uint32(p+step) << 10
	if n < limit {
		n++
	}
	return cell | n
}

// apm refines a probability in a context: apmPoints points over the logistic domain, between
// which it interpolates.
type apm struct {
	cells []uint16
	at    int
	rate  uint
}

func newAPM(contexts int, rate uint) apm {
	a := apm{cells: make([]uint16, contexts*apmPoints), rate: rate}
	for i := range apmPoints {
		a.cells[i] = uint16(squash(int32(i-apmPoints/2) * 128))
	}
	repeat(a.cells, apmPoints)
	return a
}

// repeat fills p with its first n elements.
func repeat[T any](p []T, n int) {
	for ; n < len(p); n *= 2 {
		copy(p[n:], p[:n])
	}
}

const apmPoints = 33

// refine gives a 16-bit probability for the stretched st in a context.
func (a *apm) refine(st int32, context int) uint32 {
	x := min(max(st, -stretchMax), stretchMax) + 2048
	low, w := int(x>>7), uint32(x&127)
	cell := context*apmPoints + low
	a.at = cell + int(w>>6)
	return (uint32(a.cells[cell])*(128-w) + uint32(a.cells[cell+1])*w) >> 7
}

func (a *apm) update(y uint32) {
	target := int32(y * 65535) // toward 0 or 1
	p := int32(a.cells[a.at])
	a.cells[a.at] = uint16(p + (target-p)>>a.rate)
}
