package serve

import (
	"slices"

	"pxos/llm/model"
)

// slot is a place for a text; it keeps what was computed for the next that begins alike.
type slot struct {
	s      *model.Sequence
	tokens []int // that the sequence has
	busy   bool
	used   int // when it was begun last, by the scheduler's count
}

// begin finds a slot for a job, and what of its prompt was computed already: for the slot's last
// text, or for another, whose pages are then shared. What is being computed is waited for.
func (s *Scheduler) begin(slots []*slot, j *job, active []*job) {
	prompt := j.r.Tokens
	whole := j.r.Embed || j.r.every() // all of the prompt must be computed
	free := slices.DeleteFunc(slices.Clone(slots), func(x *slot) bool { return x.busy })
	at, n := likest(free, prompt)
	source, most := likest(slots, prompt)
	// A text that would be cut by more than is computed at once is worth keeping.
	if oldest := slices.MinFunc(free, func(a, b *slot) int { return a.used - b.used }); !whole && (most > n || len(at.tokens) > n+chunk) {
		if m := min(most, len(prompt)-1); oldest.s.Share(source.s, m) {
			at, n = oldest, most
			at.tokens = slices.Clone(prompt[:m])
		}
	}
	n = min(n, len(prompt)-1) // one token at least is computed, for its logits
	if whole {
		n = 0
	}
	s.begun++
	at.busy, at.used = true, s.begun
	at.s.Cut(n)
	at.tokens = at.tokens[:n]
	j.slot, j.fed, j.reused = at, n, n
	j.ahead.Most = s.o.Ahead
	for _, t := range prompt {
		j.sampler.Saw(t)
		j.ahead.Saw(t)
	}
	s.count(func(x *Stats) { x.Reused += int64(n); x.Prompt += int64(len(prompt)) })
	for _, a := range active {
		if m := common(a.r.Tokens, prompt); !whole && m >= n+chunk && (j.awaits == nil || m > common(j.awaits.r.Tokens, prompt)) {
			j.awaits = a
		}
	}
}

// settled says that a job can go on: that what it waits for is there, or does not come.
func (s *Scheduler) settled(j *job) bool {
	a := j.awaits
	if a == nil {
		return true
	}
	m := min(common(a.r.Tokens, j.r.Tokens), len(j.r.Tokens)-1)
	if !a.ended && len(a.slot.tokens) < m {
		return false
	}
	j.awaits = nil
	if n := min(common(a.slot.tokens, j.r.Tokens), m); n > j.fed && j.slot.s.Share(a.slot.s, n) {
		s.count(func(x *Stats) { x.Reused += int64(n - j.fed) })
		j.slot.tokens, j.fed, j.reused = slices.Clone(j.r.Tokens[:n]), n, n
	}
	return true
}

// likest is the slot whose text begins most like a prompt, and how many tokens do.
func likest(slots []*slot, prompt []int) (best *slot, most int) {
	most = -1
	for _, x := range slots {
		if n := common(x.tokens, prompt); n > most {
			best, most = x, n
		}
	}
	return best, most
}

// common is how many tokens two texts begin with alike.
func common(a, b []int) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
