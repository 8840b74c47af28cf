package syntax

import "unicode"

// Identifiers follow Unicode 14.0.0 ("Identifiers"), Go's tables Unicode 15.0.0:
// the differences are taken out below. A test compares the result with the
// Unicode 14 database.

// since15 are the code points that Unicode 15.0 brought and that its identifiers
// take.
var since15 = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0cf3, 0x0cf3, 1}, {0x0ece, 0x0ece, 1}},
	R32: []unicode.Range32{
		{0x10efd, 0x10eff, 1}, {0x1123f, 0x11241, 1}, {0x11f00, 0x11f10, 1}, {0x11f12, 0x11f3a, 1},
		{0x11f3e, 0x11f42, 1}, {0x11f50, 0x11f59, 1}, {0x1342f, 0x1342f, 1}, {0x13439, 0x13455, 1},
		{0x1b132, 0x1b132, 1}, {0x1b155, 0x1b155, 1}, {0x1df25, 0x1df2a, 1}, {0x1e030, 0x1e06d, 1},
		{0x1e08f, 0x1e08f, 1}, {0x1e4d0, 0x1e4f9, 1}, {0x2b739, 0x2b739, 1}, {0x31350, 0x323af, 1},
	},
}

// notStart are in ID_Start but not in XID_Start, notContinue in ID_Continue but
// not in XID_Continue: their NFKC forms are no identifiers (UAX 31, "NFKC
// Modifications").
var (
	notStart = &unicode.RangeTable{R16: []unicode.Range16{
		{0x037a, 0x037a, 1}, {0x0e33, 0x0e33, 1}, {0x0eb3, 0x0eb3, 1}, {0x309b, 0x309c, 1},
		{0xfc5e, 0xfc63, 1}, {0xfdfa, 0xfdfb, 1}, {0xfe70, 0xfe7e, 2}, {0xff9e, 0xff9f, 1},
	}}
	notContinue = &unicode.RangeTable{R16: []unicode.Range16{
		{0x037a, 0x037a, 1}, {0x309b, 0x309c, 1}, {0xfc5e, 0xfc63, 1}, {0xfdfa, 0xfdfb, 1},
		{0xfe70, 0xfe7e, 2},
	}}
	noIdentifier = []*unicode.RangeTable{unicode.Pattern_Syntax, unicode.Pattern_White_Space, since15}
	idStart      = []*unicode.RangeTable{unicode.L, unicode.Nl, unicode.Other_ID_Start}
	idExtend     = []*unicode.RangeTable{unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue}
)

// xidStart says whether a code point has the property XID_Start.
func xidStart(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.In(r, idStart...) && !unicode.In(r, noIdentifier...) && !unicode.Is(notStart, r)
}

// xidContinue says whether a code point has the property XID_Continue.
func xidContinue(r rune) bool {
	if r < 0x80 {
		return xidStart(r) || '0' <= r && r <= '9' || r == '_'
	}
	return (unicode.In(r, idStart...) || unicode.In(r, idExtend...)) &&
		!unicode.In(r, noIdentifier...) && !unicode.Is(notContinue, r)
}

// blank says whether a code point is blankspace, and lineBreak whether it ends a
// line ("Blankspace and Line Breaks").
func blank(r rune) bool {
	switch r {
	case ' ', '\t', '\u200e', '\u200f':
		return true
	}
	return lineBreak(r)
}

func lineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
