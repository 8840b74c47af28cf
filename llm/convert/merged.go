package convert

import (
	"encoding/json"
	"slices"

	"pxos/llm/token"
)

// Many folders have a SentencePiece vocabulary in tokenizer.json alone, with merges in place
// of scores. Both come to the same tokens where the merges were made of scores: a token's
// score is then the place of the merges that make it.

// instead is what to do where they do not.
const instead = "; what to do: fetch " + piecesFile + ", from which such vocabularies are read whole"

// mergedVocabulary makes a vocabulary of pieces of merges.
func (f *tokenizerJSON) mergedVocabulary(size int) (*vocabulary, error) {
	v := newVocabulary("llama", size)
	v.scores, v.addBOS = make([]float32, size), true
	var err error
	if v.addSpace, err = f.blanks(); err != nil {
		return nil, err
	}
	var tokens map[string]int
	if err := json.Unmarshal(f.Model.Vocabulary, &tokens); err != nil {
		return nil, refuse("%s: model.vocab: %v", tokenizerFile, err)
	}
	for text, id := range tokens {
		kind := int32(token.Normal)
		switch {
		case text == "":
			return nil, refuse("%s: the token %d has no text", tokenizerFile, id)
		case text == f.Model.Unknown:
			kind = token.Unknown
		case len(text) == len("<0x00>") && text[:3] == "<0x" && text[5] == '>':
			kind = token.Byte
		}
		if err := v.put(tokenizerFile, id, text, kind); err != nil {
			return nil, err
		}
	}
	return v, f.score(v)
}

// blanks says whether a space comes before texts, and refuses what else would be done to
// them.
func (f *tokenizerJSON) blanks() (before bool, err error) {
	replaced := false
	for _, s := range slices.Concat(f.Normalizer.flat(), f.PreTokenizer.flat()) {
		switch {
		case s.Type == "Prepend" && s.Prepend == blank:
			before = true
		case s.Type == "Replace" && s.Pattern.String != nil && *s.Pattern.String == " " && s.Content == blank:
			replaced = true
		case s.Type == "Metaspace" && s.Replacement == blank && s.Split != nil && !*s.Split && s.PrependScheme != "":
			before, replaced = before || s.PrependScheme != "never", true
		case s.Type == "Split" && replaced && s.Pattern.String != nil && *s.Pattern.String == " ":
			// which there is none of any more
		default:
			return false, refuse("%s: %s does what is not done to pieces%s", tokenizerFile, s.describe(), instead)
		}
	}
	if !replaced || !f.Model.ByteFallback || f.Model.Type != "BPE" {
		return false, refuse("%s is neither byte-level BPE nor pieces with byte_fallback%s", tokenizerFile, instead)
	}
	return before, nil
}

// score gives scores by the merges: those that make a token must lie together, and there
// must be one for every two tokens that make a third.
func (f *tokenizerJSON) score(v *vocabulary) error {
	own := map[string]bool{} // which come before all others, as what SentencePiece was given does
	for i := range f.Added {
		own[f.Added[i].Text] = true
	}
	if len(f.Model.Merges) > 1<<24 {
		return refuse("%s has %d merges, whose places a score cannot tell apart", tokenizerFile, len(f.Model.Merges))
	}
	merges, done := map[[2]string]bool{}, map[string]bool{}
	last := ""
	for i, m := range f.Model.Merges {
		if len(m) != 2 || m[0] == "" || m[1] == "" {
			return refuse("%s: merge %d is %q, it must be two texts", tokenizerFile, i, m)
		}
		made := m[0] + m[1]
		merges[[2]string{m[0], m[1]}] = true
		if own[made] {
			continue
		}
		id, ok := v.ids[made]
		if !ok || done[made] && made != last {
			return refuse("%s: merge %d makes %q, which is no token or comes in two places, as scores would not have it%s", tokenizerFile, i, made, instead)
		}
		if !done[made] {
			v.scores[id] = -float32(i + 1)
		}
		done[made], last = true, made
	}
	for id, text := range v.tokens {
		if v.kinds[id] != token.Normal || own[text] {
			continue
		}
		for at := range text {
			a, b := text[:at], text[at:]
			if at == 0 || merges[[2]string{a, b}] || !v.joins(a) || !v.joins(b) {
				continue
			}
			return refuse("%s: no merge makes %q of %q and %q, which scores would%s", tokenizerFile, text, a, b, instead)
		}
	}
	return nil
}

// joins says that a text is a token that joins with others.
func (v *vocabulary) joins(text string) bool {
	id, ok := v.ids[text]
	return ok && (v.kinds[id] == token.Normal || v.kinds[id] == token.UserDefined)
}
