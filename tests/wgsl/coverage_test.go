package wgsl

import (
	"strings"
	"testing"

	"pxos/wgsl"
)

// TestEverySectionHasCases asks that each section of the specification has the
// cases that its kind wants.
func TestEverySectionHasCases(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	all := s.Coverage()
	if len(all) < 400 {
		t.Errorf("the table has only %d sections", len(all))
	}
	for i := range all {
		if why := all[i].Missing(); why != "" {
			t.Errorf("%s %s (%s) wants %s", all[i].Number, all[i].Title, all[i].Anchor, why)
		}
	}
}

// TestMissing keeps the check of the coverage able to fail.
func TestMissing(t *testing.T) {
	one := []string{"a/b"}
	for _, c := range []struct {
		coverage Coverage
		want     string
	}{
		{Coverage{Section: Section{Kind: SectionRun}}, "a valid case that is run"},
		{Coverage{Section: Section{Kind: SectionRun}, Accepted: one}, "a valid case that is run"},
		{Coverage{Section: Section{Kind: SectionRun}, Run: one}, ""},
		{Coverage{Section: Section{Kind: SectionCheck, Rules: true}}, "a valid case and an invalid case"},
		{Coverage{Section: Section{Kind: SectionCheck, Rules: true}, Accepted: one, Refused: one}, ""},
		{Coverage{Section: Section{Kind: SectionNone}}, ""},
	} {
		if got := c.coverage.Missing(); got != c.want {
			t.Errorf("%+v: %q, not %q", c.coverage, got, c.want)
		}
	}
}

// TestNamesAreUnique asks that a name means one case, valid or invalid.
func TestNamesAreUnique(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range append(s.Valid, s.Invalid...) {
		if seen[c.ID()] {
			t.Errorf("two cases are named %s", c.ID())
		}
		seen[c.ID()] = true
	}
}

// TestHeaders asks that a wrong head of a case or file is refused.
func TestHeaders(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"//// a section=abs-float-builtin\n", ""},
		{"// section: abs-float-builtin\n//// a\n", ""},
		{"//// a section=abs-float-builtin says=`two words` line=3\n⟦a¦b⟧", ""},
		{"//// a section=no-such-section\n", "no section"},
		{"// section: no-such-section\n//// a\n", "no section"},
		{"//// a section=intro\n", "nothing to test"},
		{"//// a section=limits says=`two words\n", "has no end"},
		{"//// a section=limits says=`(`\n", "missing closing"},
		{"//// a colour=red\n", "no such key"},
		{"//// a features=teleport\n", "no such feature"},
		{"//// a workgroups=1,2,3,4\n", "not X,Y,Z"},
		{"const a = 1;\n//// a\n", "before the first case"},
	} {
		_, err := parse("test.wgsl", c.text)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, not %q", c.text, err, c.want)
		}
	}
}

// TestWantedKeys asks that a case without what it must have is refused.
func TestWantedKeys(t *testing.T) {
	for _, c := range []struct {
		text    string
		invalid bool
		want    string
	}{
		{"//// a section=limits says=`x`\n⟦a¦b⟧", true, ""},
		{"//// a section=limits says=`x`\n", true, "no ⟦wrong¦right⟧"},
		{"//// a section=limits\n⟦a¦b⟧", true, "no says"},
		{"//// a says=`x`\n⟦a¦b⟧", true, "no section"},
		{"//// a section=limits check-only says=`x`\n⟦a¦b⟧", true, "key of valid cases"},
		{"//// a section=limits says=`x`\n", false, "keys of invalid cases"},
		{"//// a section=limits check-only\n", false, ""},
	} {
		cases, err := parse("test.wgsl", c.text)
		if err != nil {
			t.Fatal(err)
		}
		err = cases[0].complete(c.invalid)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, not %q", c.text, err, c.want)
		}
	}
}

// TestSelection asks that -section takes in the sections below.
func TestSelection(t *testing.T) {
	whole, err := Load("atomic-builtin-functions", nil)
	if err != nil {
		t.Fatal(err)
	}
	part, err := Load("atomic-add", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(part.Valid) == 0 || len(part.Invalid) == 0 || len(whole.Valid) <= len(part.Valid) {
		t.Errorf("%d valid and %d invalid cases of atomicAdd, %d of all atomics", len(part.Valid), len(part.Invalid), len(whole.Valid))
	}
	if _, err := Load("no-such-section", nil); err == nil {
		t.Error("a section that is none was taken")
	}
}

// TestRefusalsNameTheirRule asks that what the checker gives as the rule of an
// error is a section of the specification, a rule defined inside one, or one that
// diagnostic filters know.
func TestRefusalsNameTheirRule(t *testing.T) {
	s, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	inside := map[string]bool{"load-rule": true, "derivative_uniformity": true, "subgroup_uniformity": true}
	for _, c := range s.Invalid {
		wrong, _ := c.Sides()
		_, _, d := wgsl.Check(c.ID(), wrong)
		for _, m := range d {
			if _, ok := sections().byName[m.Rule]; !ok && !inside[m.Rule] {
				t.Errorf("%s: the rule %q is no section: %s", c.ID(), m.Rule, m.Message)
			}
		}
	}
}
