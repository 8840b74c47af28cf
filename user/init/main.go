// Command init is the first process of pxOS: it starts what a manifest names, starts
// services again that end, takes over orphans, and ends pxOS when the program in the
// foreground has ended.
//
// It imports the standard library, packages of user/, and a reader of TOML.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"path"
	"sync"
	"syscall"
	"time"
)

// manifestFile is read where no argument names another.
const manifestFile = "/etc/pxos/init.toml"

// Times between the starts of a service: twice as long after each, as long as it does
// not run for steady; after most of them in a row it is left alone.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
	steady     = 10 * time.Second
	most       = 12
)

// patience is how long programs have to end when they are asked to.
const patience = 2 * time.Second

func main() {
	file := manifestFile
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	text, err := os.ReadFile(file)
	if err != nil {
		say("%v", err)
		os.Exit(2)
	}
	m, err := readManifest(string(text))
	if err != nil {
		say("%s: %v", file, err)
		os.Exit(2)
	}
	os.Exit(newKeeper(m).keep())
}

func say(format string, args ...any) { fmt.Printf("init: "+format+"\n", args...) }

// service is a program and what became of it.
type service struct {
	program
	pid     int // 0: it does not run
	started time.Time
	pause   time.Duration
	failed  int  // starts in a row that did not last
	over    bool // it ended and is not started again
}

// keeper keeps the services. Its lock is held from the start of a process to when it
// is known which it is: nobody can learn of its end before.
type keeper struct {
	mu       sync.Mutex
	services []*service
	running  map[int]*service
	ending   bool
	ended    chan int      // the exit status of pxOS
	more     chan struct{} // there may be something to wait for
}

func newKeeper(m *manifest) *keeper {
	k := &keeper{running: map[int]*service{}, ended: make(chan int, 1), more: make(chan struct{}, 1)}
	for _, p := range m.Program {
		k.services = append(k.services, &service{program: p, pause: firstPause})
	}
	return k
}

// keep starts all and gives the status with which pxOS ends.
func (k *keeper) keep() int {
	adopt()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	go k.reap()
	for _, s := range k.services {
		k.start(s)
	}
	status := 0
	select {
	case status = <-k.ended:
	case s := <-signals:
		say("%v: pxOS ends", s)
	}
	k.stop()
	return status
}

// adopt has children of those who end become ours. Where init is the first process of
// Linux they are anyway.
func adopt() {
	const setSubreaper = 36 // PR_SET_CHILD_SUBREAPER
	if _, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, setSubreaper, 1, 0); e != 0 {
		say("orphans stay orphans: %v", e)
	}
}

// start starts a service, or tries again later.
func (k *keeper) start(s *service) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ending {
		return
	}
	attr := &os.ProcAttr{Dir: s.Directory, Env: append(os.Environ(), s.Environment...),
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}, Sys: &syscall.SysProcAttr{Setpgid: true}}
	if s.Foreground {
		attr.Sys.Foreground, attr.Sys.Ctty = true, 0
	} else if null, err := os.Open(os.DevNull); err == nil {
		defer null.Close()
		attr.Files[0] = null // the keyboard is for who has the foreground
	}
	s.started = time.Now()
	p, err := os.StartProcess(s.Run[0], append([]string{path.Base(s.Run[0])}, s.Run[1:]...), attr)
	if err != nil {
		say("%s cannot be started: %v", s.Name, err)
		k.over(s, 127)
		return
	}
	s.pid = p.Pid
	_ = p.Release() // reap waits for all; a process that was started can be let go
	k.running[s.pid] = s
	say("%s started, process %d", s.Name, s.pid)
	k.wake()
}

func (k *keeper) wake() {
	select {
	case k.more <- struct{}{}:
	default:
	}
}

// reap waits for whatever ends: services, and orphans that were taken over.
func (k *keeper) reap() {
	for {
		var w syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &w, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil: // there is no child
			<-k.more
		default:
			k.gone(pid, w)
		}
	}
}

// gone is the end of a process.
func (k *keeper) gone(pid int, w syscall.WaitStatus) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.running[pid]
	if s == nil {
		return // an orphan, of which nobody else would have asked
	}
	delete(k.running, pid)
	s.pid = 0
	status := w.ExitStatus()
	how := fmt.Sprintf("ended with status %d", status)
	if w.Signaled() {
		status = 128 + int(w.Signal())
		how = fmt.Sprintf("was ended: %v", w.Signal())
	}
	if !k.ending {
		say("%s %s", s.Name, how)
	}
	k.over(s, status)
}

// over decides what follows the end of a service. The lock is held.
func (k *keeper) over(s *service, status int) {
	if k.ending {
		return
	}
	if s.Foreground {
		k.ended <- status
		return
	}
	again, pause := s.next(status, time.Since(s.started))
	if !again {
		s.over = true
		k.checkIdle()
		return
	}
	say("%s starts again in %v", s.Name, pause)
	time.AfterFunc(pause, func() { k.start(s) })
}

// next says whether a service is started again, and when.
func (s *service) next(status int, ran time.Duration) (again bool, pause time.Duration) {
	if s.Restart == never || s.Restart == onFailure && status == 0 {
		return false, 0
	}
	if ran >= steady {
		s.failed, s.pause = 0, firstPause
	}
	if s.failed++; s.failed > most {
		say("%s ended %d times in a row: it is left alone", s.Name, most)
		s.Restart = never
		return false, 0
	}
	pause = s.pause
	s.pause = min(2*s.pause, lastPause)
	return true, pause
}

// checkIdle ends pxOS where nothing runs or ever will. The lock is held.
func (k *keeper) checkIdle() {
	for _, s := range k.services {
		if !s.over {
			return
		}
	}
	say("nothing is left to run: pxOS ends")
	k.ended <- 0
}

// stop asks what runs to end, and ends it where it does not.
func (k *keeper) stop() {
	k.mu.Lock()
	k.ending = true
	for pid := range k.running {
		_ = syscall.Kill(-pid, syscall.SIGTERM) // it may have ended just now
	}
	k.mu.Unlock()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		k.mu.Lock()
		left := len(k.running)
		k.mu.Unlock()
		if left == 0 {
			return
		}
	}
	say("some programs do not end: they are ended")
}
