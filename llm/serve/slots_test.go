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
	if first < 3*int64(len(head)-chunk) { // for less nobody waits
		t.Errorf("of four texts that came together %d tokens were shared", first)
	}
	ask([]string{"four", "five", "one and more"})
	if later := s.Stats().Reused - first; later < 3*int64(len(head)) {
		t.Errorf("of three that came later %d tokens were shared", later)
	}
}

// TestGuesses gives what comes without guesses, to texts that are alone and that come together,
// and what they leave behind is gone on from rightly.
func TestGuesses(t *testing.T) {
	s, v, m := served(t, Options{Slots: 2, Waiting: 16, Context: 256, Ahead: 8})
	prompt := strings.Repeat("over and over ", 3)
	for _, n := range []int{60, 1, 33} {
		got, last := text(t, s, Request{Tokens: v.Encode(prompt, false), Most: n, Logprobs: -1})
		if want := alone(t, m, v, v.Encode(prompt, false), n); got != want || last.Tokens != n {
			t.Errorf("%d tokens: %q with guesses, %q without", n, got, want)
		}
	}
	var lists []<-chan Event
	for range 4 {
		events, err := s.Submit(context.Background(), Request{Tokens: v.Encode(prompt, false), Most: 50, Logprobs: 0})
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, events)
	}
	for _, events := range lists {
		out, probs := "", 0
		for e := range events {
			out += e.Text
			probs += len(e.Logprobs)
		}
		if want := alone(t, m, v, v.Encode(prompt, false), 50); out != want || probs != 50 {
			t.Errorf("together: %q and %d probabilities with guesses, %q without", out, probs, want)
		}
	}
}
