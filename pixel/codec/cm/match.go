package cm

// matcher follows the latest place in the history whose last bytes are those of now,
// and predicts the byte that came after them there. It does not let go at the first
// wrong byte: code that moved differs in its addresses only.
type matcher struct {
	least   int      // bytes that must agree to begin
	heads   []uint32 // by hash of the last least bytes: the place after them
	shift   uint
	at      int // the place of the predicted byte; 0 for none
	length  int // bytes that agreed without a miss, up to matchLong
	misses  uint32
	want    uint32 // the predicted byte with a leading one
	maps    adaptiveMap
	context int
}

const (
	matchLong    = 65535
	matchBuckets = 24
	matchMaps    = matchBuckets * 16 * 2
)

func newMatcher(least int, hashBits uint) *matcher {
	return &matcher{least: least, heads: make([]uint32, 1<<hashBits), shift: 32 - hashBits, maps: newAdaptiveMap(matchMaps, 1023)}
}

// hash is of the last least bytes before pos.
func (m *matcher) hash(history []byte, pos int) uint32 {
	h := uint32(0)
	for _, c := range history[pos-m.least : pos] {
		h = (h + uint32(c) + 1) * 0x2C9277B5
		h ^= h >> 15
	}
	return h * 0x9E3779B1 >> m.shift
}

// step is called after each byte; history ends with it at pos.
func (m *matcher) step(history []byte, pos int) {
	if m.at > 0 {
		hit := history[m.at] == history[pos-1]
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
	if pos < m.least {
		return
	}
	h := m.hash(history, pos)
	if m.at == 0 || m.length < m.least {
		if c := int(m.heads[h]); c > 0 {
			if n := agreed(history, c, pos, 32); n > m.length && (m.at == 0 || n >= m.least) {
				m.at, m.length, m.misses = c, n, 0
			}
		}
	}
	m.heads[h] = uint32(pos)
}

// agreed counts equal bytes before a and b, up to most.
func agreed(history []byte, a, b, most int) int {
	n := 0
	for n < most && n < a && history[a-1-n] == history[b-1-n] {
		n++
	}
	return n
}

// begin fetches the predicted byte.
func (m *matcher) begin(history []byte) {
	m.want = 0
	if m.at > 0 {
		m.want = uint32(history[m.at]) | 256
	}
}

func bucket(length int) int {
	switch {
	case length < 16:
		return length
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

// expected is the bit that the match predicts after c0, and whether it predicts one.
func (m *matcher) expected(c0 uint32, bit uint) (y uint32, ok bool) {
	if m.want == 0 || m.want>>(8-bit) != c0 {
		return 0, false
	}
	return m.want >> (7 - bit) & 1, true
}

// inputs are two stretched predictions, 0 where there is no match.
func (m *matcher) inputs(c0 uint32, bit uint, in []int16) {
	y, ok := m.expected(c0, bit)
	m.context = -1
	if !ok {
		in[0], in[1] = 0, 0
		return
	}
	m.context = (bucket(m.length)*16+int(m.misses&15))*2 + int(y)
	p := m.maps.p12(m.context)
	in[0] = int16(stretch(p))
	in[1] = int16(int32(p)-2048) >> 1
}

func (m *matcher) update(y uint32) {
	if m.context >= 0 {
		m.maps.update(m.context, y)
	}
}
