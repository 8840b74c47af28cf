package cm

// kind is what a stretch of data is, and so which contexts are used for it.
type kind uint8

const (
	kindData kind = iota
	kindText
	kindX64
	kindX32
	kinds = 4
)

// wordState follows words of text.
type wordState struct {
	word, last, before uint32
	line               uint32 // hash of the start of this line
	column             int
	above              int // where the line before starts
	starts             [2]int
	n                  int
}

func (w *wordState) step(c byte) {
	w.n++
	switch {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 128:
		w.word = (w.word + uint32(c)) * 0x2C9277B5
		w.word ^= w.word >> 13
	default:
		if w.word != 0 {
			w.before, w.last, w.word = w.last, w.word, 0
		}
	}
	w.column++
	if c == '\n' {
		w.starts[1], w.starts[0] = w.starts[0], w.n
		w.column = 0
	}
}

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

func (m *model) contexts() {
	m.count = 0
	switch m.kind {
	case kindX64, kindX32:
		m.codeContexts()
	default:
		m.dataContexts()
	}
}

func (m *model) use(h uint32) {
	m.hashes[m.count] = h + uint32(m.count)*0x632BE5AB
	m.count++
}

func (m *model) orders() (c4, c8 uint32) {
	c4 = m.back(1) | m.back(2)<<8 | m.back(3)<<16 | m.back(4)<<24
	c8 = m.back(5) | m.back(6)<<8 | m.back(7)<<16 | m.back(8)<<24
	return
}

func (m *model) codeContexts() {
	c4, c8 := m.orders()
	x := &m.code
	f := uint32(x.next)
	cur := x.soFar
	m.use(f)
	m.use(combine(c4&0xFF, f))
	m.use(combine(c4 & 0xFFFF))
	m.use(combine(cur, f))
	m.use(combine(f, x.opcode, x.ops[0]))
	m.use(combine(f, x.shape, c4&0xFF, 1))
	m.use(combine(cur, f, x.ops[0]))
	m.use(combine(c4 & 0xFFFFFF))
	m.wide = m.count
	m.use(combine(cur, f, x.forms[0]))
	m.use(combine(c4))
	m.use(combine(c4, c8&0xFFFF))
	m.use(combine(f, x.shape, c4&0xFFFF, 2))
	m.use(combine(cur, f, x.forms[0], x.ops[1]))
	m.use(combine(cur, f, x.forms[0], x.forms[1]))
	m.use(combine(cur, f, x.forms[0], x.forms[1], x.forms[2]))
	m.use(combine(cur, f, x.ops[0], x.ops[1], x.ops[2], x.ops[3]))
	m.use(combine(cur, f, x.whole[0]))
	m.use(combine(cur, f, x.whole[0], x.whole[1]))
	m.use(combine(cur, f, x.whole[0], x.whole[1], x.whole[2]))
}

func (m *model) dataContexts() {
	c4, c8 := m.orders()
	s := max(m.stride, 1)
	col := uint32(m.pos % s)
	up, up2 := m.back(s), m.back(2*s)
	m.use(0)
	m.use(combine(c4 & 0xFF))
	m.use(combine(c4 & 0xFFFF))
	m.use(combine(c4 & 0xFFFFFF))
	m.use(combine(c4))
	m.use(combine(c4, c8&0xFF))
	m.use(combine(c4, c8&0xFFFF))
	m.wide = m.count
	m.use(combine(c4, c8))
	m.use(combine(m.words.word, c4&0xFF))
	m.use(combine(m.words.word, m.words.last))
	m.use(combine(m.words.word, m.words.last, m.words.before))
	m.use(combine(col, up, 1))
	m.use(combine(col, up, c4&0xFF))
	m.use(combine(col, up, up2))
	m.use(combine(col, up, c4&0xFFFF))
	m.use(combine(c4&0xFF00, 7))
	m.use(combine(c4&0xFF0000, 8))
	m.use(combine(c4&0xF0F0F0F0, 9))
	m.use(combine(col, c4&0xFF, m.back(s+1), up))
}

// selectors choose the mixer's weights.
func (m *model) selectors() (s [mixSelectors]int, final int) {
	k := int(m.kind)
	x := &m.code
	long, short := m.match[1], m.match[0]
	expect := func(q *matcher) int {
		y, ok := q.expected(m.c0, m.bit)
		if !ok {
			return 0
		}
		return 1 + int(y)
	}
	b := int(m.bit)
	switch m.kind {
	case kindX64, kindX32:
		s[0] = (k*int(fields)+int(x.next))*8 + b
		s[3] = (k<<8|int(x.opcode&255))*2 + int(x.opcode>>8&1)
	default:
		s[0] = (k*int(fields)+m.pos%max(m.stride, 1)%int(fields))*8 + b
		s[3] = (k<<8 | int(m.back(1))) * 2
	}
	s[1] = k<<8 | int(m.c0)
	s[2] = (bucket(long.length)*2+0)*3 + expect(long)
	s[4] = (bucket(short.length)*3+expect(short))*4 + min(int(short.misses&3), 3)
	s[5] = k*8 + b
	final = k<<8 | int(m.c0)
	return s, final
}
