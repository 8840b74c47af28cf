package fault_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/fault"
	"pxos/machine"
)

// expectation is what a recorded run must be diagnosed as.
type expectation struct {
	Class     int    `json:"class"`
	Name      string `json:"name"`
	Healthy   bool   `json:"healthy"`
	Title     string `json:"title"`
	Signature string `json:"signature"`
}

func expected(d *fault.Diagnosis) expectation {
	return expectation{d.Class.Number, d.Class.Name, d.Healthy, d.Title, d.Signature()}
}

// record writes a run's evidence, and what it is diagnosed as without the image.
func record(t *testing.T, name string, ev *machine.Evidence) {
	t.Helper()
	base := filepath.Join("testdata/evidence", name)
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		t.Fatal(err)
	}
	bare := *ev
	bare.KernelELF = "" // without the image more of the memory is read
	if _, err := fault.Diagnose(&bare, fault.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := machine.SaveEvidence(base+".json", ev); err != nil {
		t.Fatal(err)
	}
	writeExpected(t, base)
}

// writeExpected stores what a recorded run is diagnosed as today; a person reads
// it before it is committed.
func writeExpected(t *testing.T, base string) {
	t.Helper()
	text, err := json.MarshalIndent(expected(diagnoseFixture(t, base+".json")), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(base+".expected", append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func diagnoseFixture(t testing.TB, path string) *fault.Diagnosis {
	t.Helper()
	ev, err := machine.LoadEvidence(path)
	if err != nil {
		t.Fatal(err)
	}
	ev.KernelELF = ""
	d, err := fault.Diagnose(ev, fault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fixtures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/evidence/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded evidence: %v", err)
	}
	return files
}

// TestFixtures diagnoses every run that was ever recorded, without its image.
func TestFixtures(t *testing.T) {
	for _, path := range fixtures(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			base := strings.TrimSuffix(path, ".json")
			if recordFixtures {
				writeExpected(t, base)
			}
			text, err := os.ReadFile(base + ".expected")
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			d := diagnoseFixture(t, path)
			if got := expected(d); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			checkOutputs(t, d)
		})
	}
}

// checkOutputs renders a diagnosis in all its forms and checks what must hold of
// each.
func checkOutputs(t *testing.T, d *fault.Diagnosis) {
	t.Helper()
	for _, width := range []int{1, 60, 120, 100000} {
		var b bytes.Buffer
		if err := fault.Render(&b, d, width, false); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Errorf("escape codes without colour at width %d", width)
		}
		if width != 60 {
			continue
		}
		for _, line := range strings.Split(b.String(), "\n") {
			if n := len([]rune(line)); n > 76 { // addresses and flags of a walk may stand out a little
				t.Errorf("line of %d columns at width 60: %q", n, line)
			}
		}
	}
	var js, page bytes.Buffer
	if err := d.JSON(&js); err != nil {
		t.Fatal(err)
	}
	var back fault.Diagnosis
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || back.Schema != fault.Schema || back.Title != d.Title {
		t.Errorf("JSON does not survive a round trip: %v", err)
	}
	if err := fault.RenderHTML(&page, d); err != nil {
		t.Fatal(err)
	}
	for _, outside := range []string{"http:", "https:", "src=", "@import", "url(h"} {
		if strings.Contains(page.String(), outside) {
			t.Errorf("the page refers to something outside itself: %s", outside)
		}
	}
}
