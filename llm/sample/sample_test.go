package sample

import (
	"math"
	"testing"
)

var logits = []float32{1, 3, 2, float32(math.NaN()), -1}

// frequencies are how often each token is chosen.
func frequencies(o Options, n int) []float64 {
	s := New(o)
	out := make([]float64, len(logits))
	for range n {
		out[s.Next(logits, nil)] += 1 / float64(n)
	}
	return out
}

// TestShares draws by the probabilities that the options leave.
func TestShares(t *testing.T) {
	e := math.Exp
	all := e(1) + e(3) + e(2) + e(-1)
	for name, c := range map[string]struct {
		o    Options
		want []float64
	}{
		"greedy":      {Options{}, []float64{0, 1, 0, 0, 0}},
		"temperature": {Options{Temperature: 1}, []float64{e(1) / all, e(3) / all, e(2) / all, 0, e(-1) / all}},
		"top k":       {Options{Temperature: 1, TopK: 2}, []float64{0, e(3) / (e(3) + e(2)), e(2) / (e(3) + e(2)), 0, 0}},
		"top p":       {Options{Temperature: 1, TopP: 0.5}, []float64{0, 1, 0, 0, 0}},
		"min p":       {Options{Temperature: 1, MinP: 0.3}, []float64{0, e(3) / (e(3) + e(2)), e(2) / (e(3) + e(2)), 0, 0}},
		"hot":         {Options{Temperature: 1000}, []float64{0.25, 0.25, 0.25, 0, 0.25}},
		"bias":        {Options{Bias: map[int]float64{4: 10}}, []float64{0, 0, 0, 0, 1}},
	} {
		got := frequencies(c.o, 20_000)
		for i, w := range c.want {
			if math.Abs(got[i]-w) > 0.015 {
				t.Errorf("%s: token %d came with %.3f, want %.3f", name, i, got[i], w)
			}
		}
	}
}

// TestPenalties are of tokens that came before.
func TestPenalties(t *testing.T) {
	for name, o := range map[string]Options{"repetition": {Repetition: 2}, "presence": {Presence: 1.5}, "frequency": {Frequency: 0.6}} {
		s := New(o)
		if first := s.Next(logits, nil); first != 1 {
			t.Fatalf("the first is %d", first)
		}
		s.Saw(1)
		s.Saw(1)
		if second := s.Next(logits, nil); second != 2 {
			t.Errorf("%s: then comes %d, want 2", name, second)
		}
	}
}

// TestSeed makes the same choices, and others with another seed.
func TestSeed(t *testing.T) {
	draw := func(seed uint64) (out [50]int) {
		s := New(Options{Temperature: 1, Seed: seed})
		for i := range out {
			out[i] = s.Next(logits, nil)
		}
		return out
	}
	if draw(1) != draw(1) || draw(1) == draw(2) {
		t.Error("a seed does not decide")
	}
}

// TestAllowed chooses among what is allowed, and nothing where nothing is.
func TestAllowed(t *testing.T) {
	s := New(Options{Temperature: 1})
	for range 100 {
		if n := s.Next(logits, func(i int) bool { return i == 4 }); n != 4 {
			t.Fatalf("token %d is not allowed", n)
		}
	}
	if n := s.Next(logits, func(int) bool { return false }); n != -1 {
		t.Errorf("of none %d", n)
	}
	for _, o := range []Options{{Temperature: -1}, {TopP: 2}, {TopK: -1}, {MinP: math.NaN()}} {
		if o.Check() == nil {
			t.Errorf("%+v is fine", o)
		}
	}
}
