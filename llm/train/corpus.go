package train

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"pxos/llm/gguf"
	"pxos/llm/token"
)

// Document is a file.
type Document struct {
	Name string
	Text []byte
}

// maxDocument bounds a file: what is larger is data rather than source.
const maxDocument = 1 << 20

// Collect reads the files of a folder whose names end so, but tests, testdata and commands
// of the Go tree, in the order of their names.
func Collect(folder fs.FS, ending string) (out []Document, err error) {
	err = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if name == "cmd" || base == "testdata" || base == "vendor" || len(base) > 1 && base[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !strings.HasSuffix(name, ending) || strings.HasSuffix(name, "_test"+ending) {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxDocument || info.Size() == 0 {
			return err
		}
		text, err := fs.ReadFile(folder, name)
		out = append(out, Document{name, text})
		return err
	})
	return out, err
}

// HeldOut says whether a file is kept from training: about one of twenty, by its name alone.
func HeldOut(name string) bool {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()%20 == 0
}

// The special tokens. Those of filling in are as Bavarian et al. 2022 have them (prefix,
// suffix, middle), by the names of other models of code.
const (
	EndOfText = "<|endoftext|>"
	prefix    = "<|fim_prefix|>"
	suffix    = "<|fim_suffix|>"
	middle    = "<|fim_middle|>"
)

// Vocabulary makes one of the documents that are not held out.
func Vocabulary(docs []Document, size int, progress func(done, all int)) ([]gguf.Pair, error) {
	t := token.NewTrainer()
	for i, d := range docs {
		if HeldOut(d.Name) {
			continue
		}
		if err := t.Add(string(d.Text)); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		progress(i+1, len(docs))
	}
	pairs, err := t.Vocabulary(size, EndOfText, prefix, suffix, middle)
	if err != nil {
		return nil, err
	}
	tokens := pairs[2].Value.([]string)
	id := func(s string) uint32 { return uint32(slices.Index(tokens, s)) }
	return append(pairs, gguf.Pair{Key: "tokenizer.ggml.bos_token_id", Value: id(EndOfText)}, gguf.Pair{Key: "tokenizer.ggml.eos_token_id", Value: id(EndOfText)},
		gguf.Pair{Key: "tokenizer.ggml.add_bos_token", Value: true}, gguf.Pair{Key: "tokenizer.ggml.add_space_prefix", Value: false},
		gguf.Pair{Key: "tokenizer.ggml.fim_pre_token_id", Value: id(prefix)}, gguf.Pair{Key: "tokenizer.ggml.fim_suf_token_id", Value: id(suffix)},
		gguf.Pair{Key: "tokenizer.ggml.fim_mid_token_id", Value: id(middle)}), nil
}

// ReadVocabulary makes a vocabulary of its metadata.
func ReadVocabulary(pairs []gguf.Pair) (*token.Vocabulary, error) {
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, nil); err != nil {
		return nil, err
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		return nil, err
	}
	return token.Read(f)
}

// corpus is the documents as tokens, one after the other, each between ends of text.
type corpus struct {
	v                           *token.Vocabulary
	ids                         []uint16
	length                      int // of a text
	seed                        uint64
	fim                         float64
	end, prefix, suffix, middle int
	epoch                       int
	order                       []int // of the texts in that epoch
}

func newCorpus(v *token.Vocabulary, docs []Document, c Config, progress func(done, all int)) (*corpus, error) {
	if len(v.Tokens) > 1<<16 {
		return nil, fmt.Errorf("a vocabulary of %d tokens, at most %d can be trained", len(v.Tokens), 1<<16)
	}
	out := &corpus{v: v, length: c.Shape.Context + 1, seed: c.Seed, fim: c.FIM, epoch: -1,
		end: v.ID(EndOfText), prefix: v.ID(prefix), suffix: v.ID(suffix), middle: v.ID(middle)}
	if min(out.end, out.prefix, out.suffix, out.middle) < 0 {
		return nil, errors.New("the vocabulary lacks tokens for the end of a text and for filling in")
	}
	e := v.NewEncoder()
	out.ids = append(out.ids, uint16(out.end))
	for i, d := range docs {
		if HeldOut(d.Name) {
			continue
		}
		for _, id := range e.Encode(string(d.Text)) {
			out.ids = append(out.ids, uint16(id))
		}
		out.ids = append(out.ids, uint16(out.end))
		progress(i+1, len(docs))
	}
	if len(out.ids) < 2*out.length {
		return nil, fmt.Errorf("there are %d tokens to train on, texts have %d", len(out.ids), out.length)
	}
	return out, nil
}

// schedule finds where the texts of a step begin, a pure function of seed and step: each
// epoch has all texts in an order of its own, which begin at another place than in others.
func (c *corpus) schedule(step, batch int) (at []int) {
	stride := c.length - 1
	texts := (len(c.ids)-c.length)/stride - 1
	for n := step * batch; n < (step+1)*batch; n++ {
		if epoch := n / max(texts, 1); epoch != c.epoch {
			r := rand.New(rand.NewPCG(c.seed, uint64(epoch)))
			shift := r.IntN(stride)
			c.epoch, c.order = epoch, r.Perm(max(texts, 1))
			for i := range c.order {
				c.order[i] = min(c.order[i]*stride+shift, len(c.ids)-c.length)
			}
		}
		at = append(at, c.order[n%max(texts, 1)])
	}
	return at
}

// text is the n-th text of the training, which begins there: some are made into ones to
// fill in.
func (c *corpus) text(e *token.Encoder, n, at int) []int {
	ids := make([]int, c.length)
	for i, id := range c.ids[at:][:c.length] {
		ids[i] = int(id)
	}
	r := rand.New(rand.NewPCG(c.seed+1, uint64(n)))
	if r.Float64() < c.fim {
		return c.fillIn(e, r, ids)
	}
	return ids
}

// fillIn cuts the longest part of a text that is of one document at two bytes and moves its
// middle to the end.
func (c *corpus) fillIn(e *token.Encoder, r *rand.Rand, ids []int) []int {
	from, to, begin := 0, 0, 0
	for i := 0; i <= len(ids); i++ {
		if i == len(ids) || ids[i] == c.end {
			if i-begin > to-from {
				from, to = begin, i
			}
			begin = i + 1
		}
	}
	const marks = 4
	text := c.v.Decode(ids[from:max(from, min(to, from+len(ids)-marks))])
	a, b := r.IntN(len(text)+1), r.IntN(len(text)+1)
	a, b = min(a, b), max(a, b)
	out := append([]int{c.prefix}, e.Encode(text[:a])...)
	out = append(append(out, c.suffix), e.Encode(text[b:])...)
	out = append(append(out, c.middle), e.Encode(text[a:b])...)
	out = append(out, c.end)
	if len(out) < len(ids) { // and the beginning of what was there
		out = append(out, ids[:len(ids)-len(out)]...)
	}
	return out[:len(ids)]
}
