package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"pxos/image/toolchain"
)

// Machine is one computer. Create makes it with the CPUs stopped; Run lets it
// go until it ends in one of the ways of Termination; Inspect reads it; Close
// leaves nothing behind. Methods may be called from one goroutine at a time,
// but Snapshot may come while Run runs, and Close at any moment, and again.
type Machine struct {
	cfg    Config
	args   []string // QEMU's, for the record
	proc   *process
	qmp    *qmpClient
	gdb    *gdbClient
	gdbFD  int // -1 once gdb has it
	ram    *os.File
	ranges []physRange // of the kernel, if known

	serial, firmware, log *stream

	mu           sync.Mutex // guards what the streams deliver
	serialBytes  []byte
	serialLost   int // bytes beyond maxSerialBytes
	serialLine   []byte
	firmwareTail []byte
	intLog       *intLog
	reached      chan struct{} // receives when an awaited line came
	reachedLine  string
	lastOutput   time.Time

	outcome Outcome
	rips    []uint64
	memory  *guestMemory
	closing sync.Once
	closed  atomic.Bool

	turn      chan struct{} // holds a token while Run or a Snapshot has the machine
	snapshots chan *snapshot
}

// Outcome says how a run ended. All of it is about the guest; failures of the
// laboratory are errors.
type Outcome struct {
	Termination Termination
	ExitCode    int // value written to isa-debug-exit, when Termination is exit
	// Message says in words why this Termination was chosen.
	Message string
	// Elapsed is wall-clock time from power-on to the end.
	Elapsed time.Duration
}

const (
	maxSerialBytes   = 16 << 20
	maxFirmwareBytes = 64 << 10
	maxLineBytes     = 64 << 10
	logPipeBytes     = 1 << 20
	handshakeLimit   = 20 * time.Second
)

// Create starts the emulator with the CPUs stopped. Errors are LabErrors: a
// medium that cannot boot, a missing tool, an emulator that does not start.
func Create(ctx context.Context, cfg Config) (*Machine, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	m := &Machine{cfg: cfg, gdbFD: -1, intLog: newIntLog(), reached: make(chan struct{}, 1),
		turn: make(chan struct{}, 1), snapshots: make(chan *snapshot)}
	if cfg.Kernel != "" {
		if m.ranges, err = checkKernel(cfg.Kernel); err != nil {
			return nil, err
		}
	} else if err := checkISO(cfg.ISO); err != nil {
		return nil, err
	}
	if m.ranges == nil && cfg.KernelELF != "" {
		m.ranges = symbolRanges(cfg.KernelELF)
	}
	m.intLog.ranges = m.ranges
	if cfg.Tools == nil {
		if m.cfg.Tools, err = findTools(); err != nil {
			return nil, &LabError{Op: "find the emulator", Err: err, Hint: "make setup"}
		}
	}
	if err := m.start(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func findTools() (*toolchain.Toolchain, error) {
	dir, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	return toolchain.Find(dir)
}

// start makes descriptors, process and connections.
func (m *Machine) start(ctx context.Context) error {
	fail := func(err error) error {
		return &LabError{Op: "start the emulator", Err: err, Hint: "pxos doctor checks limits, memory and disk space"}
	}
	qmpFD, files, err := m.openDescriptors()
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	if err != nil {
		return fail(err)
	}
	tool := m.cfg.Tools.Tool(toolchain.QEMU)
	m.args = m.cfg.emulatorArgs()
	// The process must outlive ctx: Run's caller decides when it ends.
	cmd := tool.Cmd(context.Background(), m.args...)
	if m.proc, err = startProcess(cmd, append(files, m.ram)); err != nil {
		unix.Close(qmpFD)
		return &LabError{Op: "start the emulator", Err: err, Hint: "make setup"}
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeLimit)
	defer cancel()
	stop := context.AfterFunc(ctx, m.proc.kill) // an emulator that does not answer
	defer stop()
	for _, f := range files { // ours stay open otherwise, and QEMU's end would go unseen
		f.Close()
	}
	if m.qmp, err = newQMP(ctx, qmpFD); err != nil {
		return m.startFailure(ctx, err)
	}
	return nil
}

// startFailure turns the end of a starting QEMU into words.
func (m *Machine) startFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil && m.proc.complaint() == "" {
		hint := "the host may be overloaded: try again"
		if m.cfg.GPUSocket != "" {
			hint = "the GPU may serve another machine: start one GPU for each"
		}
		return &LabError{Op: "start the emulator", Err: fmt.Errorf("%w (%w)", ctx.Err(), err), Hint: hint}
	}
	m.proc.waitExit(time.Second)
	text := m.proc.complaint()
	hint := "pxos doctor"
	switch {
	case strings.Contains(text, "emory"):
		hint = "give the machine less memory, or free some"
	case strings.Contains(text, "vfio-user"):
		hint = "start the GPU before the machine; one machine at a time can use its socket"
	}
	return labErrorf("start the emulator", hint, ErrEmulatorDied, "%s", orDefault(text, err.Error()))
}

// openDescriptors makes the streams and returns QEMU's ends, in the order of
// the fd constants, without the memory file.
func (m *Machine) openDescriptors() (qmpFD int, files []*os.File, err error) {
	ours := make([]int, 0, 4)
	for _, name := range []string{"qmp", "gdb", "serial", "firmware"} {
		fd, theirs, err := pair(name)
		if err != nil {
			return -1, files, errors.Join(err, closeAll(ours))
		}
		ours, files = append(ours, fd), append(files, theirs)
	}
	var logPipe [2]int
	if err := unix.Pipe2(logPipe[:], unix.O_CLOEXEC); err != nil {
		return -1, files, errors.Join(err, closeAll(ours))
	}
	// A larger pipe only saves wake-ups; the default serves as well.
	_, _ = unix.FcntlInt(uintptr(logPipe[0]), unix.F_SETPIPE_SZ, logPipeBytes)
	files = append(files, os.NewFile(uintptr(logPipe[1]), "log"))
	m.gdbFD = ours[1]
	if m.serial, err = newStream(ours[2], "serial", m.onSerial); err != nil {
		return -1, files, errors.Join(err, closeAll([]int{ours[0], ours[3], logPipe[0]}))
	}
	if m.firmware, err = newStream(ours[3], "firmware", m.onFirmware); err != nil {
		return -1, files, errors.Join(err, closeAll([]int{ours[0], logPipe[0]}))
	}
	if m.log, err = newStream(logPipe[0], "log", m.onLog); err != nil {
		return -1, files, errors.Join(err, closeAll(ours[:1]))
	}
	if m.ram, err = newRAM(m.cfg.RAMBytes); err != nil {
		return -1, files, errors.Join(err, closeAll(ours[:1]))
	}
	return ours[0], files, nil
}

func closeAll(fds []int) error {
	var errs []error
	for _, fd := range fds {
		errs = append(errs, unix.Close(fd))
	}
	return errors.Join(errs...)
}

// onSerial takes bytes of COM1 and cuts them into lines.
func (m *Machine) onSerial(data []byte) {
	var lines []string
	m.mu.Lock()
	m.lastOutput = time.Now()
	if room := maxSerialBytes - len(m.serialBytes); len(data) > room {
		m.serialLost += len(data) - room
		m.serialBytes = append(m.serialBytes, data[:room]...)
	} else {
		m.serialBytes = append(m.serialBytes, data...)
	}
	for _, c := range data {
		if c != '\n' && len(m.serialLine) < maxLineBytes {
			m.serialLine = append(m.serialLine, c)
			continue
		}
		lines = append(lines, strings.TrimRight(string(m.serialLine), "\r"))
		m.serialLine = m.serialLine[:0]
	}
	m.mu.Unlock()
	for _, line := range lines {
		if m.awaited(line) {
			m.mu.Lock()
			m.reachedLine = line
			m.mu.Unlock()
			select {
			case m.reached <- struct{}{}:
			default:
			}
		}
	}
}

func (m *Machine) awaited(line string) bool {
	hit := matches(m.cfg.ExpectLine, line)
	if m.cfg.OnSerialLine != nil && m.cfg.OnSerialLine(line) {
		hit = true
	}
	return hit
}

func matches(pattern *regexp.Regexp, line string) bool {
	return pattern != nil && pattern.MatchString(line)
}

func (m *Machine) onFirmware(data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.firmwareTail = append(m.firmwareTail, data...)
	if extra := len(m.firmwareTail) - maxFirmwareBytes; extra > 0 {
		m.firmwareTail = append(m.firmwareTail[:0], m.firmwareTail[extra:]...)
	}
}

func (m *Machine) onLog(data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intLog.feed(data)
}

// drain brings everything that QEMU wrote up to now into the machine.
func (m *Machine) drain() {
	for _, s := range []*stream{m.log, m.serial, m.firmware} {
		s.drain()
	}
}

// PID is the process number of the emulator.
func (m *Machine) PID() int { return m.proc.cmd.Process.Pid }

// Serial returns a copy of what COM1 sent so far.
func (m *Machine) Serial() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]byte(nil), m.serialBytes...)
}

// pausesWithin is when an emulator that does not stop its CPUs is given up: its host may be
// stuck, but a run is not to wait for that without end.
const pausesWithin = 2 * time.Minute

// Pause stops the CPUs. A machine that has ended stays as it is.
func (m *Machine) Pause(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, pausesWithin, fmt.Errorf("it did not stop within %s", pausesWithin))
	defer cancel()
	if err := m.qmp.execute(ctx, "stop", nil, nil); err != nil {
		return m.lost("pause", err)
	}
	return nil
}

// lost makes a LabError of a failed conversation with QEMU.
func (m *Machine) lost(op string, err error) error {
	if m.closed.Load() {
		return &LabError{Op: op, Err: ErrClosed}
	}
	if m.proc.waitExit(200 * time.Millisecond) {
		return labErrorf(op, "look at the message; pxos doctor checks the tools", ErrEmulatorDied, "%s",
			orDefault(m.proc.complaint(), fmt.Sprint(m.proc.err)))
	}
	return &LabError{Op: op, Err: err}
}

// Close ends the emulator and frees everything. It is safe to call it twice.
func (m *Machine) Close() error {
	m.closing.Do(func() {
		m.closed.Store(true)
		if m.memory != nil {
			m.memory.close()
		}
		if m.proc != nil {
			m.proc.kill()
		}
		if m.qmp != nil {
			m.qmp.close()
		}
		if m.gdb != nil {
			m.gdb.close()
		}
		if m.gdbFD >= 0 {
			unix.Close(m.gdbFD)
		}
		for _, s := range []*stream{m.serial, m.firmware, m.log} {
			if s != nil {
				s.close()
			}
		}
		if m.ram != nil {
			m.ram.Close()
		}
	})
	return nil
}
