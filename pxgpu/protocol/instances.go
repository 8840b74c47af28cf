package protocol

// Instance is a model with its sizes fixed, healthy or with one seeded bug.
type Instance struct {
	Name  string
	About string
	// Wants are the properties of which a seeded bug breaks one; empty for a
	// healthy instance.
	Wants []Property

	explore func(firstOnly bool, progress func(states int)) Result
}

// Explore visits all states of a healthy instance, and those of a seeded bug
// until the first violation. It tells progress, if that is not nil, now and then
// how many states it has found.
func (i *Instance) Explore(progress func(states int)) Result {
	return i.explore(len(i.Wants) > 0, progress)
}

// Caught says whether an exploration found the bug by a property it should break.
func (i *Instance) Caught(r *Result) bool {
	if r.Shortest == nil {
		return false
	}
	for _, p := range i.Wants {
		if r.Shortest.Property == p {
			return true
		}
	}
	return false
}

func ringInstance(name string, m Ring, about string, wants ...Property) Instance {
	return Instance{name, about, wants, func(firstOnly bool, progress func(int)) Result {
		return Explore[RingState](&m, Options[RingState]{FirstOnly: firstOnly, Progress: progress})
	}}
}

func grantsInstance(name string, m Grants, about string, wants ...Property) Instance {
	return Instance{name, about, wants, func(firstOnly bool, progress func(int)) Result {
		return Explore[GrantsState](&m, Options[GrantsState]{FirstOnly: firstOnly, Progress: progress})
	}}
}

// Healthy lists the instances that must keep every property. The small ones come
// first within each protocol; the package's own tests take the small ones only.
func Healthy() []Instance {
	return []Instance{
		ringInstance("ring-1", Ring{Rings: 1, Entries: 1, Commands: 4, Sleeps: true, Jobs: 0b0110},
			"one entry, four commands, two of them jobs"),
		ringInstance("ring-2", Ring{Rings: 1, Entries: 2, Commands: 5, Sleeps: true, Jobs: 0b01010},
			"two entries, five commands: around more than twice"),
		ringInstance("ring-3", Ring{Rings: 1, Entries: 3, Commands: 7, Sleeps: true, Jobs: 0b0101100},
			"three entries, seven commands, three of them jobs"),
		ringInstance("ring-3-weak", Ring{Rings: 1, Entries: 3, Commands: 7, Sleeps: true, Jobs: 0b0101100, Weak: true},
			"the same where only a release keeps stores in order"),
		ringInstance("ring-reset", Ring{Rings: 1, Entries: 2, Commands: 5, Sleeps: true, Jobs: 0b01011, Resets: true},
			"a reset at any moment, jobs of before it still with the host"),
		ringInstance("ring-reset-weak", Ring{Rings: 1, Entries: 3, Commands: 4, Sleeps: true, Jobs: 0b0011, Resets: true, Weak: true},
			"the same with weak stores"),
		ringInstance("rings-2", Ring{Rings: 2, Entries: 1, Commands: 2, Sleeps: true, Jobs: 0b10},
			"two CPUs with a ring each, one device"),
		ringInstance("rings-2-busy", Ring{Rings: 2, Entries: 1, Commands: 3, Jobs: 0b010},
			"the same, three commands each, the CPUs poll"),
		ringInstance("rings-2-reset", Ring{Rings: 2, Entries: 1, Commands: 2, Jobs: 0b10, Resets: true},
			"two rings, one CPU resets, the other is stopped meanwhile"),
		grantsInstance("grants-1", Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 1},
			"one extent, two slots, each used twice, room for one revocation"),
		grantsInstance("grants-2", Grants{Extents: 1, Slots: 2, Generations: 3, Quota: 1, Ring: 2},
			"each slot used three times, room for two revocations"),
		grantsInstance("grants-extents", Grants{Extents: 2, Slots: 3, Generations: 1, Quota: 2, Ring: 2},
			"two extents, three slots, a quota of two"),
		grantsInstance("grants-slots", Grants{Extents: 2, Slots: 4, Generations: 1, Quota: 1, Ring: 1},
			"two extents, four slots, a quota of one"),
		grantsInstance("grants-host", Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 2, HostRevokes: true},
			"the GPU takes back of itself while the CPUs may sleep"),
		grantsInstance("grants-jobs", Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 2, Jobs: true},
			"rings that jobs hold up for as long as they like"),
		grantsInstance("grants-deaf", Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 2, Deaf: true},
			"a guest that never acknowledges"),
	}
}
