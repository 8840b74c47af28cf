package linux

import (
	"pxos/abi"
	"pxos/kernel/phys"
)

// What /proc and /proc/PID hold, for who lists them.
var (
	procNames  = [...]string{"self", "audit", "gpu", "meminfo", "uptime"}
	entryNames = [...]string{"cmdline", "comm", "cwd", "exe", "fd", "gpu", "maps", "stat", "status"}
)

// Types of the entries of a directory: DT_ of getdents(2).
const (
	entryDirectory = 4
	entryRegular   = 8
	entryLink      = 10
)

// list reads a directory of /proc: "." and "..", then what is in it.
func (s *System) list(t *thread, f *file, addr, n uint64) uint64 {
	const size, name = 32, 19
	done := uint64(0)
	for ; ; f.offset++ {
		var b [size]byte
		g := generation{}
		kind, there, more := s.listed(t.process, f, &g)
		if !more || done+size > n {
			break
		}
		if !there {
			continue
		}
		b[18] = kind
		copy(b[name:size-1], g.text())
		put(b[:], 0, f.offset+1)
		put(b[:], 8, f.offset+1)
		b[16], b[17] = size, 0
		b[18] = kind
		if !t.space.copyOut(addr+done, b[:]) {
			return moved(done)
		}
		done += size
	}
	return done
}

// listed is the entry of a directory at the offset. more is false past the last one.
func (s *System) listed(p *process, f *file, g *generation) (kind byte, there, more bool) {
	at := f.offset
	if at < 2 {
		g.word(".."[:at+1])
		return entryDirectory, true, true
	}
	at -= 2
	switch f.kind {
	case kindNumbers:
		if at >= maxDescriptors {
			return 0, false, false
		}
		g.number(at, 10, 1)
		return entryLink, p.files[at].file != nil, true
	case kindEntries:
		if at >= uint64(len(entryNames)) || s.processOf(f.value) == nil {
			return 0, false, false
		}
		g.word(entryNames[at])
		return entryType(entryNames[at]), true, true
	}
	if at < uint64(len(procNames)) {
		g.word(procNames[at])
		return entryType(procNames[at]), true, true
	}
	if at -= uint64(len(procNames)); at >= MaxProcesses {
		return 0, false, false
	}
	of := s.processes[at]
	if of == nil || of.state == processFree {
		return 0, false, true
	}
	g.number(uint64(of.id), 10, 1)
	return entryDirectory, true, true
}

func entryType(name string) byte {
	switch name {
	case "self", "cwd", "exe":
		return entryLink
	case "fd":
		return entryDirectory
	}
	return entryRegular
}

// keepArguments keeps what a program is started with, for /proc/PID/cmdline.
func (p *process) keepArguments() {
	end, left := 0, start.arguments
	for ; left > 0 && end < len(p.argument); end++ {
		if start.text[end] == 0 {
			left--
		}
	}
	p.arguments = copy(p.argument[:], start.text[:end])
}

// stateWord is the state of a process as proc_pid_status(5) has it.
func (s *System) stateWord(p *process) string {
	if p.state == processZombie {
		return "Z (zombie)"
	}
	if p.stopped {
		return "T (stopped)"
	}
	for _, t := range &s.threads {
		if t != nil && t.process == p && (t.state == stateRunning || t.state == stateReady) {
			return "R (running)"
		}
	}
	return "S (sleeping)"
}

// mapped is the bytes of a process' regions.
func (p *process) mapped() (n uint64) {
	if p.space == nil {
		return 0
	}
	for i := range p.space.regions.Count() {
		r := p.space.regions.At(i)
		n += r.End - r.Start
	}
	return n
}

// resident is the pages of a process that are in memory.
func (p *process) resident() uint64 {
	if p.space == nil {
		return 0
	}
	return uint64(p.space.pool.count)*extentPages - p.space.pool.free
}

// stat is proc_pid_stat(5), one line: what is not counted is 0.
func (s *System) stat(p *process, g *generation) {
	const tick = second / 100 // _SC_CLK_TCK
	g.number(uint64(p.id), 10, 1)
	g.word(" (")
	g.bytes(p.shortName())
	g.word(") ")
	g.word(s.stateWord(p)[:1])
	fields := [...]uint64{p.parentID(), uint64(p.group), uint64(p.session), deviceConsole, uint64(s.foreground), 0, 0, 0, 0, 0,
		p.used / tick, 0, p.usedByDead / tick, 0, 20, 0, uint64(p.threads), 0, p.born / tick, p.mapped(), p.resident()}
	const all = 49 // from the fourth field on
	for i := range all {
		v := uint64(0)
		if i < len(fields) {
			v = fields[i]
		}
		g.word(" ")
		g.number(v, 10, 1)
	}
	g.word("\n")
}

// grants of a process: what the GPU calls it, and the memory that it granted to it.
func (p *process) grants(g *generation) {
	if p.space == nil {
		return
	}
	pool := &p.space.pool
	g.word("Process:\t")
	g.number(uint64(p.space.handle), 10, 1)
	g.word("\nExtents:\t")
	g.number(uint64(pool.count), 10, 1)
	g.word(" of at most ")
	g.number(maxPoolExtents, 10, 1)
	g.word("\n")
	g.amount("Granted:", uint64(pool.count)*extentPages)
	g.amount("Used:", p.resident())
	for i := 0; i < pool.count && g.n < len(generatedText)-64; i++ {
		g.word("Extent:\t0x")
		g.number(pool.extents[i].base, 16, 10)
		g.word(" ")
		g.number(pool.extents[i].taken, 10, 1)
		g.word(" pages used\n")
	}
}

// grants of the kernel: where the GPU is, and what it granted.
func (s *System) grants(g *generation) {
	k := s.Keeper
	g.word("BAR0:\t0x")
	g.number(k.GPU.Base, 16, 10)
	g.word("\n")
	g.amount("Window:", k.GPU.Size/phys.PageBytes)
	g.word("Rings:\t")
	g.number(uint64(k.GPU.Rings), 10, 1)
	g.word("\nKernelExtents:\t")
	g.number(k.Extents, 10, 1)
	g.word(" of ")
	g.number(abi.ExtentBytes>>20, 10, 1)
	g.word(" MiB\nDevices:\t")
	g.number(k.Devices, 10, 1)
	g.word("\nClaimed:\t")
	g.number(k.Claimed, 10, 1)
	g.word("\nRevocations:\t")
	g.number(k.Revoked, 10, 1)
	g.word("\n")
}
