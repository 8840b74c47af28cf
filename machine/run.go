package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Run lets the machine go until it ends, and leaves it paused with its state
// intact. The error is a LabError; what the guest did is in the Outcome. A
// machine that ended as "reached" may be run further by another Run.
func (m *Machine) Run(ctx context.Context) (Outcome, error) {
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return Outcome{}, &LabError{Op: "run", Err: ctx.Err(), Hint: "a snapshot of the machine was still being taken; start it again"}
	}
	started := time.Now()
	m.outcome = Outcome{}
	m.mu.Lock()
	m.lastOutput = started
	m.mu.Unlock()
	if err := m.qmp.execute(ctx, "cont", nil, nil); err != nil {
		return Outcome{}, m.lost("run", err)
	}
	outcome, err := m.watch(ctx, started)
	if err != nil {
		return Outcome{}, err
	}
	m.drain()
	outcome.Elapsed = time.Since(started)
	m.outcome = outcome
	return outcome, nil
}

// watch waits for the first thing that ends the run.
func (m *Machine) watch(ctx context.Context, started time.Time) (Outcome, error) {
	deadline := started.Add(m.cfg.Limit)
	limit := time.NewTimer(m.cfg.Limit)
	defer limit.Stop()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	judge := newHangJudge(m.cfg.LoaderLimit)
	for {
		select {
		case e := <-m.qmp.events:
			if e.Name == "SHUTDOWN" {
				return m.ended(ctx, e)
			}
		case <-m.reached:
			if err := m.Pause(ctx); err != nil {
				return Outcome{}, err
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			return Outcome{Termination: TerminationReached, Message: "the awaited line came: " + m.reachedLine}, nil
		case <-m.proc.exited:
			return Outcome{}, m.lost("run", m.proc.err)
		case <-m.qmp.done:
			return Outcome{}, m.lost("run", m.qmp.err)
		case err := <-m.cfg.GPUDied:
			return Outcome{}, m.gpuDied(err)
		case why := <-m.cfg.GPUEnded:
			if err := m.Pause(ctx); err != nil {
				return Outcome{}, err
			}
			return Outcome{Termination: TerminationGPUEnded, Message: why}, nil
		case <-ctx.Done():
			return Outcome{}, &LabError{Op: "run", Err: ctx.Err(), Hint: "the run was interrupted; start it again"}
		case s := <-m.snapshots:
			held, err := m.serve(ctx, s)
			if err != nil {
				return Outcome{}, err
			}
			// Time in which the guest could not run is none of its limits.
			deadline, started = deadline.Add(held), started.Add(held)
			limit.Reset(time.Until(deadline))
		case <-limit.C:
			return m.timedOut(ctx, judge)
		case <-tick.C:
			outcome, err := m.tick(ctx, judge, started)
			if outcome.Termination != "" || err != nil {
				m.rips = judge.rips
				return outcome, err
			}
		}
	}
}

func (m *Machine) gpuDied(err error) error {
	if err == nil {
		err = errors.New("it gave no reason")
	}
	return &LabError{Op: "run", Err: fmt.Errorf("%w: %w", ErrGPUDied, err),
		Hint: "this is no fault of the guest: look at the GPU's own message, then run again"}
}

// ended classifies QEMU's SHUTDOWN event. The machine is paused soon after it.
func (m *Machine) ended(ctx context.Context, e qmpEvent) (Outcome, error) {
	if !e.Guest {
		return Outcome{}, m.lost("run", fmt.Errorf("the emulator was asked to end: %s", e.Reason))
	}
	if err := m.awaitStopped(ctx); err != nil {
		return Outcome{}, err
	}
	m.drain()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intLog.finish()
	switch {
	case m.intLog.exitSeen:
		return Outcome{Termination: TerminationExit, ExitCode: m.intLog.exitCode,
			Message: fmt.Sprintf("the guest wrote %#x to isa-debug-exit", m.intLog.exitCode)}, nil
	case m.intLog.tripleFault && e.Reason == "guest-reset":
		return Outcome{Termination: TerminationTripleFault, Message: "an exception could not be delivered three times in a row"}, nil
	case e.Reason == "guest-reset":
		return Outcome{Termination: TerminationShutdown, Message: "the guest reset the machine"}, nil
	default:
		return Outcome{Termination: TerminationShutdown, Message: "the guest switched the machine off (" + e.Reason + ")"}, nil
	}
}

// stopsSoon is how long QEMU may take to stop the CPUs after SHUTDOWN, as it does by
// itself. It was seen to say that they run for twenty minutes after it; then they are
// stopped.
const stopsSoon = 5 * time.Second

// awaitStopped waits until the CPUs stand.
func (m *Machine) awaitStopped(ctx context.Context) error {
	for started, asked := time.Now(), false; ; {
		var status struct {
			Running bool `json:"running"`
		}
		if err := m.qmp.execute(ctx, "query-status", nil, &status); err != nil {
			return m.lost("pause", err)
		}
		if !status.Running {
			return nil
		}
		if !asked && time.Since(started) > stopsSoon {
			if err := m.Pause(ctx); err != nil {
				return err
			}
			asked = true
		}
		time.Sleep(200 * time.Microsecond)
	}
}

func (m *Machine) timedOut(ctx context.Context, judge *hangJudge) (Outcome, error) {
	if err := m.Pause(ctx); err != nil {
		return Outcome{}, err
	}
	m.rips = judge.rips
	return Outcome{Termination: TerminationTimeout,
		Message: fmt.Sprintf("the guest was still running after %s", m.cfg.Limit)}, nil
}

// tick looks at a silent machine. An empty Outcome means: go on.
func (m *Machine) tick(ctx context.Context, judge *hangJudge, started time.Time) (Outcome, error) {
	m.mu.Lock()
	silent := time.Since(m.lastOutput)
	noDevice := strings.Contains(string(m.firmwareTail), "No bootable device")
	m.mu.Unlock()
	if noDevice {
		return m.noBoot(ctx, "the firmware found no bootable device")
	}
	if m.cfg.NoHangDetection || silent < quietBefore {
		return Outcome{}, nil
	}
	if err := m.Pause(ctx); err != nil {
		return Outcome{}, err
	}
	v, err := m.sample(ctx, judge, time.Since(started))
	if err != nil {
		return Outcome{}, err
	}
	if v == verdictRepeat {
		if v, err = m.confirmRepeat(ctx, judge, started); err != nil {
			return Outcome{}, err
		}
	}
	switch v {
	case verdictNone:
		return Outcome{}, m.resume(ctx)
	case verdictLoader:
		return m.noBoot(ctx, judge.describe(v))
	}
	return Outcome{Termination: TerminationHang, Message: judge.describe(v)}, nil
}

// resume lets a sampled machine go on. One that ended meanwhile refuses; its
// event is on the way then.
func (m *Machine) resume(ctx context.Context) error {
	err := m.qmp.execute(ctx, "cont", nil, nil)
	if err == nil {
		return nil
	}
	var status struct {
		Status string `json:"status"`
	}
	if m.qmp.execute(ctx, "query-status", nil, &status) == nil && status.Status == "shutdown" {
		return nil
	}
	return m.lost("run", err)
}

// sample reads the paused machine for the judge.
func (m *Machine) sample(ctx context.Context, judge *hangJudge, at time.Duration) (verdict, error) {
	text, err := m.qmp.monitor(ctx, "info registers -a")
	if err != nil {
		return verdictNone, m.lost("sample", err)
	}
	cpus, err := parseRegisters(text)
	if err != nil {
		return verdictNone, &LabError{Op: "sample", Err: err}
	}
	m.drain()
	s := sample{cpus: cpus, at: at, ticks: cpuTicks(m.PID())}
	m.mu.Lock()
	s.events = uint64(len(m.serialBytes)+m.serialLost) + uint64(m.intLog.delivered)
	s.kernel = m.intLog.kernel || judge.last.kernel || ofKernel(cpus[0], m.ranges)
	m.mu.Unlock()
	return judge.add(s), nil
}

// confirmRepeat compares guest memory over a further stretch of running.
func (m *Machine) confirmRepeat(ctx context.Context, judge *hangJudge, started time.Time) (verdict, error) {
	before, err := sumRAM(m.ram)
	if err != nil {
		return verdictNone, &LabError{Op: "sample", Err: err}
	}
	if err := m.resume(ctx); err != nil {
		return verdictNone, err
	}
	time.Sleep(sampleEvery)
	if err := m.Pause(ctx); err != nil {
		return verdictNone, err
	}
	v, err := m.sample(ctx, judge, time.Since(started))
	if err != nil || v != verdictRepeat {
		return v, err
	}
	after, err := sumRAM(m.ram)
	if err != nil {
		return verdictNone, &LabError{Op: "sample", Err: err}
	}
	if before != after {
		judge.reset(judge.last)
		return verdictNone, nil
	}
	return verdictRepeat, nil
}

// noBoot ends the run with what firmware and loader said last.
func (m *Machine) noBoot(ctx context.Context, why string) (Outcome, error) {
	if err := m.Pause(ctx); err != nil {
		return Outcome{}, err
	}
	m.drain()
	if m.cfg.ISO != "" && !hasBootRecord(m.cfg.ISO) {
		why += "; " + m.cfg.ISO + " has no El Torito boot record"
	}
	m.mu.Lock()
	said := lastWords(string(m.serialBytes))
	m.mu.Unlock()
	if screen, err := m.screenText(ctx); err == nil && strings.TrimSpace(screen) != "" {
		said = lastWords(screen)
	}
	if said != "" {
		why += "; the screen says: " + said
	}
	return Outcome{Termination: TerminationNoBoot, Message: why}, nil
}

// lastWords is the line with an error, or the last line of a text.
func lastWords(text string) string {
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "error:") {
			return line
		}
		if line != "" {
			last = line
		}
	}
	return last
}

// CPUTime is the processor time that a process has used, to 10 ms; 0 when it cannot
// be read.
func CPUTime(pid int) time.Duration { return time.Duration(cpuTicks(pid)) * time.Second / clockTicks }

// clockTicks a second: USER_HZ, which Linux never changes towards programs.
const clockTicks = 100

// cpuTicks is the processor time that a process has used, in clock ticks.
// Zero when it cannot be read: then no loop is ever judged, only the limit.
func cpuTicks(pid int) uint64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	return parseTicks(string(text))
}

// parseTicks adds fields 14 and 15 of /proc/PID/stat, proc(5); the name in
// field 2 may hold blanks.
func parseTicks(stat string) uint64 {
	i := strings.LastIndexByte(stat, ')')
	fields := strings.Fields(stat[i+1:])
	if i < 0 || len(fields) < 13 {
		return 0
	}
	var user, system uint64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0
	}
	return user + system
}
