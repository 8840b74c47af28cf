package linux

import (
	"pxos/kernel/p9"
	"pxos/kernel/sys"
)

// Calls on open files of a share. Each runs as an errand.

// asksServer says whether a call on an open file of a share is one that its server must
// be asked about. Other calls are as on any file.
func asksServer(n uint64) bool {
	switch n {
	case sysRead, sysWrite, sysPread64, sysPwrite64, sysReadv, sysWritev, sysFstat, sysNewfstatat, sysLseek, sysFtruncate:
		return true
	case sysFchdir, sysFchmod, sysFstatfs, sysGetdents64, sysFsync, sysFdatasync, sysUtimensat, sysMmap:
		return true
	}
	return false
}

// shareOf is the open file of a share that a call is about, and not about a path.
func (s *System) shareOf(t *thread, n uint64, a *arguments) *file {
	fd := a[0]
	switch n {
	case sysMmap:
		if a[3]&mapAnon != 0 {
			return nil
		}
		fd = a[4]
	case sysUtimensat:
		if a[1] != 0 {
			return nil
		}
	case sysNewfstatat:
		var first [1]byte
		if a[3]&atEmptyPath == 0 || a[1] != 0 && !(t.space.copyIn(first[:], a[1]) && first[0] == 0) {
			return nil
		}
	}
	if f := t.process.file(fd & 0xFFFFFFFF); f != nil && f.kind == kindShare {
		return f
	}
	return nil
}

// shareFile carries out an errand's call on an open file.
func (s *System) shareFile(e *errand) uint64 {
	t, f, a := e.thread, e.file, &e.a
	h, fid := f.share, uint32(f.value)
	switch e.n {
	case sysFstat:
		return s.putAttributes(t.space, a[1], h, fid)
	case sysNewfstatat:
		return s.putAttributes(t.space, a[2], h, fid)
	case sysUtimensat:
		return s.retime(t, h, fid, a[2]).Result()
	case sysLseek:
		return s.seekShare(f, a[1], a[2])
	case sysFtruncate:
		if !f.canWrite() || f.folder != nil {
			return sys.EINVAL.Result()
		}
		return s.resize(h, fid, a[1]).Result()
	case sysFchmod:
		return s.remode(h, fid, a[1]).Result()
	case sysFstatfs:
		return s.putSpace(t.space, a[1], h, fid)
	case sysFchdir:
		if f.folder == nil {
			return sys.ENOTDIR.Result()
		}
		s.moveTo(t.process, f.folder)
		return 0
	case sysGetdents64:
		if f.folder == nil {
			return sys.ENOTDIR.Result()
		}
		return s.listShare(t, f, a[1], a[2])
	case sysFsync, sysFdatasync:
		var k talk
		err := s.begin(&k, h, p9.Fsync, fid)
		if err != 0 {
			return err.Result()
		}
		k.request.Word(uint32(e.n - sysFsync)) // 1: the data alone
		return s.settle(&k).Result()
	case sysMmap:
		return s.bringMapped(e)
	}
	result, _ := s.move(t, f, e.n, a)
	return result
}

// readShare reads a file of a share.
func (s *System) readShare(t *thread, f *file, x transfer) uint64 {
	if f.folder != nil {
		return sys.EISDIR.Result()
	}
	at, done := x.at, uint64(0)
	if !x.placed {
		at = f.offset
	}
	for done < x.n && !t.doomed {
		want := min(x.n-done, f.share.most())
		var k talk
		e := s.begin(&k, f.share, p9.Read, uint32(f.value))
		if e == 0 {
			k.request.Long(at + done)
			k.request.Word(uint32(want))
			e = s.ask(&k)
		}
		if e != 0 {
			return partly(done, e)
		}
		data := k.reply.Data(int(want))
		if e = k.reply.Whole(); e == 0 && !t.space.copyOut(x.addr+done, data) {
			e = sys.EFAULT
		}
		s.end(&k)
		if e != 0 {
			return partly(done, e)
		}
		done += uint64(len(data))
		if !x.placed {
			f.offset = at + done
		}
		if uint64(len(data)) < want {
			break
		}
	}
	return done
}

// partly is the result of a transfer that an error ended.
//
//go:noinline
func partly(done uint64, e sys.Errno) uint64 {
	if done > 0 {
		return done
	}
	return e.Result()
}

// writeShare writes a file of a share.
func (s *System) writeShare(t *thread, f *file, x transfer) uint64 {
	at, done := x.at, uint64(0)
	if !x.placed {
		at = f.offset
	}
	if f.flags&sys.O_APPEND != 0 {
		a, e := s.attributes(f.share, uint32(f.value))
		if e != 0 {
			return e.Result()
		}
		at = a.Size
	}
	for done < x.n && !t.doomed {
		n := min(x.n-done, f.share.most())
		var k talk
		e := s.begin(&k, f.share, p9.Write, uint32(f.value))
		if e != 0 {
			return partly(done, e)
		}
		k.request.Long(at + done)
		k.request.Word(uint32(n))
		if data := k.request.Data(int(n)); !t.space.copyIn(data, x.addr+done) {
			s.end(&k)
			return partly(done, sys.EFAULT)
		}
		if e := s.ask(&k); e != 0 {
			return partly(done, e)
		}
		wrote := uint64(k.reply.Word())
		e = k.reply.Whole()
		s.end(&k)
		if e != 0 || wrote > n {
			return partly(done, sys.EIO)
		}
		done += wrote
		if !x.placed {
			f.offset = at + done
		}
		if wrote < n {
			break
		}
	}
	return done
}

// seekShare moves the offset of an open file of a share.
func (s *System) seekShare(f *file, offset, whence uint64) uint64 {
	const set, current = 0, 1
	if whence != set && whence != current {
		a, e := s.attributes(f.share, uint32(f.value))
		if e != 0 {
			return e.Result()
		}
		f.bytes = a.Size
	}
	return s.lseek(f, offset, whence)
}

// listShare reads a directory of a share: struct linux_dirent64, getdents(2).
func (s *System) listShare(t *thread, f *file, addr, n uint64) uint64 {
	const head, alignment = 19, 8
	want := min(n, f.share.most())
	var k talk
	e := s.begin(&k, f.share, p9.Readdir, uint32(f.value))
	if e == 0 {
		k.request.Long(f.offset)
		k.request.Word(uint32(want))
		e = s.ask(&k)
	}
	if e != 0 {
		return e.Result()
	}
	data := k.reply.Data(int(want))
	e = k.reply.Whole()
	done := uint64(0)
	for list := p9.Listing(data); e == 0; {
		var entry p9.Entry
		var more bool
		if entry, more, e = list.Entry(); !more {
			break
		}
		var b [head + sys.NAME_MAX + 1 + alignment]byte
		size := (head + uint64(len(entry.Name)) + alignment) &^ (alignment - 1)
		if done+size > n {
			if done == 0 {
				e = sys.EINVAL
			}
			break
		}
		put(b[:], 0, entry.Qid.Path)
		put(b[:], 8, entry.Cookie)
		b[16], b[17], b[18] = byte(size), byte(size>>8), entry.Type
		copy(b[head:], entry.Name)
		if !t.space.copyOut(addr+done, b[:size]) {
			e = sys.EFAULT
			break
		}
		f.offset = entry.Cookie
		done += size
	}
	s.end(&k)
	if e != 0 {
		return partly(done, e)
	}
	return done
}

// bringMapped copies a file that is to be mapped: what is mapped of a share is what it
// was then.
func (s *System) bringMapped(e *errand) uint64 {
	f := e.file
	switch {
	case f.folder != nil:
		return sys.ENODEV.Result()
	case !f.canRead():
		return sys.EACCES.Result()
	}
	if err := s.bring(e, f.share, uint32(f.value), 0); err != 0 {
		return err.Result()
	}
	e.goOn = true
	return 0
}

// newFolder keeps where a directory of a share is. nil: there is no memory.
func (s *System) newFolder(h *share, text []byte) *folder {
	d := s.folders.take(s)
	if d == nil {
		return nil
	}
	if d.page = s.frame(); d.page == 0 {
		s.folders.give(d)
		return nil
	}
	d.share, d.refs = h, 1
	d.bytes = copy(d.memory(), text)
	return d
}

// dropFolder takes away one of those who have a folder.
func (s *System) dropFolder(d *folder) {
	if d == nil {
		return
	}
	if d.refs--; d.refs == 0 {
		s.Keeper.Frames.Release(d.page)
		s.folders.give(d)
	}
}

// moveTo makes a folder the working directory.
func (s *System) moveTo(p *process, d *folder) {
	d.refs++
	s.dropFolder(p.within)
	s.Files.Hold(d.share.mount)
	s.Files.Drop(p.directory)
	p.within, p.directory = d, d.share.mount
}

// closeShare is the end of an open file of a share.
func (s *System) closeShare(f *file) {
	s.letGo(f.share, uint32(f.value))
	s.dropFolder(f.folder)
}
