package main

import (
	"testing"
	"time"
)

// TestShortAttack is a short one, without the machine beside it.
func TestShortAttack(t *testing.T) {
	r, err := run(t.Context(), options{duration: 2 * time.Second, seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	if r.Attack.Submissions == 0 || r.Attack.Commands == 0 || r.Attack.Looks == 0 || r.Neighbour.Commands == 0 {
		t.Errorf("little happened: %+v", r)
	}
}
