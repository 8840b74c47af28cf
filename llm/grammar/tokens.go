package grammar

import (
	"bytes"
	"slices"

	"pxos/llm/token"
)

// Tokens are a vocabulary's, sorted by their bytes.
type Tokens struct {
	v      *token.Vocabulary
	ids    []int
	texts  [][]byte
	common []int // bytes that a text begins with like the one before it
}

// mask has a bit for each token that may come.
type mask []uint64

func (m mask) has(id int) bool { return m[id>>6]&(1<<(id&63)) != 0 }

// NewTokens prepares a vocabulary, for all grammars.
func NewTokens(v *token.Vocabulary) *Tokens {
	t := &Tokens{v: v}
	for id := range v.Tokens {
		if v.Kinds[id] != token.Control && v.Kinds[id] != token.Unused && v.Kinds[id] != token.Unknown && len(v.Bytes(id)) > 0 {
			t.ids = append(t.ids, id)
		}
	}
	slices.SortStableFunc(t.ids, func(a, b int) int { return bytes.Compare(v.Bytes(a), v.Bytes(b)) })
	for i, id := range t.ids {
		t.texts = append(t.texts, v.Bytes(id))
		n := 0
		for i > 0 && n < len(t.texts[i-1]) && n < len(t.texts[i]) && t.texts[i-1][n] == t.texts[i][n] {
			n++
		}
		t.common = append(t.common, n)
	}
	return t
}

// mask finds the tokens that may come in a state.
func (g *Grammar) mask(s *state, t *Tokens) mask {
	if m, ok := s.masks[t]; ok {
		return m
	}
	m := make(mask, (len(t.v.Tokens)+63)/64)
	path := []*state{s} // after each byte of the text
	for i := 0; i < len(t.ids); {
		text := t.texts[i]
		path = path[:min(len(path), t.common[i]+1)]
		for len(path) <= len(text) {
			next := g.step(path[len(path)-1], text[len(path)-1])
			if next == nil {
				break
			}
			path = append(path, next)
		}
		if len(path) > len(text) {
			m[t.ids[i]>>6] |= 1 << (t.ids[i] & 63)
			i++
			continue
		}
		dead := len(path) // bytes that no text may begin with
		for i++; i < len(t.ids) && t.common[i] >= dead; i++ {
		}
	}
	s.masks[t] = m
	return m
}

// Matcher follows a text through a grammar, token by token.
type Matcher struct {
	g *Grammar
	t *Tokens
	s *state
}

// NewMatcher begins a text.
func (g *Grammar) NewMatcher(t *Tokens) *Matcher { return &Matcher{g: g, t: t, s: g.start} }

// Allowed says which tokens may come; those that end a text where it may end.
func (m *Matcher) Allowed() func(id int) bool {
	m.g.mu.Lock()
	defer m.g.mu.Unlock()
	bits, ends := m.g.mask(m.s, m.t), m.s.ends
	return func(id int) bool {
		if m.t.v.Ends(id) {
			return ends
		}
		return bits.has(id)
	}
}

// Done says that nothing may come any more but the end.
func (m *Matcher) Done() bool { return len(m.s.places) == 0 }

// Take takes an allowed token.
func (m *Matcher) Take(id int) {
	m.g.mu.Lock()
	defer m.g.mu.Unlock()
	for _, b := range m.t.v.Bytes(id) {
		if next := m.g.step(m.s, b); next != nil {
			m.s = next
		}
	}
}
