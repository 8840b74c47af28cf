package token

import (
	"container/heap"
	"unicode/utf8"
)

// merger joins neighbours, the pair of the least cost first, the leftmost of those. A text
// of n runes takes n log n steps.
type merger struct {
	text  string
	parts []part // each rune's, some of which have gone
	cost  func(a, b string) (float64, bool)
	queue pairs
}

// part is a piece of the text; next and before are its neighbours, -1 for none.
type part struct {
	from, to     int
	before, next int
	gone         bool
}

// Pair are two neighbours as they were when their cost was looked up.
type pair struct {
	cost        float64
	left, right int
	size        int // bytes of both
}

// pairs is a heap.
type pairs []pair

func (p pairs) Len() int { return len(p) }
func (p pairs) Less(a, b int) bool {
	if p[a].cost != p[b].cost {
		return p[a].cost < p[b].cost
	}
	return p[a].left < p[b].left
}
func (p pairs) Swap(a, b int) { p[a], p[b] = p[b], p[a] }

// Push and Pop are container/heap's.
func (p *pairs) Push(x any) { *p = append(*p, x.(pair)) }

// Pop takes the last.
func (p *pairs) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

func newMerger(text string, cost func(a, b string) (float64, bool)) *merger {
	m := &merger{text: text, cost: cost}
	for at := 0; at < len(text); {
		_, n := utf8.DecodeRuneInString(text[at:])
		m.parts = append(m.parts, part{at, at + n, len(m.parts) - 1, len(m.parts) + 1, false})
		at += n
	}
	if len(m.parts) > 0 {
		m.parts[len(m.parts)-1].next = -1
	}
	for i := range m.parts {
		m.offer(i)
	}
	return m
}

// offer puts a part and the next into the queue, if they can be joined.
func (m *merger) offer(left int) {
	if left < 0 || m.parts[left].next < 0 {
		return
	}
	a, right := &m.parts[left], m.parts[left].next
	b := &m.parts[right]
	if cost, ok := m.cost(m.text[a.from:a.to], m.text[b.from:b.to]); ok {
		heap.Push(&m.queue, pair{cost, left, right, b.to - a.from})
	}
}

// run joins all that can be joined and gives what is left.
func (m *merger) run() (out []string) {
	for len(m.queue) > 0 {
		p := heap.Pop(&m.queue).(pair)
		a, b := &m.parts[p.left], &m.parts[p.right]
		if a.gone || b.gone || a.next != p.right || b.to-a.from != p.size {
			continue // one of them has become another
		}
		a.to, a.next = b.to, b.next
		b.gone = true
		if b.next >= 0 {
			m.parts[b.next].before = p.left
		}
		m.offer(p.left)
		m.offer(a.before)
	}
	for i := 0; i >= 0 && i < len(m.parts); i = m.parts[i].next {
		out = append(out, m.text[m.parts[i].from:m.parts[i].to])
	}
	return out
}
