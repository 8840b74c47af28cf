package main

import (
	"strings"
	"testing"
)

// TestRenew asks that numbers are counted, what is known is kept, and a new
// section is marked.
func TestRenew(t *testing.T) {
	const text = "# Introduction # {#intro}\ntext\n## `abs` ## {#abs-float-builtin}\n### A New One ### {#a-new-one}\n# Next # {#types}\n"
	var out strings.Builder
	if err := renew(strings.NewReader(text), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{"1\tintro\tnone\tIntroduction\tintroduction", "1.1\tabs-float-builtin\trun\tabs", "1.1.1\ta-new-one\t?\tA New One", "2\ttypes\trun\tNext", ""}
	if got := strings.Split(out.String(), "\n"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, not %q", got, want)
	}
	if err := renew(strings.NewReader("no heading"), &out); err == nil {
		t.Error("a text without headings was taken")
	}
}
