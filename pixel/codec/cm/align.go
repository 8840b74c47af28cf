package cm

import (
	"encoding/binary"
	"math/bits"
)

// aligner walks along the reference beside the data, as two versions of one program
// lie beside each other: it goes on through bytes that differ, finds its place again
// after what was put in or taken out, and expects an address to have moved as those
// near it did.
type aligner struct {
	reference []byte
	starts    []int    // of the reference's segments, if the data has as many
	heads     []uint32 // by hash of alignLeast bytes of the reference: the place after them
	shift     uint
	at        int    // the place in the reference beside the data's next byte; -1 for none
	length    int    // bytes that agreed without a miss
	misses    uint32 // the last 32 bytes, 1 for a miss, the newest lowest
	operand   word
	moves     moves
	sures     adaptiveMap
}

// word is 32 bits that may be an address.
type word struct {
	left     int // bytes of it that are still to come; 0 for none
	old      uint32
	expected uint32
	source   source
	failed   bool // a byte was not as expected
	big      bool // big endian
}

const (
	alignLeast = 12
	// alignReach is how far from its place the aligner looks for it.
	alignReach = 2048
	// alignLost is how many of the last 16 bytes missed when it looks everywhere.
	alignLost = 4
	// alignGone is how many missed when it looks around less often.
	alignGone = 12
)

func newAligner(reference []byte) *aligner {
	size := alignBits(len(reference))
	a := &aligner{reference: reference, heads: make([]uint32, 1<<size), shift: 64 - size, at: -1}
	for i := alignLeast; i <= len(reference); i++ {
		a.heads[a.hash(reference[:i])] = uint32(i)
	}
	a.moves.init()
	a.sures = newAdaptiveMap(int(sources)*4*8*16, 1023)
	return a
}

// alignBits is the size of the heads for so many bytes.
func alignBits(reference int) uint {
	size := uint(10)
	for size < 22 && 1<<size < reference {
		size++
	}
	return size
}

// hash is of the last alignLeast bytes of p.
func (a *aligner) hash(p []byte) uint64 {
	q := p[len(p)-alignLeast:]
	h := binary.LittleEndian.Uint64(q)*0x9E3779B97F4A7C15 + uint64(binary.LittleEndian.Uint32(q[8:]))
	return h * 0xD6E8FEB86659FD93 >> a.shift
}

// enter goes to the start of the segment of the same number, if there is one.
func (a *aligner) enter(segment int) {
	a.operand = word{}
	if segment < len(a.starts) {
		a.at, a.length, a.misses = a.starts[segment], 0, 0
	}
}

// begin is called where a word begins that may be an address.
func (a *aligner) begin(big bool) {
	a.operand = word{}
	if a.at < 0 || a.at+4 > len(a.reference) {
		return
	}
	o := word{left: 4, big: big}
	if big {
		o.old = binary.BigEndian.Uint32(a.reference[a.at:])
	} else {
		o.old = binary.LittleEndian.Uint32(a.reference[a.at:])
	}
	var by uint32
	by, o.source = a.moves.of(o.old, big)
	o.expected = o.old + by
	a.operand = o
}

// want is the expected byte, and whether there is one.
func (a *aligner) want() (byte, bool) {
	if a.at < 0 || a.at >= len(a.reference) {
		return 0, false
	}
	o := &a.operand
	switch {
	case o.left == 0:
		return a.reference[a.at], true
	case o.failed && o.big:
		return 0, false // the lower bytes of another address
	case o.big:
		return byte(o.expected >> (8 * (o.left - 1))), true
	}
	return byte(o.expected >> (8 * (4 - o.left))), true
}

func (a *aligner) context() int {
	source, place := 0, 0
	if a.operand.left > 0 {
		source, place = int(a.operand.source), 1
		if a.operand.left < 4 {
			place = 2
		}
		if a.operand.failed {
			place = 3
		}
	}
	run := 0
	for n := a.length; n > 0 && run < 7; n >>= 2 {
		run++
	}
	return ((source*4+place)*8+run)*16 + int(a.misses&15)
}

// step takes the data's next byte, which ends at data's end.
func (a *aligner) step(data []byte) {
	if a.at >= 0 {
		a.follow(data)
	}
	if a.at >= 0 && a.misses&0xFF == 0 || len(data) < alignLeast {
		return
	}
	missed := bits.OnesCount16(uint16(a.misses))
	if a.at >= 0 && a.length < 16 && (missed < alignGone || len(data)%8 == 0) {
		a.near(data)
	}
	if a.at < 0 || missed >= alignLost && a.length < 8 {
		a.anywhere(data)
	}
}

func (a *aligner) follow(data []byte) {
	c := data[len(data)-1]
	want, ok := a.want()
	a.misses <<= 1
	if ok && want == c || !ok && a.at < len(a.reference) && a.reference[a.at] == c {
		a.length++
	} else {
		a.length = 0
		a.misses |= 1
	}
	a.at++
	if a.at > len(a.reference) {
		a.at = -1
		return
	}
	o := &a.operand
	if o.left == 0 {
		return
	}
	o.failed = o.failed || want != c
	if o.left--; o.left == 0 {
		now := binary.LittleEndian.Uint32(data[len(data)-4:])
		if o.big {
			now = binary.BigEndian.Uint32(data[len(data)-4:])
		}
		a.moves.learn(o.old, now, o.big)
	}
}

// near looks around the place for one that agrees for longer.
func (a *aligner) near(data []byte) {
	last := binary.LittleEndian.Uint64(data[len(data)-8:])
	best, length := -1, max(a.length, 8)
	for d := 1; d <= alignReach; d++ {
		for _, at := range [2]int{a.at + d, a.at - d} {
			if at < 8 || at > len(a.reference) || binary.LittleEndian.Uint64(a.reference[at-8:]) != last {
				continue
			}
			if n := commonEnd(a.reference[:at], data, 48); n > length {
				best, length = at, n
			}
		}
	}
	a.move(best, length)
}

// anywhere looks in the whole reference.
func (a *aligner) anywhere(data []byte) {
	at := int(a.heads[a.hash(data)])
	if at == 0 {
		return
	}
	if n := commonEnd(a.reference[:at], data, 48); n >= 16 && n > a.length {
		a.move(at, n)
	}
}

func (a *aligner) move(at, length int) {
	if at >= 0 {
		a.at, a.length, a.misses = at, length, 0x10
		a.operand = word{}
	}
}

// commonEnd counts equal bytes at the ends of two texts, up to most.
func commonEnd(p, q []byte, most int) int {
	most = min(most, len(p), len(q))
	n := 0
	for n < most && p[len(p)-1-n] == q[len(q)-1-n] {
		n++
	}
	return n
}
