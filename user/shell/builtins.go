package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// builtin is a command of the shell's own.
type builtin struct {
	usage, about string
	alone        bool // also a program, where the shell is called by its name
	run          func(*shell, []string, stdio) int
}

// builtins are filled in by init: help lists them.
var builtins map[string]builtin

func init() {
	builtins = map[string]builtin{
		"audit":   {"audit", "page tables against what the GPU granted, by the kernel itself", true, audit},
		"cat":     {"cat [FILE...]", "print files, or what is typed", true, cat},
		"cd":      {"cd [DIR]", "go to a directory", false, changeDirectory},
		"clear":   {"clear", "clear the screen", true, clearScreen},
		"echo":    {"echo [-n] [WORD...]", "print words", true, echo},
		"env":     {"env", "print the exported variables", false, printEnvironment},
		"exit":    {"exit [STATUS]", "leave the shell", false, exit},
		"export":  {"export NAME[=VALUE]...", "hand variables on to programs", false, export},
		"false":   {"false", "fail", true, func(*shell, []string, stdio) int { return 1 }},
		"gpu":     {"gpu [PID]", "what the GPU granted to the kernel and to a process", true, gpu},
		"halt":    {"halt", "end pxOS", true, halt},
		"help":    {"help", "this list", false, help},
		"history": {"history", "the lines so far", false, history},
		"jobs":    {"jobs", "what runs in the background", false, listJobs},
		"kill":    {"kill [-SIGNAL] PID...", "send a signal", true, kill},
		"ls":      {"ls [-la] [FILE...]", "list files", true, ls},
		"mkdir":   {"mkdir DIR...", "make directories", true, mkdir},
		"mv":      {"mv FROM TO", "give a file another name", true, mv},
		"ps":      {"ps", "list processes, from /proc", true, ps},
		"pwd":     {"pwd", "where the shell is", true, pwd},
		"rm":      {"rm [-r] FILE...", "remove files", true, rm},
		"run":     {"run PROGRAM [ARGS...]", "the same as naming the program", false, func(_ *shell, _ []string, io stdio) int { return misused(io, "run") }},
		"sleep":   {"sleep SECONDS", "wait", true, sleep},
		"true":    {"true", "succeed", true, func(*shell, []string, stdio) int { return 0 }},
		"unset":   {"unset NAME...", "forget variables", false, unset},
		"wait":    {"wait", "wait for what runs in the background", false, wait},
	}
}

// complain prints why a command failed and gives its status.
func complain(io stdio, name string, err error) int {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	fmt.Fprintf(io.err, "%s: %v\n", name, err)
	return 1
}

// misused prints how a command is used.
func misused(io stdio, name string) int {
	fmt.Fprintln(io.err, "usage:", builtins[name].usage)
	return 2
}

func help(_ *shell, _ []string, io stdio) int {
	names := make([]string, 0, len(builtins))
	for n := range builtins {
		names = append(names, n)
	}
	slices.Sort(names)
	w := bufio.NewWriter(io.out)
	for _, n := range names {
		fmt.Fprintf(w, "  %-24s %s\n", builtins[n].usage, builtins[n].about)
	}
	fmt.Fprint(w, "  A | B   A > F   A >> F   A < F   A 2> F   A 2>&1   A ; B   A && B   A || B   A &\n"+
		"  'as it stands'  \"with $NAME\"  $? $$ $!  * ? [a-z]  ~   # the rest is not read\n"+
		"  Tab completes, arrows and Ctrl-A E U K W Y L edit, Ctrl-C ends a program, Ctrl-D leaves\n")
	if err := w.Flush(); err != nil {
		return complain(io, "help", err)
	}
	return 0
}

func changeDirectory(sh *shell, args []string, io stdio) int {
	to := sh.value("HOME")
	if len(args) > 1 {
		to = args[1]
	}
	if to == "-" {
		to = sh.value("OLDPWD")
	}
	dir := sh.path(to)
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return complain(io, "cd", err)
	case !info.IsDir():
		return complain(io, "cd", fmt.Errorf("%s is no directory", to))
	}
	sh.variables["OLDPWD"] = sh.dir
	sh.dir = dir
	return 0
}

func pwd(sh *shell, _ []string, io stdio) int {
	fmt.Fprintln(io.out, sh.dir)
	return 0
}

func exit(sh *shell, args []string, io stdio) int {
	status := sh.status
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return misused(io, "exit")
		}
		status = n & 0xFF
	}
	sh.left = true
	return status
}

func export(sh *shell, args []string, io stdio) int {
	for _, a := range args[1:] {
		name, value, set := strings.Cut(a, "=")
		if nameLength(name) != len(name) || name == "" {
			return misused(io, "export")
		}
		if set {
			sh.variables[name] = value
		}
		sh.exported[name] = true
	}
	return 0
}

func unset(sh *shell, args []string, _ stdio) int {
	for _, name := range args[1:] {
		delete(sh.variables, name)
		delete(sh.exported, name)
	}
	return 0
}

func printEnvironment(sh *shell, _ []string, io stdio) int {
	for _, e := range sh.environment(nil) {
		fmt.Fprintln(io.out, e)
	}
	return 0
}

func echo(_ *shell, args []string, io stdio) int {
	end := "\n"
	if len(args) > 1 && args[1] == "-n" {
		args, end = args[1:], ""
	}
	if _, err := fmt.Fprint(io.out, strings.Join(args[1:], " ")+end); err != nil {
		return complain(io, "echo", err)
	}
	return 0
}

func cat(sh *shell, args []string, out stdio) int {
	if len(args) == 1 {
		args = []string{"cat", "-"}
	}
	status := 0
	for _, name := range args[1:] {
		if err := catOne(sh, name, out); err != nil {
			status = complain(out, "cat", err)
		}
	}
	return status
}

func catOne(sh *shell, name string, out stdio) error {
	if name == "-" {
		_, err := io.Copy(out.out, out.in)
		return err
	}
	f, err := os.Open(sh.path(name))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(out.out, f)
	return err
}

func clearScreen(_ *shell, _ []string, io stdio) int {
	fmt.Fprint(io.out, "\x1b[H\x1b[2J")
	return 0
}

func mkdir(sh *shell, args []string, io stdio) int {
	if len(args) < 2 {
		return misused(io, "mkdir")
	}
	for _, a := range args[1:] {
		if err := os.MkdirAll(sh.path(a), 0o755); err != nil {
			return complain(io, "mkdir", err)
		}
	}
	return 0
}

func mv(sh *shell, args []string, io stdio) int {
	if len(args) != 3 {
		return misused(io, "mv")
	}
	if err := os.Rename(sh.path(args[1]), sh.path(args[2])); err != nil {
		return complain(io, "mv", err)
	}
	return 0
}

func rm(sh *shell, args []string, io stdio) int {
	remove := os.Remove
	if len(args) > 1 && args[1] == "-r" {
		remove, args = os.RemoveAll, args[1:]
	}
	if len(args) < 2 {
		return misused(io, "rm")
	}
	for _, a := range args[1:] {
		if err := remove(sh.path(a)); err != nil {
			return complain(io, "rm", err)
		}
	}
	return 0
}

func sleep(_ *shell, args []string, io stdio) int {
	if len(args) != 2 {
		return misused(io, "sleep")
	}
	seconds, err := strconv.ParseFloat(args[1], 64)
	if err != nil || seconds < 0 || seconds > 1e9 {
		return misused(io, "sleep")
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return 0
}

func history(sh *shell, _ []string, io stdio) int {
	if sh.editor != nil {
		for i, line := range sh.editor.History {
			fmt.Fprintf(io.out, "%5d  %s\n", i+1, line)
		}
	}
	return 0
}

func listJobs(sh *shell, _ []string, io stdio) int {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, j := range sh.jobs {
		state := "runs"
		if j.done {
			state = fmt.Sprintf("done, status %d", j.status)
		}
		fmt.Fprintf(io.out, "[%d] %s  %s\n", j.number, state, j.text)
	}
	return 0
}

func wait(sh *shell, _ []string, _ stdio) int {
	select {
	case <-sh.signals: // from before
	default:
	}
	for {
		sh.mu.Lock()
		busy := slices.ContainsFunc(sh.jobs, func(j *job) bool { return !j.done })
		sh.mu.Unlock()
		if !busy {
			return 0
		}
		select {
		case <-sh.signals:
			return 130
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// signalNames are those that people send.
var signalNames = map[string]syscall.Signal{"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "ALRM": 14, "TERM": 15, "CHLD": 17, "CONT": 18}

func kill(_ *shell, args []string, io stdio) int {
	signal := syscall.SIGTERM
	if len(args) > 1 && strings.HasPrefix(args[1], "-") {
		name := strings.TrimPrefix(strings.TrimPrefix(args[1], "-"), "SIG")
		n, err := strconv.Atoi(name)
		s, known := signalNames[name]
		switch {
		case known:
			signal = s
		case err == nil && n >= 0 && n <= 64:
			signal = syscall.Signal(n)
		default:
			return misused(io, "kill")
		}
		args = args[1:]
	}
	if len(args) < 2 {
		return misused(io, "kill")
	}
	for _, a := range args[1:] {
		pid, err := strconv.Atoi(a)
		if err != nil {
			return misused(io, "kill")
		}
		if err := syscall.Kill(pid, signal); err != nil {
			return complain(io, "kill", fmt.Errorf("%d: %w", pid, err))
		}
	}
	return 0
}

// halt asks the first process to end: with it pxOS ends.
func halt(_ *shell, _ []string, io stdio) int {
	if err := syscall.Kill(1, syscall.SIGTERM); err != nil {
		return complain(io, "halt", err)
	}
	return 0
}
