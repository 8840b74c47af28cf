package tests

import (
	"os/exec"
	"testing"
	"time"

	"pxos/architect/trial"
)

// TestManyProcessors runs programs on more than one processor.
func TestManyProcessors(t *testing.T) {
	for _, cpus := range []int{2, 4} {
		for name, status := range map[string]uint64{"work": 7, "processes": 0} {
			c := exec.Command("go", "run", "./testdata/programs/"+name)
			want, err := c.Output()
			if c.ProcessState == nil {
				t.Fatal(err)
			}
			console, got, r := runInsideOn(t, trial.Config{Kernel: kernel(t).elf, CPUs: cpus, Limit: 5 * time.Minute}, name)
			if console != string(want) || got != status {
				t.Errorf("%s on %d: status %d\n%s\nhere:\n%s", name, cpus, got, console, want)
			}
			if len(r.Audit) != 0 {
				t.Errorf("audit: %v", r.Audit)
			}
		}
	}
}
