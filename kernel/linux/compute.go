package linux

import (
	"math/bits"

	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// deviceCompute is /dev/gpu0: abi/compute.go says what it takes.
const deviceCompute = 226 << 8

// compute is one who has /dev/gpu0 open: a ring of the mailbox, and what was allocated
// and registered by it. Only the process that opened it may use it: the GPU knows what is
// allocated by that one's name.
type compute struct {
	number   uint32 // of the ring: a pointer to it would bring the types of all drivers into the image
	process  uint32 // of the GPU
	closed   bool   // freed when its last job is done
	ended    bool   // with its process: the GPU has freed all
	source   source
	owned    [vramWords]uint64 // bit: page of VRAM
	begins   [vramWords]uint64 // bit: an allocation begins there
	register [abi.RingEntries / 64]uint64
	programs uint64 // registered
	counted  uint32 // jobs whose answers were looked at
}

const vramWords = (abi.MaxVRAMPages + 63) / 64

func (c *compute) ring() *gpu.Ring { return &system.rings[c.number] }

// pollCompute looks for jobs that are done, tells who waits, and frees what was closed.
func (s *System) pollCompute() {
	if s.contexts.Used == 0 {
		return
	}
	for i, c := range &s.computes {
		if c == nil {
			continue
		}
		if c.ring().Poll() {
			c.count(c.ring())
			s.notify(&c.source)
		}
		if c.closed && c.ring().Busy() == 0 {
			s.free(c)
			s.computes[i] = nil
			s.contexts.give(c)
		}
	}
}

// count notes the programs that jobs have registered.
func (c *compute) count(r *gpu.Ring) {
	for c.counted != r.Done() {
		c.counted++
		n := c.counted % abi.RingEntries
		if c.register[n/64]>>(n%64)&1 == 0 {
			continue
		}
		c.register[n/64] &^= 1 << (n % 64)
		if code, program, _ := r.Answer(c.counted); code == abi.ErrNone {
			c.programs |= 1 << (program % abi.MaxPrograms)
		}
	}
}

// free gives back what was allocated and registered, unless the process' end did.
func (s *System) free(c *compute) {
	if c.ended {
		return
	}
	for w := range &c.begins {
		for ; c.begins[w] != 0; c.begins[w] &= c.begins[w] - 1 {
			page := uint64(w*64 + bits.TrailingZeros64(c.begins[w]))
			s.Keeper.GPU.Ask(c.process, abi.OpFree, abi.VRAMAllocBase+page*abi.VRAMPageBytes, 0, 0, 0)
		}
	}
	for ; c.programs != 0; c.programs &= c.programs - 1 {
		s.Keeper.GPU.System(c.process, abi.CallProgramDrop, uint64(bits.TrailingZeros64(c.programs)), 0, 0)
	}
}

// computing says whether the GPU works for a process, or for any where it is 0.
func (s *System) computing(process uint32) bool {
	for _, c := range &s.computes {
		if c != nil && c.ring().Busy() > 0 && (process == 0 || c.process == process) {
			return true
		}
	}
	return false
}

// openCompute gives an open file a ring that nobody has.
func (s *System) openCompute(t *thread, f *file) sys.Errno {
	for i := 1; i < len(s.rings) && i < int(s.Keeper.GPU.Rings); i++ {
		if s.computes[i] != nil {
			continue
		}
		c := s.contexts.take(s)
		if c == nil {
			return sys.ENOMEM
		}
		c.number, c.process, c.counted = uint32(i), t.space.handle, s.rings[i].Done()
		s.computes[i], f.compute = c, c
		return 0
	}
	return sys.EBUSY
}

// ioctlCompute is a request to the GPU. done is false where the thread waits for a job.
func (s *System) ioctlCompute(t *thread, c *compute, request, addr uint64) (result uint64, done bool) {
	if c.process != t.space.handle {
		return sys.EPERM.Result(), true
	}
	switch request {
	case abi.ComputeAlloc:
		r, err := s.Keeper.GPU.Ask(c.process, abi.OpAlloc, addr, 0, 0, 0)
		if err != gpu.OK {
			return s.refused(err).Result(), true
		}
		c.mark(r.Value, addr)
		return r.Value, true
	case abi.ComputeFree:
		if _, err := s.Keeper.GPU.Ask(c.process, abi.OpFree, addr, 0, 0, 0); err != gpu.OK {
			return s.refused(err).Result(), true
		}
		c.unmark(addr)
		return 0, true
	case abi.ComputeDrop:
		if _, err := s.Keeper.GPU.System(c.process, abi.CallProgramDrop, addr, 0, 0); err != gpu.OK {
			return s.refused(err).Result(), true
		}
		c.programs &^= 1 << (addr % abi.MaxPrograms)
		return 0, true
	case abi.ComputeRegister, abi.ComputeExecute:
		return s.submit(t, c, request, addr), true
	case abi.ComputeWait:
		return s.waitJob(t, c, addr)
	}
	return sys.ENOTTY.Result(), true
}

// submit posts a job.
func (s *System) submit(t *thread, c *compute, request, addr uint64) uint64 {
	var w [3]uint64
	words := w[:2]
	if request == abi.ComputeExecute {
		words = w[:3]
	}
	if !getWords(t.space, words, addr) {
		return sys.EFAULT.Result()
	}
	if c.ring().Busy() == abi.ComputeJobs {
		return sys.EAGAIN.Result()
	}
	if request == abi.ComputeExecute {
		return uint64(c.ring().Post(c.process, abi.OpGPUExecute, w[0], w[1], w[2]))
	}
	job := c.ring().Post(c.process, abi.OpSyscall, abi.CallProgramAdd, w[0], w[1])
	n := job % abi.RingEntries
	c.register[n/64] |= 1 << (n % 64)
	return uint64(job)
}

// waitJob tells how a job ended. It may be asked again, as after a signal.
func (s *System) waitJob(t *thread, c *compute, addr uint64) (result uint64, done bool) {
	var w [abi.ComputeWaitWords]uint64
	if !getWords(t.space, w[:1], addr) {
		return sys.EFAULT.Result(), true
	}
	if w[0] > 0xFFFFFFFF {
		return sys.EINVAL.Result(), true
	}
	code, value, state := c.ring().Answer(uint32(w[0]))
	switch state {
	case gpu.Unknown:
		return sys.EINVAL.Result(), true
	case gpu.Waiting:
		s.block(t, &c.source, never, 0)
		return 0, false
	}
	w[abi.ComputeWaitStatus], w[abi.ComputeWaitResult] = uint64(code), value
	if !putWords(t.space, addr, w[:]) {
		return sys.EFAULT.Result(), true
	}
	return 0, true
}

// refused is why the GPU did not do what a program asked for.
func (s *System) refused(err gpu.Error) sys.Errno {
	if err != gpu.ErrRefused {
		return sys.EIO
	}
	switch s.Keeper.GPU.LastCode {
	case abi.ErrArgument:
		return sys.EINVAL
	case abi.ErrNoMemory, abi.ErrQuota:
		return sys.ENOMEM
	case abi.ErrNotFound, abi.ErrNoProgram:
		return sys.ENOENT
	case abi.ErrBusy:
		return sys.EBUSY
	}
	return sys.EPERM
}

// mark notes an allocation.
func (c *compute) mark(offset, pages uint64) {
	first := (offset - abi.VRAMAllocBase) / abi.VRAMPageBytes
	c.begins[first/64] |= 1 << (first % 64)
	for p := first; p < first+pages; p++ {
		c.owned[p/64] |= 1 << (p % 64)
	}
}

// unmark forgets the allocation that began at an offset.
func (c *compute) unmark(offset uint64) {
	first := (offset - abi.VRAMAllocBase) / abi.VRAMPageBytes
	if first >= abi.MaxVRAMPages || c.begins[first/64]>>(first%64)&1 == 0 {
		return // another file's
	}
	c.begins[first/64] &^= 1 << (first % 64)
	for p := first; p < abi.MaxVRAMPages && c.owned[p/64]>>(p%64)&1 != 0 && c.begins[p/64]>>(p%64)&1 == 0; p++ {
		c.owned[p/64] &^= 1 << (p % 64)
	}
}

// covers says whether every byte of a range of VRAM was allocated by this file.
func (c *compute) covers(offset, n uint64) bool {
	if offset < abi.VRAMAllocBase || offset+n < offset || offset+n > abi.VRAMAllocBase+abi.MaxVRAMPages*abi.VRAMPageBytes {
		return false
	}
	for p := (offset - abi.VRAMAllocBase) / abi.VRAMPageBytes; p*abi.VRAMPageBytes+abi.VRAMAllocBase < offset+n; p++ {
		if c.owned[p/64]>>(p%64)&1 == 0 {
			return false
		}
	}
	return true
}

// moveCompute copies between the program's memory and its VRAM.
func (s *System) moveCompute(t *thread, f *file, x transfer, reads bool) uint64 {
	c := f.compute
	switch {
	case c.process != t.space.handle:
		return sys.EPERM.Result()
	case !x.placed:
		return sys.ESPIPE.Result()
	case !c.covers(x.at, x.n):
		return sys.ENXIO.Result()
	}
	vram := phys.Bytes(s.Keeper.GPU.Base+x.at, int(x.n))
	ok := false
	if reads {
		ok = t.space.copyOut(x.addr, vram)
	} else {
		ok = t.space.copyIn(vram, x.addr)
	}
	if !ok {
		return sys.EFAULT.Result()
	}
	return x.n
}

// forgetCompute is before the GPU ends a process: what it had is freed with it.
func (s *System) forgetCompute(process uint32) {
	for _, c := range &s.computes {
		if c != nil && c.process == process {
			c.ended = true
		}
	}
}
