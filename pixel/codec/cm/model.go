package cm

// model predicts the next bit from all bits before it. Encoder and decoder own one
// each and feed it the same bits.
type model struct {
	history []byte // reference, then data
	pos     int
	kind    kind
	stride  int

	c0   uint32 // bits of this byte, with a leading one
	bit  uint   // bits of this byte that are known
	node uint32 // the same within a nibble

	table   []byte
	touched byte   // keeps the loads of lookup alive
	lines   uint32 // buckets of the table, less 1
	count   int    // contexts in use
	hashes  [maxContexts]uint32
	slots   [maxContexts]uint32
	maps    [kinds][maxContexts << 8]uint32
	wide    int // the first of them that keep both nibbles in one line

	match   [2]*matcher
	code    x86
	mix     *mixer
	st      int32
	p       uint32
	apms    [3]apm
	refined [3]uint32

	words wordState
}

const (
	maxContexts = 32
	bucketBytes = 16
	stateLimit  = 255
)

func newModel(history []byte, tableBits uint, _ Effort) *model {
	m := &model{history: history, pos: len(history), c0: 1, node: 1}
	m.table = make([]byte, 1<<tableBits)
	hugePages(m.table)
	m.lines = uint32(len(m.table)/bucketBytes - 1)
	for k := range m.maps {
		for i := range m.maps[k] {
			n0, n1 := uint32(stateOnes[i&255][0]), uint32(stateOnes[i&255][1])
			m.maps[k][i] = (n1*2 + 1) * (1 << 21) / (n0 + n1 + 1) << 10
		}
	}
	m.match[0], m.match[1] = newMatcher(6, 18), newMatcher(20, 18)
	m.code = newX86(true)
	m.mix = newMixer([mixSelectors]int{int(fields) * 8 * kinds, 256 * kinds, matchBuckets * 2 * 3, 256 * kinds * 2, 2048, kinds * 8}, 256*kinds)
	m.apms = [3]apm{newAPM(256*kinds, 7), newAPM(1<<12, 6), newAPM(matchBuckets*256, 6)}
	return m
}

// enter starts a segment.
func (m *model) enter(s Segment) {
	m.kind, m.stride = s.Kind, s.Stride
	m.code = newX86(s.Kind == kindX64)
	m.startByte()
}

// predict is the probability that the next bit is one, of 65536.
func (m *model) predict() uint32 {
	in := &m.mix.inputs
	n := m.count
	for _, k := range m.match {
		k.inputs(m.c0, m.bit, in[n:n+2])
		n += 2
	}
	in[n] = 256
	return m.finish()
}

// look fills the inputs from the buckets' states at this node.
func (m *model) look() {
	in, maps, table, node := &m.mix.inputs, &m.maps[m.kind], m.table, m.node
	for i, slot := range m.slots[:m.count] {
		s := table[slot+node]
		p := int32(maps[(i<<8|int(s))&(maxContexts<<8-1)] >> 20)
		in[i&(mixInputs-1)] = stretchTable[p&4095]
	}
}

// learn teaches the bit y to the states at this node, and looks at the next node of the
// same buckets.
func (m *model) learn(y uint32) {
	in, maps, table, node := &m.mix.inputs, &m.maps[m.kind], m.table, m.node
	next := node<<1 | y
	target := int32(y * 4194303)
	for i, slot := range m.slots[:m.count] {
		s := table[slot+node]
		cell := &maps[(i<<8|int(s))&(maxContexts<<8-1)]
		c := *cell
		p := int32(c >> 10)
		k := c & 1023
		p += (target - p) / 2048 * int32(reciprocal[k]) >> 5
		if k < stateLimit {
			k++
		}
		*cell = uint32(p)<<10 | k
		table[slot+node] = nextState[s][y&1]
		s = table[slot+next&^16]
		p = int32(maps[(i<<8|int(s))&(maxContexts<<8-1)] >> 20)
		in[i&(mixInputs-1)] = stretchTable[p&4095]
	}
	m.node = next
}

func (m *model) finish() uint32 {
	selectors, final := m.selectors()
	m.st = m.mix.mix(&selectors, final)
	p := squash(m.st)
	k := int(m.kind)
	h := (m.back(1)<<8 | m.c0) * 0x9E3779B1 >> 20
	if m.kind == kindX64 {
		h = (uint32(m.code.next)<<16 + m.code.shape*0x2C9277B5 + m.c0) * 0x9E3779B1 >> 20
	}
	m.refined[0] = m.apms[0].refine(m.st, k<<8|int(m.c0))
	m.refined[1] = m.apms[1].refine(m.st, int(h))
	m.refined[2] = m.apms[2].refine(m.st, bucket(m.match[1].length)<<8|int(m.match[1].want&255))
	p = (p + m.refined[1]) >> 1
	m.p = min(max(p, 1), 65535)
	return m.p
}

// update learns the bit y.
func (m *model) update(y uint32) {
	m.mix.update(y, m.st)
	for i := range m.apms {
		m.apms[i].update(y)
	}
	for _, k := range m.match {
		k.update(y)
	}
	m.learn(y)
	m.c0 = m.c0<<1 | y
	m.bit++
	switch m.bit {
	case 4:
		m.node = 1
		m.second()
		m.look()
	case 8:
		m.append(byte(m.c0))
		m.startByte()
	}
}

// append takes a whole byte into the history.
func (m *model) append(c byte) {
	m.history = append(m.history, c)
	m.pos = len(m.history)
	m.code.step(c)
	m.words.step(c)
	for _, k := range m.match {
		k.step(m.history, m.pos)
	}
	m.c0, m.bit, m.node = 1, 0, 1
}

// startByte computes the contexts of the next byte.
func (m *model) startByte() {
	for _, k := range m.match {
		k.begin(m.history)
	}
	m.contexts()
	touched := byte(0)
	for i, h := range m.hashes[:m.count] {
		h *= 0x9E3779B1
		h ^= h >> 15
		h *= 0x2C9277B5
		m.hashes[i] = h
		touched |= m.table[m.first(h)*bucketBytes]
	}
	m.touched = touched
	for i, h := range m.hashes[:m.count] {
		m.slots[i] = m.find(h)
	}
	m.look()
}

// second finds the buckets of the second nibble. Those of wide contexts may be
// anywhere, those of the others are in the line of the first.
func (m *model) second() {
	touched := byte(0)
	for i := range m.wide {
		h := (m.hashes[i] + m.c0*0x3D4D51CB) * 0x9E3779B1
		h ^= h >> 15
		m.hashes[i] = h
		touched |= m.table[m.first(h)*bucketBytes]
	}
	m.touched = touched
	for i := range m.wide {
		m.slots[i] = m.find(m.hashes[i])
	}
	for i := m.wide; i < m.count; i++ {
		h := m.hashes[i]
		first := m.first(h) ^ m.c0&3
		m.slots[i] = m.findAt(first, byte(h>>24)*31+byte(m.c0)*29)
	}
}

// first is the first bucket where a hash may be.
func (m *model) first(h uint32) uint32 { return (h ^ h<<11) & m.lines }

// find is the bucket of a hash: of the three places where it may be, the one with its
// check byte, else the one that has seen least.
func (m *model) find(h uint32) uint32 { return m.findAt(m.first(h), byte(h>>24)) }

func (m *model) findAt(first uint32, check byte) uint32 {
	at := first * bucketBytes
	if m.table[at] == check {
		return at
	}
	worst, least := at, stateTotal(m.table[at+1])
	for _, k := range [2]uint32{1, 2} {
		b := (first ^ k) * bucketBytes
		if m.table[b] == check {
			return b
		}
		if n := stateTotal(m.table[b+1]); n < least {
			worst, least = b, n
		}
	}
	*(*[bucketBytes]byte)(m.table[worst:]) = [bucketBytes]byte{check}
	return worst
}

// stateTotal orders states by how much they have seen; their numbers rise with it.
func stateTotal(s byte) byte { return s }
