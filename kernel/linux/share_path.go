package linux

import (
	"pxos/kernel/p9"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// Calls that name files. Where a path leads is decided once, before: what a share's
// server is to do is here, what the tree is to do is where it would be without shares.

// leadsAway says whether a call is one for a share: about an open file of it, or about a
// path that leads into it.
func (s *System) leadsAway(t *thread, n uint64, a *arguments) (f *file, away bool) {
	if asksServer(n) {
		if f := s.shareOf(t, n, a); f != nil {
			return f, true
		}
	}
	r, _ := routes(n, a)
	return nil, s.strays(t, &r[0]) || s.strays(t, &r[1])
}

// routes are the paths of a call, each at the place where the tree looks for it, and
// whether there are two.
func routes(n uint64, a *arguments) (r [2]route, two bool) {
	switch n {
	case sysStat, sysAccess, sysTruncate, sysChmod, sysChown, sysChdir, sysStatfs, sysExecve:
		r[0] = route{atCWD, a[0], true, true, false}
	case sysLstat, sysReadlink, sysLchown:
		r[0] = route{atCWD, a[0], true, false, false}
	case sysNewfstatat, sysUtimensat:
		r[0] = route{a[0], a[1], true, a[3]&atSymlinkNoFollow == 0, false}
	case sysFaccessat, sysFaccessat2, sysFchmodat:
		r[0] = route{a[0], a[1], true, true, false}
	case sysFchmodat2:
		r[0] = route{a[0], a[1], true, a[3]&atSymlinkNoFollow == 0, false}
	case sysFchownat:
		r[0] = route{a[0], a[1], true, a[4]&atSymlinkNoFollow == 0, false}
	case sysReadlinkat:
		r[0] = route{a[0], a[1], true, false, false}
	case sysOpen:
		r[0] = route{atCWD, a[0], true, followsOpen(a[1]), a[1]&sys.O_CREAT != 0}
	case sysOpenat:
		r[0] = route{a[0], a[1], true, followsOpen(a[2]), a[2]&sys.O_CREAT != 0}
	case sysMkdir, sysMknod, sysUnlink, sysRmdir:
		r[0] = route{fd: atCWD, addr: a[0]}
	case sysMkdirat, sysMknodat, sysUnlinkat:
		r[0] = route{fd: a[0], addr: a[1]}
	case sysSymlink:
		r[1] = route{fd: atCWD, addr: a[1]}
	case sysSymlinkat:
		r[1] = route{fd: a[1], addr: a[2]}
	case sysRename:
		return [2]route{{fd: atCWD, addr: a[0]}, {fd: atCWD, addr: a[1]}}, true
	case sysRenameat, sysRenameat2:
		return [2]route{{fd: a[0], addr: a[1]}, {fd: a[2], addr: a[3]}}, true
	case sysLink:
		return [2]route{{atCWD, a[0], true, false, false}, {fd: atCWD, addr: a[1]}}, true
	case sysLinkat:
		return [2]route{{a[0], a[1], true, a[4]&atSymlinkFollow != 0, false}, {fd: a[2], addr: a[3]}}, true
	}
	return r, false
}

// followsOpen says whether open follows a link at the end of a path.
func followsOpen(flags uint64) bool {
	return flags&sys.O_NOFOLLOW == 0 && flags&(sys.O_CREAT|sys.O_EXCL) != sys.O_CREAT|sys.O_EXCL
}

// sharePath carries out an errand's call that names files.
func (s *System) sharePath(e *errand) uint64 {
	r, two := routes(e.n, &e.a)
	var at [2]spot
	var ours [2]bool
	err := s.targetOf(e)
	for i := range r {
		if r[i].addr != 0 && err == 0 {
			at[i], ours[i], err = s.locate(e, i, &r[i])
			if err == 0 && two && r[i].child {
				err = s.mustBe(e, &r[i], &at[i], ours[i])
			}
		}
	}
	result := err.Result()
	switch {
	case err != 0:
	case !ours[0] && !ours[1]:
		e.goOn = true
	case two && (ours[0] != ours[1] || at[0].h != at[1].h):
		result = sys.EXDEV.Result()
	case two:
		result = s.shareTwo(e, &at[0], &at[1]).Result()
	case ours[1]:
		result = s.shareSymlink(e, &at[1]).Result()
	case r[0].child:
		result = s.shareFound(e, &at[0])
	default:
		result = s.shareName(e, &at[0]).Result()
	}
	for i := range at {
		if ours[i] {
			s.leaveSpot(&at[i])
		}
	}
	return result
}

// mustBe says that the first of two paths names nothing: before the second is looked at.
func (s *System) mustBe(e *errand, r *route, at *spot, ours bool) (err sys.Errno) {
	if ours {
		if !at.found {
			err = sys.ENOENT
		}
		return err
	}
	path := e.path[0][:e.size[0]]
	_, dir, err := e.thread.process.origin(r.fd, path)
	if err == 0 {
		_, err = s.Files.Lookup(dir, path, r.follow)
	}
	return err
}

// targetOf says what is wrong with the target that symlink is given.
func (s *System) targetOf(e *errand) sys.Errno {
	if e.n != sysSymlink && e.n != sysSymlinkat {
		return 0
	}
	n, err := e.thread.space.copyText(e.link, e.a[0])
	if err == 0 && n == 0 {
		err = sys.ENOENT
	}
	return err
}

// shareFound has the calls about what is there.
func (s *System) shareFound(e *errand, at *spot) uint64 {
	t, a := e.thread, &e.a
	switch e.n {
	case sysOpen:
		return s.openShare(e, at, a[1], a[2])
	case sysOpenat:
		return s.openShare(e, at, a[2], a[3])
	}
	if !at.found {
		return sys.ENOENT.Result()
	}
	h, fid := at.h, at.child
	switch e.n {
	case sysStat, sysLstat:
		return s.putAttributes(t.space, a[1], h, fid)
	case sysNewfstatat:
		return s.putAttributes(t.space, a[2], h, fid)
	case sysAccess:
		return s.mayUse(at, a[1]).Result()
	case sysFaccessat, sysFaccessat2:
		return s.mayUse(at, a[2]).Result()
	case sysTruncate:
		if at.directory() {
			return sys.EISDIR.Result()
		}
		return s.resize(h, fid, a[1]).Result()
	case sysChmod:
		return s.remode(h, fid, a[1]).Result()
	case sysFchmodat, sysFchmodat2:
		return s.remode(h, fid, a[2]).Result()
	case sysUtimensat:
		return s.retime(t, h, fid, a[2]).Result()
	case sysStatfs:
		return s.putSpace(t.space, a[1], h, fid)
	case sysReadlink:
		return s.shareLink(e, at, a[1], a[2])
	case sysReadlinkat:
		return s.shareLink(e, at, a[2], a[3])
	case sysChdir:
		return s.shareChdir(e, at).Result()
	case sysExecve:
		return s.bringProgram(e, at)
	}
	return 0 // chown and its like: everything is root's, as far as told
}

// shareChdir makes what was found the working directory.
func (s *System) shareChdir(e *errand, at *spot) sys.Errno {
	if !at.directory() {
		return sys.ENOTDIR
	}
	d := s.newFolder(at.h, at.text)
	if d == nil {
		return sys.ENOMEM
	}
	s.moveTo(e.thread.process, d)
	s.dropFolder(d)
	return 0
}

// startWithin makes what the last walk left the tree for the working directory of the
// first process. Nobody else is there yet, so that an errand's memory serves.
func (s *System) startWithin(p *process) sys.Errno {
	e := &s.errands[0]
	mount, rest := s.Files.Beyond()
	e.links, e.size[0] = 0, copy(e.path[0], rest)
	w := walk{e: e, h: &s.shares[mount.Mounted()-1], fid: rootFid}
	at, out, err := s.wander(&w, &route{child: true, follow: true})
	switch {
	case err != 0:
		return err
	case out || !at.found:
		err = sys.ENOENT
	case !at.directory():
		err = sys.ENOTDIR
	default:
		if d := s.newFolder(at.h, at.text); d != nil {
			s.Files.Hold(mount)
			p.directory, p.within = mount, d
		} else {
			err = sys.ENOMEM
		}
	}
	s.leaveSpot(&at)
	return err
}

// mayUse says why what was found cannot be used: root may do all but run what nobody may.
func (s *System) mayUse(at *spot, mode uint64) sys.Errno {
	if mode&1 == 0 {
		return 0
	}
	a, e := s.attributes(at.h, at.child)
	if e == 0 && a.Mode&sys.S_IFMT == sys.S_IFREG && a.Mode&0o111 == 0 {
		e = sys.EACCES
	}
	return e
}

// shareLink tells the target of a link.
func (s *System) shareLink(e *errand, at *spot, addr, n uint64) uint64 {
	if at.qid.Type&p9.QidSymlink == 0 || int32(n) <= 0 {
		return sys.EINVAL.Result()
	}
	got, err := s.linkTarget(at.h, at.child, e.link)
	if err != 0 {
		return err.Result()
	}
	n = min(n&0x7FFFFFFF, uint64(got))
	if !e.thread.space.copyOut(addr, e.link[:n]) {
		return sys.EFAULT.Result()
	}
	return n
}

// openShare opens what was found, or makes it.
func (s *System) openShare(e *errand, at *spot, flags, mode uint64) uint64 {
	p, h := e.thread.process, at.h
	var fid uint32
	var err sys.Errno
	if at.found {
		if err = s.mayOpenShare(at, flags); err == 0 {
			fid, err = s.another(h, at.child)
		}
		if err == 0 && flags&sys.O_PATH == 0 {
			err = s.openFid(h, fid, flags)
		}
	} else {
		switch {
		case flags&sys.O_CREAT == 0 || flags&sys.O_PATH != 0:
			return sys.ENOENT.Result()
		case at.slash:
			return sys.EISDIR.Result()
		}
		if fid, err = s.another(h, at.dir); err == 0 {
			err = s.create(h, fid, at.name, flags, mode&^p.umask)
		}
	}
	if err != 0 {
		s.letGo(h, fid)
		return err.Result()
	}
	return s.installShare(e, at, fid, flags)
}

// another gives a fid of one's own for what a spot has one for.
func (s *System) another(h *share, fid uint32) (uint32, sys.Errno) {
	fid, _, e := s.step(h, fid, nil)
	return fid, e
}

// mayOpenShare says why what was found cannot be opened with flags.
func (s *System) mayOpenShare(at *spot, flags uint64) sys.Errno {
	writes := flags&(sys.O_ACCMODE|sys.O_TRUNC|sys.O_CREAT) != 0
	switch {
	case flags&(sys.O_CREAT|sys.O_EXCL) == sys.O_CREAT|sys.O_EXCL:
		return sys.EEXIST
	case flags&sys.O_DIRECTORY != 0 && !at.directory():
		return sys.ENOTDIR
	case flags&sys.O_PATH != 0:
		return 0
	case at.qid.Type&p9.QidSymlink != 0:
		return sys.ELOOP
	case at.directory() && writes:
		return sys.EISDIR
	case at.directory():
		return 0
	}
	a, e := s.attributes(at.h, at.child)
	if e == 0 && a.Mode&sys.S_IFMT != sys.S_IFREG {
		e = sys.ENXIO // a fifo, socket or device is the host's
	}
	return e
}

// installShare makes the open file of a fid.
func (s *System) installShare(e *errand, at *spot, fid uint32, flags uint64) uint64 {
	f := s.files.take(s)
	if f == nil {
		s.letGo(at.h, fid)
		return sys.ENFILE.Result()
	}
	const kept = sys.O_ACCMODE | sys.O_APPEND | sys.O_NONBLOCK | sys.O_DIRECTORY | sys.O_PATH
	f.kind, f.flags, f.share, f.value = kindShare, flags&kept, at.h, uint64(fid)
	if at.found && at.directory() {
		if f.folder = s.newFolder(at.h, at.text); f.folder == nil {
			f.refs = 1
			s.closeFile(f)
			return sys.ENOMEM.Result()
		}
	}
	return s.install(e.thread.process, f, 0, flags)
}

// bringProgram copies a program out of a share, for exec to find it.
func (s *System) bringProgram(e *errand, at *spot) uint64 {
	a, err := s.attributes(at.h, at.child)
	if err == 0 && (a.Mode&sys.S_IFMT != sys.S_IFREG || a.Mode&0o111 == 0) {
		err = sys.EACCES
	}
	fid := uint32(rootFid)
	if err == 0 {
		fid, err = s.another(at.h, at.child)
	}
	if err == 0 {
		err = s.openFid(at.h, fid, sys.O_RDONLY)
	}
	if err == 0 {
		err = s.bring(e, at.h, fid, a.Mode&0o7777)
	}
	s.letGo(at.h, fid)
	if err != 0 {
		return err.Result()
	}
	// Where it is, for /proc/self/exe.
	n, err := s.Files.Path(at.h.mount, e.path[0])
	if err != 0 || n+len(at.text) >= sys.PATH_MAX {
		return sys.ENAMETOOLONG.Result()
	}
	e.size[0] = n + copy(e.path[0][n:], at.text)
	e.goOn = true
	return 0
}

// whereIs writes the path of a process' working directory.
func (s *System) whereIs(p *process, b []byte) (int, sys.Errno) {
	n, e := s.Files.Path(p.directory, b)
	if e != 0 || p.within == nil {
		return n, e
	}
	text := p.within.text()
	if n+len(text) > len(b) {
		return 0, sys.ERANGE
	}
	return n + copy(b[n:], text), 0
}

func (d *folder) memory() []byte { return phys.Bytes(d.page, phys.PageBytes) }

func (d *folder) text() []byte { return d.memory()[:d.bytes] }

// mountedShares adds a line for each share to mountinfo: proc_pid_mountinfo(5).
func (s *System) mountedShares(g *generation) {
	for i := range s.shares[:s.shareCount] {
		h := &s.shares[i]
		g.number(h.number+1, 10, 1)
		g.word(" 1 0:")
		g.number(shareDevice+h.number, 10, 1)
		g.word(" / ")
		if len(generatedText)-g.n < 2*sys.NAME_MAX {
			return
		}
		n, _ := s.Files.Path(h.mount, generatedText[g.n:len(generatedText)-sys.NAME_MAX])
		g.n += n
		g.word(" rw - 9p ")
		g.bytes(s.deviceOf(h).Tag())
		g.word(" rw,trans=virtio,version=9p2000.L\n")
	}
}
