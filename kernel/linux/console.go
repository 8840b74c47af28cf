package linux

import (
	"pxos/abi"
	"pxos/kernel/report"
	"pxos/kernel/sys"
)

// inputBytes is what is kept of what was typed and not yet read.
const inputBytes = 4096

// console is standard input: bytes from the serial line, among which abi.InputEscape
// begins what is no byte.
type console struct {
	source     source
	bytes      [inputBytes]byte
	head, tail uint64
	escaped    bool
	ended      bool   // nothing more will come
	next       uint64 // ns: when the line is looked at again
	terminal   tty
}

func (c *console) ready() bool { return c.head != c.tail || c.ended }

// pollConsole takes in what came on the serial line.
func (s *System) pollConsole() {
	c := &s.input
	now := s.now()
	if now < c.next {
		return // a look at the line takes longer than a system call
	}
	c.next = now + sliceNS
	before := c.head
	for c.head-c.tail < inputBytes {
		b, ok := report.Port().Get()
		if !ok {
			break
		}
		switch {
		case !c.escaped && b == abi.InputEscape:
			c.escaped = true
			continue
		case !c.escaped || b == abi.InputEscape:
			s.typed(b)
		case b == abi.InputEnd:
			c.ended = true
			s.notify(&c.source)
		case b == abi.InputInterrupt:
			s.signalGroup(s.foreground, sigINT)
		case b == abi.InputQuit:
			s.signalGroup(s.foreground, sigQUIT)
		}
		c.escaped = false
	}
	if c.head != before {
		s.notify(&c.source)
	}
}

// expectsInput says whether something may still come from the serial line for a thread
// that waits for it.
func (s *System) expectsInput() bool {
	c := &s.input
	return !c.ended && (c.source.waiters != nil || c.source.watches != nil || s.pollers.waiters != nil)
}

func (s *System) readConsole(t *thread, f *file, x transfer) (result uint64, done bool) {
	c := &s.input
	if !c.ready() {
		if f.flags&sys.O_NONBLOCK != 0 {
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &c.source, never, 0)
		return 0, false
	}
	got := uint64(0)
	for got < x.n && c.tail < c.head {
		at := c.tail % inputBytes
		n, last, marked := c.upTo(at, min(x.chunk(got), c.head-c.tail, inputBytes-at))
		if !t.space.copyOut(x.addr+got, c.bytes[at:at+n]) {
			return moved(got), true
		}
		c.tail += n
		got += n
		if marked && (n == 0 || got < x.n) {
			c.tail++
		}
		if last {
			break
		}
	}
	return got, true
}

// writeConsole sends to the console, page by page, so that what lies before a bad page
// is written as on Linux.
func (s *System) writeConsole(sp *space, x transfer) uint64 {
	var b [chunkBytes]byte
	done := uint64(0)
	for done < x.n {
		n := min(x.chunk(done), chunkBytes)
		if !sp.copyIn(b[:n], x.addr+done) {
			return moved(done)
		}
		s.show(b[:n])
		done += n
	}
	return done
}
