package main

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the shell tells of processes and of the GPU is what /proc says.

// tick is the unit of times in /proc/PID/stat: sysconf(_SC_CLK_TCK) is 100.
const tick = 10 * time.Millisecond

// process is what /proc tells of one.
type process struct {
	pid, parent int
	state       string
	threads     int
	resident    int // pages
	used        time.Duration
	command     string
}

// parseStat reads a line of proc_pid_stat(5). The name may hold blanks and brackets.
func parseStat(text string) (p process, ok bool) {
	head, rest, found := cutLast(strings.TrimSpace(text), ") ")
	id, name, named := strings.Cut(head, " (")
	f := strings.Fields(rest)
	const least = 22
	if !found || !named || len(f) < least {
		return p, false
	}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		ok = ok && err == nil
		return n
	}
	ok = true
	p = process{pid: number(id), parent: number(f[1]), state: f[0], threads: number(f[17]), resident: number(f[21]),
		used: time.Duration(number(f[11])+number(f[12])) * tick, command: name}
	return p, ok
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// processes lists all that there are.
func processes() ([]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var out []process
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		dir := path.Join("/proc", e.Name())
		text, err := os.ReadFile(path.Join(dir, "stat"))
		if err != nil {
			continue // it has ended meanwhile
		}
		p, ok := parseStat(string(text))
		if !ok {
			continue
		}
		if line, err := os.ReadFile(path.Join(dir, "cmdline")); err == nil && len(line) > 0 {
			p.command = strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " "))
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b process) int { return a.pid - b.pid })
	return out, nil
}

func ps(_ *shell, _ []string, io stdio) int {
	all, err := processes()
	if err != nil {
		return complain(io, "ps", err)
	}
	w := bufio.NewWriter(io.out)
	fmt.Fprintln(w, "  PID  PPID S THREADS    MEMORY      TIME COMMAND")
	for _, p := range all {
		fmt.Fprintf(w, "%5d %5d %s %7d %7d kB %8.2fs %s\n", p.pid, p.parent, p.state, p.threads, p.resident*os.Getpagesize()/1024,
			p.used.Seconds(), p.command)
	}
	if err := w.Flush(); err != nil {
		return complain(io, "ps", err)
	}
	return 0
}

// gpu prints what /proc/gpu and /proc/PID/gpu say, which pxOS alone has.
func gpu(_ *shell, args []string, io stdio) int {
	who := "self"
	if len(args) > 1 {
		who = args[1]
	}
	kernel, err := os.ReadFile("/proc/gpu")
	if err != nil {
		fmt.Fprintln(io.err, "gpu: this kernel tells nothing of a GPU: there is no /proc/gpu")
		return 1
	}
	own, err := os.ReadFile(path.Join("/proc", who, "gpu"))
	if err != nil {
		return complain(io, "gpu", err)
	}
	fmt.Fprintf(io.out, "granted to the kernel\n%sgranted to process %s\n%s", indent(kernel), who, indent(own))
	return 0
}

// indent sets a text of /proc in two columns.
func indent(text []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		fmt.Fprintf(&b, "  %-14s %s\n", name, strings.TrimSpace(value))
	}
	return b.String()
}

func ls(sh *shell, args []string, io stdio) int {
	long, all := false, false
	args = args[1:]
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		for _, c := range args[0][1:] {
			switch c {
			case 'l':
				long = true
			case 'a':
				all = true
			default:
				return misused(io, "ls")
			}
		}
		args = args[1:]
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	w := bufio.NewWriter(io.out)
	status := 0
	for i, name := range args {
		if len(args) > 1 {
			fmt.Fprintf(w, "%s%s:\n", strings.Repeat("\n", min(i, 1)), name)
		}
		if err := listOne(w, sh.path(name), long, all); err != nil {
			status = complain(io, "ls", err)
		}
	}
	if err := w.Flush(); err != nil {
		return complain(io, "ls", err)
	}
	return status
}

func listOne(w *bufio.Writer, name string, long, all bool) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		entry(w, path.Dir(name), info, long)
		return nil
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !all {
			continue
		}
		if info, err := os.Lstat(path.Join(name, e.Name())); err == nil {
			entry(w, name, info, long)
		}
	}
	return nil
}

// entry prints one file.
func entry(w *bufio.Writer, dir string, info os.FileInfo, long bool) {
	name := info.Name()
	mark := ""
	switch mode := info.Mode(); {
	case mode.IsDir():
		mark = "/"
	case mode&os.ModeSymlink != 0 && long:
		if to, err := os.Readlink(path.Join(dir, name)); err == nil {
			mark = " -> " + to
		}
	case mode&os.ModeSymlink != 0:
		mark = "@"
	case mode.IsRegular() && mode&0o111 != 0:
		mark = "*"
	}
	if !long {
		fmt.Fprintf(w, "%s%s\n", name, mark)
		return
	}
	fmt.Fprintf(w, "%v %10d %s %s%s\n", info.Mode(), info.Size(), info.ModTime().UTC().Format("2006-01-02 15:04"), name, mark)
}

// audit has the kernel compare page tables with grants; the status says whether all is
// well.
func audit(_ *shell, _ []string, io stdio) int {
	text, err := os.ReadFile("/proc/audit")
	if err != nil {
		fmt.Fprintln(io.err, "audit: this kernel has no /proc/audit")
		return 1
	}
	fmt.Fprintf(io.out, "%sfrom outside, by the GPU's own tables: pxos audit\n", text)
	if !strings.HasSuffix(string(text), "Bad:\t0\n") {
		return 1
	}
	return 0
}
