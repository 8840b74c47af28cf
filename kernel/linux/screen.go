package linux

import (
	"pxos/abi"
	"pxos/kernel/authority"
	"pxos/kernel/screen"
	"pxos/kernel/terminal"
)

// The screen is drawn drawNS apart while processors are busy, and before one rests.
const (
	drawNS   = 100_000_000
	memoryNS = 250_000_000
	maxShown = 0xFE - uint32(authority.OwnerProcess) // numbers of processes that are told apart
)

// What is drawn of memory, put together here.
var (
	shownOwners    *screen.Owners
	shownProcesses [MaxProcesses]screen.Process
)

// calledName is what a process was started as: the last part of its first argument.
func (p *process) calledName() []byte {
	from, end := 0, 0
	for ; end < p.arguments && p.argument[end] != 0; end++ {
		if p.argument[end] == '/' {
			from = end + 1
		}
	}
	if from == end {
		return p.shortName()
	}
	return p.argument[from:min(end, from+15)]
}

// drawScreen shows what programs printed, and who has memory.
func (s *System) drawScreen(rests bool) {
	if s.Screen == nil || !s.Screen.Ready {
		return
	}
	if s.Screen.Held {
		if s.frames > 0 || s.closed {
			return // the last picture of a program stays
		}
		s.Screen.Release()
	}
	now := s.now()
	if rests || now-s.drawnText >= drawNS {
		s.drawnText = now
		s.Screen.Console(&terminal.Main)
	}
	if now-s.drawnMemory < memoryNS && s.drawnMemory != 0 {
		return
	}
	s.drawnMemory = now
	*shownOwners = s.Keeper.Owners
	n := 0
	for _, p := range &s.processes {
		if p == nil || p.state != processRuns || p.space == nil {
			continue
		}
		o := authority.OwnerProcess + authority.Owner(p.space.handle%abi.MaxProcesses%maxShown)
		pool := &p.space.pool
		for i := range pool.count {
			shownOwners[pool.extents[i].base/abi.ExtentBytes] = o
		}
		shownProcesses[n] = screen.Process{Owner: o, ID: p.id, Name: p.calledName()}
		n++
	}
	s.Screen.Memory(shownOwners, int(s.Keeper.DeviceBytes/abi.ExtentBytes), shownProcesses[:n])
}
