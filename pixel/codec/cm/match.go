package cm

import "encoding/binary"

// matcher follows the latest place in the history whose last bytes are those of now,
// and predicts the byte that came after them there. It does not let go at the first
// wrong byte: code that moved differs in its addresses only.
type matcher struct {
	heads   []uint32 // by hash of the last matchLeast bytes: the place after them
	shift   uint
	at      int // the place of the predicted byte; 0 for none
	length  int // bytes that agreed without a miss, up to matchLong
	bucket  int // of length; 0 for no match
	misses  uint32
	want    uint32 // the predicted byte with a leading one; 0 for none
	maps    adaptiveMap
	context int
	sures   adaptiveMap
}

const (
	matchLeast = 7
	// headBits is how much of a head is the place; the rest checks the hash.
	headBits  = 27
	matchLong = 65535
	// sureLength is how long a match must be to be believed without asking the models.
	sureLength   = 32
	matchBuckets = 24
	matchMaps    = matchBuckets * 16 * 2
)

func newMatcher(tableBits uint) matcher {
	hashBits := min(tableBits-4, 20)
	return matcher{heads: make([]uint32, 1<<hashBits), shift: 64 - hashBits,
		maps: newAdaptiveMap(matchMaps, 1023), sures: newAdaptiveMap(matchBuckets*256, 1023)}
}

// step is called after each byte; history ends with it at pos.
func (m *matcher) step(history []byte, pos int, anchor bool) {
	if m.at > 0 {
		m.follow(history[m.at] == history[pos-1])
	}
	if pos < 8 {
		return
	}
	if !anchor {
		m.expect(history)
		return
	}
	h := binary.LittleEndian.Uint64(history[pos-8:]) << (64 - 8*matchLeast) * 0x9E3779B97F4A7C15
	head := &m.heads[h>>m.shift]
	check := uint32(h) >> 3 << headBits
	if m.at == 0 || m.length < 16 {
		if *head>>headBits == check>>headBits {
			m.look(history, pos, int(*head&(1<<headBits-1)))
		}
	}
	*head = check | uint32(pos)
	m.expect(history)
}

// expect fetches the predicted byte.
func (m *matcher) expect(history []byte) {
	m.want, m.bucket = 0, 0
	if m.at > 0 {
		m.want, m.bucket = uint32(history[m.at])|256, bucket(m.length)
	}
}

// follow goes on by one byte, which was as predicted or not.
func (m *matcher) follow(hit bool) {
	m.misses <<= 1
	if hit {
		m.length = min(m.length+1, matchLong)
	} else {
		m.length = 0
		m.misses |= 1
	}
	m.at++
	if m.misses&0xFF == 0xFF {
		m.at = 0
	}
}

// look takes the candidate if it agrees for longer than what is followed.
func (m *matcher) look(history []byte, pos, candidate int) {
	if candidate == 0 || candidate == m.at {
		return
	}
	n := agreed(history, candidate, pos, 32)
	if n >= matchLeast && (m.at == 0 || n > m.length && n >= 16) {
		m.at, m.length, m.misses = candidate, n, 0
	}
}

// agreed counts equal bytes before a and b, up to most.
func agreed(history []byte, a, b, most int) int {
	n := 0
	for n < most && n < a && history[a-1-n] == history[b-1-n] {
		n++
	}
	return n
}

func bucket(length int) int {
	switch {
	case length < 15:
		return length + 1
	case length < 32:
		return 16 + (length-16)>>3
	case length < 64:
		return 18
	case length < 128:
		return 19
	case length < 256:
		return 20
	case length < 512:
		return 21
	case length < 4096:
		return 22
	}
	return 23
}

// inputs are two stretched predictions, 0 where there is no match; the result is 0 for
// none, 1 for a zero, 2 for a one.
func (m *matcher) inputs(c0 uint32, bit uint, in []int16) int {
	m.context = -1
	if m.want>>(8-bit) != c0 {
		in[0], in[1] = 0, 0
		return 0
	}
	y := int(m.want >> (7 - bit) & 1)
	m.context = (m.bucket*16+int(m.misses&15))*2 + y
	p := m.maps.p12(m.context)
	in[0] = int16(stretch(p))
	in[1] = int16(int32(p)-2048) >> 1
	return 1 + y
}

func (m *matcher) update(y uint32) {
	if m.context >= 0 {
		m.maps.update(m.context, y)
	}
}

// sure says that one bit is to tell whether the byte is the predicted one.
func (m *matcher) sure() bool { return m.want != 0 && m.length >= sureLength }

func (m *matcher) sureContext() int { return m.bucket<<8 | int(m.misses&255) }

// exclude takes back a prediction that is known to be wrong.
func (m *matcher) exclude(b byte) {
	if byte(m.want) == b {
		m.want = 0
	}
}
