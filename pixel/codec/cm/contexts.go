package cm

// kind is what a stretch of data is, and so which contexts are used for it.
type kind uint8

const (
	kindData kind = iota // tables, records, and what nothing else fits
	kindText
	kindX64
	kindX32
	kindRaw // noise: the bytes as they are, no model
	kinds
)

// modelled is the number of kinds that have models.
const modelled = int(kindRaw)

func (k kind) code() bool { return k == kindX64 || k == kindX32 }

// smallContexts is how many contexts, the first ones, have few values: they share a
// small part of the table, which stays in the cache.
const smallContexts = 3

func (m *model) back(n int) uint32 {
	if m.pos < n {
		return 0
	}
	return uint32(m.history[m.pos-n])
}

func combine(parts ...uint32) uint32 {
	h := uint32(0x9E3779B1)
	for _, p := range parts {
		h = (h ^ p) * 0x2F0B4C47
		h ^= h >> 14
	}
	return h
}

// use adds a context. The order is part of the format.
func (m *model) use(h uint32) {
	m.hashes[m.count] = h + uint32(m.count)*0x632BE5AB
	m.count++
}

// last4 are the last four bytes, the newest lowest.
func (m *model) last4(skip int) uint32 {
	return m.back(skip+1) | m.back(skip+2)<<8 | m.back(skip+3)<<16 | m.back(skip+4)<<24
}

func (m *model) contexts() {
	m.count = 0
	switch m.kind {
	case kindX64, kindX32:
		m.codeContexts()
	case kindText:
		m.textContexts()
	default:
		m.dataContexts()
	}
}

// codeContexts are the instruction so far, what came before it, and plain orders.
func (m *model) codeContexts() {
	c4 := m.last4(0)
	x := &m.code
	f, cur := uint32(x.next), x.soFar
	m.use(f)
	m.use(combine(c4&0xFF, f))
	m.use(combine(c4 & 0xFFFF))
	m.use(combine(cur, f))
	m.use(combine(f, x.opcode, x.ops[0]))
	m.use(combine(f, x.shape, c4&0xFF))
	m.use(combine(cur, f, x.ops[0]))
	m.wide = m.count
	m.use(combine(c4 & 0xFFFFFF))
	m.use(combine(cur, f, x.forms[0]))
	m.use(combine(cur, f, x.forms[0], x.ops[1]))
	m.use(combine(cur, f, x.whole[0]))
	if m.effort == Default {
		return
	}
	m.use(combine(cur, f, x.forms[1]))
	m.use(combine(cur, f, x.ops[0], x.ops[1]))
	m.use(combine(cur, f, x.forms[0], x.forms[1], x.ops[2]))
	m.use(combine(cur, f, x.whole[1]))
	m.use(combine(cur, f, x.whole[0], x.whole[1]))
	m.use(combine(f, x.base(), x.lastDisplacement()))
	m.use(combine(cur, f, x.registers[0], x.registers[1]))
	m.use(combine(cur, f, x.ops[0], x.ops[1], x.ops[2], x.ops[3], x.ops[4]))
}

// dataContexts are plain orders, and the columns of records: the bytes above.
func (m *model) dataContexts() {
	c4, c8 := m.last4(0), m.last4(4)
	s := m.stride
	if s == 0 {
		s = 4
	}
	col := uint32(m.pos%s) + 1
	up, up2 := m.back(s), m.back(2*s)
	m.use(col)
	m.use(combine(c4&0xFF, col))
	m.use(combine(up, col))
	m.use(combine(c4 & 0xFFFF))
	m.use(combine(c4&0xFFFFFF, col))
	m.use(combine(col, up, c4&0xFF))
	m.wide = m.count
	m.use(combine(c4))
	m.use(combine(c4, c8&0xFFFF))
	m.use(combine(col, up, up2, 1))
	m.use(combine(col, up, c4&0xFFFF, 2))
	m.use(combine(col, 2*up-up2, m.back(s+1)-c4&0xFF, 3))
	m.use(combine(m.words.word, c4&0xFF, 4))
	if m.effort == Default {
		return
	}
	m.use(combine(c4, c8&0xFF, 5))
	m.use(combine(c4, c8, 6))
	m.use(combine(c4&0xFF00, col, 7))
	m.use(combine(c4&0xFF0000, col, 8))
	m.use(combine(c4&0xF0F0F0F0, 9))
	m.use(combine(m.words.word, m.words.last, 10))
	m.use(combine(col, c4&0xFF, m.back(s+1), up, 11))
}

// textContexts are plain orders, words, and the line above.
func (m *model) textContexts() {
	c4, c8 := m.last4(0), m.last4(4)
	w := &m.words
	above := uint32(0)
	if at := w.lines[1] + w.column; at < w.lines[0] {
		above = uint32(m.history[at])
	}
	m.use(0)
	m.use(combine(c4 & 0xFF))
	m.use(combine(c4 & 0xFFFF))
	m.use(combine(c4 & 0xFFFFFF))
	m.use(combine(w.word, c4&0xFF))
	m.wide = m.count
	m.use(combine(c4))
	m.use(combine(c4, c8&0xFF))
	m.use(combine(c4, c8&0xFFFF))
	m.use(combine(w.word, w.last))
	m.use(combine(w.word, w.indent, above, c4&0xFF))
	m.use(combine(w.word, w.last, w.before))
	if m.effort == Default {
		return
	}
	m.use(combine(c4, c8))
	m.use(combine(w.word, w.before, 1))
	m.use(combine(above, c4&0xFFFF, 2))
	m.use(combine(w.word, w.first, 3))
	m.use(combine(w.shape, c4&0xFF, 4))
	m.use(combine(w.shape, w.last, 5))
}

// choose picks the mixer's sets, and the context of the refinement, as far as the byte
// decides them.
func (m *model) choose() {
	k := int(m.kind)
	x := &m.code
	m.sets[1] = k << 8
	switch m.kind {
	case kindX64, kindX32:
		m.sets[0] = (k*mixColumns + int(x.next)) * 8
		m.sets[3] = k<<9 | int(x.opcode&511)
		m.apmHash = uint32(x.next)<<16 + x.shape*0x2C9277B5
	case kindText:
		m.sets[0] = (k*mixColumns + min(m.words.length, mixColumns-1)) * 8
		m.sets[3] = k<<9 | int(m.back(1))
		m.apmHash = m.back(1) << 8
	default:
		m.sets[0] = (k*mixColumns + m.pos%max(m.stride, 4)%mixColumns) * 8
		m.sets[3] = k<<9 | int(m.back(1))
		m.apmHash = m.back(1) << 8
	}
}

// mixColumns is how many places in a record or instruction the mixer tells apart.
const mixColumns = 64
