package tests

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"pxos/machine"
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

// TestRandomSockets makes random calls on sockets, and looks whether they leave
// anything behind; PXOS_CALLS says how many.
func TestRandomSockets(t *testing.T) {
	n := "50000"
	if s := os.Getenv("PXOS_CALLS"); s != "" {
		n = s
	}
	console, status, r := runInside(t, "hostile", "sockets", n, "88172645463325252")
	if status != 3 || !strings.HasSuffix(console, "calls made\n") {
		t.Errorf("status %d: %.500q", status, console)
	}
	if r.Outcome.Termination != machine.TerminationExit || len(r.Audit) != 0 {
		t.Errorf("ended as %s, audit %v", r.Outcome.Termination, r.Audit)
	}
}
