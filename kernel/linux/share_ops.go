package linux

import (
	"pxos/kernel/p9"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// What a share's server can be asked to do, one request each.

// attributes tells of a file.
func (s *System) attributes(h *share, fid uint32) (a p9.Attributes, e sys.Errno) {
	var k talk
	e = s.begin(&k, h, p9.Getattr, fid)
	if e == 0 {
		k.request.Long(p9.Basic)
		e = s.ask(&k)
	}
	if e != 0 {
		return a, e
	}
	a, e = k.reply.Attributes()
	s.end(&k)
	return a, e
}

// change sets attributes of a file.
func (s *System) change(h *share, fid uint32, c *p9.Change) sys.Errno {
	var k talk
	e := s.begin(&k, h, p9.Setattr, fid)
	if e != 0 {
		return e
	}
	k.request.Change(c)
	return s.settle(&k)
}

// resize gives a file another size.
func (s *System) resize(h *share, fid uint32, size uint64) sys.Errno {
	if int64(size) < 0 {
		return sys.EINVAL
	}
	return s.change(h, fid, &p9.Change{Valid: p9.SetSize, Size: size})
}

// remode gives a file other permissions.
func (s *System) remode(h *share, fid uint32, mode uint64) sys.Errno {
	return s.change(h, fid, &p9.Change{Valid: p9.SetMode, Mode: uint32(mode) & 0o7777})
}

// retime sets the times of a file from those in the program's memory: utimensat(2).
func (s *System) retime(t *thread, h *share, fid uint32, times uint64) sys.Errno {
	const utimeNow, utimeOmit = 0x3FFFFFFF, 0x3FFFFFFE
	c := p9.Change{Valid: p9.SetAccess | p9.SetChange}
	if times != 0 {
		var w [4]uint64
		if !getWords(t.space, w[:], times) {
			return sys.EFAULT
		}
		c = p9.Change{Access: p9.Time{Seconds: w[0], Nanoseconds: w[1]}, Change: p9.Time{Seconds: w[2], Nanoseconds: w[3]}}
		for i, set := range [...]uint32{p9.SetAccess, p9.SetChange} {
			switch ns := w[2*i+1]; {
			case ns == utimeNow:
				c.Valid |= set
			case ns == utimeOmit:
			case ns >= second:
				return sys.EINVAL
			default:
				c.Valid |= set | set<<3 // SetAccessTime, SetChangeTime
			}
		}
	}
	if c.Valid == 0 {
		return 0
	}
	return s.change(h, fid, &c)
}

// openFid opens a file that was walked to.
func (s *System) openFid(h *share, fid uint32, flags uint64) sys.Errno {
	const told = sys.O_ACCMODE | sys.O_TRUNC | sys.O_APPEND | sys.O_DIRECTORY
	var k talk
	e := s.begin(&k, h, p9.Lopen, fid)
	if e != 0 {
		return e
	}
	k.request.Word(uint32(flags & told))
	return s.settle(&k)
}

// create makes a file in a directory and opens it: the directory's fid is the file's from
// then on.
func (s *System) create(h *share, fid uint32, name []byte, flags, mode uint64) sys.Errno {
	const told = sys.O_ACCMODE | sys.O_TRUNC | sys.O_APPEND | sys.O_EXCL | sys.O_CREAT
	var k talk
	e := s.begin(&k, h, p9.Lcreate, fid)
	if e != 0 {
		return e
	}
	k.request.Text(name)
	k.request.Word(uint32(flags & told))
	k.request.Word(uint32(mode) & 0o7777)
	k.request.Word(0) // group
	return s.settle(&k)
}

// space tells of the file system of a share.
func (s *System) space(h *share, fid uint32) (p p9.Space, e sys.Errno) {
	var k talk
	e = s.begin(&k, h, p9.Statfs, fid)
	if e == 0 {
		e = s.ask(&k)
	}
	if e != 0 {
		return p, e
	}
	p, e = k.reply.Space()
	s.end(&k)
	return p, e
}

// shareDevice and the share's number are its st_dev.
const shareDevice = 0x30

// putAttributes writes a struct stat of a file of a share.
func (s *System) putAttributes(sp *space, addr uint64, h *share, fid uint32) uint64 {
	a, e := s.attributes(h, fid)
	if e != 0 {
		return e.Result()
	}
	var b [statBytes]byte
	put(b[:], 0, shareDevice+h.number)
	put(b[:], 8, a.Qid.Path)
	put(b[:], 16, a.Links)
	put(b[:], 24, uint64(a.Mode)) // the owner, behind it, is root
	put(b[:], 40, a.Device)
	put(b[:], 48, a.Size)
	put(b[:], 56, a.BlockBytes)
	put(b[:], 64, a.Blocks)
	for i, t := range [...]p9.Time{a.Access, a.Change, a.StatusTime} {
		put(b[:], 72+16*i, t.Seconds)
		put(b[:], 80+16*i, t.Nanoseconds)
	}
	if !sp.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// putSpace writes a struct statfs of a share.
func (s *System) putSpace(sp *space, addr uint64, h *share, fid uint32) uint64 {
	p, e := s.space(h, fid)
	if e != 0 {
		return e.Result()
	}
	const v9fsMagic = 0x01021997 // of linux/magic.h: what programs know a 9P share by
	w := [15]uint64{v9fsMagic, uint64(p.BlockBytes), p.Blocks, p.Free, p.Available, p.Files, p.FreeFiles, 0, uint64(p.NameBytes), uint64(p.BlockBytes)}
	for i := 0; i < len(w); i += 5 {
		if !putWords(sp, addr+8*uint64(i), w[i:i+5]) {
			return sys.EFAULT.Result()
		}
	}
	return 0
}

// most is how many bytes a read or a write of a share moves at most: whole pages.
func (h *share) most() uint64 { return (uint64(h.bytes) - p9.WriteBytes) &^ (phys.PageBytes - 1) }

// bring copies a file of a share into one of the tree that has no name: what is run or
// mapped must be there when a page of it is touched.
func (s *System) bring(e *errand, h *share, fid uint32, mode uint32) sys.Errno {
	i := s.nameless(mode)
	if i == nil {
		return sys.ENOMEM
	}
	e.fetched = i
	for at := uint64(0); !e.thread.doomed; {
		n, err := s.bringPart(h, fid, at, e)
		if err != 0 || n == 0 {
			return err
		}
		at += n
	}
	return sys.EINTR
}

func (s *System) bringPart(h *share, fid uint32, at uint64, e *errand) (n uint64, err sys.Errno) {
	var k talk
	err = s.begin(&k, h, p9.Read, fid)
	if err == 0 {
		k.request.Long(at)
		k.request.Word(uint32(h.most()))
		err = s.ask(&k)
	}
	if err != 0 {
		return 0, err
	}
	data := k.reply.Data(int(h.most()))
	if err = k.reply.Whole(); err == 0 && len(data) > 0 {
		s.supply()
		var wrote int
		wrote, err = s.Files.WriteAt(e.fetched, at, data, s.time())
		if wrote < len(data) && err == 0 {
			err = sys.ENOMEM
		}
	}
	s.end(&k)
	return uint64(len(data)), err
}
