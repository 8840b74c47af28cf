package token

import (
	"fmt"
	"strings"

	"pxos/llm/gguf"
)

// blank is what SentencePiece has for a space.
const blank = "\u2581"

func (v *Vocabulary) readSentencePiece(f *gguf.File) error {
	v.sentencePiece, v.addSpace = true, true
	var err error
	if v.scores, err = f.Floats("tokenizer.ggml.scores"); err != nil {
		return err
	}
	if len(v.scores) != len(v.Tokens) {
		return fmt.Errorf("%d tokens have %d scores", len(v.Tokens), len(v.scores))
	}
	whole := true
	for b := range v.byteTokens {
		v.byteTokens[b] = v.ID(fmt.Sprintf("<0x%02X>", b))
		whole = whole && v.byteTokens[b] >= 0
	}
	if _, unknown := f.Value("tokenizer.ggml.unknown_token_id"); !whole && !unknown {
		return fmt.Errorf("there are no tokens for bytes, and none for what is unknown")
	}
	return nil
}

// encodePieces joins the pair that makes the token of the highest score, until there is
// none; what is no token then is bytes.
func (v *Vocabulary) encodePieces(text string, first bool) (out []int) {
	if first && v.addSpace {
		text = " " + text
	}
	text = strings.ReplaceAll(text, " ", blank)
	m := newMerger(text, func(a, b string) (float64, bool) {
		id, ok := v.ids[a+b]
		if !ok || v.Kinds[id] != Normal && v.Kinds[id] != UserDefined {
			return 0, false
		}
		return -v.scores[id], true
	})
	for _, p := range m.run() {
		if id, ok := v.ids[p]; ok {
			out = append(out, id)
			continue
		}
		out = v.pieceBytes(out, p)
	}
	return out
}

// pieceBytes adds the tokens of a text's bytes, or the unknown one.
func (v *Vocabulary) pieceBytes(out []int, text string) []int {
	for i := range len(text) {
		id := v.byteTokens[text[i]]
		if id < 0 {
			return append(out, max(v.UNK, 0))
		}
		out = append(out, id)
	}
	return out
}

// decodePiece is the bytes of a token.
func (v *Vocabulary) decodePiece(id int) []byte {
	if v.Kinds[id] == Byte {
		var b byte
		if _, err := fmt.Sscanf(v.Tokens[id], "<0x%02X>", &b); err == nil {
			return []byte{b}
		}
	}
	return []byte(strings.ReplaceAll(v.Tokens[id], blank, " "))
}
