package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/p9"
	"pxos/kernel/sys"
)

// A path is walked by the tree until it enters a share, and by the share's server from
// there, until a link or a ".." leads out again: then the tree has it once more. Links
// are followed here: a server would follow them on its own host.

// folder is a directory of a share, as a working directory and as where a path begins.
type folder struct {
	share *share
	refs  int
	page  uint64 // its path in the share, without links: "" the root, else "/a/b"
	bytes int
}

// route is a path of a call: where it begins, and what of it must be there.
type route struct {
	fd, addr uint64
	child    bool // the last component too; else it is a name in a directory
	follow   bool // the link that it may be
	create   bool // it is made where it is not there, and cannot be where a slash follows
}

// spot is where a path has led in a share. The fids are the caller's, to be let go.
type spot struct {
	h     *share
	dir   uint32 // directory in which the last component is
	name  []byte // that component, in the errand's path; "", "." or ".." for no name
	slash bool   // a slash follows it
	found bool   // there is something
	child uint32 // where found: what
	qid   p9.Qid // of it
	text  []byte // where found: its path in the share
}

// directory says whether a directory was found.
func (at *spot) directory() bool { return at.qid.Type&p9.QidDirectory != 0 }

// leaveSpot lets go what a walk had of the server.
func (s *System) leaveSpot(at *spot) {
	if at.h == nil {
		return
	}
	s.letGo(at.h, at.dir)
	if at.found && at.child != at.dir {
		s.letGo(at.h, at.child)
	}
	at.h = nil
}

// origin is where a path begins: in a folder of a share, else in a directory of the tree.
func (p *process) origin(fd uint64, path []byte) (*folder, *fs.Inode, sys.Errno) {
	if len(path) > 0 && path[0] == '/' {
		return nil, nil, 0
	}
	if fd&0xFFFFFFFF == atCWD {
		return p.within, p.directory, 0
	}
	if f := p.file(fd & 0xFFFFFFFF); f != nil && f.kind == kindShare {
		if f.folder == nil {
			return nil, nil, sys.ENOTDIR
		}
		return f.folder, nil, 0
	}
	dir, e := p.base(fd, path)
	return nil, dir, e
}

// enters says whether a path of the tree leads into a share.
func (s *System) enters(dir *fs.Inode, path []byte, r *route) bool {
	var e sys.Errno
	if r.child {
		_, e = s.Files.Lookup(dir, path, r.follow)
	} else {
		_, e = s.Files.Parent(dir, path, false)
	}
	return e == sys.EREMOTE
}

// strays says whether a path of a call leads into a share.
func (s *System) strays(t *thread, r *route) bool {
	if r.addr == 0 {
		return false
	}
	path, e := readPath(t.space, r.addr, 0)
	if e != 0 || len(path) == 0 {
		return false
	}
	from, dir, e := t.process.origin(r.fd, path)
	return e == 0 && (from != nil || s.enters(dir, path, r))
}

// locate walks a path of an errand's call. ours is false where it ends in the tree: what
// is left of it has then taken the place of the program's path.
func (s *System) locate(e *errand, which int, r *route) (at spot, ours bool, err sys.Errno) {
	b := e.path[which]
	n, err := e.thread.space.copyText(b, r.addr)
	if err == 0 && n == 0 {
		err = sys.ENOENT
	}
	if err != 0 {
		return at, true, err
	}
	e.size[which], e.ours[which] = n, true
	from, dir, err := e.thread.process.origin(r.fd, b[:n])
	if err != 0 {
		return at, true, err
	}
	w := walk{e: e, which: which}
	if from != nil {
		w.h, w.bytes = from.share, copy(e.text[which], from.text())
		if err := s.reach(&w); err != 0 {
			return at, true, err
		}
	}
	for {
		if w.h == nil {
			if !s.enters(dir, b[:e.size[which]], r) {
				return at, false, 0
			}
			mount, rest := s.Files.Beyond()
			w.h, w.fid, w.bytes = &s.shares[mount.Mounted()-1], rootFid, 0
			e.size[which] = copy(b, rest)
		}
		at, out, err := s.wander(&w, r)
		if err != 0 || !out {
			return at, true, err
		}
		w.h, dir = nil, nil
	}
}

// walk is a walk in a share: what is left of the path is the errand's.
type walk struct {
	h     *share
	e     *errand
	which int
	fid   uint32 // where it is; let go as it goes on
	bytes int    // of the errand's text: the path to there
}

func (w *walk) path() []byte { return w.e.path[w.which][:w.e.size[w.which]] }

// cutName takes the first component off a path.
//
//go:noinline
func cutName(path []byte) (name, rest []byte) {
	for len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	n := 0
	for n < len(path) && path[n] != '/' {
		n++
	}
	return path[:n], path[n:]
}

//go:noinline
func slashes(path []byte) bool {
	for _, c := range path {
		if c != '/' {
			return false
		}
	}
	return true
}

// wander walks what is left of a path in a share. out says that it leads out of it: what
// is left then is a path from the tree's root.
func (s *System) wander(w *walk, r *route) (at spot, out bool, e sys.Errno) {
	rest := s.leap(w, w.path())
	for {
		name, after := cutName(rest)
		last := slashes(after)
		at = spot{h: w.h, dir: w.fid, name: name, slash: last && len(after) > 0}
		switch {
		case string(name) == ".." && (!last || r.child):
			if w.bytes == 0 {
				return at, true, s.back(w, after)
			}
			if e = s.up(w); e != 0 {
				return at, false, s.fail(w, e)
			}
			rest = after
			continue
		case string(name) == "." && (!last || r.child):
			rest = after
			continue
		case len(name) == 0 || last && (!r.child || r.create && at.slash && proper(name)):
			if r.child && !proper(name) {
				at.found, at.child, at.qid, at.text = true, w.fid, p9.Qid{Type: p9.QidDirectory}, w.text()
			}
			return at, false, 0
		}
		fid, qid, e := s.step(w.h, w.fid, name)
		if e == sys.ENOENT && last {
			return at, false, 0
		}
		if e != 0 {
			return at, false, s.fail(w, e)
		}
		switch {
		case qid.Type&p9.QidSymlink != 0 && (!last || r.follow || at.slash):
			absolute, e := s.follow(w, fid, after)
			if e != 0 {
				return at, false, s.fail(w, e)
			}
			if absolute {
				s.letGo(w.h, w.fid)
				return at, true, 0
			}
			rest = s.leap(w, w.path())
		case last:
			return s.arrive(w, at, fid, qid)
		case qid.Type&p9.QidDirectory == 0:
			s.letGo(w.h, fid)
			return at, false, s.fail(w, sys.ENOTDIR)
		case !w.enter(name):
			s.letGo(w.h, fid)
			return at, false, s.fail(w, sys.ENAMETOOLONG)
		default:
			s.letGo(w.h, w.fid)
			w.fid, rest = fid, after
		}
	}
}

// arrive ends a walk at what its last component names.
func (s *System) arrive(w *walk, at spot, fid uint32, qid p9.Qid) (spot, bool, sys.Errno) {
	at.found, at.child, at.qid = true, fid, qid
	e := sys.Errno(0)
	switch {
	case at.slash && !at.directory():
		e = sys.ENOTDIR
	case !w.enter(at.name):
		e = sys.ENAMETOOLONG
	}
	if e != 0 {
		s.letGo(w.h, fid)
		return at, false, s.fail(w, e)
	}
	at.text = w.text()
	return at, false, 0
}

// fail ends a walk that has failed.
func (s *System) fail(w *walk, e sys.Errno) sys.Errno {
	s.letGo(w.h, w.fid)
	return e
}

func (w *walk) text() []byte { return w.e.text[w.which][:w.bytes] }

// enter notes that the walk goes into what a name means.
//
//go:noinline
func (w *walk) enter(name []byte) bool {
	to := w.e.text[w.which]
	if w.bytes+1+len(name) >= len(to) {
		return false
	}
	to[w.bytes] = '/'
	w.bytes += 1 + copy(to[w.bytes+1:], name)
	return true
}

// step finds what a name in a directory is; the empty one is the directory itself, with
// another fid.
func (s *System) step(h *share, dir uint32, name []byte) (fid uint32, qid p9.Qid, e sys.Errno) {
	if len(name) > sys.NAME_MAX {
		return 0, qid, sys.ENAMETOOLONG
	}
	fid, walked, e := s.stride(h, dir, name, min(len(name), 1))
	return fid, walked.Qids[0], e
}

// stride walks the first n names of a path from a directory on, all or none of them.
func (s *System) stride(h *share, dir uint32, path []byte, n int) (fid uint32, w p9.Walked, e sys.Errno) {
	if fid, e = h.newFid(); e != 0 {
		return 0, w, e
	}
	var k talk
	if e = s.begin(&k, h, p9.Walk, dir); e == 0 {
		k.request.Word(fid)
		k.request.Short(uint16(n))
		for range n {
			var name []byte
			name, path = cutName(path)
			k.request.Text(name)
		}
		e = s.ask(&k)
	}
	if e == 0 {
		w, e = k.reply.Walked(n)
		s.end(&k)
	}
	if e == 0 && w.Count < n {
		e = sys.ENOENT // of a single name a server says so itself
	}
	if e != 0 {
		h.freeFid(fid)
		fid = 0
	}
	return fid, w, e
}

// leap goes at once through the directories that a path names before its last component.
// Where a link is among them, or one is not there, it goes nowhere: then it is found out
// step by step.
func (s *System) leap(w *walk, path []byte) (rest []byte) {
	n, rest := 0, path
	for n < p9.MaxNames {
		name, after := cutName(rest)
		if !proper(name) || len(name) > sys.NAME_MAX || slashes(after) {
			break
		}
		n, rest = n+1, after
	}
	if n < 2 {
		return path
	}
	fid, walked, e := s.stride(w.h, w.fid, path, n)
	if e != 0 {
		return path
	}
	bytes, at := w.bytes, path
	for i := range n {
		var name []byte
		name, at = cutName(at)
		if walked.Qids[i].Type&p9.QidDirectory == 0 || !w.enter(name) {
			w.bytes = bytes
			s.letGo(w.h, fid)
			return path
		}
	}
	s.letGo(w.h, w.fid)
	w.fid = fid
	return rest
}

// up has a walk go to the directory above, in the share.
func (s *System) up(w *walk) sys.Errno {
	text := w.text()
	n := len(text)
	for text[n-1] != '/' {
		n--
	}
	w.bytes = n - 1
	s.letGo(w.h, w.fid)
	w.fid = rootFid
	return s.reach(w)
}

// reach goes from the root to where the text of a walk says, which has no links.
func (s *System) reach(w *walk) sys.Errno {
	w.fid = rootFid
	for rest := w.text(); len(rest) > 0; {
		from, n := rest, 0
		for n < p9.MaxNames && len(rest) > 0 {
			_, rest = cutName(rest)
			n++
		}
		fid, _, e := s.stride(w.h, w.fid, from, n)
		s.letGo(w.h, w.fid)
		if e != 0 {
			w.fid = rootFid
			return e
		}
		w.fid = fid
	}
	return 0
}

// follow puts the target of a link in the place of what was walked of the path. It says
// whether that leads to the tree's root.
func (s *System) follow(w *walk, fid uint32, after []byte) (absolute bool, e sys.Errno) {
	if w.e.links++; w.e.links > sys.MAXSYMLINKS {
		s.letGo(w.h, fid)
		return false, sys.ELOOP
	}
	n, e := s.linkTarget(w.h, fid, w.e.link)
	s.letGo(w.h, fid)
	if e != 0 {
		return false, e
	}
	if n+len(after) >= sys.PATH_MAX {
		return false, sys.ENAMETOOLONG
	}
	n += copy(w.e.link[n:], after)
	w.e.size[w.which] = copy(w.e.path[w.which], w.e.link[:n])
	return w.e.link[0] == '/', 0
}

// linkTarget reads a link.
func (s *System) linkTarget(h *share, fid uint32, to []byte) (n int, e sys.Errno) {
	var k talk
	e = s.begin(&k, h, p9.Readlink, fid)
	if e == 0 {
		e = s.ask(&k)
	}
	if e != 0 {
		return 0, e
	}
	text, e := k.reply.Target()
	n = copy(to, text)
	s.end(&k)
	return n, e
}

// back has a path go on above the directory where the share is seen.
func (s *System) back(w *walk, after []byte) sys.Errno {
	s.letGo(w.h, w.fid)
	n, e := s.Files.Path(w.h.mount, w.e.link)
	if e != 0 {
		return e
	}
	for n > 1 && w.e.link[n-1] != '/' {
		n--
	}
	if n+len(after) >= sys.PATH_MAX {
		return sys.ENAMETOOLONG
	}
	n += copy(w.e.link[n:], after)
	w.e.size[w.which] = copy(w.e.path[w.which], w.e.link[:n])
	return 0
}
