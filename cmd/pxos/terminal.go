package main

import (
	"bytes"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// terminal is ours, lent to a program in pxOS: it hands over bytes as they are typed,
// shows nothing of its own, and makes no signals. A nil one does nothing.
type terminal struct {
	fd            int
	columns, rows int

	mu    sync.Mutex
	state *term.State // to be put back; nil where the terminal is as it was
}

// openTerminal gives the terminal, nil where input or output is none.
func openTerminal(input io.Reader, output io.Writer) *terminal {
	in, ok := input.(*os.File)
	out, too := output.(*os.File)
	if !ok || !too || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return nil
	}
	t := &terminal{fd: int(in.Fd()), columns: 80, rows: 24}
	if columns, rows, err := term.GetSize(int(out.Fd())); err == nil && columns > 0 && rows > 0 {
		t.columns, t.rows = columns, rows
	}
	return t
}

// raw lends the terminal to the program.
func (t *terminal) raw() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if state, err := term.MakeRaw(t.fd); err == nil {
		t.state = state // where it cannot be set, lines come when they are whole
	}
}

// restore puts the terminal back as it was. Calling it again does no harm.
func (t *terminal) restore() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != nil {
		_ = term.Restore(t.fd, t.state) // there is nobody to tell where it is gone
		t.state = nil
	}
}

// lent says whether the terminal is the program's.
func (t *terminal) lent() bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state != nil
}

// lineEnds writes lines beside a program that has the terminal.
type lineEnds struct {
	io.Writer
	terminal *terminal
}

func (l lineEnds) Write(b []byte) (int, error) {
	if !l.terminal.lent() {
		return l.Writer.Write(b)
	}
	if _, err := l.Writer.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// counter counts what comes within a second of what came before.
type counter struct {
	last  time.Time
	count int
}

func (c *counter) more() int {
	if time.Since(c.last) > time.Second {
		c.count = 0
	}
	c.last = time.Now()
	c.count++
	return c.count
}

// Keys at the terminal that are for us.
const (
	keyInterrupt = 3    // Ctrl-C: the program's, but for the last of several in a row
	keyOff       = 0x1D // Ctrl-]: switches the machine off
)

// typed says whether a person wants the machine off.
func (a *attachment) typed(data []byte) bool {
	for _, b := range data {
		if b == keyOff || b == keyInterrupt && a.presses.more() == a.patience {
			return true
		}
	}
	return false
}
