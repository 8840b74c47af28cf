package token

import "unicode/utf8"

// Bytes is what a token stands for; control tokens stand for nothing.
func (v *Vocabulary) Bytes(id int) []byte {
	if id < 0 || id >= len(v.Tokens) || v.Kinds[id] == Control || v.Kinds[id] == Unused {
		return nil
	}
	if v.Kinds[id] == UserDefined {
		return []byte(v.Tokens[id])
	}
	if v.sentencePiece {
		return v.decodePiece(id)
	}
	return v.decodeBPE(v.Tokens[id])
}

// Decode is the text of tokens. Bytes that are no UTF-8 stay as they are.
func (v *Vocabulary) Decode(ids []int) string {
	var out []byte
	for i, id := range ids {
		b := v.Bytes(id)
		// What encoding put before the text goes again.
		if v.sentencePiece && v.addSpace && len(b) > 0 && b[0] == ' ' && len(out) == 0 && v.begins(ids[:i]) {
			b = b[1:]
		}
		out = append(out, b...)
	}
	return string(out)
}

// begins says that tokens are none but BOS.
func (v *Vocabulary) begins(ids []int) bool { return len(ids) == 0 || len(ids) == 1 && ids[0] == v.BOS }

// Decoder gives text as tokens come, whole runes at a time.
type Decoder struct {
	v       *Vocabulary
	pending []byte
}

// NewDecoder begins a text.
func (v *Vocabulary) NewDecoder() *Decoder { return &Decoder{v: v} }

// Next takes a token and gives what is whole now.
func (d *Decoder) Next(id int) string {
	d.pending = append(d.pending, d.v.Bytes(id)...)
	n := 0
	for n < len(d.pending) {
		if !utf8.FullRune(d.pending[n:]) {
			break
		}
		_, size := utf8.DecodeRune(d.pending[n:])
		n += size
	}
	text := string(d.pending[:n])
	d.pending = append(d.pending[:0], d.pending[n:]...)
	return text
}

// Rest is what is left at the end, a part of a rune perhaps.
func (d *Decoder) Rest() string {
	text := string(d.pending)
	d.pending = nil
	return text
}
