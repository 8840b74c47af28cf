package model

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pxos/llm/kernel"
	"pxos/llm/quant"
)

// TestCaches holds caches of every type to the reference, with windows and caps, over several
// pages: each as near as it can keep numbers. The batches change no bit.
func TestCaches(t *testing.T) {
	for i, s := range []Shape{Small()[0], Small()[4], Small()[5]} {
		s.Layers = 3
		m, err := Load(file(t, s, quant.F32, uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(uint64(i), 9))
		tokens := make([]int, 150)
		for k := range tokens {
			tokens[k] = r.IntN(m.Vocabulary)
		}
		ref := NewReference(m, 256)
		var want []float64
		for _, token := range tokens {
			if want, err = ref.Next(token); err != nil {
				t.Fatal(err)
			}
		}
		for typ, most := range []float64{kernel.CacheF16: 2e-3, kernel.CacheQ8: 0.06, kernel.CacheF32: 1e-5} {
			e := NewEngine(m, 2, kernel.CacheType(typ))
			defer e.Close()
			got, err := e.NewSequence(256).Feed(tokens)
			if err != nil {
				t.Fatal(err)
			}
			if off := difference(got, want); !(off < most) {
				t.Errorf("%s, cache %v: off by %g", s.Architecture, kernel.CacheType(typ), off)
			} else {
				t.Logf("%s, cache %v: off by %.2g", s.Architecture, kernel.CacheType(typ), off)
			}
			one, last := e.NewSequence(256), []float32(nil)
			for _, token := range tokens {
				if last, err = one.Feed([]int{token}); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(last, got) {
				t.Errorf("%s, cache %v: a token at a time gives other bits", s.Architecture, kernel.CacheType(typ))
			}
		}
	}
}

// TestShare has texts begin alike: what they share is not taken twice, none changes what
// another sees, and pages come back.
func TestShare(t *testing.T) {
	m, err := Load(file(t, Small()[0], quant.Q8_0, 5))
	if err != nil {
		t.Fatal(err)
	}
	tokens := make([]int, 200)
	for i := range tokens {
		tokens[i] = i * 7 % 300
	}
	e := NewEngine(m, 2, kernel.CacheF16)
	defer e.Close()
	first := e.NewSequence(256)
	if _, err := first.Feed(tokens[:150]); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{150, 128, 70, 1} {
		alone, shared := e.NewSequence(256), e.NewSequence(256)
		if _, err := alone.Feed(tokens[:n]); err != nil {
			t.Fatal(err)
		}
		if !shared.Share(first, n) || shared.Len() != n {
			t.Fatalf("%d tokens are not shared", n)
		}
		other := append([]int{299}, tokens[n:n+40]...)
		want, err := alone.Feed(other)
		if err != nil {
			t.Fatal(err)
		}
		got, err := shared.Feed(other)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("after %d shared tokens the logits are others, %v", n, err)
		}
		for _, s := range []*Sequence{alone, shared} {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	want, err := first.Feed(tokens[150:])
	if err != nil {
		t.Fatal(err)
	}
	fresh := e.NewSequence(256)
	got, err := fresh.Feed(tokens)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("the first text was changed by those that share it, %v", err)
	}
	_, _ = first.Close(), fresh.Close()
	for _, p := range e.free {
		if p.users != 0 {
			t.Fatal("a page that is free has a user")
		}
	}
	if n := len(e.free); n < pagesOf(200) || n > 3*pagesOf(200) {
		t.Errorf("%d pages are free at the end", n)
	}
	if first.Share(e.NewSequence(256), 1) {
		t.Error("a token that is not there is shared")
	}
}
