package model

// Backend computes a model's batches elsewhere than on the CPU. It is for one goroutine at a time.
type Backend interface {
	// NewCache makes room for the keys and values of a sequence of at most so many tokens.
	NewCache(context int) (Cache, error)
	// Forward computes at most Batch tokens, in order, and keeps their keys and values.
	Forward(steps []Step) error
	Close() error
}

// Cache is what a Backend keeps for a sequence.
type Cache interface{ Close() error }

// Step is a token of a batch, as a Backend is given it.
type Step struct {
	Cache Cache     // of its sequence
	Place int       // in its sequence
	Input []float32 // [Width]: its embedding, scaled
	Turns [2][]Turn // by how much pairs turn there; Config.Local chooses for a layer
	// Where they are not nil they are to be filled: what the head sees [Width], and the
	// logits [Vocabulary] before the soft cap.
	State, Logits []float32
}

// ask has the backend compute a batch.
func (e *Engine) ask(tokens []token, x, logits [][]float32) error {
	steps := make([]Step, len(tokens))
	var out [][]float32
	for i, t := range tokens {
		steps[i] = Step{Cache: t.s.cache, Place: t.place, Input: x[i], Turns: t.turns}
		if t.last >= 0 || t.each != nil {
			steps[i].Logits = make([]float32, e.m.Vocabulary)
			out = append(out, steps[i].Logits)
		}
		if t.last >= 0 {
			logits[t.last] = steps[i].Logits
		}
		if t.state != nil {
			steps[i].State = make([]float32, e.m.Width)
		}
	}
	if err := e.backend.Forward(steps); err != nil {
		return err
	}
	e.capAll(out)
	for i, t := range tokens {
		if t.state != nil {
			t.state(steps[i].State)
		}
		if t.each != nil {
			t.each(steps[i].Logits)
		}
	}
	return nil
}
