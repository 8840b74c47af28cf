// Package sample chooses a model's next token from its logits.
//
// It imports nothing of pxOS. Invariants: one seed makes one choice after the other the
// same; a logit that is not a number is never chosen; the logits are not changed.
package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Options say how tokens are chosen. Zeros leave a step out; a Temperature of 0 takes the
// most likely.
type Options struct {
	Temperature float64
	TopK        int     // only so many, the most likely
	TopP        float64 // only as many as come to this probability together
	MinP        float64 // only those of at least this share of the most likely one's
	// Repetition divides the logits above zero, and multiplies those below, of tokens that
	// came before; Presence is taken from theirs, Frequency for each time.
	Repetition, Presence, Frequency float64
	Bias                            map[int]float64 // that is added to logits
	Seed                            uint64
}

// Check says what is wrong with options.
func (o *Options) Check() error {
	for name, v := range map[string]float64{"temperature": o.Temperature, "top_p": o.TopP, "min_p": o.MinP, "repetition": o.Repetition} {
		if math.IsNaN(v) || v < 0 || v > 1000 {
			return fmt.Errorf("%s is %g, it must be from 0 on", name, v)
		}
	}
	if o.TopP > 1 || o.MinP > 1 {
		return fmt.Errorf("top_p %g and min_p %g are probabilities", o.TopP, o.MinP)
	}
	if o.TopK < 0 {
		return fmt.Errorf("top_k is %d", o.TopK)
	}
	return nil
}

// Sampler chooses the tokens of one text.
type Sampler struct {
	o     Options
	r     *rand.Rand
	count map[int]int // of tokens that came before
	work  []candidate
}

// candidate is a token that may be chosen.
type candidate struct {
	token int
	logit float64
	share float64
}

// New makes a sampler; the options must pass Check.
func New(o Options) *Sampler {
	return &Sampler{o: o, r: rand.New(rand.NewPCG(o.Seed, 0x70784f53)), count: map[int]int{}}
}

// Saw tells the sampler of a token of the text, its own included.
func (s *Sampler) Saw(token int) { s.count[token]++ }

// logit is what a token's logit is after penalties and bias.
func (s *Sampler) logit(token int, v float64) float64 {
	if n := s.count[token]; n > 0 {
		if p := s.o.Repetition; p > 0 && v > 0 {
			v /= p
		} else if p > 0 {
			v *= p
		}
		v -= s.o.Presence + s.o.Frequency*float64(n)
	}
	return v + s.o.Bias[token]
}

// Next chooses a token; allowed may be nil for all. It is -1 if none may be chosen.
func (s *Sampler) Next(logits []float32, allowed func(token int) bool) int {
	s.work = s.work[:0]
	best := -1
	for i, v := range logits {
		l := s.logit(i, float64(v))
		if math.IsNaN(l) || math.IsInf(l, -1) || allowed != nil && !allowed(i) {
			continue
		}
		if best < 0 || l > s.work[best].logit {
			best = len(s.work)
		}
		s.work = append(s.work, candidate{token: i, logit: l})
	}
	if best < 0 {
		return -1
	}
	if s.o.Temperature == 0 {
		return s.work[best].token
	}
	return s.draw(s.cut())
}

// cut leaves those that may be chosen, the most likely first, with their shares.
func (s *Sampler) cut() []candidate {
	list := s.work
	slices.SortStableFunc(list, func(a, b candidate) int {
		switch {
		case a.logit > b.logit:
			return -1
		case a.logit < b.logit:
			return 1
		}
		return 0
	})
	if s.o.TopK > 0 {
		list = list[:min(s.o.TopK, len(list))]
	}
	shares(list, s.o.Temperature)
	if s.o.MinP > 0 {
		n := 1
		for n < len(list) && list[n].share >= s.o.MinP*list[0].share {
			n++
		}
		list = list[:n]
	}
	if s.o.TopP > 0 && s.o.TopP < 1 {
		sum, n := 0.0, 0
		for n < len(list) && sum < s.o.TopP {
			sum += list[n].share
			n++
		}
		list = list[:n]
	}
	return list
}

// shares are the probabilities of candidates, the first of which is the most likely.
func shares(list []candidate, temperature float64) {
	sum := 0.0
	for i := range list {
		list[i].share = math.Exp((list[i].logit - list[0].logit) / temperature)
		sum += list[i].share
	}
	for i := range list {
		list[i].share /= sum
	}
}

// draw chooses by share.
func (s *Sampler) draw(list []candidate) int {
	sum := 0.0
	for _, c := range list {
		sum += c.share
	}
	at := s.r.Float64() * sum
	for _, c := range list {
		if at -= c.share; at < 0 {
			return c.token
		}
	}
	return list[len(list)-1].token
}
