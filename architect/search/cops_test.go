package search

import (
	"strings"
	"testing"

	"pxos/architect/source"
)

const forgetful = `int set(int *table, int slot, int value)
{
	table[slot] = value;
	return 0;
}

int set_all(int *table, int slot, int value)
{
	int extra = 3;
	if (slot < extra) {
		return -1;
	}
	return 0;
}
`

// TestUseUnused wants the statement that uses forgotten parameters before all
// other edits.
func TestUseUnused(t *testing.T) {
	s := Find(source.New(map[string]string{"a.c": forgetful}), Aim{}, Options{Seed: 1})
	if len(s.Candidates) == 0 || s.Candidates[0].Operator != "use-unused" || !strings.Contains(s.Candidates[0].Note, "table[slot] = value;") {
		t.Fatalf("want the forgotten statement first, got %+v", s.Candidates[:min(3, len(s.Candidates))])
	}
	if c := s.Candidates[0]; c.Function != "set_all" {
		t.Errorf("it goes into %s", c.Function)
	}
}

const gnuTraps = `# Two handlers of exceptions with an error code.
.equ VECTOR_NP, 11
segment_fault:
	incq counter
	addq $8, %rsp
	iretq

page_fault:
	pushq %rax
	popq %rax
	iretq
`

// TestGNUAssembly wants statements of GNU assembly to be grafted, in .S files
// and in .s files that are not Go's.
func TestGNUAssembly(t *testing.T) {
	want := strings.Replace(gnuTraps, "\tpopq %rax\n\tiretq", "\tpopq %rax\n\taddq $8, %rsp\n\tiretq", 1)
	for _, name := range []string{"trap.S", "trap.s"} {
		tree := source.New(map[string]string{name: gnuTraps})
		s := Find(tree, Aim{Places: []Place{{Function: "page_fault", Weight: 1}}}, Options{Seed: 1})
		found := -1
		for i := range s.Candidates {
			if text, _ := s.Candidates[i].Apply(tree).File(name); text == want && s.Candidates[i].Function == "page_fault" {
				found = i
				break
			}
		}
		if found < 0 {
			t.Errorf("%s: the repair is not among %d candidates", name, len(s.Candidates))
		}
	}
}
