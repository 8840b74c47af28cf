package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pxos/wgsl/check"
)

const wrong = "fn f() {\n    let é = 1; let a: i32 = 1.5;\n    let b: bool = 2;\n}\n"

func files(t *testing.T) []File {
	t.Helper()
	_, source, diagnostics := check.Source("wrong.wgsl", wrong, check.Options{})
	if len(diagnostics) != 2 {
		t.Fatalf("%d messages, want 2:\n%s", len(diagnostics), diagnostics.Render(source))
	}
	return []File{{source, diagnostics}}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, files(t)); err != nil {
		t.Fatal(err)
	}
	var got []struct {
		File     string
		OK       bool
		Messages []struct {
			Severity, Rule, Message string
			Line, Column            int
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	m := got[0].Messages
	if got[0].OK || len(m) != 2 || m[0].Line != 2 || m[0].Column != 29 || m[1].Line != 3 || m[0].Severity != "error" {
		t.Errorf("the report says %+v", got[0])
	}
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := SARIF(&b, files(t)); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	r := log.Runs[0].Results
	if log.Version != "2.1.0" || len(r) != 2 || r[1].Locations[0].PhysicalLocation.Region.StartLine != 3 ||
		r[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "wrong.wgsl" || r[0].RuleID == "" {
		t.Errorf("the log says %+v", log)
	}
}

// TestSupportPageIsFresh asks that docs/wgsl-support.md is what the code says.
func TestSupportPageIsFresh(t *testing.T) {
	page, err := os.ReadFile("../../docs/wgsl-support.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Support() {
		t.Error("docs/wgsl-support.md is stale: run make docs")
	}
	if n := strings.Count(Support(), "https://www.w3.org/TR/WGSL/#"); n < 140 {
		t.Errorf("the page has %d functions", n)
	}
}
