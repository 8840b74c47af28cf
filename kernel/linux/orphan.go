package linux

import "pxos/kernel/sys"

// prctl has what init needs: it takes over the children of those who end.
func (s *System) prctl(t *thread, option, argument uint64) uint64 {
	const getKeepCaps, setKeepCaps, setReaper, getReaper = 7, 8, 36, 37 // linux/prctl.h
	switch option {
	case getKeepCaps:
		if t.keepCaps {
			return 1
		}
		return 0
	case setKeepCaps:
		if argument > 1 {
			return sys.EINVAL.Result()
		}
		t.keepCaps = argument == 1
		return 0
	case setReaper:
		t.process.reaper = argument != 0
		return 0
	case getReaper:
		var word [4]byte
		if t.process.reaper {
			word[0] = 1
		}
		return copied(t.space.copyOut(argument, word[:]))
	}
	return sys.EINVAL.Result()
}

// heir is who takes over a process' children: the nearest of its parents that said so,
// nil where none did.
func (p *process) heir() *process {
	for h := p.parent; h != nil; h = h.parent {
		if h.reaper && h.state == processRuns && !h.ended {
			return h
		}
	}
	return nil
}

// inherit gives a child another parent, who learns of its end if it has ended.
func (s *System) inherit(heir, child *process) {
	child.parent = heir
	switch {
	case child.state != processZombie:
	case heir == nil:
		child.state = processFree
	default:
		s.signalProcess(heir, sigCHLD)
		s.notify(&heir.children)
	}
}
