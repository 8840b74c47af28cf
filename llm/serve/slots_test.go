package serve

import (
	"context"
	"strings"
	"testing"

	"pxos/llm/sample"
)

// TestShared has texts that begin alike computed once: those that come together wait for the first,
// those that come later find it, in use or not, and none is changed by another.
func TestShared(t *testing.T) {
	s, v, m := served(t, Options{Slots: 4, Waiting: 16, Context: 256})
	head := strings.Repeat("a common beginning, ", 8) // 160 tokens, a byte each
	ask := func(ends []string) {
		t.Helper()
		var lists []<-chan Event
		for _, end := range ends {
			events, err := s.Submit(context.Background(), Request{Tokens: v.Encode(head+end, false), Most: 20, Logprobs: -1, Options: sample.Options{}})
			if err != nil {
				t.Fatal(err)
			}
			lists = append(lists, events)
		}
		for i, events := range lists {
			out := ""
			for e := range events {
				if out += e.Text; e.Err != nil {
					t.Fatal(e.Err)
				}
			}
			if want := alone(t, m, v, v.Encode(head+ends[i], false), 20); out != want {
				t.Errorf("%q goes on with %q, alone with %q", ends[i], out, want)
			}
		}
	}
	ask([]string{"one", "two", "three", "one"})
	first := s.Stats().Reused
	if first < 3*int64(len(head)) {
		t.Errorf("of four texts that came together %d tokens were shared", first)
	}
	ask([]string{"four", "five", "one and more"})
	if later := s.Stats().Reused - first; later < 3*int64(len(head)) {
		t.Errorf("of three that came later %d tokens were shared", later)
	}
}
