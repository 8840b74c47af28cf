package cm

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestKernels runs the vector code beside its plain twins on random numbers, extremes
// included.
func TestKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	number := func(most int32) int16 {
		switch r.IntN(8) {
		case 0:
			return int16(most)
		case 1:
			return int16(-most)
		}
		return int16(r.Int32N(2*most+1) - most)
	}
	for range 10000 {
		var x [mixInputs]int16
		var w, v [mixSelectors][mixInputs]int16
		var errors [mixSelectors]int16
		for i := range x {
			x[i] = number(stretchMax)
		}
		for k := range w {
			errors[k] = number(32767)
			for i := range w[k] {
				w[k][i] = number(32767)
			}
		}
		v = w
		var a, b [mixSelectors]int32
		dots(&x, &w[0], &w[1], &w[2], &w[3], &a)
		dotsPlain(&x, &v[0], &v[1], &v[2], &v[3], &b)
		trains(&x, &w[0], &w[1], &w[2], &w[3], &errors)
		trainsPlain(&x, &v[0], &v[1], &v[2], &v[3], &errors)
		if a != b || w != v {
			t.Fatalf("the vector code differs: %v %v", a, b)
		}
	}
}

func TestLearnKernel(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	table := make([]byte, 64*bucketBytes)
	var maps, otherMaps [maxContexts << 8]uint32
	for i := range table {
		table[i] = byte(r.Uint32())
	}
	for i := range maps {
		maps[i] = r.Uint32()
	}
	otherMaps, other := maps, slices.Clone(table)
	for range 2000 {
		var in, otherIn [mixInputs]int16
		slots := make([]uint32, r.IntN(maxContexts+1))
		for i := range slots {
			slots[i] = uint32(r.IntN(64)) * bucketBytes
		}
		node, y, rate := 1+r.Uint32N(15), r.Uint32N(2), 4+uint(r.IntN(5))
		next := (node<<1 | y) & 15
		learnStates(table, slots, &maps, &in, node, next, y, rate)
		learnPlain(other, slots, &otherMaps, &otherIn, node, next, y, rate)
		if in != otherIn || maps != otherMaps || !slices.Equal(table, other) {
			t.Fatal("the assembly differs from its twin")
		}
	}
}
