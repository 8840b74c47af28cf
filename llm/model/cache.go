package model

import "pxos/llm/kernel"

// page is the keys and values of kernel.PageTokens tokens, of all layers: those of a head lie
// together. Sequences that begin alike share pages.
type page struct {
	words []uint32
	users int
}

// cachePart is how a head's keys and values lie in a page.
func (c *Config) cachePart(t kernel.CacheType) kernel.PagePart {
	return kernel.PagePart{Type: t, Key: c.HeadKey, Value: c.HeadValue}
}

// pageWords is the size of a page.
func (c *Config) pageWords(t kernel.CacheType) int {
	return c.Layers * c.KV * c.cachePart(t).Words()
}

// pagesOf is how many pages so many tokens take.
func pagesOf(tokens int) int { return (tokens + kernel.PageTokens - 1) / kernel.PageTokens }

// Bytes is the memory of a sequence that has grown to so many tokens.
func (c *Config) Bytes(t kernel.CacheType, tokens int) int64 {
	return 4 * int64(pagesOf(tokens)) * int64(c.pageWords(t))
}

// part is a head's part of a page.
func (e *Engine) part(p *page, layer, head int) []uint32 {
	n := e.cache.Words()
	return p.words[(layer*e.m.KV+head)*n:][:n]
}

// takePage is one that nobody uses, of zeros: what is not seen is still a number.
func (e *Engine) takePage() *page {
	if n := len(e.free); n > 0 {
		p := e.free[n-1]
		e.free = e.free[:n-1]
		clear(p.words)
		p.users = 1
		return p
	}
	return &page{words: make([]uint32, e.m.pageWords(e.cache.Type)), users: 1}
}

// leavePage is called by a sequence that needs a page no more.
func (e *Engine) leavePage(p *page) {
	if p.users--; p.users == 0 {
		e.free = append(e.free, p)
	}
}

// grow makes sure that the next n tokens have pages that no other sequence sees.
func (s *Sequence) grow(n int) {
	if at := s.len / kernel.PageTokens; at < len(s.pages) && s.pages[at].users > 1 {
		shared := s.pages[at]
		own := s.e.takePage()
		copy(own.words, shared.words)
		s.pages[at] = own
		s.e.leavePage(shared)
	}
	for len(s.pages) < pagesOf(s.len+n) {
		s.pages = append(s.pages, s.e.takePage())
	}
}

// Cut forgets the tokens from n on, so that a text can go on otherwise.
func (s *Sequence) Cut(n int) {
	s.len = min(s.len, max(0, n))
	if s.cache != nil {
		return
	}
	for _, p := range s.pages[pagesOf(s.len):] {
		s.e.leavePage(p)
	}
	s.pages = s.pages[:pagesOf(s.len)]
}

// Share has the sequence begin with the first n tokens of another of the engine, which are not
// computed again and take no memory twice; what it had is forgotten. False says that a Backend
// keeps them, or that there are not so many or no room for them.
func (s *Sequence) Share(other *Sequence, n int) bool {
	if s.e != other.e || s.cache != nil || other.cache != nil || s == other || n > other.len || n > s.context || !s.turnsAs(other) {
		return false
	}
	s.Cut(0)
	for _, p := range other.pages[:pagesOf(n)] {
		p.users++
		s.pages = append(s.pages, p)
	}
	s.len = n
	return true
}

// turnsAs says that keys turn as those of another sequence, whose context may be longer.
func (s *Sequence) turnsAs(other *Sequence) bool {
	for k, f := range s.frequencies {
		if len(f) > 0 && (len(other.frequencies[k]) != len(f) || other.frequencies[k][len(f)-1] != f[len(f)-1]) {
			return false
		}
	}
	return true
}

// Close frees what is kept for the sequence, which must not be used any more.
func (s *Sequence) Close() error {
	if s.cache != nil {
		return s.cache.Close()
	}
	s.Cut(0)
	return nil
}
