package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/sys"
)

// generation is an entry of /proc: its text is made when it is asked for.
type generation struct {
	link bool   // a symbolic link to its text
	list kind   // of a directory, 0 for none
	id   uint64 // of the process that a directory is about
	kind uint64 // mode of stat
	n    int    // bytes of generatedText
}

// generatedText is where the text is put together.
var generatedText []byte // a page

func (g *generation) text() []byte { return generatedText[:g.n] }

// word appends a text, number in a base. They are not inlined: the kernel's image has
// little room, and there are many calls.
//
//go:noinline
func (g *generation) word(w string) { g.n += copy(generatedText[g.n:], w) }

//go:noinline
func (g *generation) bytes(b []byte) { g.n += copy(generatedText[g.n:], b) }

//go:noinline
func (g *generation) number(v, base uint64, width int) {
	const digits = "0123456789abcdef"
	var b [20]byte
	at := len(b)
	for v != 0 || at == len(b) || len(b)-at < width {
		at--
		b[at] = digits[v%base]
		v /= base
	}
	g.bytes(b[at:])
}

// generated makes the entry of /proc that a path names; ENOENT where it names none.
// The path is taken as it stands: no "..", no links.
func (s *System) generated(p *process, path []byte) (g generation, e sys.Errno) {
	const proc, self = "/proc/", "self/"
	if string(path) == "/proc" || string(path) == proc {
		g.list, g.kind = kindProcesses, sys.S_IFDIR|0o555
		return g, 0
	}
	if len(path) < len(proc) || string(path[:len(proc)]) != proc {
		return g, sys.ENOENT
	}
	rest := path[len(proc):]
	g.kind = sys.S_IFREG | 0o444
	if string(rest) == "self" {
		g.link, g.kind = true, sys.S_IFLNK|0o777
		g.number(uint64(p.id), 10, 1)
		return g, 0
	}
	if e := s.aboutAll(&g, rest); e != sys.ENOENT {
		return g, e
	}
	about := p
	if len(rest) >= len(self) && string(rest[:len(self)]) == self {
		rest = rest[len(self):]
	} else {
		id, n := uint64(0), 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' && n < 9 {
			id, n = id*10+uint64(rest[n]-'0'), n+1
		}
		if n == 0 || n < len(rest) && rest[n] != '/' {
			return g, sys.ENOENT
		}
		if about = s.processOf(id); about == nil {
			return g, sys.ENOENT
		}
		rest = rest[min(n+1, len(rest)):]
	}
	return g, s.about(about, &g, rest)
}

// aboutAll makes an entry of /proc that is about no process.
func (s *System) aboutAll(g *generation, name []byte) sys.Errno {
	switch string(name) {
	case "meminfo":
		g.amount("MemTotal:", s.Keeper.Frames.Total)
		g.amount("MemFree:", s.Keeper.Frames.Free)
	case "net0":
		if s.Net == nil {
			return sys.ENOENT
		}
		for i, b := range s.Net.MAC {
			if i > 0 {
				g.word(":")
			}
			g.number(uint64(b), 16, 2)
		}
		g.word("\n")
	case "uptime":
		g.number(s.now()/second, 10, 1)
		g.word(".00 0.00\n")
	case "gpu":
		s.grants(g)
	case "audit":
		s.audit(g)
	case "sys/kernel/hostname":
		g.word("pxos\n")
	case "sys/net/core/somaxconn":
		g.word("128\n")
	case "sys/fs/pipe-max-size":
		g.number(pipeBytes, 10, 1)
		g.word("\n")
	default:
		return sys.ENOENT
	}
	return 0
}

func (g *generation) amount(name string, frames uint64) {
	g.word(name)
	g.word(" ")
	g.number(frames*phys.PageBytes/1024, 10, 1)
	g.word(" kB\n")
}

// about makes an entry of /proc/PID.
func (s *System) about(p *process, g *generation, name []byte) sys.Errno {
	switch string(name) {
	case "":
		g.list, g.id, g.kind = kindEntries, uint64(p.id), sys.S_IFDIR|0o555
	case "exe":
		g.link, g.kind = true, sys.S_IFLNK|0o777
		g.bytes(p.name[:p.nameBytes])
	case "cwd":
		g.link, g.kind = true, sys.S_IFLNK|0o777
		if p.directory == nil {
			return sys.ENOENT
		}
		n, e := s.whereIs(p, generatedText)
		g.n = n
		return e
	case "comm":
		g.bytes(p.shortName())
		g.word("\n")
	case "status":
		g.word("Name:\t")
		g.bytes(p.shortName())
		g.word("\nState:\t")
		g.word(s.stateWord(p))
		g.word("\nPid:\t")
		g.number(uint64(p.id), 10, 1)
		g.word("\nPPid:\t")
		g.number(p.parentID(), 10, 1)
		g.word("\nTracerPid:\t0")
		g.word("\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nThreads:\t")
		g.number(uint64(p.threads), 10, 1)
		g.word("\nGroups:\t\n")
		g.amount("VmSize:", p.mapped()/phys.PageBytes)
		g.amount("VmRSS:", p.resident())
	case "stat":
		s.stat(p, g)
	case "cmdline":
		g.bytes(p.argument[:p.arguments])
	case "gpu":
		p.grants(g)
	case "maps":
		if p.space != nil {
			g.maps(p)
		}
	case "fd":
		g.list, g.kind = kindNumbers, sys.S_IFDIR|0o500
	case "cgroup":
		g.word("0::/\n")
	case "mountinfo":
		g.word("1 1 0:25 / / rw - tmpfs root rw\n")
		s.mountedShares(g)
	default:
		return sys.ENOENT
	}
	return 0
}

// maps writes the regions of a process: proc_pid_maps(5). What does not fit is left
// out.
func (g *generation) maps(p *process) {
	sp := p.space
	for i := 0; i < sp.regions.Count() && g.n < len(generatedText)-400; i++ {
		r := sp.regions.At(i)
		g.number(r.Start, 16, 8)
		g.word("-")
		g.number(r.End, 16, 8)
		g.word(" ")
		g.word(rightWord(r.Prot&region.Read != 0, "r"))
		g.word(rightWord(r.Prot&region.Write != 0, "w"))
		g.word(rightWord(r.Prot&region.Exec != 0, "x"))
		g.word("p ")
		g.number(r.Offset, 16, 8)
		if r.Kind == region.File && r.Object == 0 {
			g.word(" 00:19 ")
			g.number(sp.objects[0].Number(), 10, 1)
			g.word(" ")
			g.bytes(p.name[:p.nameBytes])
		} else {
			g.word(" 00:00 0")
		}
		switch {
		case r.End == stackTop:
			g.word(" [stack]")
		case r.Start == vdsoBase:
			g.word(" [vdso]")
		}
		g.word("\n")
	}
}

func rightWord(yes bool, w string) string {
	if yes {
		return w
	}
	return "-"
}

// shortName is the last part of the program's path, 15 bytes at most: comm.
func (p *process) shortName() []byte {
	from := 0
	for i := range p.nameBytes {
		if p.name[i] == '/' {
			from = i + 1
		}
	}
	return p.name[from:min(p.nameBytes, from+15)]
}

func (p *process) parentID() uint64 {
	if p.parent == nil {
		return 0
	}
	return uint64(p.parent.id)
}

// openGenerated opens an entry of /proc.
func (s *System) openGenerated(t *thread, g generation, flags uint64) uint64 {
	if g.link {
		i, e := s.Files.Lookup(t.process.directory, g.text(), true)
		if e == 0 {
			e = s.mayOpen(i, flags)
		}
		if e != 0 {
			return e.Result()
		}
		return s.openInode(t, i, flags)
	}
	if flags&sys.O_ACCMODE != sys.O_RDONLY {
		return sys.EACCES.Result()
	}
	if g.list != 0 {
		f, fd := s.openKind(t.process, g.list, flags)
		if f != nil {
			f.flags, f.value = sys.O_RDONLY, g.id
		}
		return fd
	}
	pa := s.frame()
	if pa == 0 {
		return sys.ENOMEM.Result()
	}
	f, fd := s.openKind(t.process, kindGenerated, flags)
	if f == nil {
		s.Keeper.Frames.Release(pa)
		return fd
	}
	f.flags = sys.O_RDONLY
	f.value, f.bytes = pa, uint64(g.n)
	copy(phys.Bytes(pa, phys.PageBytes), g.text())
	return fd
}
