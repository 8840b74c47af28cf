package token

import (
	"fmt"
	"strings"

	"github.com/dlclark/regexp2/v2"

	"pxos/llm/gguf"
)

// The patterns of the families, which cut a text into the words that BPE works in, as their tokenizers publish them.
const (
	gpt2Pattern  = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llamaPattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwenPattern  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	// smolPattern cuts digits one by one before it does as GPT-2: what comes before a digit is
	// at the end of its part, where spaces stay together.
	smolPattern = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+`
)

// patterns by the names that GGUF has for them.
var patterns = map[string]string{
	"": gpt2Pattern, "default": gpt2Pattern, "gpt-2": gpt2Pattern, "llama-bpe": llamaPattern, "llama3": llamaPattern, "llama-v3": llamaPattern,
	"qwen2": qwenPattern, "smollm": smolPattern, "refact": smolPattern,
}

// readBPE reads merges and the pattern.
func (v *Vocabulary) readBPE(f *gguf.File) error {
	name, _ := f.String("tokenizer.ggml.pre") // GPT-2's where it is not there
	text, ok := patterns[name]
	if !ok {
		return fmt.Errorf("the pattern %q (tokenizer.ggml.pre) is not known", name)
	}
	re, err := regexp2.Compile(text)
	if err != nil {
		return err
	}
	v.pre = re
	v.wholeWords = text == llamaPattern
	merges, err := f.Strings("tokenizer.ggml.merges")
	if err != nil {
		return err
	}
	v.ranks = make(map[[2]string]int, len(merges))
	for i, m := range merges {
		// A merge may begin with what stands for a space, but not with a space.
		a, b, ok := strings.Cut(m, " ")
		if !ok || a == "" || b == "" {
			return fmt.Errorf("merge %d is %q, it must be two texts with a space between", i, m)
		}
		if _, twice := v.ranks[[2]string{a, b}]; !twice {
			v.ranks[[2]string{a, b}] = i
		}
	}
	v.runes, v.byteOf = byteRunes(), map[rune]byte{}
	for b, r := range v.runes {
		v.byteOf[r] = byte(b)
		if _, ok := v.ids[string(r)]; !ok {
			return fmt.Errorf("there is no token for the byte %#02x", b)
		}
	}
	return nil
}

// byteRunes are the runes that stand for bytes: those that can be seen for themselves, the
// others from U+0100 on, as GPT-2 has them.
func byteRunes() (runes [256]rune) {
	next := rune(256)
	for b := range runes {
		r := rune(b)
		if !(r >= '!' && r <= '~' || r >= 0xA1 && r <= 0xAC || r >= 0xAE && r <= 0xFF) {
			r = next
			next++
		}
		runes[b] = r
	}
	return runes
}

// ByteVocabulary is the metadata of a vocabulary whose tokens are the bytes, by their
// numbers.
func ByteVocabulary() []gguf.Pair {
	var tokens []string
	for _, r := range byteRunes() {
		tokens = append(tokens, string(r))
	}
	return []gguf.Pair{{Key: "tokenizer.ggml.model", Value: "gpt2"}, {Key: "tokenizer.ggml.tokens", Value: tokens}, {Key: "tokenizer.ggml.merges", Value: []string{}}}
}

// encodeBPE cuts a text into words and merges each.
func (v *Vocabulary) encodeBPE(text string) (out []int) {
	v.eachWord(text, func(word string) { out = v.word(out, word) })
	return out
}

// eachWord cuts a text into words.
func (v *Vocabulary) eachWord(text string, word func(string)) {
	places, err := v.pre.FindAllStringIndex(text, -1)
	if err != nil { // a match that ran out of time; there is no limit on it
		places = [][]int{{0, len(text)}}
	}
	at := 0
	some := func(s string) {
		if s != "" {
			word(s)
		}
	}
	for _, p := range places {
		some(text[at:p[0]]) // what the pattern does not take
		some(text[p[0]:p[1]])
		at = p[1]
	}
	some(text[at:])
}

// word adds the tokens of a word.
func (v *Vocabulary) word(out []int, word string) []int {
	var b strings.Builder
	for i := range len(word) {
		b.WriteRune(v.runes[word[i]])
	}
	text := b.String()
	if id, ok := v.ids[text]; ok && v.wholeWords {
		return append(out, id)
	}
	for _, p := range v.merge(text) {
		if id, ok := v.ids[p]; ok {
			out = append(out, id)
			continue
		}
		for _, r := range p { // a merge that no token has
			out = append(out, v.ids[string(r)])
		}
	}
	return out
}

// merge merges the runes of a word, the lowest rank first, the leftmost of those.
func (v *Vocabulary) merge(text string) []string {
	m := newMerger(text, func(a, b string) (float64, bool) {
		rank, ok := v.ranks[[2]string{a, b}]
		return float64(rank), ok
	})
	return m.run()
}

// decodeBPE is the bytes of a token.
func (v *Vocabulary) decodeBPE(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if b, ok := v.byteOf[r]; ok {
			out = append(out, b)
		} else {
			out = append(out, string(r)...) // of a token that was added as text
		}
	}
	return out
}
