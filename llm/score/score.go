// Package score says how surprising a text is to a model: what each of its tokens costs, in
// bits. Code that was changed by a mistake tends to cost more than code as it is written.
//
// It may import llm/model and llm/token. Invariant: the costs are those of coding the text
// by the model, so their sum is the length of a file that a decoder with the same model
// could read.
package score

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"pxos/llm/model"
	"pxos/llm/token"
)

// Token is a piece of the text.
type Token struct {
	Text   string  `json:"text"` // its bytes
	Offset int     `json:"offset"`
	Bits   float64 `json:"bits"`
}

// Line is what a line costs, its end included.
type Line struct {
	Number int     `json:"line"` // from 1
	Text   string  `json:"text"` // without its end
	Bits   float64 `json:"bits"`
	Most   float64 `json:"most_bits"` // of a token that begins in it
	Bytes  int     `json:"bytes"`     // with its end
}

// PerByte is the line's bits a byte.
func (l Line) PerByte() float64 { return l.Bits / float64(max(l.Bytes, 1)) }

// Sum is the cost of tokens.
func Sum(tokens []Token) (bits float64) {
	for _, t := range tokens {
		bits += t.Bits
	}
	return bits
}

// Score computes the costs of a text's tokens. A token is predicted from half of the context
// at least, or from all that is before it; the first from the token that begins texts, or,
// where the model has none, as one of all tokens.
func Score(ctx context.Context, e *model.Engine, m *model.Model, v *token.Vocabulary, text string, length int, progress func(done, all int)) ([]Token, error) {
	if length < 2 {
		return nil, errors.New("a context of less than 2 tokens says nothing")
	}
	ids := v.Encode(text, false)
	if v.AddBOS {
		ids = ids[1:]
	}
	if v.AddEOS {
		ids = ids[:len(ids)-1]
	}
	if len(ids) == 0 {
		return nil, nil
	}
	out := make([]Token, len(ids))
	for i, at := 0, 0; i < len(ids); i++ {
		piece := string(v.Bytes(ids[i]))
		out[i] = Token{piece, at, math.Log2(float64(m.Vocabulary))}
		at += len(piece)
	}
	if begun := v.Decode(ids[:1]); len(begun) < len(out[0].Text) { // a space that is put before texts
		space := len(out[0].Text) - len(begun)
		out[0].Text = begun
		for i := range out[1:] {
			out[1+i].Offset -= space
		}
	}
	scored := 1 // of ids
	if v.BOS >= 0 {
		ids, scored = append([]int{v.BOS}, ids...), 0
	}
	return out, run(ctx, e, ids, out, scored, length, progress)
}

// run fills in the bits: out are those of the last of ids, of which so many are done.
func run(ctx context.Context, e *model.Engine, ids []int, out []Token, scored, length int, progress func(done, all int)) error {
	skip := len(ids) - len(out) // a token that begins the text
	s := e.NewSequence(length)
	var bad error
	for from := 0; scored < len(out); from += length / 2 {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.Cut(0)
		to := min(from+length, len(ids)-1)
		first := scored + skip - 1 // the token after which the first logits are wanted
		each := func(i int, logits []float32) {
			next := first + i + 1
			bits, err := cost(logits, ids[next])
			bad = errors.Join(bad, err)
			out[next-skip].Bits = bits
		}
		spans := []model.Span{{Sequence: s, Tokens: ids[from:first], More: true}, {Sequence: s, Tokens: ids[first:to], More: true, Each: each}}
		for _, p := range spans {
			if len(p.Tokens) == 0 {
				continue
			}
			if _, err := e.Feed([]model.Span{p}); err != nil {
				return err
			}
		}
		if bad != nil {
			return bad
		}
		scored = to + 1 - skip
		progress(scored, len(out))
	}
	return nil
}

// cost is what a token costs, in bits.
func cost(logits []float32, id int) (float64, error) {
	most := float64(logits[0])
	for _, l := range logits {
		most = max(most, float64(l))
	}
	sum := 0.0
	for _, l := range logits {
		sum += math.Exp(float64(l) - most)
	}
	bits := (math.Log(sum) + most - float64(logits[id])) / math.Ln2
	if math.IsNaN(bits) || math.IsInf(bits, 0) {
		return 0, fmt.Errorf("the model gives no number: %w", model.ErrWeights)
	}
	return bits, nil
}

// Lines shares the costs out among lines: a token that spans several gives each its part by
// bytes.
func Lines(text string, tokens []Token) (out []Line) {
	var ends []int
	at := 0
	for l := range strings.Lines(text) {
		at += len(l)
		ends = append(ends, at)
		out = append(out, Line{Number: len(out) + 1, Text: strings.TrimRight(l, "\r\n"), Bytes: len(l)})
	}
	n := 0
	for _, t := range tokens {
		for first, left := true, t.Text; len(left) > 0 && n < len(out); first = false {
			begin := t.Offset + len(t.Text) - len(left)
			if begin >= ends[n] {
				n++
				continue
			}
			part := min(len(left), ends[n]-begin)
			out[n].Bits += t.Bits * float64(part) / float64(len(t.Text))
			if first {
				out[n].Most = max(out[n].Most, t.Bits)
			}
			left = left[part:]
		}
	}
	return out
}
