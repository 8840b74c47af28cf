package llmoracle

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	ollama "github.com/ollama/ollama/tokenizer"

	"pxos/llm/token"
)

// Patterns as the families publish them, but for what follows an apostrophe in those of
// Llama and Qwen: (?i:'s) has the long s, ſ, in tiktoken's and Transformers' expressions, and
// not in those of .NET, nor in Ollama and llama.cpp.
const (
	gpt2  = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llama = contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen  = contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	// contractions are (?i:'s|'t|'re|'ve|'m|'ll|'d).
	contractions = `'[sSſ]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]`
	// digits is what SmolLM cuts by before it does as GPT-2. It takes all of a text, since
	// Ollama's reader gives what is between matches more than once.
	digits = `\p{N}|[^\p{N}]+`
)

// published are the patterns by the names that GGUF has for them. Without a name, and by
// that of default, we and Ollama do as GPT-2; llama.cpp warns, and has another pattern.
var published = map[string][]string{"": {gpt2}, "default": {gpt2}, "gpt-2": {gpt2}, "llama-bpe": {llama}, "llama3": {llama}, "llama-v3": {llama},
	"qwen2": {qwen}, "smollm": {digits, gpt2}, "refact": {digits, gpt2}}

// Classes of differences from Ollama, in which the published way agrees with us.
const (
	signs      = "signs"       // Ollama's \s has the spaces of ASCII alone, and (?i:'s) no ſ
	wholeWords = "whole words" // Ollama takes a word that is a token for it, whatever the merges, in all families
	ties       = "ties"        // of two merges of one rank Ollama does not always do the leftmost first
	wholeParts = "whole parts" // Ollama takes a text that is a piece for it, whatever the scores
	// spaces are those of Unicode, of a class.
	spaces = `\t-\r \u0085\p{Z}`
)

// TestOllamaTokens holds vocabularies to Ollama's and to what is published: these two may
// differ, we and what is published may not.
func TestOllamaTokens(t *testing.T) {
	for pre, patterns := range published {
		for _, order := range []string{"", " shuffled"} {
			t.Run("pattern "+pre+order, func(t *testing.T) { byPatterns(t, merged(pre, order != ""), patterns) })
		}
	}
	t.Run("shipped", func(t *testing.T) { byPatterns(t, shipped(t), published["qwen2"]) })
	t.Run("SentencePiece", func(t *testing.T) {
		w := scored(false) // Ollama puts no space before a text
		theirs, right := ollama.NewSentencePiece(w.theirs()), newNaive(w, false)
		compare(t, w, &theirs, right, func(text string, _ []int) string {
			if right.hasWhole(text) {
				return wholeParts
			}
			return ""
		})
	})
}

// byPatterns compares vocabularies of byte-level BPE.
func byPatterns(t *testing.T, w *words, patterns []string) {
	t.Helper()
	wide := make([]string, len(patterns))
	for i, p := range patterns {
		p = strings.ReplaceAll(strings.ReplaceAll(p, `(?!\S)`, `(?=\s|$)`), `[^\s`, `[^`+spaces)
		wide[i] = strings.ReplaceAll(p, `\s`, `[`+spaces+`]`)
	}
	theirs, wider := ollama.NewBytePairEncoding(w.theirs(), withoutLongS(patterns)...), ollama.NewBytePairEncoding(w.theirs(), wide...)
	right, whole := newNaive(w, patterns[0] == llama, patterns...), newNaive(w, true, patterns...)
	compare(t, w, &theirs, right, func(text string, got []int) string {
		again := ollamaIDs(t, &wider, text)
		switch {
		case slices.Equal(again, got):
			return signs
		case slices.Equal(again, whole.encode(t, text)):
			return wholeWords
		case whole.tied:
			return ties
		}
		return ""
	})
}

// withoutLongS are patterns as Ollama and llama.cpp read them.
func withoutLongS(patterns []string) []string {
	out := slices.Clone(patterns)
	for i, p := range out {
		out[i] = strings.ReplaceAll(p, contractions, `(?i:'s|'t|'re|'ve|'m|'ll|'d)`)
	}
	return out
}

// compare has three encode random texts.
func compare(t *testing.T, w *words, theirs ollama.Tokenizer, right *naive, class func(text string, got []int) string) {
	t.Helper()
	v := w.ours(t, w.file(t))
	d, r := differences{t: t, counts: map[string]int{}}, rand.New(rand.NewPCG(2, 1))
	n := amount(t)
	for range n {
		s := text(r, alphabets)
		if !utf8.ValidString(s) {
			d.counts[noText]++
			comesBack(t, v, s, false)
			s = valued(s)
		}
		got := v.Encode(s, true)
		if want := right.encode(t, s); !slices.Equal(got, want) {
			d.add("", "what is published", s, got, want, v)
		}
		if want := ollamaIDs(t, theirs, s); !slices.Equal(got, want) {
			d.add(class(s, got), "Ollama", s, got, want, v)
		}
		if back, err := theirs.Decode(narrow(got)); err != nil || back != decoded(v, w, got) {
			d.add("", "Ollama, of the text,", s, got, nil, v)
		}
	}
	t.Logf("%d texts; by class: %v; differences of no class: %d", n, d.counts, d.failed)
}

// decoded is the text of tokens as Ollama writes it: with the names of control tokens, which
// we leave out, and without zeros where tokens are runes for bytes.
func decoded(v *token.Vocabulary, w *words, ids []int) string {
	var out strings.Builder
	for _, id := range ids {
		if w.kinds[id] == token.Control {
			out.WriteString(w.tokens[id])
			continue
		}
		out.Write(v.Bytes(id))
	}
	if w.model == "gpt2" {
		return strings.ReplaceAll(out.String(), "\x00", "")
	}
	return out.String()
}

func narrow(ids []int) []int32 {
	out := make([]int32, len(ids))
	for i, id := range ids {
		out[i] = int32(id)
	}
	return out
}

func ollamaIDs(t *testing.T, o ollama.Tokenizer, text string) []int {
	t.Helper()
	ids, err := o.Encode(text, false)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int, len(ids))
	for i, id := range ids {
		out[i] = int(id)
	}
	return out
}
