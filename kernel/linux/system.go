package linux

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/authority"
	"pxos/kernel/fs"
	"pxos/kernel/gpu"
	"pxos/kernel/random"
	"pxos/kernel/screen"
	"pxos/kernel/terminal"
	"pxos/kernel/trap"
	"pxos/kernel/virtio"
)

// Frames that are asked for when fewer than spareFrames are left: a call must find
// what it needs for page tables and objects of the kernel's.
const (
	spareFrames   = 256
	supplyExtents = 4
)

// System is everything that runs in ring 3.
type System struct {
	room    lock
	Keeper  *authority.Keeper
	Clock   *apic.Local
	Files   fs.System
	Net     *virtio.Net // nil: there is no network card
	Compute bool        // the GPU tells when a job is done: there is /dev/gpu0
	Traced  bool        // system calls are reported
	Calls   uint64      // so far

	processors  [abi.MaxProcessors]processor
	count       int    // of processors
	working     int    // of them, in Work
	sliceCount  uint32 // of the local APIC's timer, a time slice
	here        *processor
	closed      bool
	first       *process // whose end is the end of all
	status      uint64   // it left with
	foreground  uint32   // group that the console's signals are for
	threads     [MaxThreads]*thread
	processes   [MaxProcesses]*process
	nextID      uint32
	start       uint64 // time-stamp counter at the start
	mult        uint64 // ns of a tick, times 2^32
	vdso        *fs.Inode
	epoch       uint64 // ns since 1970 at the start
	soonest     uint64 // no wait ends by itself before
	alarm       uint64 // when the first processor wakes, where it rests
	pollers     source // threads in poll: any change wakes them
	futexes     [futexBuckets]source
	unknown     [callCount / 64]uint64
	randomness  random.Source
	retired     *space // without users, not yet given back
	spare       *space // memory for the next
	spares      int
	empty       bool // a pool has extents to give back
	input       console
	wire        source // of /dev/net0
	wireTold    bool   // that frames have come, since the last was taken
	shares      []share
	devices     [abi.MaxShares]*virtio.Share // theirs
	shareCount  int
	shareLook   uint64 // ns: when their devices are looked at next
	errands     []errand
	errand      *errand // that runs now: the lock lets there be one
	detour      *errand // whose call the tree carries out now
	returned    source  // for a free errand
	folders     slab[folder]
	rings       [abi.MaxRings]gpu.Ring
	computes    [abi.MaxRings]*compute // who has a ring; 0 is the kernel's own
	contexts    slab[compute]
	Screen      *screen.Screen
	frames      int    // open files of /dev/fb0
	drawnText   uint64 // ns: when the screen was drawn
	drawnMemory uint64

	files   slab[file]
	pipes   slab[pipe]
	watches slab[watch]
	network network
}

// system is the one that there is: page faults of copies need it.
var system *System

// Open makes ring 3 possible. It says no where the processor lacks what it takes, or
// there is no memory for the root of the files.
func (s *System) Open(features *amd64.Features, epochNS uint64, seed [random.SeedWords]uint64) bool {
	if !features.SMAP || !features.SMEP || !features.NX || !features.AVX {
		return false
	}
	system = s
	s.nextID = 1
	s.setClock(epochNS)
	s.randomness.Mix(seed)
	s.mixProcessor()
	s.count, s.soonest, s.here = int(trap.Online()), never, &s.processors[0]
	s.sliceCount = s.Clock.TimerCount(sliceNS)
	for i := range s.processors {
		s.processors[i].id = uint32(i)
	}
	for i := 1; i < len(s.rings) && i < int(s.Keeper.GPU.Rings); i++ {
		s.rings[i].Open(s.Keeper.GPU, uint32(i))
	}
	s.supply()
	return s.openWords() && s.Files.Open(s.Keeper.Frames, s.Keeper.Frames.Total/treeShare, s.time())
}

// time is ns since 1970.
func (s *System) time() uint64 { return s.epoch + s.now() }

// supply asks the GPU for memory of the kernel's own before it runs short. What comes
// of it is seen where a frame is wanted.
func (s *System) supply() {
	if s.Keeper.Frames.Free < spareFrames {
		s.Keeper.Grow(supplyExtents)
	}
}

// frame is one zeroed frame of the kernel's, 0 where there is none.
func (s *System) frame() uint64 {
	if s.Keeper.Frames.Free == 0 && s.Keeper.Grow(1) != gpu.OK {
		return 0
	}
	return s.Keeper.Frames.Alloc()
}

// Run runs ring 3 until the first program ends, and gives its exit status as a shell
// has it: 128 and the signal where one ended it.
func (s *System) Run() uint64 {
	s.Work(0)
	s.close()
	if signal := s.status & 0x7F; signal != 0 {
		return 128 + signal
	}
	return s.status >> 8
}

// exception handles what a thread did: a page that is to be filled in, or a mistake
// that becomes a signal.
func (s *System) exception(t *thread) {
	c := &t.context
	switch c.Vector {
	case trap.VectorPageFault:
		addr := amd64.ReadCR2()
		if addr < userHigh && s.touch(t.space, addr, c.Error&2 != 0, c.Error&16 != 0) {
			return
		}
		if t.space.starved {
			s.say("pxos: out of memory: the program is ended\n")
			s.endProcess(t.process, sigKILL)
			return
		}
		t.fault, t.code = addr, 1+uint32(c.Error&1) // SEGV_MAPERR, SEGV_ACCERR
		s.force(t, sigSEGV)
	case trap.VectorDivideError, 16, 19:
		t.fault, t.code = c.RIP, 1
		s.force(t, sigFPE)
	case trap.VectorInvalidOpcode:
		t.fault, t.code = c.RIP, 1
		s.force(t, sigILL)
	case trap.VectorBreakpoint, 1:
		t.fault, t.code = c.RIP, 1
		s.force(t, sigTRAP)
	default:
		t.fault, t.code = 0, 0x80 // SI_KERNEL
		s.force(t, sigSEGV)
	}
}

// say writes words of the kernel's own on the program's console.
func (s *System) say(text string) {
	for i := 0; i < len(text); i += chunkBytes {
		var b [chunkBytes]byte
		n := copy(b[:], text[i:])
		s.show(b[:n])
	}
}

// chunkBytes go with one UART_WRITE: Ask passes three words of them.
const chunkBytes = 24

// print sends up to chunkBytes to the console: by the GPU, as everything.
func (s *System) print(b []byte) {
	var w [3]uint64
	for i := range b {
		terminal.Main.Put(b[i])
		w[i/8] |= uint64(b[i]) << (8 * uint(i%8))
	}
	s.Keeper.GPU.Ask(abi.KernelProcess, abi.OpUARTWrite, uint64(len(b)), w[0], w[1], w[2])
}
