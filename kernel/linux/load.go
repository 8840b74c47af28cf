package linux

import (
	"pxos/kernel/elf"
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/sys"
)

// Auxiliary vector, linux/auxvec.h.
const (
	atNull   = 0
	atPHDR   = 3
	atPHENT  = 4
	atPHNUM  = 5
	atPAGESZ = 6
	atENTRY  = 9
	atUID    = 11
	atEUID   = 12
	atGID    = 13
	atEGID   = 14
	atCLKTCK = 17
	atSECURE = 23
	atRANDOM = 25
	atEXECFN = 31
	atVDSO   = 33 // AT_SYSINFO_EHDR
)

// MaxArgumentBytes bounds arguments and environment together, NULs included.
const MaxArgumentBytes = 128 << 10

// words is what a program is started with: texts that NULs end, arguments first.
type words struct {
	text        []byte // MaxArgumentBytes, in frames: the boot extent has no room for them
	bytes       int    // used of text
	arguments   int
	environment int
}

// add appends a text and its NUL.
func (w *words) add(text []byte) bool {
	if w.bytes+len(text)+1 > len(w.text) {
		return false
	}
	copy(w.text[w.bytes:], text)
	w.text[w.bytes+len(text)] = 0
	w.bytes += len(text) + 1
	return true
}

// There is one exec at a time. What is large lies in frames that the GPU granted: the
// image must fit the boot extent.
var (
	program elf.Program
	head    []byte // of its file
	start   words
)

// openWords takes the memory for what programs are started with, and for the texts that
// calls are about.
func (s *System) openWords() bool {
	const paths, pages = 2, 3
	pa := s.Keeper.Frames.AllocRun(MaxArgumentBytes/phys.PageBytes + paths + pages + ownersFrames + placesFrames)
	if pa == 0 {
		return false
	}
	start.text = phys.Bytes(pa, MaxArgumentBytes)
	pa += MaxArgumentBytes
	for i := range pathBuffers {
		pathBuffers[i] = phys.Bytes(pa, sys.PATH_MAX)
		pa += phys.PageBytes
	}
	for _, b := range [pages]*[]byte{&head, &generatedText, &fillBuffer} {
		*b = phys.Bytes(pa, phys.PageBytes)
		pa += phys.PageBytes
	}
	shownOwners = ownersAt(phys.Virt(pa))
	placeOf = placesAt(phys.Virt(pa + ownersFrames*phys.PageBytes))
	return true
}

// Start makes the first process of the program at a path, with arguments and
// environment: texts that NULs end. It gives the reason in words where it cannot.
func (s *System) Start(path, directory, arguments, environment []byte) (why string) {
	start.bytes = 0
	if len(arguments)+len(environment) > len(start.text) {
		return "the arguments are too long"
	}
	start.arguments, start.environment = count(arguments), count(environment)
	start.bytes = copy(start.text[:], arguments)
	start.bytes += copy(start.text[start.bytes:], environment)
	p := s.newProcess()
	if p == nil {
		return "there is no memory for a process"
	}
	if s.startIn(p, directory) != 0 {
		return "the working directory is not there"
	}
	if !s.openStandard(p) {
		return "there is no memory for the standard files"
	}
	sp, e, why := s.image(p, path)
	if e != 0 {
		return why
	}
	p.space = sp
	t := s.newThread(p, sp.entry, 0)
	if t == nil {
		return "there is no memory for a thread"
	}
	s.use(s.here, sp)
	if t.context.RSP = s.firstStack(sp); t.context.RSP == 0 {
		return "the arguments are too long, or there is no memory"
	}
	p.keepArguments()
	p.id, p.group, p.session = t.id, t.id, t.id
	s.identify(t)
	s.first, s.foreground = p, p.group
	s.enqueue(t)
	return ""
}

// startIn gives the first process its working directory, of the tree or of a share.
func (s *System) startIn(p *process, path []byte) sys.Errno {
	dir, e := s.Files.Lookup(s.Files.Root(), path, true)
	if e == sys.EREMOTE {
		return s.startWithin(p)
	}
	if e == 0 && dir.Kind() != fs.Directory {
		e = sys.ENOTDIR
	}
	if e == 0 {
		s.Files.Hold(dir)
		p.directory = dir
	}
	return e
}

// count is how many texts there are.
func count(texts []byte) (n int) {
	for _, c := range texts {
		if c == 0 {
			n++
		}
	}
	return n
}

// image makes an address space of the program at a path, seen from a process.
func (s *System) image(p *process, path []byte) (sp *space, e sys.Errno, why string) {
	i, e := s.programAt(p, path)
	if e != 0 {
		return nil, e, "the program is not there"
	}
	if i.Kind() != fs.Regular || i.Mode()&0o111 == 0 {
		return nil, sys.EACCES, "the program is no file that may be run"
	}
	n := s.Files.ReadAt(i, 0, head)
	if err := program.ParseHead(head[:n], i.Size()); err != elf.OK {
		return nil, sys.ENOEXEC, err.String()
	}
	if sp = s.newSpace(); sp == nil {
		return nil, sys.ENOMEM, "there is no memory for an address space"
	}
	s.Files.Hold(i)
	sp.objects[0] = i
	sp.entry, sp.brk = program.Entry, program.Break
	stack := region.Region{Start: stackTop - stackBytes, End: stackTop, Prot: region.Read | region.Write}
	ok := sp.regions.Insert(stack) == region.OK && s.mapVDSO(sp)
	for k := 0; k < program.Count; k++ {
		ok = ok && sp.mapSegment(&program.Segments[k])
	}
	if !ok {
		s.retire(sp)
		return nil, sys.ENOEXEC, "a segment of the program cannot be mapped"
	}
	p.named(s, path)
	return sp, 0, ""
}

// programAt finds a program: in the tree, or what an errand has brought.
func (s *System) programAt(p *process, path []byte) (*fs.Inode, sys.Errno) {
	if s.detour != nil && s.detour.fetched != nil {
		return s.detour.fetched, 0
	}
	return s.Files.Lookup(p.directory, path, true)
}

// named keeps where a process' program is, for /proc/self/exe: a path from the root,
// without symbolic links.
func (p *process) named(s *System, path []byte) {
	p.nameBytes = 0
	if s.detour != nil && s.detour.fetched != nil {
		p.nameBytes = copy(p.name[:], path)
		return
	}
	at, e := s.Files.Parent(p.directory, path, true)
	if e != 0 {
		return
	}
	n, e := s.Files.Path(at.Dir, p.name[:])
	if e != 0 || n+1+len(at.Name) > len(p.name) {
		return
	}
	if n > 1 { // "/" ends with a slash already
		p.name[n] = '/'
		n++
	}
	p.nameBytes = n + copy(p.name[n:], at.Name)
}

// mapSegment adds the regions of a segment: the part with bytes of the file, then
// zeros.
func (sp *space) mapSegment(g *elf.Segment) bool {
	prot := region.Prot(0)
	if g.Read {
		prot |= region.Read
	}
	if g.Write {
		prot |= region.Write
	}
	if g.Exec {
		prot |= region.Exec
	}
	start, end := g.Pages()
	r := region.Region{Start: start, End: end, Prot: prot, Kind: region.File,
		Offset: g.Offset &^ (phys.PageBytes - 1), FileEnd: g.Offset + g.FileBytes}
	if g.FileBytes == 0 {
		r.Kind, r.Offset, r.FileEnd = region.Anonymous, 0, 0
	}
	return sp.regions.Insert(r) == region.OK
}

// vector is the words between the stack pointer and the texts: argc, argv, envp and
// the auxiliary vector, psABI 3.4.1. It is written a word at a time.
type vector struct {
	sp *space
	at uint64
	ok bool
}

func (v *vector) put(word uint64) {
	w := [1]uint64{word}
	v.ok = v.ok && putWords(v.sp, v.at, w[:])
	v.at += 8
}

// texts puts the address of each of n texts that begin at text, and a 0.
func (v *vector) texts(text uint64, from, n int) (next int) {
	for ; n > 0; n-- {
		v.put(text + uint64(from))
		for start.text[from] != 0 {
			from++
		}
		from++
	}
	v.put(0)
	return from
}

// firstStack writes the first stack of a space, whose page tables are in, and gives
// the stack pointer; 0 where it does not fit.
func (s *System) firstStack(sp *space) uint64 {
	const auxWords, randomBytes = 30, 16
	text := (stackTop - uint64(start.bytes)) &^ 15
	random := text - randomBytes
	w := [2]uint64{s.randomness.Uint64(), s.randomness.Uint64()}
	base := (random - 8*uint64(start.arguments+start.environment+3+auxWords)) &^ 15
	if !sp.copyOut(text, start.text[:start.bytes]) || !putWords(sp, random, w[:]) {
		return 0
	}
	v := vector{sp: sp, at: base, ok: true}
	v.put(uint64(start.arguments))
	next := v.texts(text, 0, start.arguments)
	v.texts(text, next, start.environment)
	aux := [...][2]uint64{{atPHDR, program.Headers}, {atPHENT, program.HeaderBytes}, {atPHNUM, program.HeaderCount},
		{atPAGESZ, phys.PageBytes}, {atENTRY, program.Entry}, {atUID, 0}, {atEUID, 0}, {atGID, 0}, {atEGID, 0},
		{atCLKTCK, 100}, {atSECURE, 0}, {atRANDOM, random}, {atEXECFN, text},
		{atVDSO, vdsoBase}, {atNull, 0}}
	for i := range aux {
		v.put(aux[i][0])
		v.put(aux[i][1])
	}
	if !v.ok {
		return 0
	}
	return base
}

// readTexts collects the texts that a vector of pointers in the program's memory
// names; a null pointer ends it.
func (s *System) readTexts(sp *space, at uint64) (n int, e sys.Errno) {
	if at == 0 {
		return 0, 0
	}
	for ; ; n++ {
		var w [1]uint64
		if !getWords(sp, w[:], at+8*uint64(n)) {
			return 0, sys.EFAULT
		}
		if w[0] == 0 {
			return n, 0
		}
		length, e := sp.copyText(start.text[start.bytes:], w[0])
		if e == sys.ENAMETOOLONG {
			return 0, sys.E2BIG
		}
		if e != 0 {
			return 0, e
		}
		start.bytes += length + 1
	}
}

// execve has the thread's process run another program: its other threads end, its
// memory goes, its open files stay.
func (s *System) execve(t *thread, path, arguments, environment uint64) (result uint64, done bool) {
	p := t.process
	name, e := s.path(t.space, path)
	if e != 0 {
		return e.Result(), true
	}
	if g, e := s.generated(p, name); e == 0 && g.link {
		name = name[:copy(name[:cap(name)], g.text())]
	}
	start.bytes = 0
	if start.arguments, e = s.readTexts(t.space, arguments); e != 0 {
		return e.Result(), true
	}
	if start.environment, e = s.readTexts(t.space, environment); e != 0 {
		return e.Result(), true
	}
	sp, e, _ := s.image(p, name)
	if e != 0 {
		return e.Result(), true
	}
	for _, other := range &s.threads {
		if other != nil && other != t && other.state != stateFree && other.process == p {
			s.doom(other)
		}
	}
	s.leaveSpace(t)
	t.space, p.space = sp, sp
	sp.users++
	s.use(s.here, sp)
	s.resetForProgram(t)
	p.keepArguments()
	rsp := s.firstStack(sp)
	if rsp == 0 {
		s.endProcess(p, sigKILL)
		return 0, false
	}
	t.context.Reset(sp.entry, rsp)
	return 0, false
}

// resetForProgram is what a new program does not keep of its process: handlers,
// alternate stack, descriptors that close on exec.
func (s *System) resetForProgram(t *thread) {
	p := t.process
	for i := range p.actions {
		if p.actions[i].handler > 1 {
			p.actions[i].handler = 0
		}
		p.actions[i].flags, p.actions[i].mask = 0, 0
	}
	for fd := range p.files {
		if p.files[fd].cloexec {
			s.closeDescriptor(p, uint64(fd))
		}
	}
	t.stack = altStack{}
	t.clearTID = 0
	t.id = p.id // other threads are gone, the number of the process stays
	s.identify(t)
}
