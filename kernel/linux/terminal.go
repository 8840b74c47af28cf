package linux

import (
	"pxos/kernel/sys"
)

// Requests of ioctl, asm-generic/ioctls.h.
const (
	tcGets     = 0x5401
	tcSets     = 0x5402
	tcSetsWait = 0x5403
	tcSetsLast = 0x5404 // TCSETSF: what was typed and not read is dropped
	tiocGPgrp  = 0x540F
	tiocSPgrp  = 0x5410
	tiocGWinsz = 0x5413
)

// Bits and places of struct termios, asm-generic/termbits.h.
const (
	termICRNL   = 0o400
	termOPOST   = 0o1
	termONLCR   = 0o4
	termISIG    = 0o1
	termICANON  = 0o2
	termECHO    = 0o10
	termECHOCTL = 0o1000
	charINTR    = 0
	charQUIT    = 1
	charERASE   = 2
	charKILL    = 3
	charEOF     = 4
	charMIN     = 6
	charWERASE  = 14

	termChars    = 19
	termiosBytes = 36
)

// lineBytes bounds a line that is typed at the terminal.
const lineBytes = 1024

// tty is what a console has at which a person sits: Linux calls it a line
// discipline. A line is edited and echoed here until it ends, unless the program has
// said that it does that itself.
type tty struct {
	there         bool
	columns, rows uint64
	input, output uint32 // flags of struct termios
	local         uint32
	characters    [termChars]byte
	line          [lineBytes]byte // typed, not yet ended
	length        int
	ends          [inputBytes]bool // of the console's bytes: Ctrl-D, which ends a line and is no part of it
}

// AttachTerminal says that a person sits at the console, and how large the screen is.
func (s *System) AttachTerminal(columns, rows uint64) {
	t := &s.input.terminal
	t.there, t.columns, t.rows = true, columns, rows
	t.input, t.output, t.local = termICRNL, termOPOST|termONLCR, termISIG|termICANON|termECHO|termECHOCTL
	t.characters[charINTR], t.characters[charQUIT], t.characters[charEOF] = 3, 0x1C, 4
	t.characters[charERASE], t.characters[charKILL], t.characters[charWERASE] = 0x7F, 0x15, 0x17
	t.characters[charMIN] = 1
}

// put adds a byte to what programs can read.
func (c *console) put(b byte, end bool) {
	if c.head-c.tail == inputBytes {
		return
	}
	c.bytes[c.head%inputBytes] = b
	c.terminal.ends[c.head%inputBytes] = end
	c.head++
}

// typed takes in a byte from the line.
func (s *System) typed(b byte) {
	c := &s.input
	t := &c.terminal
	if !t.there {
		c.put(b, false)
		return
	}
	if b == '\r' && t.input&termICRNL != 0 {
		b = '\n'
	}
	if t.local&termISIG != 0 && b != 0 && (b == t.characters[charINTR] || b == t.characters[charQUIT]) {
		signal := uint64(sigINT)
		if b == t.characters[charQUIT] {
			signal = sigQUIT
		}
		t.length = 0
		s.echo(b)
		s.signalGroup(s.foreground, signal)
		return
	}
	if t.local&termICANON == 0 {
		c.put(b, false)
		s.echo(b)
		return
	}
	s.editLine(b)
}

// editLine is the editing of a line: a line's end or Ctrl-D hands it over.
func (s *System) editLine(b byte) {
	t := &s.input.terminal
	switch {
	case b == '\n':
		s.echo(b)
		s.handOver()
		s.input.put(b, false)
	case b == t.characters[charEOF]:
		s.handOver()
		s.input.put(b, true)
	case b == t.characters[charERASE], b == '\b':
		s.eraseLast()
	case b == t.characters[charKILL]:
		for t.length > 0 {
			s.eraseLast()
		}
	case b == t.characters[charWERASE]:
		for t.length > 0 && t.line[t.length-1] == ' ' {
			s.eraseLast()
		}
		for t.length > 0 && t.line[t.length-1] != ' ' {
			s.eraseLast()
		}
	case t.length < lineBytes:
		t.line[t.length] = b
		t.length++
		s.echo(b)
	}
}

// handOver lets programs read what was typed.
func (s *System) handOver() {
	t := &s.input.terminal
	for i := range t.length {
		s.input.put(t.line[i], false)
	}
	t.length = 0
}

// eraseLast takes back the last character, all bytes of it.
func (s *System) eraseLast() {
	t := &s.input.terminal
	if t.length == 0 {
		return
	}
	const continues, mask = 0x80, 0xC0 // UTF-8
	t.length--
	for t.length > 0 && t.line[t.length]&mask == continues {
		t.length--
	}
	if t.local&termECHO == 0 {
		return
	}
	n := 1
	if t.line[t.length] < ' ' && t.line[t.length] != '\t' {
		n = 2 // it was shown as ^X
	}
	for ; n > 0; n-- {
		b := [3]byte{'\b', ' ', '\b'}
		s.print(b[:])
	}
}

// echo shows what was typed.
func (s *System) echo(b byte) {
	t := &s.input.terminal
	if t.local&termECHO == 0 {
		return
	}
	one := [2]byte{b}
	shown := one[:1]
	if b < ' ' && b != '\n' && b != '\t' && t.local&termECHOCTL != 0 {
		one = [2]byte{'^', b + '@'}
		shown = one[:2]
	}
	s.show(shown)
}

// show prints up to chunkBytes, the ends of lines as a terminal wants them.
func (s *System) show(b []byte) {
	t := &s.input.terminal
	if !t.there || t.output&(termOPOST|termONLCR) != termOPOST|termONLCR {
		s.print(b)
		return
	}
	var out [2 * chunkBytes]byte
	n := 0
	for _, c := range b {
		if c == '\n' {
			out[n] = '\r'
			n++
		}
		out[n] = c
		n++
	}
	s.print(out[:min(n, chunkBytes)])
	if n > chunkBytes {
		s.print(out[chunkBytes:n])
	}
}

// upTo says how many of the n bytes from a place on one read may take, and whether it
// is then done: a read does not go past the end of a line. marked: the end is a Ctrl-D,
// which is taken and not given.
func (c *console) upTo(at, n uint64) (take uint64, last, marked bool) {
	t := &c.terminal
	if !t.there || t.local&termICANON == 0 {
		return n, false, false
	}
	for i := range n {
		if t.ends[at+i] {
			return i, true, true
		}
		if c.bytes[at+i] == '\n' {
			return i + 1, true, false
		}
	}
	return n, false, false
}

// ioctlConsole has the requests that a terminal takes. Who has the foreground is told without
// one too: Ctrl-C is for it.
func (s *System) ioctlConsole(t *thread, request, addr uint64) uint64 {
	var word [4]byte
	switch request {
	case tiocGPgrp:
		for i := range word {
			word[i] = byte(s.foreground >> (8 * uint(i)))
		}
		return copied(t.space.copyOut(addr, word[:]))
	case tiocSPgrp:
		if !t.space.copyIn(word[:], addr) {
			return sys.EFAULT.Result()
		}
		group := uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16 | uint32(word[3])<<24
		if s.signalGroup(group, 0) == 0 {
			return sys.ESRCH.Result()
		}
		s.foreground = group
		return 0
	}
	if !s.input.terminal.there {
		return sys.ENOTTY.Result()
	}
	return s.ioctlTerminal(t, request, addr)
}

// copied is the result of a call that only copies.
func copied(ok bool) uint64 {
	if !ok {
		return sys.EFAULT.Result()
	}
	return 0
}

func (s *System) ioctlTerminal(t *thread, request, addr uint64) uint64 {
	x := &s.input.terminal
	var b [termiosBytes]byte
	switch request {
	case tiocGWinsz:
		b[0], b[1], b[2], b[3] = byte(x.rows), byte(x.rows>>8), byte(x.columns), byte(x.columns>>8)
		return copied(t.space.copyOut(addr, b[:8]))
	case tcGets:
		const speed, bits8, reads = 0xF, 0x30, 0x80 // B38400, CS8, CREAD
		for i, flags := range [...]uint32{x.input, x.output, speed | bits8 | reads, x.local} {
			b[4*i], b[4*i+1], b[4*i+2], b[4*i+3] = byte(flags), byte(flags>>8), byte(flags>>16), byte(flags>>24)
		}
		copy(b[17:], x.characters[:])
		return copied(t.space.copyOut(addr, b[:]))
	case tcSets, tcSetsWait, tcSetsLast:
		if !t.space.copyIn(b[:], addr) {
			return sys.EFAULT.Result()
		}
		if request == tcSetsLast {
			s.input.tail, x.length = s.input.head, 0
		}
		x.input, x.output = uint32(get(b[:], 0)), uint32(get(b[:], 4))
		x.local = uint32(get(b[:], 12))
		copy(x.characters[:], b[17:])
		if x.local&termICANON == 0 && x.length > 0 { // who edits lines itself gets the beginning too
			s.handOver()
			s.notify(&s.input.source)
		}
		return 0
	}
	return sys.ENOTTY.Result()
}
