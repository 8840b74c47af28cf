package machine

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is a running QEMU.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has been waited for
	err    error         // of Wait, valid after exited

	mu     sync.Mutex
	stderr strings.Builder
}

const stderrMaxBytes = 64 << 10

// startProcess starts cmd with the inherited files. Linux sends the
// parent-death signal when the thread that started a child ends, so one locked
// thread starts QEMU and stays until QEMU is gone.
func startProcess(cmd *exec.Cmd, files []*os.File) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	cmd.ExtraFiles = files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = writerFunc(p.keepStderr)
	cmd.Stdout = cmd.Stderr
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) { f(b); return len(b), nil }

func (p *process) keepStderr(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stderr.Len()+len(b) <= stderrMaxBytes {
		p.stderr.Write(b)
	}
}

// complaint is what QEMU printed, on one line, less its warnings.
func (p *process) complaint() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var words []string
	for line := range strings.Lines(p.stderr.String()) {
		if !strings.Contains(line, "warning:") {
			words = append(words, strings.Fields(line)...)
		}
	}
	return strings.Join(words, " ")
}

// kill ends the process and waits until it is gone.
func (p *process) kill() {
	select {
	case <-p.exited:
		return
	default:
	}
	// The group holds QEMU alone; a failure means that it has just ended.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.exited
}

// waitExit waits for the process to end, at most for the given time.
func (p *process) waitExit(limit time.Duration) bool {
	select {
	case <-p.exited:
		return true
	case <-time.After(limit):
		return false
	}
}

// pair makes a connected pair of stream sockets: ours as a number, QEMU's as a
// file to inherit.
func pair(name string) (ours int, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, nil, err
	}
	return fds[0], os.NewFile(uintptr(fds[1]), name), nil
}

// newRAM makes the guest's memory: a memory file that has no name, takes room
// only for pages that are touched, and cannot be cut off under the GPU.
func newRAM(bytes uint64) (*os.File, error) {
	fd, err := unix.MemfdCreate("pxos-ram", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "pxos-ram")
	err = errors.Join(file.Truncate(int64(bytes)), seal(fd))
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func seal(fd int) error {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW)
	return err
}
