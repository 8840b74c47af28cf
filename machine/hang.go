package machine

import (
	"fmt"
	"hash/maphash"
	"time"
)

// Hang detection. A run is sampled only while it is silent: no byte on the
// serial line, no vector delivered. A sample is the whole integer state of
// every CPU, taken while the machine is briefly stopped. Wall-clock time alone
// never makes a hang:
//
//   - a CPU in HLT with interrupts off can be woken by NMI, SMI or reset alone:
//     two samples prove it;
//   - a CPU in HLT with interrupts on is judged after idleAfter without one;
//   - a CPU that runs is judged when its states repeat: no new combination of
//     RIP, flags and general registers in repeatSamples samples, between any
//     two of which the emulator has used processor time, and guest RAM that is
//     the same at both ends of a further stretch. A delay loop counts
//     something down, in a register or in memory, so it never repeats.
//
// A loop that polls a device forever without a counter is a hang by this rule,
// and it is meant to be.

const (
	sampleEvery   = 60 * time.Millisecond
	quietBefore   = 150 * time.Millisecond // of silence, before sampling starts
	repeatSamples = 16
	haltedSamples = 2
	idleAfter     = 3 * time.Second
	maxStates     = 4096 // distinct states: more than that is progress
	keptRIPs      = 64
	flagIF        = 1 << 9
)

// sample is what one look at the machine showed.
type sample struct {
	cpus   []cpuState
	at     time.Duration // wall clock since Run
	ticks  uint64        // processor time used by the emulator, any unit
	events uint64        // serial bytes and vectors delivered so far
	kernel bool          // the firmware and the loader are done
}

// verdict is the judgement on the samples so far.
type verdict int

const (
	verdictNone   verdict = iota
	verdictHalted         // no CPU can ever go on
	verdictIdle           // all wait for interrupts that do not come
	verdictRepeat         // states repeat; RAM must be compared
	verdictLoader         // firmware or boot loader wait for ever
)

// hangJudge collects samples. It is pure: clocks and machine are the caller's.
type hangJudge struct {
	loaderLimit time.Duration
	seed        maphash.Seed
	seen        map[uint64]bool
	last        sample
	halted      int // samples in which all CPUs were dead
	repeated    int // samples that showed nothing new
	since       time.Duration
	rips        []uint64
}

func newHangJudge(loaderLimit time.Duration) *hangJudge {
	return &hangJudge{loaderLimit: loaderLimit, seed: maphash.MakeSeed(), seen: make(map[uint64]bool)}
}

// reset forgets all states: the machine has shown progress.
func (j *hangJudge) reset(s sample) {
	clear(j.seen)
	j.halted, j.repeated, j.since = 0, 0, s.at
}

// add takes a sample and judges.
func (j *hangJudge) add(s sample) verdict {
	first := j.last.cpus == nil
	// While the loader runs, its own interrupts are no sign of a kernel that
	// gets on, and the kernel's entry is one.
	if first || s.kernel != j.last.kernel || s.kernel && s.events != j.last.events {
		j.reset(s)
	}
	ran := s.ticks != j.last.ticks
	j.last = s
	if len(j.rips) == keptRIPs {
		j.rips = j.rips[1:]
	}
	j.rips = append(j.rips, s.cpus[0].RIP)
	if !s.kernel {
		if s.at-j.since >= j.loaderLimit {
			return verdictLoader
		}
		return verdictNone
	}
	dead, idle := 0, 0
	for _, c := range s.cpus {
		switch {
		case c.Halted && c.RFLAGS&flagIF == 0:
			dead++
		case c.Halted:
			idle++
		}
	}
	if dead == len(s.cpus) {
		if j.halted++; j.halted >= haltedSamples {
			return verdictHalted
		}
		return verdictNone
	}
	j.halted = 0
	if dead+idle == len(s.cpus) {
		if s.at-j.since >= idleAfter {
			return verdictIdle
		}
		return verdictNone
	}
	return j.running(s, ran)
}

// running judges a sample in which at least one CPU executes.
func (j *hangJudge) running(s sample, ran bool) verdict {
	key := j.key(s.cpus)
	if !j.seen[key] {
		if len(j.seen) < maxStates {
			j.seen[key] = true
		}
		j.repeated = 0
		return verdictNone
	}
	if ran {
		j.repeated++
	}
	if j.repeated >= repeatSamples {
		return verdictRepeat
	}
	return verdictNone
}

// key condenses the integer state of all CPUs.
func (j *hangJudge) key(cpus []cpuState) uint64 {
	var h maphash.Hash
	h.SetSeed(j.seed)
	for _, c := range cpus {
		maphash.WriteComparable(&h, c)
	}
	return h.Sum64()
}

// describe says in words what the judge saw.
func (j *hangJudge) describe(v verdict) string {
	c := j.last.cpus[0]
	switch v {
	case verdictHalted:
		return fmt.Sprintf("CPU 0 stands in HLT with interrupts off at %#x: nothing can wake it", c.RIP)
	case verdictIdle:
		return fmt.Sprintf("CPU 0 waits in HLT at %#x with interrupts on, and none has come for %s", c.RIP, idleAfter)
	case verdictRepeat:
		return fmt.Sprintf("the CPU repeats the same states near %#x and guest memory does not change: an endless loop", c.RIP)
	case verdictLoader:
		return "firmware and boot loader are silent and no kernel was started"
	}
	return ""
}
