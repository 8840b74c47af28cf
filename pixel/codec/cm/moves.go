package cm

// moves remembers by how much words changed from the reference to the data, and guesses
// by how much the next will: an address moves as it did elsewhere, or as those near it
// did, and an offset in a table as the one above it did.
type moves struct {
	exact  []moved // by hash of the word
	near   []moved // by hash of its upper bits
	recent [2][maxLag]uint32
	// hits say how often a guess was right of late, of 65536: in code and in data
	hits    [2][sources]int32
	lags    [2][maxLag]int32
	lag     [2]int // the best of them
	guesses [sources]guessed
}

type moved struct {
	key, by uint32
	known   bool
}

type guessed struct {
	by    uint32
	known bool
}

// source is where a guess comes from.
type source uint8

const (
	sourceStay source = iota // it did not move
	sourceExact
	sourceNear
	sourceLag // it moved like the word so many words before it
	sources
)

const (
	moveBits = 16
	nearBits = 8
	nearLook = 8
	maxLag   = 16
	// movesBytes is the memory of moves, rounded up.
	movesBytes = 2 << 20
)

func (m *moves) init() {
	m.exact, m.near = make([]moved, 1<<moveBits), make([]moved, 1<<moveBits)
	for k := range m.hits {
		m.hits[k] = [sources]int32{1 << 14, 1 << 15, 1<<15 - 1, 1 << 13}
	}
}

func moveHash(v uint32) uint32 { return v * 0x9E3779B1 >> (32 - moveBits) }

// class is 0 for code, whose words are big endian, 1 for data.
func class(big bool) int {
	if big {
		return 0
	}
	return 1
}

// of is the move that is expected of a word.
func (m *moves) of(old uint32, big bool) (by uint32, from source) {
	k := class(big)
	m.guesses = [sources]guessed{sourceStay: {0, true}, sourceLag: {m.recent[k][m.lag[k]], true}}
	if e := m.exact[moveHash(old)]; e.known && e.key == old {
		m.guesses[sourceExact] = guessed{e.by, true}
	}
	region := old >> nearBits
	for k := range uint32(nearLook) {
		if e := m.near[moveHash(region-k)]; e.known && e.key == region-k {
			m.guesses[sourceNear] = guessed{e.by, true}
			break
		}
	}
	best := int32(-1)
	for i, g := range m.guesses {
		if h := m.hits[k][i]; g.known && h > best {
			best, by, from = h, g.by, source(i)
		}
	}
	return by, from
}

func (m *moves) learn(old, now uint32, big bool) {
	by, k := now-old, class(big)
	for i, g := range m.guesses {
		if g.known {
			toward(&m.hits[k][i], g.by == by)
		}
	}
	for i, r := range m.recent[k] {
		toward(&m.lags[k][i], r == by)
		if m.lags[k][i] > m.lags[k][m.lag[k]] {
			m.lag[k] = i
		}
	}
	copy(m.recent[k][1:], m.recent[k][:])
	m.recent[k][0] = by
	m.exact[moveHash(old)] = moved{old, by, true}
	if d := int32(by); d > -1<<20 && d < 1<<20 {
		m.near[moveHash(old>>nearBits)] = moved{old >> nearBits, by, true}
	}
}

// toward moves an average of hits.
func toward(average *int32, hit bool) {
	*average -= *average >> 5
	if hit {
		*average += 65536 >> 5
	}
}
