package llmoracle

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// amount is how many strings are compared for each vocabulary.
func amount(t *testing.T) int {
	t.Helper()
	text := os.Getenv("STRINGS")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("STRINGS is %q", text)
	}
	return n
}

// alphabets are what texts are made of: one entry of one of them after another.
var alphabets = [][]string{
	{"func", "return", "hello", "world", "a", "I", "The", "HTTPServer", "x", "don", "we", "über", "naïve", "straße", "Ωμέγα", "привет", "ſet", "\u212A"},
	{"func main() {", "if err != nil {", "\tfmt.Println(x)", "a[i]++", "://", "->", "==", "/* */", "```go", "#include <a.h>", "x_1", "*p", "}};"},
	{" ", "  ", "   ", "     ", "\t", "\t\t", " \t "},
	{"\n", "\n\n", "\r\n", "\r", " \n", "\n ", "\n\n\n  ", "\n\t\t"},
	{"0", "1", "12", "123", "1234", "3.14", "1,000,000", "0x7F", "20261127", "½", "Ⅷ", "٣٤", "²", "９"},
	{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'RE", "'Ll", "'x", "''", "’s", "'ſ", "n't"},
	{"!", "...", "?!", ",", ";", "(", ")", "[", "]", "\"", "'", "-", "--", "—", "«", "»", "$", "€", "%", "+", "~", "^", "|", "`", "\\", "_"},
	{"世界", "你好", "日本語", "ひらがな", "カタカナ", "한국어", "。", "、", "「", "ไทย", "עברית", "العربية"},
	{"😀", "👍🏽", "👩‍👩‍👧", "🇩🇪", "❤️", "🏴‍☠️", "𝕏", "𐍈"},
	{"e\u0301", "\u0301", "क्षि", "नमस्ते", "Z\u0351\u0343", "\u200d", "\ufe0f", "\u200b", "\ufeff", "\u00ad"},
	{"\u00a0", "\u3000", "\u2003", "\u2028", "\u0085", "\v", "\f", "\u1680", "\u202f", "\x1c", "\x00", "\x7f"},
	{"<|end|>", "<|end|>more", "<tool>", "<|end", "|>", "<s>", "</s>", "<0x41>", "▁", "Ġ"},
	{"\xff", "\xc3", "\xe4\xb8", "\xf0\x9f\x98", "\x80", "\xed\xa0\x80", "\xc0\xaf", "\xf5"},
}

// invalid is the alphabet of bytes that are no UTF-8, special that of names of tokens.
const special, invalid = 11, 12

// text is a string of some of the alphabets, or of any code points.
func text(r *rand.Rand, alphabets [][]string) string {
	var b strings.Builder
	mixed := r.IntN(3) == 0
	one := alphabets[r.IntN(len(alphabets))]
	other := alphabets[r.IntN(len(alphabets))]
	for range 1 + r.IntN(10) {
		from := one
		switch {
		case mixed:
			from = alphabets[r.IntN(len(alphabets))]
		case r.IntN(2) == 0:
			from = other
		case r.IntN(20) == 0:
			b.WriteRune(rune(r.IntN(0x11000))) // of the first planes; a surrogate becomes U+FFFD
		}
		b.WriteString(from[r.IntN(len(from))])
	}
	return b.String()
}
