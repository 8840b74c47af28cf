// Command shell is pxOS' shell: an ordinary program for ring 3, which runs on Linux too.
// It reads lines from a terminal, with editing, or from a file or pipe, without.
//
// It imports the standard library and packages of user/ alone.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"strings"
	"syscall"

	"pxos/user/lineedit"
	"pxos/user/tty"
)

func main() {
	sh := newShell(os.Environ())
	if b, ok := builtins[path.Base(os.Args[0])]; ok && b.alone {
		os.Exit(b.run(sh, os.Args, stdio{os.Stdin, os.Stdout, os.Stderr}))
	}
	os.Exit(start(sh, os.Args[1:]))
}

// start runs what the arguments name: -c TEXT, -i, a file, or standard input.
func start(sh *shell, args []string) int {
	interactive := false
	switch {
	case len(args) > 1 && args[0] == "-c":
		return sh.script(strings.NewReader(args[1]), args[2:])
	case len(args) > 0 && args[0] == "-i":
		interactive = true
	case len(args) > 0 && strings.HasPrefix(args[0], "-"):
		fmt.Fprintln(os.Stderr, "usage: shell [-i | -c COMMANDS | FILE] [ARGS...]")
		return 2
	case len(args) > 0:
		f, err := os.Open(args[0])
		if err != nil {
			fmt.Fprintln(os.Stderr, "shell:", err)
			return 127
		}
		defer f.Close()
		return sh.script(f, args[1:])
	}
	if mode, err := tty.Raw(0); err == nil {
		_ = tty.Set(0, mode) // it was a terminal a moment ago
		interactive = true
	}
	if !interactive {
		return sh.script(oneByOne{os.Stdin}, nil)
	}
	return sh.converse()
}

// oneByOne reads byte by byte: what follows a command is left to the command.
type oneByOne struct{ r io.Reader }

func (o oneByOne) Read(b []byte) (int, error) { return o.r.Read(b[:min(1, len(b))]) }

// script runs the lines of a text until it ends or one of them is exit.
func (sh *shell) script(r io.Reader, args []string) int {
	sh.arguments = args
	if _, ok := r.(oneByOne); !ok {
		r = bufio.NewReader(r)
	}
	for !sh.left {
		line, err := readLine(r)
		if err != nil && line == "" {
			break
		}
		sh.run(line)
	}
	return sh.status
}

func readLine(r io.Reader) (string, error) {
	var line []byte
	var b [1]byte
	for {
		n, err := r.Read(b[:])
		if n == 1 && b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[:n]...)
		if err != nil {
			return string(line), err
		}
	}
}

// converse talks with the person at the terminal until Ctrl-D or exit.
func (sh *shell) converse() int {
	sh.interactive, sh.group = true, syscall.Getpgrp()
	signal.Ignore(syscall.SIGTTOU)
	sh.signals = make(chan os.Signal, 1)
	signal.Notify(sh.signals, os.Interrupt, syscall.SIGQUIT) // taken, so that they do not end the shell
	e := &lineedit.Editor{In: os.Stdin, Out: os.Stdout, Complete: sh.complete}
	sh.editor = e
	for !sh.left {
		sh.tellJobs()
		e.Columns = tty.Columns(0)
		line, err := sh.edit(e)
		switch {
		case errors.Is(err, lineedit.ErrInterrupted):
			sh.status = 130
		case err != nil:
			return sh.status
		default:
			sh.run(line)
		}
	}
	return sh.status
}

// edit reads a line with the terminal's own editing off.
func (sh *shell) edit(e *lineedit.Editor) (string, error) {
	if mode, err := tty.Raw(0); err == nil {
		defer func() { _ = tty.Set(0, mode) }() // the terminal was there a moment ago
	}
	return e.Line(sh.prompt())
}

func (sh *shell) prompt() string {
	dir := sh.dir
	if home := sh.value("HOME"); home != "" && (dir == home || strings.HasPrefix(dir, home+"/")) {
		dir = "~" + dir[len(home):]
	}
	colour := "32"
	if sh.status != 0 {
		colour = "31"
	}
	return fmt.Sprintf("\x1b[36mpxos\x1b[0m:%s \x1b[%sm$\x1b[0m ", dir, colour)
}
