package cm

// model predicts the next bit from all bits before it. Encoder and decoder own one
// each and feed it the same bits.
type model struct {
	history []byte // reference, then data
	pos     int
	effort  Effort
	start   int // where the data starts
	origin  int // where the segment starts
	kind    kind
	stride  int
	tabular bool // the segment may have addresses in its 32-bit words

	c0   uint32 // bits of this byte, with a leading one
	bit  uint   // bits of this byte that are known
	node uint32 // the same within a nibble

	table   []byte
	touched byte   // keeps the loads that warm the cache alive
	lines   uint32 // buckets of the table, less 1
	small   uint32 // those of the part for small contexts, less 1
	count   int    // contexts in use
	wide    int    // the first of them that keep both nibbles in one line
	hashes  [maxContexts]uint32
	slots   [maxContexts]uint32
	maps    [modelled][maxContexts << 8]uint32 // of a bit history, the probability of a one: 32 bits

	match   matcher
	align   *aligner // nil without a reference
	code    x86
	words   words
	mix     *mixer
	sets    [mixSelectors]int // the mixer's sets, as far as the byte decides them
	st      int32
	refine  apm
	apmHash uint32
}

const (
	maxContexts = 28
	bucketBytes = 16
	// mapRate is how fast a probability follows: by 1/128 of what was wrong.
	mapRate = 7
	// checkMask is the part of a hash that findAt checks.
	checkMask  = 0xFF000000
	refineBits = 11
	// quickRate is that of the first quickBytes of the data.
	quickRate  = 5
	quickBytes = 16 << 10
)

func newModel(history []byte, tableBits uint, e Effort) *model {
	m := &model{history: history, effort: e, pos: len(history), start: len(history), c0: 1, node: 1}
	m.table = make([]byte, 1<<tableBits)
	hugePages(m.table)
	m.lines = uint32(len(m.table)/bucketBytes - 1)
	for k := range m.maps {
		copy(m.maps[k][:], stateStart[:])
		repeat(m.maps[k][:], len(stateStart))
	}
	m.small = min(m.lines, 1<<16-1)
	m.match = newMatcher(tableBits)
	m.code = newX86(true)
	m.mix = newMixer([mixSelectors]int{mixColumns * 8 * modelled, 256 * modelled, matchBuckets * 3, 512 * modelled}, 256*modelled)
	m.refine = newAPM(1<<refineBits, 6)
	return m
}

// refer has the model walk along its reference, whose segments are given; the data has
// so many.
func (m *model) refer(count int, before []Segment) {
	if m.pos == 0 {
		return
	}
	m.align = newAligner(m.history)
	if count == len(before) {
		at := 0
		for _, s := range before {
			m.align.starts = append(m.align.starts, at)
			at += s.Bytes
		}
	}
}

// enter starts a segment.
func (m *model) enter(number int, s Segment) {
	m.kind, m.stride, m.origin = s.Kind, s.Stride, m.pos
	m.tabular = s.Kind == kindData && s.Transform == transformNone
	m.code = newX86(s.Kind == kindX64)
	if m.align != nil {
		m.align.enter(number)
		m.beginOperand()
	}
}

// beginOperand tells the aligner where a word begins that may be an address.
func (m *model) beginOperand() {
	if m.align.operand.left > 0 {
		return
	}
	switch f := m.code.next; {
	case m.kind.code():
		if f == fieldDisp32 || f == fieldImm32 || f == fieldRel32 || f == fieldRIP {
			m.align.begin(true)
		}
	case m.tabular && (m.pos-m.origin)&3 == 0:
		m.align.begin(false)
	}
}

// predict is the probability that the next bit is one, of 65536.
func (m *model) predict() uint32 {
	in := &m.mix.inputs
	expect := m.match.inputs(m.c0, m.bit, in[m.count:m.count+2])
	in[m.count+2] = 256
	sets := m.sets
	sets[0] += int(m.bit)
	sets[1] += int(m.c0)
	sets[2] = m.match.bucket*3 + expect
	final := int(m.kind)<<8 | int(m.c0)
	m.st = m.mix.mix(&sets, final)
	refined := m.refine.refine(m.st, int((m.apmHash+m.c0)*0x9E3779B1>>(32-refineBits)))
	p := (squash(m.st) + refined) >> 1
	return min(max(p, 1), 65535)
}

// update learns the bit y.
func (m *model) update(y uint32) {
	m.mix.update(y, m.st)
	m.refine.update(y)
	m.match.update(y)
	node := m.node
	m.node = node<<1 | y
	m.c0 = m.c0<<1 | y
	m.bit++
	rate := uint(mapRate)
	if m.pos-m.start < quickBytes {
		rate = quickRate
	}
	learnStates(m.table, m.slots[:m.count], &m.maps[m.kind], &m.mix.inputs, node, m.node&15, y, rate)
	if m.bit == 4 {
		m.node = 1
		m.second()
		m.look()
	}
}

// look fills the inputs from the buckets' states at the first node.
func (m *model) look() {
	in, maps, table := &m.mix.inputs, &m.maps[m.kind], m.table
	for i, slot := range m.slots[:m.count] {
		in[i&(mixInputs-1)] = stretchTable[maps[i<<8|int(table[slot+1])]>>20]
	}
}

// append takes a whole byte into the history.
func (m *model) append(c byte) {
	m.history = append(m.history, c)
	m.pos = len(m.history)
	if m.kind.code() {
		m.code.step(c)
	} else {
		m.words.step(c, m.pos)
	}
	if m.align != nil {
		m.align.step(m.history[len(m.align.reference):])
		m.beginOperand()
	}
	m.match.step(m.history, m.pos, !m.kind.code() || m.code.next == fieldStart)
}

// startByte computes the contexts of the next byte, and finds their buckets.
func (m *model) startByte() {
	m.c0, m.bit, m.node = 1, 0, 1
	m.contexts()
	m.choose()
	touched := byte(0)
	for i, h := range m.hashes[:m.count] {
		h *= 0x9E3779B1
		h ^= h >> 15
		h *= 0x2C9277B5
		if i < smallContexts {
			h &= m.small | checkMask
		}
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
		if i < smallContexts {
			h &= m.small | checkMask
		}
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
func (m *model) first(h uint32) uint32 { return h & m.lines }

// find is the bucket of a hash: of the three places where it may be, the one with its
// check byte, else the one that has seen least.
func (m *model) find(h uint32) uint32 { return m.findAt(m.first(h), byte(h>>24)) }

// findAt is find with the first place and the check byte given. States are numbered by
// how much they have seen, so the smallest has seen least.
func (m *model) findAt(first uint32, check byte) uint32 {
	at := first * bucketBytes
	if m.table[at] == check {
		return at
	}
	worst, least := at, m.table[at+1]
	for _, k := range [2]uint32{1, 2} {
		b := (first ^ k) * bucketBytes
		if m.table[b] == check {
			return b
		}
		if n := m.table[b+1]; n < least {
			worst, least = b, n
		}
	}
	*(*[bucketBytes]byte)(m.table[worst:]) = [bucketBytes]byte{check}
	return worst
}

// expected is the byte that comes next where a match or the reference says so; cell k of
// sures is how likely it is.
func (m *model) expected() (want byte, sures *adaptiveMap, k int, ok bool) {
	if m.align != nil {
		want, ok = m.align.want()
		return want, &m.align.sures, m.align.context(), ok
	}
	return byte(m.match.want), &m.match.sures, m.match.sureContext(), m.match.sure()
}

// coder is the encoder, which is told each bit, or the decoder, which tells it.
type coder interface {
	code(y, p16 uint32) uint32
}

// code codes one byte: b, or what the decoder finds. Where a byte is expected, one bit
// says whether it comes, and if so all models are passed over.
func code[C coder](m *model, c C, b byte) {
	if m.kind == kindRaw {
		m.append(raw(c, b))
		return
	}
	if want, sures, k, ok := m.expected(); ok {
		y := uint32(0)
		if b == want {
			y = 1
		}
		y = c.code(y, sures.p16(k))
		sures.update(k, y)
		if y == 1 {
			m.append(want)
			return
		}
		m.match.exclude(want)
	}
	m.startByte()
	for i := 7; i >= 0; i-- {
		m.update(c.code(uint32(b>>i)&1, m.predict()))
	}
	m.append(byte(m.c0))
}

// raw codes a byte of which nothing is known.
func raw[C coder](c C, b byte) byte {
	got := uint32(0)
	for i := 7; i >= 0; i-- {
		got = got<<1 | c.code(uint32(b>>i)&1, squashOne/2)
	}
	return byte(got)
}
