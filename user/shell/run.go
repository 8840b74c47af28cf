package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"pxos/user/lineedit"
	"pxos/user/tty"
)

// shell is what a shell remembers.
type shell struct {
	dir         string
	variables   map[string]string
	exported    map[string]bool
	arguments   []string
	status      int // of the last command
	left        bool
	pid         int
	interactive bool
	group       int // of the shell itself
	editor      *lineedit.Editor
	signals     chan os.Signal // Ctrl-C while the shell itself has the foreground

	mu     sync.Mutex // guards what follows: jobs end by themselves
	jobs   []*job
	number int
}

// job is a list that runs in the background.
type job struct {
	number int
	pids   []int
	text   string
	done   bool
	status int
}

// stdio is where a command reads and writes.
type stdio struct{ in, out, err *os.File }

func newShell(environment []string) *shell {
	sh := &shell{variables: map[string]string{}, exported: map[string]bool{}, pid: os.Getpid()}
	for _, e := range environment {
		if name, value, ok := strings.Cut(e, "="); ok {
			sh.variables[name], sh.exported[name] = value, true
		}
	}
	if sh.dir, _ = os.Getwd(); sh.dir == "" {
		sh.dir = "/"
	}
	if sh.variables["PATH"] == "" {
		sh.variables["PATH"], sh.exported["PATH"] = "/bin:/usr/bin", true
	}
	return sh
}

// run carries out a line.
func (sh *shell) run(line string) {
	lists, err := parse(line)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shell:", err)
		sh.status = 2
		return
	}
	for _, l := range lists {
		if sh.left {
			return
		}
		if l.background {
			sh.background(l)
			continue
		}
		sh.list(l)
	}
}

func (sh *shell) list(l list) {
	sh.status = sh.pipeline(l.first, nil)
	for _, j := range l.rest {
		if !sh.left && (sh.status == 0) == (j.operator == "&&") {
			sh.status = sh.pipeline(j.pipeline, nil)
		}
	}
}

// background runs a list beside the shell, on a copy of what it remembers.
func (sh *shell) background(l list) {
	sh.mu.Lock()
	if len(sh.jobs) == 0 {
		sh.number = 0
	}
	sh.number++
	j := &job{number: sh.number, text: l.text}
	sh.jobs = append(sh.jobs, j)
	sh.mu.Unlock()
	child := sh.copied()
	started := make(chan struct{})
	go func() {
		once := sync.OnceFunc(func() { close(started) })
		note := func(pids []int) {
			sh.mu.Lock()
			j.pids = pids
			sh.mu.Unlock()
			once()
		}
		child.status = child.pipeline(l.first, note)
		for _, x := range l.rest {
			if (child.status == 0) == (x.operator == "&&") {
				child.status = child.pipeline(x.pipeline, note)
			}
		}
		sh.mu.Lock()
		j.done, j.status = true, child.status
		sh.mu.Unlock()
		once()
	}()
	<-started
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.interactive && len(j.pids) > 0 {
		fmt.Printf("[%d] %d\n", j.number, j.pids[len(j.pids)-1])
	}
	if len(j.pids) > 0 {
		sh.variables["!"] = fmt.Sprint(j.pids[len(j.pids)-1])
	}
	sh.status = 0
}

// copied is a shell whose changes are not the shell's.
func (sh *shell) copied() *shell {
	c := &shell{dir: sh.dir, variables: map[string]string{}, exported: map[string]bool{}, arguments: sh.arguments, status: sh.status, pid: sh.pid}
	for k, v := range sh.variables {
		c.variables[k] = v
	}
	for k, v := range sh.exported {
		c.exported[k] = v
	}
	return c
}

// running is a command of a pipeline that was started.
type running struct {
	process *os.Process
	builtin chan int
	status  int
}

// pipeline runs commands that read what the one before them writes, and gives the
// status of the last. note, where set, is told their processes and means that they run
// in the background.
func (sh *shell) pipeline(p pipeline, note func([]int)) int {
	all := make([]running, len(p))
	var in *os.File
	group := 0
	var pids []int
	for i, c := range p {
		io := stdio{os.Stdin, os.Stdout, os.Stderr}
		if in != nil {
			io.in = in
		}
		var next, end *os.File
		if i+1 < len(p) {
			var err error
			if next, end, err = os.Pipe(); err != nil {
				fmt.Fprintln(os.Stderr, "shell:", err)
				return 1
			}
			io.out = end
		}
		all[i] = sh.start(c, io, launch{group: group, background: note != nil, alone: len(p) == 1})
		if pr := all[i].process; pr != nil {
			pids = append(pids, pr.Pid)
			group = pids[0]
		}
		closeAll(in, end)
		in = next
	}
	if note != nil {
		note(pids)
	}
	status := sh.await(all)
	if sh.interactive && note == nil && group != 0 {
		_ = tty.Foreground(0, sh.group) // where there is no terminal, nobody presses Ctrl-C
	}
	return status
}

// closeAll closes the shell's ends of pipes: the commands have descriptors of their own.
func closeAll(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}

// await waits for all commands of a pipeline.
func (sh *shell) await(all []running) (status int) {
	for _, r := range all {
		status = r.status
		switch {
		case r.builtin != nil:
			status = <-r.builtin
		case r.process != nil:
			state, err := r.process.Wait()
			if err != nil {
				fmt.Fprintln(os.Stderr, "shell:", err)
				status = 1
				continue
			}
			status = sh.ending(state)
		}
	}
	return status
}

// ending is a process' exit status; how a signal ended it is said.
func (sh *shell) ending(state *os.ProcessState) int {
	w, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !w.Signaled() {
		return state.ExitCode()
	}
	if sh.interactive {
		switch w.Signal() {
		case syscall.SIGINT:
			fmt.Println()
		case syscall.SIGPIPE:
		default:
			fmt.Println(w.Signal())
		}
	}
	return 128 + int(w.Signal())
}

// launch says how a command is started.
type launch struct {
	group      int // of the pipeline's first process, 0 for none so far
	background bool
	alone      bool // not in a pipeline: changes of the shell last
}

// start starts a command.
func (sh *shell) start(c command, io stdio, how launch) running {
	io, opened, err := sh.redirect(c.redirects, io, how)
	defer func() {
		for _, f := range opened {
			f.Close()
		}
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shell:", err)
		return running{status: 1}
	}
	words := c.words
	set := map[string]string{}
	for len(words) > 0 {
		name, value, ok := assignment(words[0])
		if !ok {
			break
		}
		set[name] = sh.text(value)
		words = words[1:]
	}
	args := sh.fields(words)
	for len(args) > 1 && args[0] == "run" {
		args = args[1:]
	}
	if len(args) == 0 {
		for name, value := range set {
			sh.variables[name] = value
		}
		return running{}
	}
	if b, ok := builtins[args[0]]; ok && !((sh.interactive || how.background) && mayWait(args)) {
		return sh.startBuiltin(b, args, io, how)
	}
	return sh.startProgram(args, set, io, how)
}

// mayWait says whether a built-in command may wait for a person or for long: at a
// terminal it runs as a process then, which Ctrl-C ends.
func mayWait(args []string) bool {
	return args[0] == "sleep" || args[0] == "cat" && (len(args) == 1 || slices.Contains(args[1:], "-"))
}

// startBuiltin runs a built-in command: at once where it stands alone, else beside the
// shell and on a copy of it.
func (sh *shell) startBuiltin(b builtin, args []string, io stdio, how launch) running {
	if how.alone && !how.background {
		return running{status: b.run(sh, args, io)}
	}
	child, done := sh.copied(), make(chan int, 1)
	child.jobs, child.editor = sh.jobs, sh.editor
	own, err := duplicate(io)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shell:", err)
		return running{status: 1}
	}
	go func() {
		status := b.run(child, args, own)
		closeAll(own.in, own.out, own.err)
		done <- status
	}()
	return running{builtin: done}
}

// duplicate gives a command descriptors of its own.
func duplicate(io stdio) (stdio, error) {
	var out [3]*os.File
	for i, f := range []*os.File{io.in, io.out, io.err} {
		fd, _, e := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_DUPFD_CLOEXEC, 0)
		if e != 0 {
			closeAll(out[:]...)
			return stdio{}, e
		}
		out[i] = os.NewFile(fd, f.Name())
	}
	return stdio{out[0], out[1], out[2]}, nil
}

// startProgram starts a program in a process of its own, in the pipeline's group.
func (sh *shell) startProgram(args []string, set map[string]string, io stdio, how launch) running {
	file, err := sh.find(args[0])
	if err != nil {
		fmt.Fprintf(os.Stderr, "shell: %s: %v\n", args[0], err)
		return running{status: 127}
	}
	attr := &os.ProcAttr{Dir: sh.dir, Env: sh.environment(set), Files: []*os.File{io.in, io.out, io.err}}
	if sh.interactive || how.background {
		attr.Sys = &syscall.SysProcAttr{Setpgid: true, Pgid: how.group}
		if sh.interactive && !how.background && how.group == 0 {
			attr.Sys.Foreground, attr.Sys.Ctty = true, 0
		}
	}
	p, err := os.StartProcess(file, args, attr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "shell:", err)
		return running{status: 126}
	}
	return running{process: p}
}

// find is the file of a program: a path, or a name in PATH.
func (sh *shell) find(name string) (string, error) {
	if strings.Contains(name, "/") {
		return sh.path(name), nil
	}
	for _, dir := range strings.Split(sh.value("PATH"), ":") {
		file := path.Join(sh.path(dir), name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	if b, ok := builtins[name]; ok && b.alone {
		return "/proc/self/exe", nil // as the command that its first argument names
	}
	return "", errors.New("no such command; help lists what is built in")
}

// path is a path seen from where the shell is.
func (sh *shell) path(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(sh.dir, name)
}

func (sh *shell) environment(set map[string]string) []string {
	var out []string
	for name := range sh.exported {
		if _, ok := set[name]; !ok {
			out = append(out, name+"="+sh.variables[name])
		}
	}
	for name, value := range set {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}

// redirect opens the files of redirections. In the background, who reads the keyboard
// reads nothing.
func (sh *shell) redirect(list []redirect, io stdio, how launch) (stdio, []*os.File, error) {
	var opened []*os.File
	open := func(to **os.File, name string, flags int) error {
		f, err := os.OpenFile(sh.path(name), flags, 0o666)
		if err != nil {
			var p *fs.PathError
			if errors.As(err, &p) {
				err = fmt.Errorf("%s: %w", name, p.Err)
			}
			return err
		}
		opened = append(opened, f)
		*to = f
		return nil
	}
	if how.background && io.in == os.Stdin {
		if err := open(&io.in, "/dev/null", os.O_RDONLY); err != nil {
			return io, opened, err
		}
	}
	const write, more = os.O_WRONLY | os.O_CREATE | os.O_TRUNC, os.O_WRONLY | os.O_CREATE | os.O_APPEND
	for _, r := range list {
		var err error
		switch name := sh.text(r.target); r.operator {
		case "<":
			err = open(&io.in, name, os.O_RDONLY)
		case ">":
			err = open(&io.out, name, write)
		case ">>":
			err = open(&io.out, name, more)
		case "2>":
			err = open(&io.err, name, write)
		case "2>>":
			err = open(&io.err, name, more)
		case "2>&1":
			io.err = io.out
		}
		if err != nil {
			return io, opened, err
		}
	}
	return io, opened, nil
}

// tellJobs says which jobs have ended.
func (sh *shell) tellJobs() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, j := range sh.jobs {
		if j.done {
			fmt.Printf("[%d] done, status %d  %s\n", j.number, j.status, j.text)
		}
	}
	sh.jobs = slices.DeleteFunc(sh.jobs, func(j *job) bool { return j.done })
}
