package syntax

import (
	"math"
	"strconv"
	"strings"
)

// fault is what is wrong with a literal.
type fault struct{ message, help string }

// The largest finite values of the floating point types ("Floating Point
// Evaluation").
const (
	maxF16 = 65504
	maxF32 = math.MaxFloat32
)

// decideLiteral gives kind and value of a number's text. A fault leaves the value 0
// of the kind that was meant.
func decideLiteral(text string) (*Literal, *fault) {
	l := &Literal{Text: text}
	n, _ := readNumber(text, 0)
	if len(n.text) < len(text) {
		return l.intended(n), badNumber(text, n)
	}
	if n.isReal {
		return l.decideFloat(n)
	}
	return l.decideInt(n)
}

// intended gives a broken number the kind that it seems to have, so that the
// checker can go on.
func (l *Literal) intended(n number) *Literal {
	l.Kind = LitAbstractInt
	if n.isReal || strings.ContainsAny(l.Text[len(n.text):], "fFhH.") && !n.hex {
		l.Kind = LitAbstractFloat
	}
	return l
}

func badNumber(text string, n number) *fault {
	rest := text[len(n.text):]
	f := &fault{message: quote(text) + " is not a number", help: "write a blank or an operator after " + quote(n.text)}
	switch {
	case n.text == "0" && digit(rest[0], false):
		f.help = "an integer has no leading zeros, and there are no octal numbers: remove the zeros"
	case n.text == "0" && (rest[0] == 'x' || rest[0] == 'X'):
		f.help = "write hexadecimal digits after 0x"
	case n.text == "0" && (rest[0] == 'b' || rest[0] == 'B'):
		f.help = "there are no binary numbers: write it in decimal or, with 0x, in hexadecimal"
	case rest == "F" || rest == "H" || rest == "U" || rest == "I":
		f.help = "the suffix is a small letter: " + quote(n.text+strings.ToLower(rest))
	case strings.EqualFold(rest, "l") || strings.EqualFold(rest, "ul") || strings.EqualFold(rest, "lf"):
		f.help = "there are no 64-bit numbers: the suffixes are i, u, f and h"
	case rest[0] == '_' || rest[0] == '\'':
		f.help = "digits cannot be grouped: write them without marks between them"
	case n.hex && n.isReal && n.exponent == "" && (rest == "h" || rest == "i" || rest == "u"):
		f.help = "a suffix of a hexadecimal float needs an exponent: " + quote(n.text+"p0h")
	case !n.hex && (rest[0] == 'e' || rest[0] == 'E'), n.hex && (rest[0] == 'p' || rest[0] == 'P'):
		f.help = "write decimal digits after the exponent's letter"
	case n.isReal && (rest == "i" || rest == "u"):
		f.help = "a number with a point or an exponent is a float: its suffixes are f and h"
	}
	return f
}

// decideInt decides an integer literal; its type is that of the suffix.
func (l *Literal) decideInt(n number) (*Literal, *fault) {
	base := 10
	if n.hex {
		base = 16
	}
	l.Kind = LitAbstractInt
	limit, name := uint64(math.MaxInt64), "an integer of 64 bits with sign, of -9223372036854775808 to 9223372036854775807"
	switch n.suffix {
	case 'i':
		l.Kind, limit, name = LitI32, math.MaxInt32, "i32, whose greatest value is 2147483647"
	case 'u':
		l.Kind, limit, name = LitU32, math.MaxUint32, "u32, whose greatest value is 4294967295"
	}
	v, err := strconv.ParseUint(n.digits, base, 64)
	if err == nil && v <= limit {
		l.Int = int64(v)
		return l, nil
	}
	f := &fault{message: quote(n.text) + " does not fit " + name, help: "write a smaller number"}
	switch {
	case l.Kind == LitI32 && v == limit+1:
		f.help = "the sign is an operator and not part of the number: write i32(-2147483648)"
	case l.Kind == LitI32 && err == nil && v <= math.MaxUint32:
		f.help = "write a smaller number, or the suffix u for u32"
	case l.Kind == LitAbstractInt:
		f.help = "write a smaller number, or a float: with a point"
	}
	return l, f
}

// decideFloat decides a floating point literal. Decimal ones are rounded to
// nearest; hexadecimal ones with a suffix must be exact. Whether a value is in
// range is asked after rounding to 64 bits, so that the shortest decimal form of
// a type's greatest value is taken.
func (l *Literal) decideFloat(n number) (*Literal, *fault) {
	l.Kind = LitAbstractFloat
	limit, name := math.MaxFloat64, "a float of 64 bits"
	switch n.suffix {
	case 'f':
		l.Kind, limit, name = LitF32, maxF32, "f32, whose greatest value is 3.4028234663852886e+38"
	case 'h':
		l.Kind, limit, name = LitF16, maxF16, "f16, whose greatest value is 65504"
	}
	v, err := strconv.ParseFloat(n.normal(), 64)
	if err != nil || v > limit {
		return l, &fault{quote(n.text) + " does not fit " + name, "write a smaller number"}
	}
	rounded := v
	switch l.Kind {
	case LitF32:
		rounded = float64(float32(v))
	case LitF16:
		rounded = roundF16(v)
	}
	if n.hex && n.suffix != 0 && !n.exactly(rounded) {
		return l, &fault{quote(n.text) + " is not exactly a value of " + name[:3],
			"a hexadecimal float with a suffix must be exact: write fewer digits, or no suffix"}
	}
	l.Float = rounded
	return l, nil
}

// The number of significant digits that count: "Numeric Literals" lets the rest
// be taken as 0.
const (
	decimalDigits = 20
	hexDigits     = 16
)

// significand gives the significant digits that count, without the zeros around
// them, and the power of the base (of 10, of 2) that they are multiplied by when
// read as an integer. No digits mean 0.
func (n number) significand() (digits string, exponent int64) {
	most, scale := decimalDigits, int64(1)
	if n.hex {
		most, scale = hexDigits, 4
	}
	whole, fraction, _ := strings.Cut(n.digits, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	exponent = readExponent(n.exponent) - scale*int64(len(fraction))
	if len(digits) > most {
		exponent += scale * int64(len(digits)-most)
		digits = digits[:most]
	}
	trimmed := strings.TrimRight(digits, "0")
	return trimmed, exponent + scale*int64(len(digits)-len(trimmed))
}

// readExponent reads a decimal integer; what is too great to matter stays at a
// bound that is far above the length of any text.
func readExponent(s string) int64 {
	const bound = 1 << 40
	v, err := strconv.ParseInt(s, 10, 64)
	switch {
	case s == "":
		return 0
	case err != nil && s[0] == '-':
		return -bound
	case err != nil:
		return bound
	}
	return max(-bound, min(v, bound))
}

// normal writes the number for strconv, its exponent within what that reads.
func (n number) normal() string {
	const bound = 5000 // 2^5000 and 10^-5000 are far outside every type
	digits, exponent := n.significand()
	if digits == "" {
		return "0"
	}
	exponent = max(-bound, min(exponent, bound))
	if n.hex {
		return "0x" + digits + "p" + strconv.FormatInt(exponent, 10)
	}
	return digits + "e" + strconv.FormatInt(exponent, 10)
}

// exactly says whether the number of a hexadecimal literal equals a value.
func (n number) exactly(v float64) bool {
	digits, exponent := n.significand()
	if digits == "" || v == 0 {
		return digits == "" && v == 0
	}
	m, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return false
	}
	for m&1 == 0 {
		m >>= 1
		exponent++
	}
	fraction, e := math.Frexp(v)
	w := uint64(math.Ldexp(fraction, 53))
	e -= 53
	for w&1 == 0 {
		w >>= 1
		e++
	}
	return m == w && exponent == int64(e)
}

// roundF16 rounds a value of at most 65504 to binary16, ties to even.
func roundF16(v float64) float64 {
	const (
		leastExponent = -24 // of the last place of a subnormal
		places        = 11
	)
	_, e := math.Frexp(v)
	unit := max(e-places, leastExponent)
	return math.Ldexp(math.RoundToEven(math.Ldexp(v, -unit)), unit)
}
