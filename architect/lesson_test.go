package architect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/architect/source"
	"pxos/fault"
	"pxos/memory"
)

// lessonOf draws the lesson of one repair.
func lessonOf(t *testing.T, broken, mended source.Tree) *memory.Lesson {
	t.Helper()
	l := newLesson(&Project{Name: "test"}, broken, mended, &fault.Diagnosis{}, &Attempt{Function: "f", Operator: "op", Note: "note"})
	if l == nil {
		t.Fatal("a repair in one place left no lesson")
	}
	return l
}

// TestTemplateRoundTrip: what was learned from a repair mends the same source,
// and the same source with other lines around it.
func TestTemplateRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	for round := range 300 {
		var lines []string
		for i := range 8 + r.IntN(40) {
			lines = append(lines, fmt.Sprintf("\tline %d\n", i))
		}
		at := r.IntN(len(lines))
		changed := append([]string{}, lines...)
		switch r.IntN(3) {
		case 0:
			changed[at] = "\tmended\n"
		case 1:
			changed = append(changed[:at:at], append([]string{"\tadded\n"}, changed[at:]...)...)
		default:
			changed = append(changed[:at:at], changed[at+1:]...)
		}
		broken := source.New(map[string]string{"k/a.go": strings.Join(lines, "")})
		mended := source.New(map[string]string{"k/a.go": strings.Join(changed, "")})
		l := lessonOf(t, broken, mended)
		if got, ok := useLesson(broken, l); !ok || got.Hash() != mended.Hash() {
			t.Fatalf("round %d: the lesson does not mend its own source (%v):\n%s\n%s", round, ok, l.Before, l.After)
		}
		head := "package a // new\n\nimport \"x\"\n"
		moved := source.New(map[string]string{"k/a.go": head + strings.Join(lines, "")})
		if got, ok := useLesson(moved, l); ok {
			if text, _ := got.File("k/a.go"); text != head+strings.Join(changed, "") {
				t.Fatalf("round %d: moved down, the lesson made\n%s", round, text)
			}
		} else {
			t.Fatalf("round %d: the lesson was not recognised further down", round)
		}
	}
}

func TestLessonLooksPastSpacesAndComments(t *testing.T) {
	broken := source.New(map[string]string{"a.go": "one\ntwo\nthree()\nfour\nfive\n"})
	mended := source.New(map[string]string{"a.go": "one\ntwo\nthree(1)\nfour\nfive\n"})
	l := lessonOf(t, broken, mended)
	other := source.New(map[string]string{"a.go": "zero\n  one\ntwo // said\nthree()\n\tfour ; asm\nfive\n"})
	got, ok := useLesson(other, l)
	if text, _ := got.File("a.go"); !ok || !strings.Contains(text, "three(1)") {
		t.Errorf("%v: %q", ok, text)
	}
}

// TestLessonIsNotGuessedAt: a template that stands twice, or not at all, or in
// another file is not used.
func TestLessonIsNotGuessedAt(t *testing.T) {
	broken := source.New(map[string]string{"a.go": "a\nb\nbad\nc\nd\n"})
	mended := source.New(map[string]string{"a.go": "a\nb\ngood\nc\nd\n"})
	l := lessonOf(t, broken, mended)
	text, _ := broken.File("a.go")
	for name, tree := range map[string]source.Tree{
		"twice":        source.New(map[string]string{"a.go": text + "x\n" + text}),
		"mended":       mended,
		"another file": source.New(map[string]string{"b.go": text}),
		"other lines":  source.New(map[string]string{"a.go": "a\nbad\nc\n"}),
		"empty":        source.New(map[string]string{"a.go": ""}),
	} {
		if got, ok := useLesson(tree, l); ok || got.Hash() != tree.Hash() {
			t.Errorf("%s: the lesson was used: %v", name, ok)
		}
	}
	if _, ok := useLesson(broken, &memory.Lesson{File: "a.go"}); ok {
		t.Error("an empty lesson was used")
	}
	same := *l
	same.After = same.Before
	if _, ok := useLesson(broken, &same); ok {
		t.Error("a lesson that changes nothing was used")
	}
}

// TestNoLessonOfTwoFiles: a template is one place in one file.
func TestNoLessonOfTwoFiles(t *testing.T) {
	broken := source.New(map[string]string{"a.go": "a\n", "b.go": "b\n"})
	mended := source.New(map[string]string{"a.go": "x\n", "b.go": "y\n"})
	if l := newLesson(&Project{}, broken, mended, nil, &Attempt{}); l != nil {
		t.Errorf("%+v", l)
	}
}
