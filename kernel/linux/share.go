package linux

import (
	"math/bits"

	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/fs"
	"pxos/kernel/p9"
	"pxos/kernel/sys"
	"pxos/kernel/virtio"
)

// A server that says nothing for shareLimit has died: from then on the share has
// nothing but errors. Its device is looked at each shareLook.
const (
	shareLimit = 30 * second
	shareLook  = second
)

// rootFid is the share's root, for as long as the share is there.
const rootFid = 0

// maxFids bounds the files and directories that are used at a time in a share.
const maxFids = 2048

// share is a directory of the host.
type share struct {
	mount   *fs.Inode // where it is seen
	number  uint64    // 1 the first
	dead    bool      // its server has given up, or talks nonsense
	bytes   uint32    // of a message at most
	slots   [virtio.ShareSlots]slot
	room    source               // for a free slot
	taken   [maxFids / 64]uint64 // fids that are used
	closing [maxFids / 64]uint64 // of them, those that the server is to forget
	leaving int                  // how many those are
}

// slot is a request under way.
type slot struct {
	state  slotState
	fid    uint32 // slotForgets: which
	bytes  uint32 // of the reply, as the device says
	source source // the thread that asked
}

// slotState is what a slot is for.
type slotState uint8

const (
	slotFree slotState = iota
	slotTaken
	slotAsked
	slotDone
	slotForgets // nobody waits for the reply
)

// talk is one request and its reply. The reply is there until the talk ends.
type talk struct {
	h       *share
	slot    int
	kind    uint8
	tag     uint16
	request p9.Request
	reply   p9.Reply
}

// begin begins a request about a file. It waits for a free slot.
func (s *System) begin(k *talk, h *share, kind uint8, fid uint32) sys.Errno {
	for !h.dead {
		for i := range h.slots {
			if h.slots[i].state != slotFree {
				continue
			}
			h.slots[i].state = slotTaken
			*k = talk{h: h, slot: i, kind: kind, tag: uint16(i)}
			k.request = p9.Begin(s.deviceOf(h).Request(i)[:h.bytes], kind, k.tag)
			k.request.Word(fid)
			return 0
		}
		if s.errand == nil {
			break // it cannot wait: only a mount asks without an errand
		}
		s.await(&h.room, s.now()+shareLook)
	}
	return sys.EIO
}

// ask sends a request and waits for its reply. With an error the talk has ended.
func (s *System) ask(k *talk) sys.Errno {
	h, x := k.h, &k.h.slots[k.slot]
	n := k.request.End()
	if n == 0 {
		s.end(k)
		return sys.ENAMETOOLONG
	}
	x.state = slotAsked
	s.deviceOf(h).Send(k.slot, n)
	limit := s.now() + shareLimit
	for x.state == slotAsked && !h.dead {
		if s.errand == nil {
			amd64.Pause()
			s.pollShares()
		} else {
			s.await(&x.source, s.now()+shareLook)
		}
		if now := s.now(); x.state == slotAsked && now >= limit {
			s.lose(h)
		}
	}
	if x.state == slotAsked {
		return sys.EIO // the slot's memory is the device's for good
	}
	var e sys.Errno
	k.reply, e = p9.Open(s.deviceOf(h).Reply(k.slot, x.bytes), k.kind, k.tag)
	if e != 0 {
		s.end(k)
	}
	return e
}

// end ends a talk: its slot is free.
//
//go:noinline
func (s *System) end(k *talk) {
	k.h.slots[k.slot].state = slotFree
	s.forgetFids(k.h)
	wake(s, &k.h.room)
}

// settle is ask and end where the reply says no more than that it is done.
//
//go:noinline
func (s *System) settle(k *talk) sys.Errno {
	e := s.ask(k)
	if e == 0 {
		s.end(k)
	}
	return e
}

// lose gives a share up.
func (s *System) lose(h *share) {
	h.dead = true
	s.say("pxos: a share does not answer any more: what is done in it fails\n")
	for i := range h.slots {
		wake(s, &h.slots[i].source)
	}
	wake(s, &h.room)
}

// pollShares takes the replies that have come.
func (s *System) pollShares() {
	for i := range s.shares[:s.shareCount] {
		h := &s.shares[i]
		for !h.dead {
			at, n, ok := s.deviceOf(h).Receive()
			if !ok {
				break
			}
			x := &h.slots[at]
			if x.state == slotForgets {
				h.taken[x.fid/64] &^= 1 << (x.fid % 64)
				x.state = slotFree
				s.forgetFids(h)
				wake(s, &h.room)
				continue
			}
			x.bytes, x.state = n, slotDone
			wake(s, &x.source)
		}
		if s.deviceOf(h).Broken && !h.dead {
			s.lose(h)
		}
	}
}

// checkShares looks whether a device has given up on what it was asked.
func (s *System) checkShares() {
	if s.shareCount == 0 || s.now() < s.shareLook {
		return
	}
	s.shareLook = s.now() + shareLook
	for i := range s.shares[:s.shareCount] {
		if h := &s.shares[i]; s.deviceOf(h).Asked > 0 {
			s.deviceOf(h).Check()
		}
	}
	s.pollShares()
}

// asksShares says whether a reply is to come.
func (s *System) asksShares() bool {
	for i := range s.shares[:s.shareCount] {
		if h := &s.shares[i]; s.deviceOf(h).Asked > 0 && !h.dead {
			return true
		}
	}
	return false
}

// deviceOf is the channel of a share. It is not in the share itself: objects that slabs
// hand out must not lead to types of which the linker would keep what ring 0 cannot run.
func (s *System) deviceOf(h *share) *virtio.Share { return s.devices[h.number-1] }

// newFid takes a number for a file of a share.
//
//go:noinline
func (h *share) newFid() (uint32, sys.Errno) {
	for w := range h.taken {
		if h.taken[w] != ^uint64(0) {
			bit := bits.TrailingZeros64(^h.taken[w])
			h.taken[w] |= 1 << uint(bit)
			return uint32(w*64 + bit), 0
		}
	}
	return 0, sys.ENFILE
}

// freeFid takes a number back of which the server does not know.
func (h *share) freeFid(fid uint32) { h.taken[fid/64] &^= 1 << (fid % 64) }

// letGo has the server forget a file, some time soon. Nobody waits for that: files are
// closed where no call can wait.
//
//go:noinline
func (s *System) letGo(h *share, fid uint32) {
	if fid == rootFid || h.closing[fid/64]>>(fid%64)&1 != 0 {
		return
	}
	h.closing[fid/64] |= 1 << (fid % 64)
	h.leaving++
	s.forgetFids(h)
}

// forgetFids asks the server to forget files, as far as there are free slots.
func (s *System) forgetFids(h *share) {
	for i := range h.slots {
		x := &h.slots[i]
		if h.leaving == 0 || h.dead {
			return
		}
		if x.state != slotFree {
			continue
		}
		w := 0
		for h.closing[w] == 0 {
			w++
		}
		bit := bits.TrailingZeros64(h.closing[w])
		h.closing[w] &^= 1 << uint(bit)
		h.leaving--
		x.state, x.fid = slotForgets, uint32(w*64+bit)
		m := p9.Begin(s.deviceOf(h).Request(i)[:h.bytes], p9.Clunk, uint16(i))
		m.Word(x.fid)
		s.deviceOf(h).Send(i, m.End())
	}
}

// Mount has the directory that a device's host shares seen at a path, where directories
// are made as far as there are none. It gives the reason in words where it cannot.
func (s *System) Mount(device *virtio.Share, path []byte) (why string) {
	if s.shareCount == 0 && !s.openErrands() {
		return "there is no memory for the calls that wait for shares"
	}
	if s.shareCount == abi.MaxShares {
		return "there are too many shares"
	}
	mount, e := s.makeAll(path)
	if e == 0 {
		e = s.Files.Mount(mount, uint8(s.shareCount+1))
	}
	switch e {
	case 0:
	case sys.EREMOTE, sys.EBUSY:
		return "a share cannot lie in another, nor on another, nor on /"
	case sys.ENOTEMPTY:
		return "a share can only be seen at an empty directory, and that one has files"
	default:
		return "there is no directory where a share is to be seen, and none can be made"
	}
	h := &s.shares[s.shareCount]
	s.shareCount++
	s.devices[s.shareCount-1] = device
	h.mount, h.number, h.bytes = mount, uint64(s.shareCount), virtio.ShareBytes
	h.taken[0] = 1 << rootFid
	if s.attach(h) != 0 {
		return "a share's server does not speak 9P2000.L"
	}
	return ""
}

// makeAll makes the directories of a path that are not there, and gives the last.
func (s *System) makeAll(path []byte) (*fs.Inode, sys.Errno) {
	for n := 1; n <= len(path); n++ {
		if n < len(path) && path[n] != '/' {
			continue
		}
		at, e := s.Files.Parent(nil, path[:n], false)
		if e != 0 {
			return nil, e
		}
		if _, e = s.Files.Create(at, fs.Directory, 0o755, 0, s.time()); e != 0 && e != sys.EEXIST {
			return nil, e
		}
	}
	return s.Files.Lookup(nil, path, true)
}

// attach agrees with a server on the dialect, and on the root of what it shares.
func (s *System) attach(h *share) sys.Errno {
	k := talk{h: h, kind: p9.Version, tag: p9.NoTag}
	k.request = p9.Begin(s.deviceOf(h).Request(0), p9.Version, p9.NoTag)
	k.request.Word(virtio.ShareBytes)
	k.request.Text(texts(p9.Dialect))
	if e := s.ask(&k); e != 0 {
		return e
	}
	n, e := k.reply.Agreed(virtio.ShareBytes)
	s.end(&k)
	if e != 0 {
		return e
	}
	h.bytes = n
	e = s.begin(&k, h, p9.Attach, rootFid)
	if e != 0 {
		return e
	}
	k.request.Word(p9.NoFid)
	k.request.Text(texts("root"))
	k.request.Text(nil)
	k.request.Word(0) // the user's number
	return s.settle(&k)
}
