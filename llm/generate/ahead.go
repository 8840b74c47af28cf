package generate

import "pxos/llm/model"

// Ahead guesses what comes next from what came before: where the text's last tokens came
// earlier, what followed them there. Guesses are computed with the token before them, in one
// pass, which costs little more than that token alone where memory is what limits. A guess is taken
// where the sampler chooses the same from the model's own logits, so the text is what it is
// without, whatever the temperature, for every seed.
// Source: Fast Inference from Transformers via Speculative Decoding (Leviathan et al., 2023), with
// a look-up in place of the smaller model: Prompt Lookup Decoding (Saxena, 2023).
type Ahead struct {
	Most int // guesses at once, 0 for none

	history []int
	length  int // of guesses: more where they are taken, fewer where not
	guess   []int
	logits  [][]float32 // after the token that was fed, and after each guess
	taken   int         // of the last guesses

	Guessed, Taken int // so far
}

// Bounds of the tokens that must have come before, together.
const (
	leastAlike = 2
	mostAlike  = 12
)

// Saw notes a token of the text.
func (a *Ahead) Saw(t int) {
	if a.Most > 0 {
		a.history = append(a.history, t)
	}
}

// Known gives the logits after a token of the text if it was guessed.
func (a *Ahead) Known(t int) ([]float32, bool) {
	if len(a.guess) == 0 || a.guess[0] != t {
		return nil, false
	}
	a.guess, a.logits = a.guess[1:], a.logits[1:]
	a.Taken++
	a.taken++
	return a.logits[0], true
}

// Span is what is to be fed for a token that was seen: it, and guesses of at most so many
// tokens. The sequence forgets guesses that were not taken.
func (a *Ahead) Span(s *model.Sequence, t, room int) model.Span {
	span := model.Span{Sequence: s, Tokens: []int{t}}
	if a.Most == 0 {
		return span
	}
	a.Drop(s)
	a.guess = a.draft(min(a.length, room))
	a.Guessed += len(a.guess)
	if len(a.guess) > 0 {
		span.Tokens = append(span.Tokens, a.guess...)
		a.logits = make([][]float32, len(span.Tokens))
		span.Each = func(i int, logits []float32) { a.logits[i] = logits }
	}
	return span
}

// Logits are those after the token that was fed, of what the engine gave for its span.
func (a *Ahead) Logits(last []float32) []float32 {
	if len(a.guess) > 0 {
		return a.logits[0]
	}
	return last
}

// Left is how many guesses the sequence has that were not taken.
func (a *Ahead) Left() int { return len(a.guess) }

// Drop has the sequence forget them.
func (a *Ahead) Drop(s *model.Sequence) {
	switch {
	case a.length == 0:
		a.length = min(4, a.Most)
	case len(a.guess) == 0 && a.taken > 0: // all were taken
		a.length = min(2*a.length, a.Most)
	case len(a.guess) > 0 && a.taken == 0:
		a.length = max(a.length/2, 1)
	}
	s.Cut(s.Len() - len(a.guess))
	a.guess, a.logits, a.taken = nil, nil, 0
}

// draft is what followed the longest part of the text's end that came before; the latest of
// those that are as long.
func (a *Ahead) draft(most int) []int {
	h := a.history
	best, length := 0, leastAlike-1
	for end := len(h) - 1; end > 0 && length < mostAlike; end-- {
		n := 0
		for n < end && n < mostAlike && h[end-1-n] == h[len(h)-1-n] {
			n++
		}
		if n > length {
			best, length = end, n
		}
	}
	if best == 0 || most <= 0 {
		return nil
	}
	return h[best:min(best+most, len(h))]
}
