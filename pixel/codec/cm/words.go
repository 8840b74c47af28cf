package cm

// words follows the words and lines of text, or of what text a table has.
type words struct {
	word, last, before uint32 // hashes of this word and of those before it
	first              uint32 // hash of the line's first word
	length             int    // of this word
	lines              [2]int // where this line and the one before begin
	column             int
	indent             uint32 // blanks at the start of the line
	blank              bool   // nothing but blanks so far in the line
	shape              uint32 // what kinds the last bytes are, 4 bits each
}

// step takes a byte that ends at pos.
func (w *words) step(c byte, pos int) {
	w.column++
	class := classOf(c)
	w.shape = w.shape<<4 | class
	switch {
	case class >= classLower:
		w.word = (w.word + uint32(c) + 1) * 0x2C9277B5
		w.word ^= w.word >> 13
		w.length++
	case w.word != 0:
		if w.first == 0 {
			w.first = w.word
		}
		w.before, w.last, w.word, w.length = w.last, w.word, 0, 0
	}
	if c == '\n' {
		w.lines = [2]int{pos, w.lines[0]}
		w.column, w.indent, w.blank, w.first = 0, 0, true, 0
		return
	}
	if w.blank && (c == ' ' || c == '\t') {
		w.indent++
	} else {
		w.blank = false
	}
}

// The classes of bytes; those from classLower on make words.
const (
	classOther = iota
	classBlank
	classLine
	classOpen
	classClose
	classPoint
	classQuote
	classOperator
	classLower
	classUpper
	classDigit
	classHigh
)

func classOf(c byte) uint32 {
	switch {
	case c >= 'a' && c <= 'z' || c == '_':
		return classLower
	case c >= 'A' && c <= 'Z':
		return classUpper
	case c >= '0' && c <= '9':
		return classDigit
	case c >= 128:
		return classHigh
	case c == ' ' || c == '\t':
		return classBlank
	case c == '\n' || c == '\r':
		return classLine
	case c == '(' || c == '[' || c == '{' || c == '<':
		return classOpen
	case c == ')' || c == ']' || c == '}' || c == '>':
		return classClose
	case c == '.' || c == ',' || c == ';' || c == ':':
		return classPoint
	case c == '"' || c == '\'' || c == '`':
		return classQuote
	case c > ' ':
		return classOperator
	}
	return classOther
}
