package architect

import (
	"time"

	"pxos/fault"
)

// Gates, cheapest first. A candidate's record names the one that stopped it.
const (
	GateParse     = "parse"
	GateIntegrity = "integrity"
	GateBuild     = "build"
	GateSame      = "same code"
	GateBoot      = "boot"
	GateSelfTests = "self-tests"
	GateAudit     = "page-table audit"
	GateProof     = "proof boot"
	GateMatrix    = "matrix"
)

// Outcomes of a cycle.
const (
	OutcomeHealthy    = "healthy"    // nothing to repair
	OutcomeRepaired   = "repaired"   // a candidate passed every gate
	OutcomePrevented  = "prevented"  // a lesson mended the source before it was booted
	OutcomeUnrepaired = "unrepaired" // none did within the budget
)

// Attempt is what became of one candidate.
type Attempt struct {
	Proposer string  `json:"proposer"`
	Operator string  `json:"operator"`
	Note     string  `json:"note"`
	File     string  `json:"file,omitempty"`
	Function string  `json:"function,omitempty"`
	Line     int     `json:"line,omitempty"`
	Score    float64 `json:"score,omitempty"`
	Diff     string  `json:"diff,omitempty"`
	Gate     string  `json:"gate,omitempty"` // that refused it; empty if accepted
	Reason   string  `json:"reason,omitempty"`
	Boots    int     `json:"boots"`
	Accepted bool    `json:"accepted,omitempty"`
	LessonID int64   `json:"lesson_id,omitempty"`
}

// Step is a phase of the cycle and how long it took.
type Step struct {
	Phase     string `json:"phase"`
	Text      string `json:"text"`
	ElapsedMS int64  `json:"elapsed_ms"`
}

// Record is a whole cycle: with it, the source and the seed, the cycle can be
// run again.
type Record struct {
	Schema    string           `json:"schema"` // "pxos.cycle/1"
	ID        int64            `json:"id"`
	Project   string           `json:"project"`
	Label     string           `json:"label,omitempty"` // of the bug, in a corpus
	Started   time.Time        `json:"started"`
	Seed      uint64           `json:"seed"`
	Source    string           `json:"source"`
	Steps     []Step           `json:"steps"`
	Diagnosis *fault.Diagnosis `json:"diagnosis,omitempty"`
	Signature string           `json:"signature,omitempty"`
	Space     int              `json:"space"` // candidates that search found
	Attempts  []Attempt        `json:"attempts"`
	Outcome   string           `json:"outcome"`
	Diff      string           `json:"diff,omitempty"` // of the accepted repair
	LessonID  int64            `json:"lesson_id,omitempty"`
	Boots     int              `json:"boots"`
	ElapsedMS int64            `json:"elapsed_ms"`
}

// Schema names the JSON form of Record.
const Schema = "pxos.cycle/1"

// Accepted gives the attempt that passed every gate, nil if none did.
func (r *Record) Accepted() *Attempt {
	for i := range r.Attempts {
		if r.Attempts[i].Accepted {
			return &r.Attempts[i]
		}
	}
	return nil
}
