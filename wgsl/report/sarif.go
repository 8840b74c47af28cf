package report

import "io"

// The objects of SARIF 2.1.0 (section 3) that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

// SARIF writes one log with one run.
func SARIF(w io.Writer, files []File) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "pxos gpu check", Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	seen := map[string]bool{}
	for _, f := range files {
		location := func(p place, text *sarifText) sarifLocation {
			region := sarifRegion{p.Line, p.Column, p.EndLine, p.EndColumn}
			return sarifLocation{sarifPhysical{sarifArtifact{f.Source.Name}, region}, text}
		}
		for _, d := range f.Diagnostics {
			if !seen[d.Rule] {
				seen[d.Rule] = true
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{d.Rule})
			}
			text := d.Message
			if d.Help != "" {
				text += ". " + d.Help
			}
			level := d.Severity.String()
			if level == "info" {
				level = "note"
			}
			r := sarifResult{RuleID: d.Rule, Level: level, Message: sarifText{text},
				Locations: []sarifLocation{location(placeOf(f.Source, d.Span), nil)}}
			for _, n := range d.Notes {
				r.Related = append(r.Related, location(placeOf(f.Source, n.Span), &sarifText{n.Message}))
			}
			run.Results = append(run.Results, r)
		}
	}
	return write(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}
