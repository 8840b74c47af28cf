package architect

import (
	"strings"
	"testing"

	"pxos/abi/bootreport"
	"pxos/architect/source"
)

const guarded = `package paging

func (t *Tables) Map(virt uint64) Error {
	if virt == 0 {
		return ErrEmpty
	}
	if t.full() {
		refuse("no memory", "")
	}
	c.that(virt != 1, "one")
	return OK
}
`

func integrityCase() (*Project, source.Tree) {
	p := &Project{Roots: []string{"kernel"}, Protected: []string{"kernel/selftest/", "kernel/report/"}}
	return p, source.New(map[string]string{
		"kernel/paging/map.go": guarded, "kernel/selftest/all.go": "package selftest\n", "kernel/report/r.go": "package report\n",
		"kernel/start.go": "package main\n\nfunc test() { selftest.Run(&machine) }\n\nfunc other() { report.Test(1) }\n", "abi/x.go": "package abi\n",
	})
}

func TestIntegrity(t *testing.T) {
	p, before := integrityCase()
	edit := func(path, old, new string) source.Tree {
		text, _ := before.File(path)
		if !strings.Contains(text, old) {
			t.Fatalf("%s holds no %q", path, old)
		}
		return before.With(map[string]string{path: strings.Replace(text, old, new, 1)})
	}
	for _, c := range []struct {
		name  string
		after source.Tree
		says  string
	}{
		{"nothing", before, "changes nothing"},
		{"a refusal less", edit("kernel/paging/map.go", "return ErrEmpty", "return OK"), "removes a refusal"},
		{"an end less", edit("kernel/paging/map.go", `refuse("no memory", "")`, "return OK"), "removes a call that ends with a reason"},
		{"a check less", edit("kernel/paging/map.go", "\tc.that(virt != 1, \"one\")\n", ""), "removes a self-test check"},
		{"the self-tests are not run", edit("kernel/start.go", "selftest.Run(&machine)", ""), "removes a self-test"},
		{"a report line less", edit("kernel/start.go", "report.Test(1)", ""), "removes a report line"},
		{"a self-test is changed", edit("kernel/selftest/all.go", "selftest\n", "selftest\n\nvar x int\n"), "may not touch"},
		{"the report is changed", edit("kernel/report/r.go", "report\n", "report\n\nvar x int\n"), "may not touch"},
		{"outside", edit("abi/x.go", "abi\n", "abi\n\nvar x int\n"), "outside the source roots"},
		{"a new self-test file", before.With(map[string]string{"kernel/selftest/new.go": "package selftest\n"}), "may not touch"},
		{"a refusal is corrected", edit("kernel/paging/map.go", "virt == 0", "virt < 4096"), ""},
		{"a refusal is moved", edit("kernel/paging/map.go", "\tif virt == 0 {\n\t\treturn ErrEmpty\n\t}\n\tif t.full() {\n\t\trefuse(\"no memory\", \"\")\n\t}\n",
			"\tif t.full() {\n\t\trefuse(\"no memory\", \"\")\n\t}\n\tif virt == 0 {\n\t\treturn ErrEmpty\n\t}\n"), ""},
		{"a refusal more", edit("kernel/paging/map.go", "return OK", "return ErrNoFrame"), ""},
		{"another refusal", edit("kernel/paging/map.go", "ErrEmpty", "ErrOverlap"), ""},
	} {
		got := p.integrity(before, c.after)
		if (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
}

func TestFewerTests(t *testing.T) {
	want := map[string]int{"paging": 37, "frames": 196}
	for _, c := range []struct {
		got  map[string]int
		says string
	}{
		{map[string]int{"paging": 37, "frames": 196}, ""},
		{map[string]int{"paging": 40, "frames": 196, "new": 1}, ""},
		{map[string]int{"paging": 37}, "frames is no longer reported"},
		{map[string]int{"paging": 36, "frames": 196}, "paging makes 36 checks, 37 are known"},
		{nil, "frames is no longer reported"},
	} {
		if got := fewerTests(want, c.got); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%v: %q, want %q", c.got, got, c.says)
		}
	}
	r := &bootreport.Report{Tests: []bootreport.Test{{Name: "paging", Checks: 3}, {Name: "pci", Checks: 4, Failed: 1}}}
	if got := checksOf(r); len(got) != 2 || got["paging"] != 3 || got["pci"] != 4 {
		t.Errorf("checks of a report: %v", got)
	}
}
