package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dlclark/regexp2/v2"

	"pxos/llm/gguf"
)

// Trainer makes a vocabulary of byte-level BPE (Sennrich, Haddow and Birch 2016, section 3.2,
// over bytes): the pair of tokens that is met most often in the words of texts becomes a
// token, again and again. Words are cut as Qwen2's are, so that other programs can read it.
type Trainer struct {
	pre   *regexp2.Regexp
	words map[string]int
}

// NewTrainer is one that has seen nothing.
func NewTrainer() *Trainer {
	return &Trainer{pre: regexp2.MustCompile(qwenPattern), words: map[string]int{}}
}

// Add counts the words of a text.
func (t *Trainer) Add(text string) error {
	places, err := t.pre.FindAllStringIndex(text, -1)
	if err != nil {
		return err
	}
	for _, p := range places {
		t.words[text[p[0]:p[1]]]++
	}
	return nil
}

// Vocabulary is the metadata of a vocabulary of so many tokens: the bytes, what was
// merged, and special ones last. Fewer come out where no two tokens are met twice.
func (t *Trainer) Vocabulary(size int, special ...string) ([]gguf.Pair, error) {
	if size < 256+len(special) {
		return nil, fmt.Errorf("a vocabulary of %d does not hold 256 bytes and %d special tokens", size, len(special))
	}
	if len(t.words) == 0 {
		return nil, errors.New("there are no texts to make a vocabulary of")
	}
	var tokens, merges []string
	ids := map[string]int{}
	add := func(s string) int {
		id, ok := ids[s]
		if !ok {
			id = len(tokens)
			tokens, ids[s] = append(tokens, s), id
		}
		return id
	}
	for _, r := range byteRunes() {
		add(string(r))
	}
	m := newMerges(t.words)
	for len(tokens) < size-len(special) {
		best, ok := m.best()
		if !ok {
			break
		}
		merges = append(merges, tokens[best[0]]+" "+tokens[best[1]])
		m.merge(best, add(tokens[best[0]]+tokens[best[1]])) // which another pair may have made already
	}
	kinds := slices.Repeat([]int32{Normal}, len(tokens))
	for _, s := range special {
		if strings.TrimSpace(s) == "" || slices.Contains(tokens, s) {
			return nil, fmt.Errorf("%q cannot be a special token", s)
		}
		tokens, kinds = append(tokens, s), append(kinds, Control)
	}
	return []gguf.Pair{{Key: "tokenizer.ggml.model", Value: "gpt2"}, {Key: "tokenizer.ggml.pre", Value: "qwen2"},
		{Key: "tokenizer.ggml.tokens", Value: tokens}, {Key: "tokenizer.ggml.token_type", Value: kinds}, {Key: "tokenizer.ggml.merges", Value: merges}}, nil
}

// merges are words on their way from bytes to tokens.
type merges struct {
	words  []trained
	counts map[[2]int]int          // of pairs
	holds  map[[2]int]map[int]bool // words that have, or had, a pair
}

// trained is a word as tokens, and how often it is met.
type trained struct {
	ids   []int
	count int
}

func newMerges(counts map[string]int) *merges {
	m := &merges{counts: map[[2]int]int{}, holds: map[[2]int]map[int]bool{}}
	for text, count := range counts {
		ids := make([]int, len(text))
		for i := range len(text) {
			ids[i] = int(text[i])
		}
		m.words = append(m.words, trained{ids, count})
		m.count(len(m.words)-1, count)
	}
	return m
}

// count adds to the counts of a word's pairs.
func (m *merges) count(word, by int) {
	ids := m.words[word].ids
	for i := range len(ids) - 1 {
		p := [2]int{ids[i], ids[i+1]}
		if m.counts[p] += by; m.counts[p] == 0 {
			delete(m.counts, p)
			delete(m.holds, p)
			continue
		}
		if by > 0 {
			if m.holds[p] == nil {
				m.holds[p] = map[int]bool{}
			}
			m.holds[p][word] = true
		}
	}
}

// best is the pair that is met most often, of several that of the oldest tokens.
func (m *merges) best() (pair [2]int, ok bool) {
	most := 1
	for p, n := range m.counts {
		if n > most || n == most && ok && (p[0] < pair[0] || p[0] == pair[0] && p[1] < pair[1]) {
			pair, most, ok = p, n, true
		}
	}
	return pair, ok
}

// merge replaces a pair everywhere.
func (m *merges) merge(p [2]int, id int) {
	for word := range m.holds[p] {
		w := &m.words[word]
		m.count(word, -w.count)
		var ids []int
		for i := 0; i < len(w.ids); i++ {
			if i+1 < len(w.ids) && w.ids[i] == p[0] && w.ids[i+1] == p[1] {
				ids = append(ids, id)
				i++
				continue
			}
			ids = append(ids, w.ids[i])
		}
		w.ids = ids
		m.count(word, w.count)
	}
}

// Encoder encodes many texts and remembers their words. It is for one goroutine.
type Encoder struct {
	v     *Vocabulary
	words map[string][]int
}

// rememberedWords bounds what an Encoder keeps, by number and length.
const (
	rememberedWords = 1 << 18
	rememberedBytes = 64
)

// NewEncoder is one for a vocabulary of BPE; others do without.
func (v *Vocabulary) NewEncoder() *Encoder { return &Encoder{v: v, words: map[string][]int{}} }

// Encode gives the tokens of a text, in which control tokens are text.
func (e *Encoder) Encode(text string) (out []int) {
	if e.v.sentencePiece {
		return e.v.Encode(text, false)
	}
	word := func(word string) {
		ids, ok := e.words[word]
		if !ok {
			ids = e.v.word(nil, word)
			if len(e.words) < rememberedWords && len(word) <= rememberedBytes {
				e.words[strings.Clone(word)] = ids
			}
		}
		out = append(out, ids...)
	}
	e.v.eachPart(text, false, func(part string) { e.v.eachWord(part, word) }, func(id int) { out = append(out, id) })
	return out
}
