package architect

import (
	"context"
	"fmt"
	"path"
	"strings"

	"pxos/architect/source"
	"pxos/fault"
	"pxos/memory"
)

// templateContext is how many lines around a repair belong to its template:
// enough to tell the place from others, few enough to fit after other edits.
const templateContext = 3

// newLesson draws the lesson from a proven repair.
func newLesson(p *Project, broken, mended source.Tree, d *fault.Diagnosis, a *Attempt) *memory.Lesson {
	changed := broken.Changed(mended)
	if len(changed) != 1 {
		return nil // a template is one place in one file
	}
	before, _ := broken.File(changed[0])
	after, _ := mended.File(changed[0])
	b, c := template(before, after)
	l := &memory.Lesson{
		Project: p.Name, File: changed[0], Function: a.Function, Operator: a.Operator, Before: b, After: c,
		Test: fmt.Sprintf("boot on %s: must come up with every self-test passed", p.First.Name),
	}
	l.Occurs = occurs(before, b, c)
	if d != nil {
		l.Signature, l.Class, l.Cause = d.Signature(), d.Class.Number, d.Title
		l.Text = fmt.Sprintf("%s. Seen as: %s. Mended in %s: %s.", d.Class.Title, d.Title, path.Base(changed[0]), a.Note)
	}
	return l
}

// template cuts the region of a change out of both texts, with context.
func template(before, after string) (string, string) {
	b, a := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	start := max(0, head-templateContext)
	tail = max(0, tail-templateContext)
	return strings.Join(b[start:len(b)-tail], ""), strings.Join(a[start:len(a)-tail], "")
}

// occurs counts in a file the first line that a template brings in.
func occurs(file, before, after string) int {
	had := map[string]bool{}
	for line := range strings.Lines(before) {
		had[fold(line)] = true
	}
	n := 0
	for line := range strings.Lines(after) {
		brought := fold(line)
		if had[brought] {
			continue
		}
		for other := range strings.Lines(file) {
			if fold(other) == brought {
				n++
			}
		}
		break
	}
	return n
}

// fold makes lines comparable: white space and comments do not count.
func fold(line string) string {
	for _, c := range []string{"//", " ;"} {
		if i := strings.Index(line, c); i >= 0 {
			line = line[:i]
		}
	}
	return strings.Join(strings.Fields(line), " ")
}

// useLesson puts a lesson's repair wherever its template stands, "" texts aside.
// It says whether it stood in exactly one place of the file.
func useLesson(t source.Tree, l *memory.Lesson) (source.Tree, bool) {
	text, ok := t.File(l.File)
	if !ok || l.Before == "" || l.Before == l.After || occurs(text, l.Before, l.After) != l.Occurs {
		return t, false
	}
	lines := strings.SplitAfter(text, "\n")
	want := strings.SplitAfter(l.Before, "\n")
	if n := len(want); n > 0 && want[n-1] == "" {
		want = want[:n-1]
	}
	at := -1
	for i := 0; i+len(want) <= len(lines); i++ {
		if sameLines(lines[i:i+len(want)], want) {
			if at >= 0 {
				return t, false
			}
			at = i
		}
	}
	if at < 0 {
		return t, false
	}
	out := strings.Join(lines[:at], "") + l.After + strings.Join(lines[at+len(want):], "")
	return t.With(map[string]string{l.File: out}), true
}

func sameLines(a, b []string) bool {
	for i := range a {
		if fold(a[i]) != fold(b[i]) {
			return false
		}
	}
	return true
}

// Lessons proposes what was learned before, those with the same signature
// first.
type Lessons struct{}

// Name is the proposer's name in records.
func (Lessons) Name() string { return "lesson" }

type lessonSession struct {
	c    *Case
	list []memory.Lesson
}

// Open orders the lessons by how much they have in common with the case.
func (Lessons) Open(_ context.Context, c *Case) (Session, error) {
	var same, class []memory.Lesson
	for _, l := range c.Lessons {
		switch {
		case l.Signature == c.Diagnosis.Signature():
			same = append(same, l)
		case l.Class == c.Diagnosis.Class.Number:
			class = append(class, l)
		}
	}
	return &lessonSession{c, append(same, class...)}, nil
}

func (s *lessonSession) Next(context.Context) (*Proposal, error) {
	for len(s.list) > 0 {
		l := s.list[0]
		s.list = s.list[1:]
		if t, ok := useLesson(s.c.Broken, &l); ok {
			return &Proposal{
				Attempt: Attempt{Proposer: "lesson", Operator: l.Operator, Note: l.Text, File: l.File, Function: l.Function, LessonID: l.ID},
				Tree:    t,
			}, nil
		}
	}
	return nil, nil
}

func (s *lessonSession) Told(*Attempt) {}
func (s *lessonSession) Serial() bool  { return false }
