package memory

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample() (*Cycle, *Lesson) {
	return &Cycle{Started: time.Unix(1e9, 5).UTC(), Project: "pxos", Source: "abc", Signature: "33/mapPage", Class: 33, Outcome: "repaired", Record: json.RawMessage(`{"a":1}`), Files: []byte{1, 2}},
		&Lesson{Project: "pxos", Signature: "33/mapPage", Class: 33, File: "a.go", Before: "x", After: "y"}
}

func TestKeepSurvivesReopening(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "deep", "memory.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, l := sample()
	if err := s.Keep(ctx, c, l, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(ctx, &Cycle{Started: time.Unix(2e9, 0), Project: "pxos"}, nil, []int64{l.ID, l.ID}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lessons, err := s.Lessons(ctx, "pxos")
	if err != nil || len(lessons) != 1 || lessons[0].Uses != 2 || lessons[0].Cycle != c.ID {
		t.Fatalf("lessons %+v, %v", lessons, err)
	}
	back, err := s.Cycle(ctx, c.ID)
	if err != nil || string(back.Record) != `{"a":1}` || len(back.Files) != 2 || !back.Started.Equal(c.Started) {
		t.Fatalf("cycle %+v, %v", back, err)
	}
	if _, err := s.Cycle(ctx, 999); !errors.Is(err, ErrNotFound) {
		t.Fatalf("a missing cycle: %v", err)
	}
	if all, _ := s.Cycles(ctx, 10); len(all) != 2 || all[0].ID < all[1].ID {
		t.Fatalf("cycles %+v", all)
	}
}

// TestKeepIsOneTransaction lets the second half of a Keep fail.
func TestKeepIsOneTransaction(t *testing.T) {
	ctx := context.Background()
	s, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.db.Exec("DROP TABLE lessons"); err != nil {
		t.Fatal(err)
	}
	c, l := sample()
	if err := s.Keep(ctx, c, l, nil); err == nil {
		t.Fatal("no error without a lessons table")
	}
	if all, err := s.Cycles(ctx, 10); err != nil || len(all) != 0 {
		t.Fatalf("half a cycle was kept: %+v, %v", all, err)
	}
}

func TestTheSameLessonIsKeptOnce(t *testing.T) {
	ctx := context.Background()
	s, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var first int64
	for range 2 {
		c, l := sample()
		if err := s.Keep(ctx, c, l, nil); err != nil {
			t.Fatal(err)
		}
		if first == 0 {
			first = l.ID
		} else if l.ID != first {
			t.Fatalf("lesson %d beside %d", l.ID, first)
		}
	}
}

func TestDamagedFileIsRefusedWithAdvice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "memory.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Fatalf("error %v", err)
	}
}
