package token

import "pxos/llm/gguf"

// fill are the tokens around what is to be filled in: -1 where there are none.
type fill struct{ prefix, suffix, middle int }

// fillNames are what the families call them, and GGUF's keys.
var fillNames = [3]struct {
	keys  []string
	names []string
}{
	{[]string{"fim_pre", "prefix"}, []string{"<|fim_prefix|>", "<fim_prefix>", "<fim-prefix>", "<｜fim▁begin｜>", "▁<PRE>"}},
	{[]string{"fim_suf", "suffix"}, []string{"<|fim_suffix|>", "<fim_suffix>", "<fim-suffix>", "<｜fim▁hole｜>", "▁<SUF>"}},
	{[]string{"fim_mid", "middle"}, []string{"<|fim_middle|>", "<fim_middle>", "<fim-middle>", "<｜fim▁end｜>", "▁<MID>"}},
}

// readFill finds the tokens, by key or by name.
func (v *Vocabulary) readFill(f *gguf.File) {
	for i, to := range []*int{&v.fill.prefix, &v.fill.suffix, &v.fill.middle} {
		*to = -1
		for _, name := range fillNames[i].names {
			if id, ok := v.ids[name]; ok && *to < 0 && (v.Kinds[id] == Control || v.Kinds[id] == UserDefined) {
				*to = id
			}
		}
		for _, key := range fillNames[i].keys {
			if id, err := f.Int("tokenizer.ggml."+key+"_token_id", 0, len(v.Tokens)-1); err == nil {
				*to = id
			}
		}
	}
}

// FillIn is a text with a gap, arranged so that what fills it comes next; false says that the
// vocabulary has no tokens for that.
// Source: Efficient Training of Language Models to Fill in the Middle (Bavarian et al., 2022),
// section 3: prefix, suffix, middle.
func (v *Vocabulary) FillIn(before, after string) ([]int, bool) {
	if v.fill.prefix < 0 || v.fill.suffix < 0 || v.fill.middle < 0 {
		return nil, false
	}
	var out []int
	if v.sentencePiece && v.AddBOS { // byte-level ones are trained on such texts without
		out = append(out, v.BOS)
	}
	out = append(append(out, v.fill.prefix), v.encodeParts(before, false)...)
	out = append(append(out, v.fill.suffix), v.encodeParts(after, false)...)
	return append(out, v.fill.middle), true
}
