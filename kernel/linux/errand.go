package linux

import (
	"pxos/kernel/frame"
	"pxos/kernel/fs"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/trap"
)

// A call that has to wait for the server of a share in its middle is an errand: it has a
// kernel stack of its own and stops in the middle, while the processor goes on with other
// threads. Another processor may go on with it. What it holds across a wait must be its
// own: the buffers that calls share are another's by then, files may be closed and names
// gone. A signal does not end it; a thread that is to end does so when it is back.

// Errands at a time; the thread of one more waits. Their stacks lie above those of the
// processors, which trap.GuardAt wants.
const (
	maxErrands  = 8
	errandPages = 8
	errandSlot  = 64 // of the area of stacks
)

// errand is a call that may wait in its middle.
type errand struct {
	thread   *thread // nil: the errand is free
	lo, hi   uint64  // its stack
	sp       uint64  // where it goes on, 0 where it has not begun
	finished bool
	file     *file // that the call is about, held
	n        uint64
	a        arguments
	result   uint64
	goOn     bool // the call is none of a share's: it is carried out in the tree

	path  [2][]byte // of the call, as far as it is still to be walked
	size  [2]int    // of path
	ours  [2]bool   // path has taken the place of the program's
	text  [2][]byte // where the walk is in its share
	link  []byte    // for the target of a link
	links int       // followed

	fetched *fs.Inode // a file of a share, copied to be run or mapped; held
}

// openErrands takes the memory that shares and errands need. It is called before ring 3 runs.
func (s *System) openErrands() bool {
	const buffers = 5
	pa := s.Keeper.Frames.AllocRun(shareFrames)
	if pa == frame.None {
		return false
	}
	s.shares, s.errands = sharesAt(phys.Virt(pa))
	for i := range s.errands {
		e := &s.errands[i]
		lo, hi, err := s.Keeper.Tables.NewStack(errandSlot+uint64(i), errandPages)
		pa := s.Keeper.Frames.AllocRun(buffers)
		if err != paging.OK || pa == frame.None {
			return false
		}
		e.lo, e.hi = lo, hi
		for k, b := range [buffers]*[]byte{&e.path[0], &e.path[1], &e.text[0], &e.text[1], &e.link} {
			*b = phys.Bytes(pa+uint64(k)*phys.PageBytes, phys.PageBytes)
		}
	}
	return true
}

// depart sends a thread on an errand for its call; it waits where none is free.
func (s *System) depart(t *thread, n uint64, a *arguments, f *file) {
	for i := range s.errands {
		e := &s.errands[i]
		if e.thread != nil {
			continue
		}
		e.thread, e.n, e.a, e.sp, e.finished = t, n, *a, 0, false
		e.goOn, e.result, e.links, e.ours = false, 0, 0, [2]bool{}
		if e.file = f; f != nil {
			f.refs++
		}
		t.errand = e
		s.travel(t)
		return
	}
	s.block(t, &s.returned, never, 0)
}

// travel goes on with a thread's errand until it waits or is back.
func (s *System) travel(t *thread) {
	e, c := t.errand, s.here
	s.errand = e
	if e.sp == 0 {
		startStack(&c.sp, e.hi)
	} else {
		switchStack(&c.sp, e.sp)
	}
	s.errand = nil
	if e.finished {
		s.comeBack(t, e)
	}
}

// comeBack ends an errand: its call has a result, or is one for the tree.
func (s *System) comeBack(t *thread, e *errand) {
	t.errand = nil
	if e.file != nil {
		s.closeFile(e.file)
		e.file = nil
	}
	if t.doomed {
		s.endThread(t)
	} else {
		result, done := e.result, true
		if e.goOn {
			s.detour = e
			result, done = s.invoke(t, e.n, &e.a)
			s.detour = nil
		}
		s.conclude(t, e.n, &e.a, result, done)
	}
	if e.fetched != nil {
		s.Files.Drop(e.fetched)
		e.fetched = nil
	}
	e.thread = nil
	wake(s, &s.returned)
}

// await has the errand that runs wait for a source, or for a time.
func (s *System) await(src *source, until uint64) {
	e := s.errand
	s.block(e.thread, src, until, 0)
	trap.This().Guard()
	switchStack(&e.sp, s.here.sp)
	trap.This().GuardAt(e.lo)
}

// errandMain is what an errand does, on its own stack.
func errandMain() {
	s := system
	e := s.errand
	trap.This().GuardAt(e.lo)
	s.carryOut(e)
	e.finished = true
	trap.This().Guard()
	switchStack(&e.sp, s.here.sp)
}

// carryOut finds the result of an errand's call, or that it is one for the tree.
func (s *System) carryOut(e *errand) {
	if e.file != nil {
		e.result = s.shareFile(e)
		return
	}
	e.result = s.sharePath(e)
}

// wake has those who wait for a source make their calls again. Unlike notify it tells
// nobody else: it is about nothing that poll or epoll watch.
//
//go:noinline
func wake(s *System, src *source) {
	for src.waiters != nil {
		s.again(src.waiters)
	}
}

// abandon forgets all errands: ring 3 is over, and nobody waits for their results.
func (s *System) abandon() {
	for i := range s.errands {
		if t := s.errands[i].thread; t != nil {
			t.errand, s.errands[i].thread = nil, nil
		}
	}
}

// detoured is the path that an errand has put in the place of one of the program's.
func (s *System) detoured(which int) ([]byte, bool) {
	if s.detour == nil || !s.detour.ours[which] {
		return nil, false
	}
	return s.detour.path[which][:s.detour.size[which]], true
}

func switchStack(save *uint64, to uint64)
func startStack(save *uint64, top uint64)
