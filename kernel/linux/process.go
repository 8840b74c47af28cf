package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
)

// MaxProcesses bounds the processes, those included that nobody has waited for.
const MaxProcesses = 64

// processState is what there is of a process.
type processState uint8

const (
	processFree processState = iota
	processRuns
	processZombie // ended, and nobody has asked how
)

// process is what fork makes and wait waits for.
type process struct {
	state      processState
	ended      bool   // its threads are ending
	id         uint32 // that of its first thread
	group      uint32
	session    uint32
	parent     *process // nil: nobody waits for it
	space      *space
	threads    int
	status     uint64 // as wait has it
	directory  *fs.Inode
	within     *folder // where directory is a share's: which directory of it
	children   source  // one has ended
	pending    uint64  // signals for whichever thread takes them
	umask      uint64
	alarm      timer // ITIMER_REAL
	profile    timer // ITIMER_PROF
	stopped    bool  // its threads stand still
	news       news  // that its parent was not told
	stopSignal uint64
	reaper     bool   // takes over the children of its descendants: PR_SET_CHILD_SUBREAPER
	born       uint64 // ns: when it began
	used       uint64 // ns that its threads ran
	usedByDead uint64 // of its children that were waited for
	nameBytes  int
	name       [256]byte // path of its program
	argument   [256]byte // its arguments, with a NUL after each: what fits
	arguments  int       // bytes of them
	actions    [signals]action
	files      [maxDescriptors]descriptor
}

// newProcess makes a process without threads, nil where there is no room.
func (s *System) newProcess() *process {
	for i := range &s.processes {
		if s.processes[i] != nil && s.processes[i].state != processFree {
			continue
		}
		if s.processes[i] == nil {
			pa := s.Keeper.Frames.AllocRun(processFrames)
			if pa == 0 {
				return nil
			}
			s.processes[i] = processAt(phys.Virt(pa))
		}
		p := s.processes[i]
		p.clear()
		p.state, p.umask, p.born = processRuns, 0o22, s.now()
		return p
	}
	return nil
}

// endProcess ends a process with a wait status: its threads, then all that it held.
func (s *System) endProcess(p *process, status uint64) {
	if p.ended || p.state != processRuns {
		return
	}
	p.ended, p.status = true, status
	if p.threads == 0 {
		s.finish(p)
		return
	}
	for _, t := range &s.threads {
		if t != nil && t.state != stateFree && t.process == p {
			s.doom(t)
		}
	}
}

// finish is the end of a process whose last thread has ended.
func (s *System) finish(p *process) {
	p.ended = true
	for fd := range p.files {
		s.closeDescriptor(p, uint64(fd))
	}
	if p.directory != nil {
		s.Files.Drop(p.directory)
	}
	s.dropFolder(p.within)
	p.space, p.directory, p.within = nil, nil, nil
	heir := p.heir()
	for _, child := range &s.processes {
		if child != nil && child.state != processFree && child.parent == p {
			s.inherit(heir, child)
		}
	}
	if p == s.first {
		s.closed, s.status = true, p.status
		s.nudge(&s.processors[0])
	}
	if p.parent == nil || p.parent.actions[sigCHLD-1].handler == 1 {
		p.state = processFree
	} else {
		p.state = processZombie
		s.signalProcess(p.parent, sigCHLD)
	}
	if p.parent != nil {
		s.notify(&p.parent.children)
	}
}

// processOf finds a process by its number, nil where there is none.
func (s *System) processOf(id uint64) *process {
	for _, p := range &s.processes {
		if p != nil && p.state != processFree && uint64(p.id) == id {
			return p
		}
	}
	return nil
}
