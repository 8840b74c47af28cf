package convert

import (
	"encoding/json"
	"fmt"
	"strings"

	"pxos/llm/token"
)

// The patterns that llm/token knows, as tokenizer.json has them.
const (
	gpt2Pattern  = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llamaPattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwenPattern  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// preOf are what GGUF calls them.
var preOf = map[string]string{gpt2Pattern: "gpt-2", llamaPattern: llamaPre, qwenPattern: "qwen2"}

const (
	llamaPre = "llama-bpe"
	smolPre  = "smollm"
)

// tokenizerJSON is tokenizer.json, as far as it is heeded.
type tokenizerJSON struct {
	Added         []added `json:"added_tokens"`
	Normalizer    *step   `json:"normalizer"`
	PreTokenizer  *step   `json:"pre_tokenizer"`
	PostProcessor *step   `json:"post_processor"`
	Model         struct {
		Type          string          `json:"type"`
		Vocabulary    json.RawMessage `json:"vocab"` // of other models it is no object
		Merges        []merge         `json:"merges"`
		Prefix        string          `json:"continuing_subword_prefix"`
		Suffix        string          `json:"end_of_word_suffix"`
		Unknown       string          `json:"unk_token"`
		ByteFallback  bool            `json:"byte_fallback"`
		IgnoredMerges *bool           `json:"ignore_merges"`
	} `json:"model"`
}

// step is one of those through which a text goes, or a sequence of such.
type step struct {
	Type          string  `json:"type"`
	PreTokenizers []*step `json:"pretokenizers"`
	Normalizers   []*step `json:"normalizers"`
	Processors    []*step `json:"processors"`

	Pattern struct {
		Regex  *string
		String *string
	} `json:"pattern"`
	Behavior         string `json:"behavior"`
	Invert           bool   `json:"invert"`
	AddPrefixSpace   bool   `json:"add_prefix_space"`
	UseRegex         *bool  `json:"use_regex"`
	IndividualDigits bool   `json:"individual_digits"`
	Prepend          string `json:"prepend"`
	Content          string `json:"content"`
	Replacement      string `json:"replacement"`
	PrependScheme    string `json:"prepend_scheme"`
	Split            *bool  `json:"split"`

	Single []struct {
		SpecialToken *struct {
			ID string `json:"id"`
		}
	} `json:"single"`
}

// flat are the steps of a sequence, one after another.
func (s *step) flat() (out []*step) {
	if s == nil {
		return nil
	}
	if s.Type != "Sequence" {
		return []*step{s}
	}
	for _, list := range [][]*step{s.PreTokenizers, s.Normalizers, s.Processors} {
		for _, x := range list {
			out = append(out, x.flat()...)
		}
	}
	return out
}

// merge are two texts, which are written as one with a space between or as a list.
type merge []string

// UnmarshalJSON is json.Unmarshaler's.
func (m *merge) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*m = strings.Split(text, " ")
		return nil
	}
	return json.Unmarshal(data, (*[]string)(m))
}

// readTokenizerFile reads tokenizer.json; nil if there is none.
func readTokenizerFile(d *folder) (*tokenizerJSON, error) {
	f := &tokenizerJSON{}
	found, err := d.json(tokenizerFile, maxTokenizer, f)
	if !found || err != nil {
		return nil, err
	}
	return f, nil
}

// byteLevel says that it is BPE of bytes, not of SentencePiece's pieces.
func (f *tokenizerJSON) byteLevel() bool {
	for _, s := range f.PreTokenizer.flat() {
		if s.Type == "ByteLevel" {
			return f.Model.Type == "BPE" || f.Model.Type == "" // which older files leave out
		}
	}
	return false
}

func (f *tokenizerJSON) vocabulary(size int) (*vocabulary, error) {
	v := newVocabulary("gpt2", size)
	var err error
	if v.pre, err = f.pre(); err != nil {
		return nil, err
	}
	if f.Model.Prefix != "" || f.Model.Suffix != "" || f.Model.ByteFallback {
		return nil, refuse("%s: continuing_subword_prefix, end_of_word_suffix and byte_fallback are not heeded by byte-level BPE", tokenizerFile)
	}
	for _, n := range f.Normalizer.flat() {
		if n.Type != "NFC" { // texts that are composed already, which nearly all are, stay as they are
			return nil, refuse("%s: the normalizer %q is not heeded", tokenizerFile, n.Type)
		}
	}
	if whole := f.Model.IgnoredMerges; whole != nil && *whole != (v.pre == llamaPre) {
		return nil, refuse("%s: ignore_merges is %v, with the pattern %s it is taken for %v; what to do: change it if the vocabulary is of that family", tokenizerFile, *whole, v.pre, !*whole)
	}
	var tokens map[string]int
	if err := json.Unmarshal(f.Model.Vocabulary, &tokens); err != nil {
		return nil, refuse("%s: model.vocab: %v", tokenizerFile, err)
	}
	for text, id := range tokens {
		if err := v.put(tokenizerFile, id, text, token.Normal); err != nil {
			return nil, err
		}
	}
	v.merges = make([]string, len(f.Model.Merges))
	for i, m := range f.Model.Merges {
		if len(m) != 2 || m[0] == "" || m[1] == "" || strings.Contains(m[0]+m[1], " ") {
			return nil, refuse("%s: merge %d is %q, it must be two texts without spaces", tokenizerFile, i, m)
		}
		v.merges[i] = m[0] + " " + m[1]
	}
	return v, nil
}

// pre recognises how a text is cut into words.
func (f *tokenizerJSON) pre() (string, error) {
	steps := f.PreTokenizer.flat()
	last := steps[len(steps)-1] // there is one of the type ByteLevel
	regex := last.UseRegex == nil || *last.UseRegex
	var names []string
	for _, s := range steps {
		names = append(names, s.describe())
	}
	bad := refuse("%s: the pre_tokenizer %s is not known; known are those of GPT-2, Llama 3, Qwen and SmolLM; what to do: another model, or a GGUF file of this one, which says by which name it goes",
		tokenizerFile, strings.Join(names, ", "))
	if last.Type != "ByteLevel" || last.AddPrefixSpace || len(steps) > 2 {
		return "", bad
	}
	if len(steps) == 1 && regex {
		return preOf[gpt2Pattern], nil
	}
	if len(steps) == 1 {
		return "", bad
	}
	first := steps[0]
	if first.Type == "Digits" && first.IndividualDigits && regex {
		return smolPre, nil
	}
	// Both keep what matches as words, and what does not.
	cuts := first.Behavior == "Isolated" && !first.Invert || first.Behavior == "Removed" && first.Invert
	if first.Type != "Split" || first.Pattern.Regex == nil || !cuts || regex || preOf[*first.Pattern.Regex] == "" {
		return "", bad
	}
	return preOf[*first.Pattern.Regex], nil
}

// describe says what a step is.
func (s *step) describe() string {
	switch {
	case s.Pattern.Regex != nil:
		return fmt.Sprintf("%s by %q", s.Type, *s.Pattern.Regex)
	case s.AddPrefixSpace:
		return s.Type + " with add_prefix_space"
	}
	return s.Type
}

// around says whether the post-processor puts the tokens that begin and end texts around
// them; where there is none, what is the vocabulary's way. It puts no others there.
func (f *tokenizerJSON) around(v *vocabulary, special map[string]int) (bos, eos bool, err error) {
	bos, eos = v.addBOS, v.addEOS
	for _, s := range f.PostProcessor.flat() {
		if s.Type != "TemplateProcessing" {
			continue
		}
		bos, eos = false, false
		text := false
		for _, part := range s.Single {
			if part.SpecialToken == nil {
				text = true
				continue
			}
			flag, key := &bos, "bos"
			if text {
				flag, key = &eos, "eos"
			}
			if id, ok := special[key]; *flag || !ok || v.tokens[id] != part.SpecialToken.ID {
				return false, false, refuse("%s: the post_processor puts %q around texts, which is not the %s token; what to do: take it out, if texts do without", tokenizerFile, part.SpecialToken.ID, key)
			}
			*flag = true
		}
	}
	return bos, eos, nil
}
