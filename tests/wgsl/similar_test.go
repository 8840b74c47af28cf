package wgsl

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// words are the tokens of a case: names, numbers and marks.
var words = regexp.MustCompile(`[\pL_][\pL\pN_]*|[0-9][0-9a-zA-Z_.]*|⟦|¦|⟧|[^\s\pL\pN]`)

var digits = regexp.MustCompile(`^[0-9]`)

// fingerprint is a case's text without what does not matter: blanks, the values
// of numbers outside of the marks, and which names the author chose.
func fingerprint(c *Case) []string {
	declared := map[string]string{}
	for _, m := range regexp.MustCompile(`\b(?:fn|let|const|var|override|struct|alias)(?:<[^>]*>)?\s+([\pL_][\pL\pN_]*)`).FindAllStringSubmatch(c.Text, -1) {
		declared[m[1]] = ""
	}
	for _, m := range regexp.MustCompile(`\b([\pL_][\pL\pN_]*)\s*:`).FindAllStringSubmatch(c.Text, -1) {
		declared[m[1]] = ""
	}
	var out []string
	marked, next := false, 0
	for _, w := range words.FindAllString(stripComments(c.Text), -1) {
		switch {
		case w == markOpen || w == markClose:
			marked = w == markOpen
		case digits.MatchString(w) && !marked:
			w = "0"
		}
		if name, ours := declared[w]; ours {
			if name == "" {
				name = fmt.Sprintf("n%d", next)
				declared[w] = name
				next++
			}
			w = name
		}
		out = append(out, w)
	}
	return out
}

func stripComments(s string) string { return regexp.MustCompile(`//[^\n]*`).ReplaceAllString(s, "") }

// likeness is the share of pairs of neighbouring tokens that two cases have in
// common.
func likeness(a, b []string) float64 {
	count := map[string]int{}
	for i := range len(a) - 1 {
		count[a[i]+" "+a[i+1]]++
	}
	common := 0
	for i := range len(b) - 1 {
		if k := b[i] + " " + b[i+1]; count[k] > 0 {
			count[k]--
			common++
		}
	}
	total := max(1, len(a)-1+len(b)-1-common)
	return float64(common) / float64(total)
}

// tooLike is where two cases test the same thing twice: below it they differ in the
// function or rule that is broken, though the shape may be the same.
const tooLike = 0.88

// TestInvalidCasesDiffer asks that no two invalid cases are nearly the same text.
func TestInvalidCasesDiffer(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	prints := make([][]string, len(s.Invalid))
	for i, c := range s.Invalid {
		prints[i] = fingerprint(c)
	}
	for i := range prints {
		for j := range i {
			if l := likeness(prints[i], prints[j]); l > tooLike {
				t.Errorf("%s and %s are the same but for %.0f %%", s.Invalid[i].ID(), s.Invalid[j].ID(), 100*(1-l))
			}
		}
	}
}

// TestLikeness keeps the comparison able to tell cases apart.
func TestLikeness(t *testing.T) {
	print := func(text string) []string { return fingerprint(&Case{Text: text}) }
	first := "fn f() {\n    let a = 1 + ⟦true¦2⟧;\n}"
	if l := likeness(print(first), print("fn g() {\n  let  b = 7 + ⟦true¦2⟧; // the same\n}")); l != 1 {
		t.Errorf("other names, numbers and blanks: %.2f", l)
	}
	for _, other := range []string{"fn f() {\n    let a = 1 - ⟦true¦2⟧;\n}", "fn f() {\n    let a = 1 + ⟦false¦2⟧;\n}", strings.ReplaceAll(first, "let", "const")} {
		if l := likeness(print(first), print(other)); l > tooLike {
			t.Errorf("%q: %.2f", other, l)
		}
	}
}
