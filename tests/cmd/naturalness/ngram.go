package main

import (
	"math"

	"pxos/llm/score"
	"pxos/llm/token"
)

// order is of the n-grams.
const order = 5

// ngrams is a model of n-grams of tokens, interpolated after Witten and Bell (1991, method C):
// what the surprise of the transformer is compared with.
type ngrams struct {
	vocabulary int
	counts     map[uint64]uint32   // of contexts with their next token
	contexts   map[uint64]followed // of contexts
}

type followed struct {
	total, kinds uint32 // of tokens that followed it
}

func newNgrams(vocabulary int) *ngrams {
	return &ngrams{vocabulary: vocabulary, counts: map[uint64]uint32{}, contexts: map[uint64]followed{}}
}

// extend is the key of a context with one more token before it; two contexts have the same
// key with a chance of 2^-64 for each two.
func extend(key uint64, id int) uint64 {
	key = (key ^ uint64(id+1)) * 0x9E3779B97F4A7C15
	return key ^ key>>29
}

// add counts a text.
func (n *ngrams) add(ids []int) {
	for i, id := range ids {
		key := uint64(1)
		for back := 0; back < order; back++ {
			c := n.contexts[key]
			next := extend(key+1, id)
			if n.counts[next]++; n.counts[next] == 1 {
				c.kinds++
			}
			c.total++
			n.contexts[key] = c
			if i-back-1 < 0 {
				break
			}
			key = extend(key, ids[i-back-1])
		}
	}
}

// probability is that of a token after what came before it.
func (n *ngrams) probability(before []int, id int) float64 {
	p := 1 / float64(n.vocabulary)
	key := uint64(1)
	for back := 0; back < order; back++ {
		c, ok := n.contexts[key]
		if !ok {
			break
		}
		p = (float64(n.counts[extend(key+1, id)]) + float64(c.kinds)*p) / float64(c.total+c.kinds)
		if back >= len(before) {
			break
		}
		key = extend(key, before[len(before)-1-back])
	}
	return p
}

// score is as that of package score.
func (n *ngrams) score(v *token.Vocabulary, text string) (out []score.Token) {
	ids := append([]int{v.BOS}, v.NewEncoder().Encode(text)...)
	at := 0
	for i, id := range ids[1:] {
		piece := string(v.Bytes(id))
		out = append(out, score.Token{Text: piece, Offset: at, Bits: -math.Log2(n.probability(ids[max(0, i+1-order):i+1], id))})
		at += len(piece)
	}
	return out
}
