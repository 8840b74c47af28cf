package token

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pxos/llm/gguf"
)

// vocabulary reads one that a file with these pairs has.
func vocabulary(t testing.TB, pairs ...gguf.Pair) (*Vocabulary, error) {
	t.Helper()
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, nil); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return Read(f)
}

// bpe is a byte-level vocabulary with merges that make words.
func bpe(t testing.TB, pre string, more ...gguf.Pair) *Vocabulary {
	t.Helper()
	var tokens []string
	for _, r := range byteRunes() {
		tokens = append(tokens, string(r))
	}
	merges := []string{"h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d", "Ġwor ld", "1 2", "12 3", "Ġ Ġ"}
	for _, m := range merges {
		tokens = append(tokens, strings.ReplaceAll(m, " ", ""))
	}
	tokens = append(tokens, "<tool>", "<|end|>", "<|end|>more")
	kinds := make([]int32, len(tokens))
	for i := range kinds {
		kinds[i] = Normal
	}
	kinds[len(kinds)-1], kinds[len(kinds)-2], kinds[len(kinds)-3] = Control, Control, UserDefined
	v, err := vocabulary(t, append([]gguf.Pair{{Key: "tokenizer.ggml.model", Value: "gpt2"}, {Key: "tokenizer.ggml.pre", Value: pre}, {Key: "tokenizer.ggml.tokens", Value: tokens},
		{Key: "tokenizer.ggml.token_type", Value: kinds}, {Key: "tokenizer.ggml.merges", Value: merges}}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// pieces is a SentencePiece vocabulary.
func pieces(t testing.TB) *Vocabulary {
	t.Helper()
	tokens, kinds, scores := []string{"<unk>", "<s>", "</s>"}, []int32{Unknown, Control, Control}, []float32{0, 0, 0}
	for b := range 256 {
		tokens, kinds, scores = append(tokens, "<0x"+strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))+">"), append(kinds, Byte), append(scores, 0)
	}
	for i, s := range []string{blank, "h", "e", "l", "o", "w", "r", "d", "he", "ll", "hell", "hello", blank + "hello", "or", "ld", "world", blank + "w", blank + "world", blank + blank} {
		tokens, kinds, scores = append(tokens, s), append(kinds, Normal), append(scores, float32(i))
	}
	v, err := vocabulary(t, gguf.Pair{Key: "tokenizer.ggml.model", Value: "llama"}, gguf.Pair{Key: "tokenizer.ggml.tokens", Value: tokens}, gguf.Pair{Key: "tokenizer.ggml.token_type", Value: kinds},
		gguf.Pair{Key: "tokenizer.ggml.scores", Value: scores}, gguf.Pair{Key: "tokenizer.ggml.bos_token_id", Value: uint32(1)}, gguf.Pair{Key: "tokenizer.ggml.eos_token_id", Value: uint32(2)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// names are the tokens of a text, with strokes between.
func names(v *Vocabulary, ids []int) string {
	var list []string
	for _, id := range ids {
		list = append(list, v.Tokens[id])
	}
	return strings.Join(list, "|")
}

func TestBPE(t *testing.T) {
	for _, c := range []struct{ pre, text, want string }{
		{"gpt-2", "hello world", "hello|Ġworld"},
		{"gpt-2", "hello  world", "hello|Ġ|Ġworld"},
		{"gpt-2", "12345", "123|4|5"},
		{"qwen2", "12345", "1|2|3|4|5"},
		{"llama-bpe", "123123", "123|123"},
		{"smollm", "hell 12", "hell|Ġ|1|2"},
		{"smollm", "hell  12", "hell|ĠĠ|1|2"},
		{"gpt-2", "hell  12", "hell|Ġ|Ġ|12"},
		{"gpt-2", "it's", "i|t|'|s"},
		{"gpt-2", "é\xff", "Ã|©|ÿ"},
		{"gpt-2", "a<|end|>b", "a|<|||e|n|d|||>|b"},
		{"gpt-2", "a<tool>hello<tool", "a|<tool>|hello|<|t|o|o|l"},
	} {
		v := bpe(t, c.pre)
		ids := v.Encode(c.text, false)
		if got := names(v, ids); got != c.want || v.Decode(ids) != c.text {
			t.Errorf("%s, %q: %s, want %s; back %q", c.pre, c.text, got, c.want, v.Decode(ids))
		}
		if again := v.NewEncoder().Encode(c.text); !slices.Equal(again, ids) {
			t.Errorf("%s, %q: an encoder gives %s, want %s", c.pre, c.text, names(v, again), c.want)
		}
	}
	v := bpe(t, "gpt-2")
	if got := names(v, v.Encode("a<|end|>more<|end|>hello", true)); got != "a|<|end|>more|<|end|>|hello" {
		t.Errorf("special tokens: %s", got)
	}
}

func TestPieces(t *testing.T) {
	v := pieces(t)
	for text, want := range map[string]string{
		"hello world": "<s>|▁hello|▁w|or|ld", "hello  world": "<s>|▁hello|▁▁|w|or|ld", "hexo": "<s>|▁|he|<0x78>|o", "ü": "<s>|▁|<0xC3>|<0xBC>", "": "<s>",
	} {
		ids := v.Encode(text, false)
		if got := names(v, ids); got != want || v.Decode(ids) != text {
			t.Errorf("%q: %s, want %s; back %q", text, got, want, v.Decode(ids))
		}
	}
}

// TestPiecesAfterToken has a text begin again after a token that stands for itself, as in
// Llama 2's conversations, whose parts were encoded one by one.
func TestPiecesAfterToken(t *testing.T) {
	v := pieces(t)
	for text, want := range map[string]string{
		"<s>hello": "<s>|<s>|▁hello", "hello</s><s>hello": "<s>|▁hello|</s>|<s>|▁hello", "</s>": "<s>|</s>", "</s> hello": "<s>|</s>|▁▁|hello",
	} {
		if got := names(v, v.Encode(text, true)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// slowMerge joins the best pair by looking at all of them, again and again.
func slowMerge(text string, cost func(a, b string) (float64, bool)) []string {
	var parts []string
	for _, r := range text {
		parts = append(parts, string(r))
	}
	for {
		best, least := -1, 0.0
		for i := 0; i+1 < len(parts); i++ {
			if c, ok := cost(parts[i], parts[i+1]); ok && (best < 0 || c < least) {
				best, least = i, c
			}
		}
		if best < 0 {
			return parts
		}
		parts = slices.Concat(parts[:best], []string{parts[best] + parts[best+1]}, parts[best+2:])
	}
}

// TestMerger holds the merger to one that looks at all pairs, on random words and merges.
func TestMerger(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		ranks := map[string]float64{}
		cost := func(a, b string) (float64, bool) {
			rank, ok := ranks[a+" "+b]
			return rank, ok
		}
		pool := []string{"a", "b", "é"}
		for i := range 12 {
			a, b := pool[r.IntN(len(pool))], pool[r.IntN(len(pool))]
			ranks[a+" "+b] = float64(i / 2) // some cost the same
			pool = append(pool, a+b)
		}
		var word strings.Builder
		for range r.IntN(30) {
			word.WriteString(pool[r.IntN(3)])
		}
		if got, want := newMerger(word.String(), cost).run(), slowMerge(word.String(), cost); !slices.Equal(got, want) {
			t.Fatalf("%q by %v: %q, want %q", word.String(), ranks, got, want)
		}
	}
}

// TestDecoder gives whole runes, whatever the tokens are cut into.
func TestDecoder(t *testing.T) {
	v := bpe(t, "gpt-2")
	const text = "hello 世界 ü \U0001F600!"
	d, got := v.NewDecoder(), ""
	for _, id := range v.Encode(text, false) {
		part := d.Next(id)
		if !utf8.ValidString(part) {
			t.Errorf("a part is %q", part)
		}
		got += part
	}
	if got += d.Rest(); got != text {
		t.Errorf("it gives %q, want %q", got, text)
	}
	d.Next(v.Encode("世", false)[0])
	if rest := d.Rest(); rest != "\xe4" {
		t.Errorf("the rest of a cut rune is %q", rest)
	}
}

func TestRefused(t *testing.T) {
	tokens := gguf.Pair{Key: "tokenizer.ggml.tokens", Value: []string{"a"}}
	for name, pairs := range map[string][]gguf.Pair{
		"nothing":         {},
		"no tokens":       {{Key: "tokenizer.ggml.model", Value: "gpt2"}},
		"no bytes":        {{Key: "tokenizer.ggml.model", Value: "gpt2"}, tokens, {Key: "tokenizer.ggml.merges", Value: []string{}}},
		"a bad merge":     {{Key: "tokenizer.ggml.model", Value: "gpt2"}, tokens, {Key: "tokenizer.ggml.merges", Value: []string{"ab"}}},
		"another model":   {{Key: "tokenizer.ggml.model", Value: "bert"}, tokens},
		"another pattern": {{Key: "tokenizer.ggml.model", Value: "gpt2"}, {Key: "tokenizer.ggml.pre", Value: "cuneiform"}, tokens},
		"too few scores":  {{Key: "tokenizer.ggml.model", Value: "llama"}, tokens, {Key: "tokenizer.ggml.scores", Value: []float32{}}},
		"no way for all":  {{Key: "tokenizer.ggml.model", Value: "llama"}, tokens, {Key: "tokenizer.ggml.scores", Value: []float32{1}}},
	} {
		if _, err := vocabulary(t, pairs...); !errors.Is(err, ErrVocabulary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzEncode takes any text; what is encoded is the text again.
func FuzzEncode(f *testing.F) {
	f.Add("hello world 123\n\n  <|end|>é\xff")
	vocabularies := []*Vocabulary{bpe(f, "gpt-2"), bpe(f, "llama-bpe"), bpe(f, "qwen2"), pieces(f)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range vocabularies {
			if v.sentencePiece && (strings.Contains(text, blank) || !utf8.ValidString(text)) {
				continue // which SentencePiece takes for a space, and does not take
			}
			if got := v.Decode(v.Encode(text, false)); got != text {
				t.Errorf("%q came back as %q", text, got)
			}
			v.Encode(text, true)
		}
	})
}
