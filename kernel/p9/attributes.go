package p9

import "pxos/kernel/sys"

// Qid is what a server knows a file by.
type Qid struct {
	Type    uint8
	Version uint32
	Path    uint64
}

// Bits of a qid's type.
const (
	QidDirectory = 0x80
	QidSymlink   = 0x02
)

// Qid reads a qid.
func (r *Reply) Qid() Qid { return Qid{r.Byte(), r.Word(), r.Long()} }

// Walked is how far a Walk came.
type Walked struct {
	Count int
	Qids  [MaxNames]Qid
}

// Walked reads the reply to a Walk of so many names.
func (r *Reply) Walked(names int) (w Walked, e sys.Errno) {
	n := int(r.Short())
	if n > names || n > MaxNames {
		return Walked{}, sys.EIO
	}
	for i := range w.Qids[:n] {
		w.Qids[i] = r.Qid()
	}
	w.Count = n
	return w, r.Whole()
}

// Attributes is what Getattr tells of a file.
type Attributes struct {
	Qid                        Qid
	Mode                       uint32 // with its type
	Links, Device, Size        uint64
	BlockBytes, Blocks         uint64
	Access, Change, StatusTime Time
}

// Time is a time since 1970.
type Time struct{ Seconds, Nanoseconds uint64 }

// Basic are the attributes to ask Getattr for: those of struct stat.
const Basic = 0x7FF

// Attributes reads the reply to Getattr.
func (r *Reply) Attributes() (a Attributes, e sys.Errno) {
	r.Long() // which are valid: the server has all of Basic
	a.Qid = r.Qid()
	a.Mode = r.Word()
	r.Long() // owner and group
	a.Links, a.Device, a.Size = r.Long(), r.Long(), r.Long()
	a.BlockBytes, a.Blocks = r.Long(), r.Long()
	a.Access, a.Change, a.StatusTime = r.time(), r.time(), r.time()
	if int64(a.Size) < 0 {
		return Attributes{}, sys.EIO
	}
	return a, r.Whole()
}

// time reads a time; its fraction is kept below a second.
func (r *Reply) time() Time { return Time{r.Long(), r.Long() % 1_000_000_000} }

// Bits that say what Setattr sets.
const (
	SetMode       = 0x1
	SetSize       = 0x8
	SetAccess     = 0x10
	SetChange     = 0x20
	SetAccessTime = 0x80  // to the time given, not to the server's
	SetChangeTime = 0x100 // as well
)

// Change is what Setattr sets of a file.
type Change struct {
	Valid          uint32
	Mode           uint32
	Size           uint64
	Access, Change Time
}

// Change adds what Setattr is to set, behind the fid.
func (r *Request) Change(c *Change) {
	r.Word(c.Valid)
	r.Word(c.Mode)
	r.Long(0) // owner and group stay
	r.Long(c.Size)
	r.Long(c.Access.Seconds)
	r.Long(c.Access.Nanoseconds)
	r.Long(c.Change.Seconds)
	r.Long(c.Change.Nanoseconds)
}

// Space is what Statfs tells of a file system.
type Space struct {
	Type, BlockBytes        uint32
	Blocks, Free, Available uint64
	Files, FreeFiles        uint64
	NameBytes               uint32
}

// Space reads the reply to Statfs.
func (r *Reply) Space() (p Space, e sys.Errno) {
	p.Type, p.BlockBytes = r.Word(), r.Word()
	p.Blocks, p.Free, p.Available = r.Long(), r.Long(), r.Long()
	p.Files, p.FreeFiles = r.Long(), r.Long()
	r.Long() // identity of the file system
	p.NameBytes = r.Word()
	return p, r.Whole()
}

// Entry is a line of a directory.
type Entry struct {
	Qid    Qid
	Cookie uint64 // where the next Readdir goes on behind it
	Type   uint8  // DT_ of getdents(2)
	Name   []byte
}

// Listing begins to read the entries that Readdir gave.
func Listing(data []byte) Reply { return Reply{b: data} }

// Entry reads the next entry of a listing. more is false at its end; a name that cannot
// be one, or a cookie that leads nowhere, is EIO.
func (r *Reply) Entry() (n Entry, more bool, e sys.Errno) {
	if r.at == len(r.b) {
		return Entry{}, false, 0
	}
	n.Qid, n.Cookie, n.Type = r.Qid(), r.Long(), r.Byte()
	n.Name = r.Text()
	if e := r.Whole(); e != 0 {
		return Entry{}, false, e
	}
	if len(n.Name) == 0 || len(n.Name) > sys.NAME_MAX {
		return Entry{}, false, sys.EIO
	}
	for _, c := range n.Name {
		if c == 0 || c == '/' {
			return Entry{}, false, sys.EIO
		}
	}
	return n, true, 0
}

// Target reads the reply to Readlink: neither empty nor longer than a path, without a
// NUL.
func (r *Reply) Target() ([]byte, sys.Errno) {
	t := r.Text()
	if len(t) == 0 || len(t) >= sys.PATH_MAX {
		return nil, sys.EIO
	}
	for _, c := range t {
		if c == 0 {
			return nil, sys.EIO
		}
	}
	return t, r.Whole()
}

// Agreed reads the reply to Version: how long messages are, at most what was proposed.
func (r *Reply) Agreed(proposed uint32) (uint32, sys.Errno) {
	n := r.Word()
	dialect := r.Text()
	if r.short || string(dialect) != Dialect || n < LeastBytes || n > proposed {
		return 0, sys.EIO
	}
	return n, 0
}
