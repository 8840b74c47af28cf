package sample

import (
	"math"
	"slices"
)

// Logprob is how likely a token was, as the natural logarithm, before temperature, penalties
// and bias.
type Logprob struct {
	Token   int
	Logprob float64
	Top     []Logprob // the most likely ones there, the likeliest first
}

// Logprobs says how likely the token was that was chosen, and so many others.
func Logprobs(logits []float32, chosen, top int) Logprob {
	most := math.Inf(-1)
	for _, l := range logits {
		most = max(most, float64(l))
	}
	sum := 0.0
	for _, l := range logits {
		sum += math.Exp(float64(l) - most)
	}
	all := most + math.Log(sum)
	out := Logprob{Token: chosen, Logprob: bounded(float64(logits[chosen]) - all)}
	if top == 0 {
		return out
	}
	ids := make([]int, len(logits))
	for i := range ids {
		ids[i] = i
	}
	slices.SortStableFunc(ids, func(a, b int) int {
		switch {
		case logits[a] > logits[b]:
			return -1
		case logits[a] < logits[b]:
			return 1
		}
		return 0
	})
	for _, id := range ids[:min(top, len(ids))] {
		out.Top = append(out.Top, Logprob{Token: id, Logprob: bounded(float64(logits[id]) - all)})
	}
	return out
}

// least stands for what cannot be, since JSON has no infinity; it is OpenAI's.
const least = -9999

func bounded(p float64) float64 { return max(p, least) }
