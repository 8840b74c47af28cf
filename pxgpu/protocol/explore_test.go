package protocol

import (
	"fmt"
	"slices"
	"testing"
)

// hops is a model of a number below 64: it can grow by 1 or double, and is done
// at one number. A trap is a number that nothing leads out of.
type hops struct {
	done, broken, trap uint8
	loop               uint8 // this number leads to itself and to the trap's neighbour only
}

func (h *hops) Initial() uint8 { return 1 }

func (h *hops) Next(s *uint8, out []Successor[uint8]) []Successor[uint8] {
	t := &steps[uint8]{s, out}
	switch {
	case *s == h.trap:
	case h.loop != 0 && (*s == h.loop || *s == h.loop+1):
		*t.add(2, 0, 0, 0) = h.loop + (h.loop+1-*s)%2
	default:
		if *s < 63 {
			*t.add(0, 0, 0, 0)++
		}
		if *s < 32 {
			*t.add(1, 0, 0, 0) *= 2
		}
	}
	return t.out
}

func (h *hops) Broken(s *uint8) Property {
	if *s == h.broken {
		return OneOwner
	}
	return None
}

func (h *hops) Done(s *uint8) bool { return *s == h.done }

func (h *hops) Describe(before *uint8, step Step, after *uint8) string {
	return fmt.Sprintf("%d>%d", *before, *after)
}

func TestExplore(t *testing.T) {
	for _, c := range []struct {
		name  string
		model hops
		want  Property
		trace []string
	}{
		{"good", hops{done: 63}, None, nil},
		{"broken by the shortest way", hops{done: 63, broken: 10}, OneOwner, []string{"1>2", "2>4", "4>5", "5>10"}},
		{"deadlock", hops{done: 63, trap: 9}, NoDeadlock, []string{"1>2", "2>4", "4>8", "8>9"}},
		{"livelock", hops{done: 63, loop: 20}, Progress, []string{"1>2", "2>4", "4>5", "5>10", "10>20"}},
	} {
		r := Explore[uint8](&c.model, Options[uint8]{})
		if c.want == None {
			if r.Violations != 0 || r.States != 63 || r.Transitions != 62+31 {
				t.Errorf("%s: %+v", c.name, r)
			}
			continue
		}
		if r.Shortest == nil || r.Shortest.Property != c.want || !slices.Equal(r.Shortest.Trace, c.trace) {
			t.Errorf("%s: %+v", c.name, r.Shortest)
		}
	}
}

func TestStoreBuffer(t *testing.T) {
	var b buffer
	b.push(1, 10)
	b.push(2, 20)
	b.push(1, 11)
	b.push(3|releaseStore, 30)
	if v, ok := b.newest(1); !ok || v != 11 {
		t.Errorf("the agent reads %d, %v: its own last store is 11", v, ok)
	}
	if _, ok := b.newest(4); ok {
		t.Error("it reads what it never wrote")
	}
	may := func(weak bool) (out []int) {
		for i := range int(b.n) {
			if b.mayLeave(i, weak) {
				out = append(out, i)
			}
		}
		return out
	}
	if got := may(false); !slices.Equal(got, []int{0}) {
		t.Errorf("TSO: %v may leave", got)
	}
	if got := may(true); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("weak: %v may leave", got)
	}
	if at, v := b.leave(1); at != 2 || v != 20 || b.n != 3 || b.room(2) || !b.room(1) {
		t.Errorf("left %d = %d, %+v", at, v, b)
	}
}
