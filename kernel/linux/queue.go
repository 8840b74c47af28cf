package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// queue is what has come to a socket and was not yet read.
type queue struct {
	first, last *packet
	bytes       uint64
	pages       uint64 // of memory, or packets where those are more
}

// packet is one datagram, or a part of a stream: up to a page of bytes, and more of
// them behind it.
type packet struct {
	next       *packet // in the queue
	more       *packet // the rest of a datagram
	page       uint64  // 0: none is needed
	start, end uint64  // what is not yet read in it
	rights     *passed
	process    uint32 // that sent it
	from       name
	to         [4]byte // where it was to go, for the gateway
	port       uint16
}

// passed are open files on their way: SCM_RIGHTS. Each counts among those who have it
// open.
type passed struct {
	next  *passed
	count int
	files [maxRights]*file
}

// maxRights is SCM_MAX_FD, linux/scm.h.
const maxRights = 253

// room is how many bytes more a queue takes from a stream.
func (q *queue) room() uint64 {
	if q.bytes >= queueBytes || q.pages >= queuePages {
		return 0
	}
	return min(queueBytes-q.bytes, (queuePages-q.pages)*phys.PageBytes)
}

// full says whether a queue takes no packet more.
func (q *queue) full() bool { return q.bytes >= queueBytes || q.pages >= queuePages }

// newPacket makes a packet, with a page where it is to have one. nil: there is no
// memory.
func (s *System) newPacket(paged bool) *packet {
	if s.network.pages >= maxSocketPages {
		return nil
	}
	p := s.network.packets.take(s)
	if p == nil {
		return nil
	}
	if paged {
		if p.page = s.network.page(s); p.page == 0 {
			s.network.packets.give(p)
			return nil
		}
	}
	s.network.pages++
	return p
}

// page gives a page for a packet, which is not cleared: nobody sees more of it than was
// written.
func (n *network) page(s *System) uint64 {
	if n.kept == 0 {
		return s.frame()
	}
	n.kept--
	return n.spare[n.kept]
}

// release takes the page of a packet back.
func (n *network) release(s *System, pa uint64) {
	if n.kept == len(n.spare) {
		s.Keeper.Frames.Release(pa)
		return
	}
	n.spare[n.kept] = pa
	n.kept++
}

// memory is the page of a packet.
func (p *packet) memory() []byte { return phys.Bytes(p.page, phys.PageBytes) }

// freePacket gives the memory of a packet back, and that of its rest.
func (s *System) freePacket(p *packet) {
	if p.rights != nil {
		s.dropRights(p.rights)
		p.rights = nil
	}
	for p != nil {
		more := p.more
		if p.page != 0 {
			s.network.release(s, p.page)
		}
		s.network.pages--
		s.network.packets.give(p)
		p = more
	}
}

// size is how many bytes a packet has, and parts of how many pages it is made.
func (p *packet) size() (bytes, parts uint64) {
	for ; p != nil; p = p.more {
		bytes += p.end - p.start
		parts++
	}
	return bytes, parts
}

// push puts a packet at the end of a queue.
func (q *queue) push(p *packet) {
	bytes, parts := p.size()
	q.bytes += bytes
	q.pages += parts
	p.next = nil
	if q.last == nil {
		q.first = p
	} else {
		q.last.next = p
	}
	q.last = p
}

// dropPacket takes the first packet of a queue away.
func (s *System) dropPacket(q *queue) {
	p := q.first
	q.first = p.next
	if q.first == nil {
		q.last = nil
	}
	bytes, parts := p.size()
	q.bytes -= bytes
	q.pages -= parts
	s.freePacket(p)
}

// fillPacket makes a packet of the next n bytes of what a program sends. It gives
// EFAULT where they are not there, ENOBUFS where there is no memory.
func (s *System) fillPacket(c *cursor, n uint64) (*packet, sys.Errno) {
	var first, last *packet
	for n > 0 || first == nil {
		p := s.newPacket(n > 0)
		if p == nil {
			if first != nil {
				s.freePacket(first)
			}
			return nil, sys.ENOBUFS
		}
		if first == nil {
			first = p
		} else {
			last.more = p
		}
		last = p
		if n == 0 {
			break
		}
		part := min(n, phys.PageBytes)
		if !c.copyIn(p.memory()[:part]) {
			s.freePacket(first)
			return nil, sys.EFAULT
		}
		p.end = part
		n -= part
	}
	return first, 0
}

// dropRights closes files that were on their way. One of them may be the last of a
// socket that has files on their way itself: they wait in a list, so that the kernel's
// stack does not grow with them.
func (s *System) dropRights(r *passed) {
	n := &s.network
	r.next = n.dropped
	n.dropped = r
	if n.dropping {
		return
	}
	n.dropping = true
	for n.dropped != nil {
		r = n.dropped
		n.dropped = r.next
		for i := range r.count {
			n.flight--
			s.closeFile(r.files[i])
		}
		n.rights.give(r)
	}
	n.dropping = false
}
