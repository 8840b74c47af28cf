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
