package wgsl

import (
	"context"
	"testing"

	"pxos/wgsl"
)

// TestSuiteWithoutBrowser holds what needs no Chromium: the invalid cases are
// refused where they must be and for what they are, and the executors agree on the
// valid ones.
func TestSuiteWithoutBrowser(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := NewReport()
	s.Judge(r)
	if _, _, err := s.Agreement(context.Background(), r, wgsl.Backends); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Failures {
		t.Errorf("%s: %s", f.Case, f.Why)
	}
	if r.Valid == 0 || r.Checked == 0 || r.Invalid == 0 {
		t.Errorf("%d valid, %d checked and %d invalid cases", r.Valid, r.Checked, r.Invalid)
	}
}

func TestSides(t *testing.T) {
	c := &Case{Text: "a ⟦b¦⟧ c ⟦¦d⟧ e"}
	if wrong, right := c.Sides(); wrong != "a b c  e" || right != "a  c d e" {
		t.Errorf("%q, %q", wrong, right)
	}
}
