package protocol

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// fewStates bounds what these tests explore; make model-check takes all.
const fewStates = 200_000

// small are the healthy instances that the tests explore.
var small = []string{"ring-1", "ring-2", "ring-3-weak", "ring-reset", "grants-1", "grants-deaf"}

func TestHealthyKeepEveryProperty(t *testing.T) {
	met := 0
	for _, i := range Healthy() {
		for _, name := range small {
			if i.Name != name {
				continue
			}
			met++
			r := i.Explore(nil)
			if r.Violations != 0 {
				t.Errorf("%s: %d violations, the first of %q:\n%s", name, r.Violations, r.Shortest.Property, strings.Join(r.Shortest.Trace, "\n"))
			}
			if r.States > fewStates || r.Transitions < r.States-1 || r.Depth == 0 {
				t.Errorf("%s: %d states, %d transitions, depth %d", name, r.States, r.Transitions, r.Depth)
			}
		}
	}
	if met != len(small) {
		t.Errorf("%d of %d instances are there", met, len(small))
	}
}

func TestEverySeededBugIsCaught(t *testing.T) {
	names := map[string]bool{}
	for _, i := range Seeded() {
		if names[i.Name] {
			t.Errorf("two bugs are named %q", i.Name)
		}
		names[i.Name] = true
		r := i.Explore(nil)
		if !i.Caught(&r) {
			t.Errorf("%s is not caught by %v: %+v", i.Name, i.Wants, r)
			continue
		}
		if len(r.Shortest.Trace) == 0 || len(r.Shortest.Trace) > r.Depth+1 {
			t.Errorf("%s: %d steps at depth %d", i.Name, len(r.Shortest.Trace), r.Depth)
		}
	}
}

// TestEveryBugIsSeeded keeps a switch from being forgotten in the list.
func TestEveryBugIsSeeded(t *testing.T) {
	if got, want := len(seededRing()), int(BugResetOthersRun); got != want {
		t.Errorf("%d bugs of the ring are seeded, there are %d", got, want)
	}
	if got, want := len(seededGrants()), int(BugAckBehindJob); got != want {
		t.Errorf("%d bugs of the authority are seeded, there are %d", got, want)
	}
}

// TestReleaseCostsNothingOnTSO: what is a bug with weak stores is none on x86.
func TestReleaseCostsNothingOnTSO(t *testing.T) {
	for _, b := range []RingBug{BugNoRelease, BugAnswerNoRelease} {
		m := Ring{Rings: 1, Entries: 2, Commands: 5, Sleeps: true, Bug: b}
		if r := Explore[RingState](&m, Options[RingState]{}); r.Violations != 0 {
			t.Errorf("bug %d: %d violations of %q", b, r.Violations, r.Shortest.Property)
		}
	}
}

// TestNothingIsVacuous: every step of the models happens in a healthy one, but
// for those that only a bug makes.
func TestNothingIsVacuous(t *testing.T) {
	ring := map[uint8]bool{ringFindsNone: true, ringHaltsLate: true, ringLoadsEarly: true}
	m := Ring{Rings: 1, Entries: 2, Commands: 3, Jobs: 0b001, Sleeps: true, Resets: true}
	Explore[RingState](&m, Options[RingState]{Observe: func(_ *RingState, step Step, _ *RingState) { ring[step.Kind] = true }})
	for kind := range uint8(ringStepNum) {
		if !ring[kind] {
			t.Errorf("ring: step %d (%s) never happens", kind, ringTexts[kind])
		}
	}
	grants := map[uint8]bool{grantsMisuse: true, grantsAckAnyOrder: true, grantsCounts: true, grantsSpins: true, grantsStopsSpinning: true}
	watch := Options[GrantsState]{Observe: func(_ *GrantsState, step Step, _ *GrantsState) { grants[step.Kind] = true }}
	base := Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 1}
	host, deaf, jobs := base, base, base
	host.HostRevokes, deaf.Deaf, jobs.Jobs = true, true, true
	for _, m := range []Grants{base, host, deaf, jobs} {
		Explore[GrantsState](&m, watch)
	}
	for kind := range uint8(grantsStepNum) {
		if !grants[kind] {
			t.Errorf("authority: step %d (%s) never happens", kind, grantsTexts[kind])
		}
	}
}

// TestPictureIsUpToDate: the picture is drawn from what the explorer meets.
func TestPictureIsUpToDate(t *testing.T) {
	picture, err := Picture()
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/mailbox-states.svg")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != picture {
		t.Error("docs/mailbox-states.svg is not what the models say; run: go run ./tests/cmd/model-check -svg docs/mailbox-states.svg")
	}
}

// TestPictureItself keeps the comparison able to fail.
func TestPictureItself(t *testing.T) {
	_, device, _ := observeAll()
	c := deviceChart()
	extra := change{phaseParked, phaseDrowsy, ringParks}
	device[extra] = true
	if err := c.compare(device); err == nil {
		t.Error("a change that is not drawn goes unnoticed")
	}
	delete(device, extra)
	delete(device, change{phaseParked, phaseAwake, ringDeviceWakes})
	if err := c.compare(device); err == nil {
		t.Error("an arrow that never happens goes unnoticed")
	}
}

// TestPageIsUpToDate: docs/model-check.md has a row for every instance, and for
// each bug the one that the explorer gives.
func TestPageIsUpToDate(t *testing.T) {
	page, err := os.ReadFile("../../docs/model-check.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range Healthy() {
		if row := fmt.Sprintf("\n| %s | %s | ", i.Name, i.About); !strings.Contains(string(page), row) {
			t.Errorf("docs/model-check.md lacks %q", row)
		}
	}
	for _, i := range Seeded() {
		r := i.Explore(nil)
		if r.Shortest == nil {
			t.Errorf("%s is not caught", i.Name)
			continue
		}
		row := fmt.Sprintf("\n| %s | %s | %s | %d |\n", i.Name, i.About, r.Shortest.Property, len(r.Shortest.Trace))
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/model-check.md lacks %q", row)
		}
	}
}
