package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"pxos/abi"
	"pxos/machine"
)

// attachment joins our standard input and our signals to a program in pxOS.
type attachment struct {
	input    io.Reader
	signals  chan os.Signal
	end      context.CancelFunc // ends the machine
	terminal *terminal          // nil where no person sits there
	patience int                // so many Ctrl-C in a row end the machine, 0: none do
	gaveUp   atomic.Bool        // the person ended the machine
	presses  counter            // of Ctrl-C at the terminal
}

// attach takes over Ctrl-C: it goes to the program, and ends the machine when it comes
// patience times within a second or so. The context ends with SIGTERM too. Where input
// and output are a terminal, the program gets it: each byte as it is typed.
func attach(parent context.Context, input io.Reader, output io.Writer, patience int) (context.Context, *attachment) {
	ctx, end := context.WithCancel(context.WithoutCancel(parent))
	a := &attachment{input: input, signals: make(chan os.Signal, 8), end: end, patience: patience, terminal: openTerminal(input, output)}
	signal.Notify(a.signals, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	return ctx, a
}

func (a *attachment) close() {
	signal.Stop(a.signals)
	a.end()
	a.terminal.restore()
}

// cmdline is what the kernel is to know of the terminal.
func (a *attachment) cmdline() string {
	if a.terminal == nil {
		return ""
	}
	return fmt.Sprintf(" tty columns=%d rows=%d", a.terminal.columns, a.terminal.rows)
}

// escape doubles the byte that has a meaning of its own.
func escape(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte{abi.InputEscape}, []byte{abi.InputEscape, abi.InputEscape})
}

// join passes on what comes until the machine ends. Errors are those of a machine that
// has ended, which is told elsewhere.
func (a *attachment) join(ctx context.Context, m *machine.Machine) {
	a.terminal.raw()
	go func() {
		defer a.terminal.restore() // also where this panics
		if !awaitKernel(ctx, m) {
			return
		}
		buffer := make([]byte, 4096)
		for {
			n, err := a.input.Read(buffer)
			if a.terminal != nil && a.typed(buffer[:n]) {
				a.gaveUp.Store(true)
				a.end()
				return
			}
			if n > 0 && m.Send(escape(buffer[:n])) != nil {
				return
			}
			if err != nil {
				_ = m.Send([]byte{abi.InputEscape, abi.InputEnd})
				return
			}
		}
	}()
	go a.passSignals(ctx, m)
}

// awaitKernel waits until the kernel has opened the serial line: what comes before is
// lost. It says no where the machine ends first.
func awaitKernel(ctx context.Context, m *machine.Machine) bool {
	for !bytes.Contains(m.Serial(), []byte(abi.ReportPrefix)) {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return true
}

func (a *attachment) passSignals(ctx context.Context, m *machine.Machine) {
	var c counter
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-a.signals:
			if s == syscall.SIGTERM || s == syscall.SIGHUP || c.more() == a.patience {
				a.gaveUp.Store(true)
				a.end()
				return
			}
			what := byte(abi.InputInterrupt)
			if s == syscall.SIGQUIT {
				what = abi.InputQuit
			}
			_ = m.Send([]byte{abi.InputEscape, what})
		}
	}
}
