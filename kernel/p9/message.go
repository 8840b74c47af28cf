// Package p9 writes requests and reads replies of 9P2000.L, the protocol in which a host
// lends a directory.
//
// It may import kernel/sys. It moves no bytes and keeps no state: who has the channel
// gives the memory of a request, and what came back as a reply. Little-endian, as
// "9P2000.L" of diod and Linux's include/net/9p/9p.h have it.
//
// Invariants: no reply makes it read outside of the bytes that came or hand out more than
// was asked for; what does not agree with itself is EIO. A request that does not fit its
// memory is not sent.
package p9

import (
	"encoding/binary"

	"pxos/kernel/sys"
)

// Types of requests; the reply's is one more.
const (
	Statfs   = 8
	Lopen    = 12
	Lcreate  = 14
	Symlink  = 16
	Readlink = 22
	Getattr  = 24
	Setattr  = 26
	Readdir  = 40
	Fsync    = 50
	Link     = 70
	Mkdir    = 72
	Renameat = 74
	Unlinkat = 76
	Version  = 100
	Attach   = 104
	Walk     = 110
	Read     = 116
	Write    = 118
	Clunk    = 120

	failure = 7 // Rlerror
)

// What a message takes beside what it carries.
const (
	headBytes  = 7                     // size, type, tag
	WriteBytes = headBytes + 4 + 8 + 4 // of a Write before its data
	ReadBytes  = headBytes + 4         // of the reply to Read and Readdir
	MaxNames   = 16                    // of a Walk
	NoTag      = uint16(0xFFFF)        // of Version
	NoFid      = uint32(0xFFFFFFFF)    // no authentication, of Attach
	qidBytes   = 13                    // type, version, path
	entryBytes = qidBytes + 8 + 1 + 2  // of a directory's entry before its name
	maxErrno   = sys.Errno(4095)       // Linux's
	LeastBytes = 4096                  // of a message that a server must take
)

// Dialect is the version of the protocol.
const Dialect = "9P2000.L"

// Request is a message that is being written. What adds to it and reads from a reply is
// not inlined: the kernel's image has little room.
type Request struct {
	b    []byte
	at   int
	full bool
}

// Begin begins a request in memory of the caller's.
func Begin(b []byte, kind uint8, tag uint16) Request {
	r := Request{b: b, at: 4}
	r.Byte(kind)
	r.Short(tag)
	return r
}

// room takes n bytes, none where there are not that many.
//
//go:noinline
func (r *Request) room(n int) []byte {
	if r.full || n > len(r.b)-r.at {
		r.full = true
		return nil
	}
	part := r.b[r.at : r.at+n]
	r.at += n
	return part
}

// Byte adds 8 bits.
//
//go:noinline
func (r *Request) Byte(v uint8) {
	if p := r.room(1); p != nil {
		p[0] = v
	}
}

// Short adds 16 bits.
//
//go:noinline
func (r *Request) Short(v uint16) {
	if p := r.room(2); p != nil {
		binary.LittleEndian.PutUint16(p, v)
	}
}

// Word adds 32 bits.
//
//go:noinline
func (r *Request) Word(v uint32) {
	if p := r.room(4); p != nil {
		binary.LittleEndian.PutUint32(p, v)
	}
}

// Long adds 64 bits.
//
//go:noinline
func (r *Request) Long(v uint64) {
	if p := r.room(8); p != nil {
		binary.LittleEndian.PutUint64(p, v)
	}
}

// Text adds a string: its length and its bytes.
func (r *Request) Text(s []byte) {
	if len(s) > 0xFFFF {
		r.full = true
		return
	}
	r.Short(uint16(len(s)))
	if p := r.room(len(s)); p != nil {
		copy(p, s)
	}
}

// Data makes room for n bytes that the caller fills, nil where there is none.
func (r *Request) Data(n int) []byte { return r.room(n) }

// End completes a request and says how long it is; 0 where it did not fit.
func (r *Request) End() int {
	if r.full || len(r.b) < headBytes {
		return 0
	}
	binary.LittleEndian.PutUint32(r.b, uint32(r.at))
	return r.at
}

// Reply is a message that is being read.
type Reply struct {
	b     []byte
	at    int
	short bool // more was read than there is
}

// Open begins to read what came as the reply to a request of a type with a tag. The
// error is the server's own, or EIO where it is no reply to it.
func Open(b []byte, kind uint8, tag uint16) (Reply, sys.Errno) {
	if len(b) < headBytes {
		return Reply{}, sys.EIO
	}
	size := binary.LittleEndian.Uint32(b)
	if size < headBytes || uint64(size) > uint64(len(b)) {
		return Reply{}, sys.EIO
	}
	r := Reply{b: b[:size], at: 4}
	is := r.Byte()
	if r.Short() != tag {
		return Reply{}, sys.EIO
	}
	if is == failure {
		e := sys.Errno(r.Word())
		if r.short || e == 0 || e > maxErrno {
			e = sys.EIO
		}
		return Reply{}, e
	}
	if is != kind+1 {
		return Reply{}, sys.EIO
	}
	return r, 0
}

// take gives the next n bytes, nil where there are not that many: from then on the
// reply is short.
//
//go:noinline
func (r *Reply) take(n int) []byte {
	if r.short || n < 0 || n > len(r.b)-r.at {
		r.short = true
		return nil
	}
	part := r.b[r.at : r.at+n]
	r.at += n
	return part
}

// Short and its like read numbers, 0 where the reply has come to its end.

// Byte reads 8 bits.
//
//go:noinline
func (r *Reply) Byte() uint8 {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

// Short reads 16 bits.
//
//go:noinline
func (r *Reply) Short() uint16 {
	if p := r.take(2); p != nil {
		return binary.LittleEndian.Uint16(p)
	}
	return 0
}

// Word reads 32 bits.
//
//go:noinline
func (r *Reply) Word() uint32 {
	if p := r.take(4); p != nil {
		return binary.LittleEndian.Uint32(p)
	}
	return 0
}

// Long reads 64 bits.
//
//go:noinline
func (r *Reply) Long() uint64 {
	if p := r.take(8); p != nil {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

// Text reads a string.
func (r *Reply) Text() []byte { return r.take(int(r.Short())) }

// Data reads the bytes of Read and Readdir, of which at most so many were asked for.
func (r *Reply) Data(most int) []byte {
	n := r.Word()
	if uint64(n) > uint64(most) {
		r.short = true
		return nil
	}
	return r.take(int(n))
}

// Whole says whether all that was read was there.
func (r *Reply) Whole() sys.Errno {
	if r.short {
		return sys.EIO
	}
	return 0
}
