package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"pxos/abi"
	"pxos/machine"
)

// attachment joins our standard input and our signals to a program in pxOS.
type attachment struct {
	input   io.Reader
	signals chan os.Signal
	end     context.CancelFunc // ends the machine
}

// attach takes over Ctrl-C: it goes to the program, and ends the machine when it comes
// impatience times within a second or so. The context ends with SIGTERM too.
func attach(parent context.Context, input io.Reader) (context.Context, *attachment) {
	ctx, end := context.WithCancel(context.WithoutCancel(parent))
	a := &attachment{input: input, signals: make(chan os.Signal, 8), end: end}
	signal.Notify(a.signals, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM)
	return ctx, a
}

func (a *attachment) close() {
	signal.Stop(a.signals)
	a.end()
}

// escape doubles the byte that has a meaning of its own.
func escape(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte{abi.InputEscape}, []byte{abi.InputEscape, abi.InputEscape})
}

// join passes on what comes until the machine ends. Errors are those of a machine that
// has ended, which is told elsewhere.
func (a *attachment) join(ctx context.Context, m *machine.Machine) {
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := a.input.Read(buffer)
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

func (a *attachment) passSignals(ctx context.Context, m *machine.Machine) {
	const impatience = 3
	var last time.Time
	count := 0
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-a.signals:
			if time.Since(last) > time.Second {
				count = 0
			}
			last = time.Now()
			if count++; s == syscall.SIGTERM || count == impatience {
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
