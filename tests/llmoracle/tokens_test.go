package llmoracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	ollama "github.com/ollama/ollama/tokenizer"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
	"pxos/models"
)

// words are the metadata of a vocabulary, in the parts that Ollama wants.
type words struct {
	model, pre string
	tokens     []string
	kinds      []int32
	scores     []float32
	merges     []string
	space      bool // before a text, of SentencePiece
}

func (w *words) pairs() []gguf.Pair {
	out := []gguf.Pair{{Key: "tokenizer.ggml.model", Value: w.model}, {Key: "tokenizer.ggml.tokens", Value: w.tokens}, {Key: "tokenizer.ggml.token_type", Value: w.kinds},
		{Key: "tokenizer.ggml.add_bos_token", Value: false}, {Key: "tokenizer.ggml.bos_token_id", Value: uint32(len(w.tokens) - 1)}, {Key: "tokenizer.ggml.eos_token_id", Value: uint32(len(w.tokens) - 1)}}
	if w.model == "gpt2" {
		return append(out, gguf.Pair{Key: "tokenizer.ggml.pre", Value: w.pre}, gguf.Pair{Key: "tokenizer.ggml.merges", Value: w.merges})
	}
	return append(out, gguf.Pair{Key: "tokenizer.ggml.scores", Value: w.scores}, gguf.Pair{Key: "tokenizer.ggml.add_space_prefix", Value: w.space},
		gguf.Pair{Key: "tokenizer.ggml.unknown_token_id", Value: uint32(0)})
}

// file writes a small model that has the vocabulary.
func (w *words) file(t *testing.T) string {
	t.Helper()
	pairs, tensors, err := model.Random(model.Shape{Architecture: "llama", Layers: 1, Width: 32, FeedForward: 32, Heads: 1, KV: 1, Head: 32, Vocabulary: len(w.tokens), Context: 64, Tied: true, Extra: w.pairs()}, quant.F16, 1)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, "vocabulary.gguf", pairs, tensors)
}

func (w *words) ours(t *testing.T, path string) *token.Vocabulary {
	t.Helper()
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := token.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *words) theirs() *ollama.Vocabulary {
	return &ollama.Vocabulary{Values: w.tokens, Types: w.kinds, Scores: w.scores, Merges: w.merges}
}

// names are the special tokens of all vocabularies; the longer begins as the shorter does,
// and comes first, since Ollama looks for them in the order of their numbers.
func (w *words) names() {
	for _, n := range []string{"<|end|>more", "<|end|>"} {
		w.tokens, w.kinds, w.scores = append(w.tokens, n), append(w.kinds, token.Control), append(w.scores, 0)
	}
	w.tokens, w.kinds, w.scores = append(w.tokens, "<tool>"), append(w.kinds, token.UserDefined), append(w.scores, 0)
	w.tokens, w.kinds, w.scores = append(w.tokens, "<none>"), append(w.kinds, token.Control), append(w.scores, 0)
}

// valid are the alphabets of text that is UTF-8 and has no names of tokens.
func valid() [][]string { return alphabets[:special] }

// trained are the tokens and merges of a byte-level vocabulary whose merges go across all
// that patterns cut: a cut in another place makes other tokens.
var trained = sync.OnceValues(func() (all, merges []string) {
	all = slices.Clone(token.ByteVocabulary()[1].Value.([]string))
	r, there := rand.New(rand.NewPCG(5, 6)), map[string]bool{}
	for _, t := range all {
		there[t] = true
	}
	var texts [][]string
	for range 1500 {
		var parts []string
		for _, b := range []byte(text(r, valid())) {
			parts = append(parts, all[b])
		}
		texts = append(texts, parts)
	}
	for range 900 {
		pair := commonest(texts)
		merges = append(merges, pair[0]+" "+pair[1])
		if whole := pair[0] + pair[1]; !there[whole] {
			there[whole], all = true, append(all, whole)
		}
		for i := range texts {
			texts[i] = joined(texts[i], pair)
		}
	}
	return all, merges
})

// merged is the vocabulary that was trained, with a pattern. shuffled has its merges in an
// order that no training would give.
func merged(pre string, shuffled bool) *words {
	all, merges := trained()
	w := &words{model: "gpt2", pre: pre, tokens: slices.Clone(all), merges: slices.Clone(merges)}
	if shuffled {
		rand.New(rand.NewPCG(9, 9)).Shuffle(len(merges), func(i, j int) { w.merges[i], w.merges[j] = w.merges[j], w.merges[i] })
	}
	w.kinds, w.scores = slices.Repeat([]int32{token.Normal}, len(w.tokens)), make([]float32, len(w.tokens))
	w.names()
	return w
}

// commonest is the pair of neighbours that is met most often, the first in order of several.
func commonest(texts [][]string) (best [2]string) {
	count := map[[2]string]int{}
	for _, t := range texts {
		for i := range len(t) - 1 {
			count[[2]string{t[i], t[i+1]}]++
		}
	}
	most := 0
	for p, n := range count {
		if n > most || n == most && (p[0] < best[0] || p[0] == best[0] && p[1] < best[1]) {
			best, most = p, n
		}
	}
	return best
}

// joined replaces a pair by one text.
func joined(parts []string, pair [2]string) (out []string) {
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) && parts[i] == pair[0] && parts[i+1] == pair[1] {
			out = append(out, pair[0]+pair[1])
			i++
			continue
		}
		out = append(out, parts[i])
	}
	return out
}

// scored is a vocabulary of SentencePiece of random pieces with random scores, some of which
// are the same.
func scored(space bool) *words {
	r := rand.New(rand.NewPCG(7, 8))
	w := &words{model: "llama", space: space}
	add := func(text string, kind int32, score float32) {
		w.tokens, w.kinds, w.scores = append(w.tokens, text), append(w.kinds, kind), append(w.scores, score)
	}
	add("<unk>", token.Unknown, 0)
	add("<s>", token.Control, 0)
	add("</s>", token.Control, 0)
	for b := range 256 {
		add(fmt.Sprintf("<0x%02X>", b), token.Byte, 0)
	}
	seen := map[string]bool{}
	for len(w.tokens) < 3000 {
		runes := []rune(strings.ReplaceAll(text(r, valid()), " ", "▁"))
		from := r.IntN(len(runes))
		piece := string(runes[from:min(len(runes), from+1+r.IntN(4))])
		if !seen[piece] && !strings.Contains(piece, "\x00") { // which ends a text to llama.cpp
			seen[piece] = true
			add(piece, token.Normal, -float32(r.IntN(2000)))
		}
	}
	w.names()
	return w
}

// shipped is the vocabulary of the shipped model, which the Trainer of pxOS made.
func shipped(t *testing.T) *words {
	t.Helper()
	f, err := models.Open(models.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pre, err := f.String("tokenizer.ggml.pre")
	if err != nil {
		t.Fatal(err)
	}
	w := &words{model: "gpt2", pre: pre}
	if w.tokens, err = f.Strings("tokenizer.ggml.tokens"); err != nil {
		t.Fatal(err)
	}
	if w.merges, err = f.Strings("tokenizer.ggml.merges"); err != nil {
		t.Fatal(err)
	}
	kinds, err := f.Ints("tokenizer.ggml.token_type")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		w.kinds = append(w.kinds, int32(k))
	}
	w.scores = make([]float32, len(w.tokens))
	return w
}

// valued is a text whose bytes that are no UTF-8 are each U+FFFD, as Go's runes have it.
func valued(text string) string { return string([]rune(text)) }

// differences counts by class; what is of no class fails.
type differences struct {
	t      *testing.T
	counts map[string]int
	failed int
}

// add takes a text whose tokens differ; class is "" for none.
func (d *differences) add(class, who, text string, got, want []int, v *token.Vocabulary) {
	if class != "" {
		d.counts[class]++
		return
	}
	if d.failed++; d.failed <= 5 {
		d.t.Errorf("%+q is %q, %s has %q", text, tokens(v, got), who, tokens(v, want))
	}
}

func tokens(v *token.Vocabulary, ids []int) (out []string) {
	for _, id := range ids {
		out = append(out, v.Text(id))
	}
	return out
}

// noText is the class of texts that are no UTF-8. We keep their bytes; llama.cpp and Ollama
// have U+FFFD for them, or take the bytes after them for parts of a rune. They are compared
// with U+FFFD in them, and what is made of the bytes must be the bytes again.
const noText = "no UTF-8"

// longS is the class of texts with ſ after an apostrophe, which llama.cpp takes for no s
// there, and tiktoken does.
const longS = "ſ"

// TestLlamaCppTokens holds vocabularies to llama.cpp's.
func TestLlamaCppTokens(t *testing.T) {
	l := llamaCppOf(t)
	for name, w := range vocabularies(t) {
		t.Run(name, func(t *testing.T) {
			path := w.file(t)
			v, theirs := w.ours(t, path), load(t, l, path, true)
			d, r := differences{t: t, counts: map[string]int{}}, rand.New(rand.NewPCG(1, 1))
			patterns := published[w.pre]
			without := newNaive(w, strings.HasPrefix(w.pre, "llama"), withoutLongS(patterns)...)
			n := amount(t)
			for i := range n {
				s, parse := text(r, alphabets), i%2 == 0
				if !utf8.ValidString(s) {
					d.counts[noText]++
					comesBack(t, v, s, w.space)
					s = valued(s)
				}
				got, want := v.Encode(s, parse), theirs.Encode(s, parse)
				if slices.Equal(got, want) {
					continue
				}
				class := ""
				without.asText = !parse
				if strings.Contains(s, "'ſ") && slices.Equal(want, without.encode(t, s)) {
					class = longS
				}
				d.add(class, "llama.cpp", s, got, want, v)
			}
			t.Logf("%d texts; by class: %v; differences of no class: %d", n, d.counts, d.failed)
		})
	}
}

// comesBack says that decoding gives a text again, but for the space that may be before it
// and what stands for a space.
func comesBack(t *testing.T, v *token.Vocabulary, text string, space bool) {
	t.Helper()
	want := strings.ReplaceAll(text, "▁", " ")
	if got := strings.ReplaceAll(v.Decode(v.Encode(text, false)), "▁", " "); got != want && !(space && strings.ReplaceAll(got, " ", "") == strings.ReplaceAll(want, " ", "")) {
		t.Errorf("%+q comes back as %+q", text, got)
	}
}

// vocabularies are those that are compared.
func vocabularies(t *testing.T) map[string]*words {
	t.Helper()
	out := map[string]*words{"shipped": shipped(t), "SentencePiece": scored(false), "SentencePiece with a space": scored(true)}
	for pre := range published {
		if pre == "" || pre == "default" {
			continue // for which llama.cpp has a pattern of its own, of which it warns
		}
		out[pre] = merged(pre, false)
		out[pre+" shuffled"] = merged(pre, true)
	}
	return out
}
