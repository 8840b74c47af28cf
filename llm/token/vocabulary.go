package token

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dlclark/regexp2/v2"

	"pxos/llm/gguf"
)

// ErrVocabulary is a file whose vocabulary cannot be used.
var ErrVocabulary = errors.New("not a vocabulary that can be used")

// Kinds of tokens, as GGUF numbers them.
const (
	Normal = 1 + iota
	Unknown
	Control
	UserDefined
	Unused
	Byte
)

// Vocabulary is that of a model.
type Vocabulary struct {
	Tokens []string
	Kinds  []int64
	scores []float64
	ids    map[string]int

	BOS, EOS, UNK  int // -1 for none
	ends           map[int]bool
	AddBOS, AddEOS bool
	addSpace       bool
	sentencePiece  bool
	pre            *regexp2.Regexp
	wholeWords     bool              // a word that is a token is that token, whatever the merges
	ranks          map[[2]string]int // merges of BPE
	special        standing          // control and user-defined tokens
	defined        standing          // user-defined tokens
	Template       string            // of chats, "" for none
	byteOf         map[rune]byte     // of byte-level BPE: bytes by their runes
	runes          [256]rune
	fill           fill
	byteTokens     [256]int // of SentencePiece: <0x00> and so on, -1 for none
}

// Read takes the vocabulary out of a file.
func Read(f *gguf.File) (*Vocabulary, error) {
	v, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, ErrVocabulary)
	}
	return v, nil
}

func read(f *gguf.File) (*Vocabulary, error) {
	model, err := f.String("tokenizer.ggml.model")
	if err != nil {
		return nil, err
	}
	v := &Vocabulary{ids: map[string]int{}}
	if v.Tokens, err = f.Strings("tokenizer.ggml.tokens"); err != nil {
		return nil, err
	}
	for i, t := range v.Tokens {
		if _, twice := v.ids[t]; !twice { // padding tokens may repeat; the first counts
			v.ids[t] = i
		}
	}
	if v.Kinds, err = f.Ints("tokenizer.ggml.token_type"); err != nil {
		v.Kinds = slices.Repeat([]int64{Normal}, len(v.Tokens))
	}
	if len(v.Kinds) != len(v.Tokens) {
		return nil, fmt.Errorf("%d tokens have %d kinds", len(v.Tokens), len(v.Kinds))
	}
	switch model {
	case "gpt2":
		err = v.readBPE(f)
	case "llama":
		err = v.readSentencePiece(f)
	default:
		err = fmt.Errorf("a tokenizer of the model %q; known are gpt2 (byte-level BPE) and llama (SentencePiece)", model)
	}
	if err == nil {
		err = v.readSpecial(f)
	}
	return v, err
}

// readSpecial reads which tokens begin and end, and which stand for themselves in text.
func (v *Vocabulary) readSpecial(f *gguf.File) error {
	for key, id := range map[string]*int{"bos": &v.BOS, "eos": &v.EOS, "unknown": &v.UNK} {
		*id = -1
		if _, ok := f.Value("tokenizer.ggml." + key + "_token_id"); ok {
			n, err := f.Int("tokenizer.ggml."+key+"_token_id", 0, math.MaxInt32)
			if err == nil && n >= len(v.Tokens) {
				err = fmt.Errorf("the %s token is %d of a vocabulary of %d", key, n, len(v.Tokens))
			}
			if err != nil {
				return err
			}
			*id = n
		}
	}
	v.AddBOS, v.AddEOS = v.sentencePiece, false
	for key, flag := range map[string]*bool{"add_bos_token": &v.AddBOS, "add_eos_token": &v.AddEOS, "add_space_prefix": &v.addSpace} {
		if b, err := f.Bool("tokenizer.ggml." + key); err == nil {
			*flag = b
		}
	}
	if v.AddBOS && v.BOS < 0 || v.AddEOS && v.EOS < 0 {
		return errors.New("texts begin or end with a token that is not named")
	}
	v.Template, _ = f.String("tokenizer.chat_template") // which need not be there
	v.readEnds(f)
	v.readFill(f)
	for i, t := range v.Tokens {
		if (v.Kinds[i] == Control || v.Kinds[i] == UserDefined) && t != "" {
			v.special.add(t)
		}
		if v.Kinds[i] == UserDefined && t != "" {
			v.defined.add(t)
		}
	}
	return nil
}

// standing are tokens that stand for themselves in text, by their first bytes, the longest first.
type standing [256][]string

func (n *standing) add(name string) {
	list := &n[name[0]]
	at, _ := slices.BinarySearchFunc(*list, name, func(have, name string) int { return cmp.Compare(len(name), len(have)) })
	*list = slices.Insert(*list, at, name)
}

// at is the longest name that a text begins with, "" for none.
func (n *standing) at(text string) string {
	for _, name := range n[text[0]] {
		if strings.HasPrefix(text, name) {
			return name
		}
	}
	return ""
}

// turns are the control tokens by which the families end what one side of a conversation
// says, where the metadata does not.
var turns = []string{"<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>"}

// readEnds reads which tokens end an answer.
func (v *Vocabulary) readEnds(f *gguf.File) {
	v.ends = map[int]bool{v.EOS: true}
	for _, key := range []string{"eot", "eom"} {
		if n, err := f.Int("tokenizer.ggml."+key+"_token_id", 0, len(v.Tokens)-1); err == nil {
			v.ends[n] = true
		}
	}
	for _, t := range turns {
		if id, ok := v.ids[t]; ok && v.Kinds[id] == Control {
			v.ends[id] = true
		}
	}
}

// Ends says whether a token ends an answer: the end of texts, or of a turn.
func (v *Vocabulary) Ends(id int) bool { return v.ends[id] }

// Text is a token as the vocabulary writes it, "" for none.
func (v *Vocabulary) Text(id int) string {
	if id < 0 || id >= len(v.Tokens) {
		return ""
	}
	return v.Tokens[id]
}

// ID is the token of a text, -1 if there is none.
func (v *Vocabulary) ID(text string) int {
	if id, ok := v.ids[text]; ok {
		return id
	}
	return -1
}

// Encode is the tokens of a text. With special, the names of control tokens in it are those
// tokens; without, they are text like any other, as in what a user says. User-defined tokens
// are tokens in any text.
func (v *Vocabulary) Encode(text string, special bool) []int {
	var out []int
	if v.AddBOS {
		out = append(out, v.BOS)
	}
	out = append(out, v.encodeParts(text, special)...)
	if v.AddEOS {
		out = append(out, v.EOS)
	}
	return out
}

// EncodeTemplate is the tokens of a text that a chat template wrote: names of control tokens
// are these, and the token that begins texts comes once, whether the template writes it or not.
func (v *Vocabulary) EncodeTemplate(text string) []int {
	ids := v.Encode(text, true)
	if v.AddBOS && len(ids) > 1 && ids[0] == v.BOS && ids[1] == v.BOS {
		ids = ids[1:]
	}
	return ids
}

func (v *Vocabulary) encodeParts(text string, special bool) (out []int) {
	first := true
	v.eachPart(text, special, func(part string) {
		out = append(out, v.encodePlain(part, first)...)
		first = false
	}, func(id int) {
		out = append(out, id)
		first = true // what follows is a text of its own
	})
	return out
}

// eachPart cuts a text where tokens stand for themselves.
func (v *Vocabulary) eachPart(text string, special bool, plain func(part string), token func(id int)) {
	names := &v.defined
	if special {
		names = &v.special
	}
	from := 0
	some := func(to int) {
		if from < to {
			plain(text[from:to])
		}
	}
	for at := 0; at < len(text); {
		name := names.at(text[at:])
		if name == "" {
			at++
			continue
		}
		some(at)
		token(v.ids[name])
		at += len(name)
		from = at
	}
	some(len(text))
}

func (v *Vocabulary) encodePlain(text string, first bool) []int {
	if v.sentencePiece {
		return v.encodePieces(text, first)
	}
	return v.encodeBPE(text)
}
