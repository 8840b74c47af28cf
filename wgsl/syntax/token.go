package syntax

import (
	"fmt"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind uint8

const (
	tEOF kind = iota
	// tStop is what the parser sees between an error and the place where it goes on.
	tStop
	tIdent
	tNumber
	tReserved
	tBad // a character that begins no token

	kAlias
	kBreak
	kCase
	kConst
	kConstAssert
	kContinue
	kContinuing
	kDefault
	kDiagnostic
	kDiscard
	kElse
	kEnable
	kFalse
	kFn
	kFor
	kIf
	kLet
	kLoop
	kOverride
	kRequires
	kReturn
	kStruct
	kSwitch
	kTrue
	kVar
	kWhile

	tAnd
	tAndAnd
	tArrow
	tAt
	tSlash
	tBang
	tLeftBracket
	tRightBracket
	tLeftBrace
	tRightBrace
	tColon
	tComma
	tAssign
	tEqual
	tNotEqual
	tGreater
	tGreaterEqual
	tShiftRight
	tLess
	tLessEqual
	tShiftLeft
	tPercent
	tMinus
	tMinusMinus
	tPeriod
	tPlus
	tPlusPlus
	tOr
	tOrOr
	tLeftParen
	tRightParen
	tSemicolon
	tStar
	tTilde
	tUnderscore
	tXor
	tAddAssign
	tSubAssign
	tMulAssign
	tDivAssign
	tRemAssign
	tAndAssign
	tOrAssign
	tXorAssign
	tShrAssign
	tShlAssign
	tTemplateStart
	tTemplateEnd
)

// spelling is the text of every token that has only one.
var spelling = [...]string{
	kAlias: "alias", kBreak: "break", kCase: "case", kConst: "const", kConstAssert: "const_assert",
	kContinue: "continue", kContinuing: "continuing", kDefault: "default", kDiagnostic: "diagnostic",
	kDiscard: "discard", kElse: "else", kEnable: "enable", kFalse: "false", kFn: "fn", kFor: "for", kIf: "if",
	kLet: "let", kLoop: "loop", kOverride: "override", kRequires: "requires", kReturn: "return",
	kStruct: "struct", kSwitch: "switch", kTrue: "true", kVar: "var", kWhile: "while",
	tAnd: "&", tAndAnd: "&&", tArrow: "->", tAt: "@", tSlash: "/", tBang: "!", tLeftBracket: "[",
	tRightBracket: "]", tLeftBrace: "{", tRightBrace: "}", tColon: ":", tComma: ",", tAssign: "=",
	tEqual: "==", tNotEqual: "!=", tGreater: ">", tGreaterEqual: ">=", tShiftRight: ">>", tLess: "<",
	tLessEqual: "<=", tShiftLeft: "<<", tPercent: "%", tMinus: "-", tMinusMinus: "--", tPeriod: ".",
	tPlus: "+", tPlusPlus: "++", tOr: "|", tOrOr: "||", tLeftParen: "(", tRightParen: ")", tSemicolon: ";",
	tStar: "*", tTilde: "~", tUnderscore: "_", tXor: "^", tAddAssign: "+=", tSubAssign: "-=",
	tMulAssign: "*=", tDivAssign: "/=", tRemAssign: "%=", tAndAssign: "&=", tOrAssign: "|=",
	tXorAssign: "^=", tShrAssign: ">>=", tShlAssign: "<<=", tTemplateStart: "<", tTemplateEnd: ">",
}

// keywords are the words of "Keyword Summary".
var keywords = map[string]kind{}

// symbols are the syntactic tokens by their first character, the longest first.
var symbols [utf8.RuneSelf][]kind

func init() {
	for k := kAlias; k <= kWhile; k++ {
		keywords[spelling[k]] = k
	}
	for length := 3; length > 0; length-- {
		for k := tAnd; k <= tShlAssign; k++ {
			if s := spelling[k]; len(s) == length && k != tUnderscore {
				symbols[s[0]] = append(symbols[s[0]], k)
			}
		}
	}
}

func (k kind) keyword() bool { return k >= kAlias && k <= kWhile }

// token is one token and where it stands.
type token struct {
	Span
	kind kind
	// newLine says that a line break lies between this token and the one before.
	newLine bool
}

// quote puts a piece of source between backquotes, cut where it is long.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return "`" + s + "`"
}

// describe names a token for a message.
func describe(text string, t token) string {
	s := text[t.Start:t.End]
	switch {
	case t.kind == tEOF || t.kind == tStop:
		return "the end of the file"
	case t.kind == tIdent:
		return "the name " + quote(s)
	case t.kind == tNumber:
		return "the number " + quote(s)
	case t.kind == tReserved:
		return "the reserved word " + quote(s)
	case t.kind == tBad:
		r, _ := utf8.DecodeRuneInString(s)
		if r < ' ' || r > '~' {
			return fmt.Sprintf("the character U+%04X", r)
		}
		return "the character " + quote(s)
	case t.kind.keyword():
		return "the keyword " + quote(s)
	}
	return quote(s)
}
