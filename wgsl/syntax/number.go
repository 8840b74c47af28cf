package syntax

import "unicode/utf8"

// number is a numeric literal taken apart; the positions are offsets into its
// text.
type number struct {
	text   string
	hex    bool
	isReal bool // a floating point literal
	suffix byte // i, u, f, h or 0
	// digits is the significand with its point; exponent what follows e or p.
	digits, exponent string
}

func digit(c byte, hex bool) bool {
	return '0' <= c && c <= '9' || hex && ('a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
}

func digitsEnd(text string, i int, hex bool) int {
	for i < len(text) && digit(text[i], hex) {
		i++
	}
	return i
}

// oneOf says whether one of two characters stands at i.
func oneOf(text string, i int, a, b byte) bool {
	return i < len(text) && (text[i] == a || text[i] == b)
}

// numberEnd gives the end of the longest numeric literal at i, i itself where
// none stands.
func numberEnd(text string, i int) int {
	n, ok := readNumber(text, i)
	if !ok {
		return i
	}
	return i + len(n.text)
}

// readNumber reads the longest numeric literal at i ("Numeric Literals").
func readNumber(text string, i int) (number, bool) {
	if i >= len(text) || !digit(text[i], false) && text[i] != '.' {
		return number{}, false
	}
	if text[i] == '0' && oneOf(text, i+1, 'x', 'X') {
		if n, ok := readHex(text, i); ok {
			return n, true
		}
	}
	return readDecimal(text, i)
}

// readHex reads what begins with 0x. A suffix f or h needs an exponent: without
// one f is a digit.
func readHex(text string, start int) (number, bool) {
	n := number{hex: true}
	first := start + 2
	i := digitsEnd(text, first, true)
	whole := i - first
	if i < len(text) && text[i] == '.' {
		if end := digitsEnd(text, i+1, true); whole+end-(i+1) > 0 {
			n.isReal, i = true, end
		}
	}
	if i == first {
		return number{}, false
	}
	n.digits = text[first:i]
	if end := exponentEnd(text, i, 'p', 'P'); end > i {
		n.isReal, n.exponent, i = true, text[i+1:end], end
		i = n.takeSuffix(text, i, 'f', 'h')
	} else if !n.isReal {
		i = n.takeSuffix(text, i, 'i', 'u')
	}
	n.text = text[start:i]
	return n, true
}

func readDecimal(text string, start int) (number, bool) {
	n := number{}
	i := digitsEnd(text, start, false)
	whole := i - start
	if i < len(text) && text[i] == '.' {
		if end := digitsEnd(text, i+1, false); whole+end-(i+1) > 0 {
			n.isReal, i = true, end
		}
	}
	if i == start {
		return number{}, false
	}
	n.digits = text[start:i]
	if end := exponentEnd(text, i, 'e', 'E'); end > i {
		n.isReal, n.exponent, i = true, text[i+1:end], end
	}
	switch {
	case n.isReal:
		i = n.takeSuffix(text, i, 'f', 'h')
	case whole > 1 && text[start] == '0': // 012 is 0 and then 12
		i = start + 1
		n.digits = text[start:i]
	case oneOf(text, i, 'f', 'h'):
		n.isReal = true
		i = n.takeSuffix(text, i, 'f', 'h')
	default:
		i = n.takeSuffix(text, i, 'i', 'u')
	}
	n.text = text[start:i]
	return n, true
}

func (n *number) takeSuffix(text string, i int, a, b byte) int {
	if oneOf(text, i, a, b) {
		n.suffix = text[i]
		return i + 1
	}
	return i
}

// exponentEnd gives the end of an exponent that begins with one of two letters,
// i where there is none.
func exponentEnd(text string, i int, a, b byte) int {
	if !oneOf(text, i, a, b) {
		return i
	}
	j := i + 1
	if oneOf(text, j, '+', '-') {
		j++
	}
	if end := digitsEnd(text, j, false); end > j {
		return end
	}
	return i
}

// badNumberEnd takes what sticks to the end of a number with it: no grammar rule
// lets a name or a number follow a number, and one message about `012` or `1.0F`
// says more than two about its halves.
func badNumberEnd(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !xidContinue(r) {
			break
		}
		i += n
	}
	return i
}
