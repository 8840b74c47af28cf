package tests

import (
	"os/exec"
	"testing"
)

// TestSocketsInRing3 runs a program that uses sockets of every kind, alone and by
// net/http: the same output and status as on this host.
func TestSocketsInRing3(t *testing.T) {
	c := exec.Command("go", "run", "./testdata/programs/sockets")
	want, err := c.Output()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	console, status, r := runInside(t, "sockets")
	if console != string(want) || status != 9 {
		t.Errorf("status %d\n%s\nhere:\n%s", status, console, want)
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
}
