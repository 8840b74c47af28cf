package syntax

import "unicode/utf8"

// bitset holds one bit for each byte of a text.
type bitset []uint64

func newBitset(n int) bitset    { return make(bitset, (n+63)/64) }
func (b bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 != 0 }

// candidate is a < that may begin a template list: the record UnclosedCandidate.
type candidate struct{ position, depth int }

// finder is the state of template list discovery.
type finder struct {
	text    string
	pos     int // CurrentPosition
	depth   int // NestingDepth
	pending []candidate
	found   bitset // the delimiters of DiscoveredTemplateLists
}

// templateLists finds the < and > that delimit template lists, by the algorithm
// of the section "Template Lists", step for step.
func templateLists(text string) bitset {
	f := finder{text: text, found: newBitset(len(text))}
	for f.skip(true); f.pos < len(f.text); f.skip(true) {
		if end := identEnd(f.text, f.pos); end > f.pos {
			f.pos = end
			f.skip(false)
			f.open()
		} else {
			f.step()
		}
	}
	return f.found
}

// at says whether a character stands at the current position.
func (f *finder) at(c byte) bool { return f.pos < len(f.text) && f.text[f.pos] == c }

// take goes past a character if it is there.
func (f *finder) take(c byte) bool {
	if !f.at(c) {
		return false
	}
	f.pos++
	return true
}

// skip goes past blankspace and comments, and past literals if asked.
func (f *finder) skip(literals bool) {
	for f.pos < len(f.text) {
		start := f.pos
		f.pos, _ = skipBlank(f.text, f.pos)
		f.pos, _ = commentEnd(f.text, f.pos)
		if literals && f.pos < len(f.text) {
			f.pos = numberEnd(f.text, f.pos)
			if end := identEnd(f.text, f.pos); f.text[f.pos:end] == "true" || f.text[f.pos:end] == "false" {
				f.pos = end
			}
		}
		if f.pos == start {
			return
		}
	}
}

// open notes a < after a name, unless it is one of << and <=.
func (f *finder) open() {
	position := f.pos
	if !f.take('<') || f.take('<') || f.take('=') {
		return
	}
	f.pending = append(f.pending, candidate{position, f.depth})
}

// close makes a template list of a > where a candidate of the same depth waits.
func (f *finder) close() {
	if n := len(f.pending) - 1; n >= 0 && f.pending[n].depth == f.depth {
		f.found.set(f.pending[n].position)
		f.found.set(f.pos)
		f.pending = f.pending[:n]
		f.pos++
		return
	}
	f.pos++
	f.take('=')
}

// leave drops the candidates of the present depth and below it.
func (f *finder) leave() {
	for n := len(f.pending); n > 0 && f.pending[n-1].depth >= f.depth; n-- {
		f.pending = f.pending[:n-1]
	}
}

// reset drops everything: what follows cannot be in an expression with what was.
func (f *finder) reset() {
	f.depth = 0
	f.pending = f.pending[:0]
}

// step goes past one character that begins neither a name nor a literal.
func (f *finder) step() {
	c := f.text[f.pos]
	switch c {
	case '>':
		f.close()
		return
	case '(', '[':
		f.depth++
	case ')', ']':
		f.leave()
		f.depth = max(0, f.depth-1)
	case '!':
		f.pos++
		f.take('=')
		return
	case '=':
		f.pos++
		if !f.take('=') {
			f.reset()
		}
		return
	case ';', '{', ':':
		f.reset()
	case '&', '|':
		if f.pos+1 < len(f.text) && f.text[f.pos+1] == c {
			f.leave()
			f.pos++
		}
	}
	_, n := utf8.DecodeRuneInString(f.text[f.pos:])
	f.pos += n
}
