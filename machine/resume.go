package machine

import (
	"context"
	"errors"
	"time"
)

// Resume lets a paused machine go on without watching it; Run both lets it go
// and watches. A machine that has ended stays as it is. The error is a LabError.
func (m *Machine) Resume(ctx context.Context) error { return m.resume(ctx) }

// snapshot is one look at a machine, asked for from another goroutine.
type snapshot struct {
	ctx  context.Context
	look func(*Evidence) error
	done chan error // receives exactly once
}

// Snapshot pauses the machine, calls look with what it tells, and lets it go on.
// It may be called while Run runs in another goroutine: Run does not take the
// pause for an end, and the time that look takes does not count against its
// limits. A machine that does not run is left paused. The evidence is readable
// until look returns; its Termination is empty while the machine runs.
//
// The error is look's own, or a LabError: ErrClosed, or that of ctx when the
// machine was not free in time.
func (m *Machine) Snapshot(ctx context.Context, look func(*Evidence) error) error {
	if m.closed.Load() {
		return &LabError{Op: "snapshot", Err: ErrClosed}
	}
	s := &snapshot{ctx, look, make(chan error, 1)}
	select {
	case m.snapshots <- s:
		return <-s.done
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
		return m.take(s)
	case <-ctx.Done():
		return &LabError{Op: "snapshot", Err: ctx.Err(), Hint: "the machine did not stand still in time: try again"}
	}
}

// take inspects the machine, which is paused after it.
func (m *Machine) take(s *snapshot) error {
	ev, err := m.Inspect(s.ctx)
	if err != nil {
		return err
	}
	defer m.memory.close()
	return s.look(ev)
}

// serve takes a snapshot inside Run and lets the machine go on. It returns how
// long the guest was held. Its error ends the run: the machine would not go on.
func (m *Machine) serve(ctx context.Context, s *snapshot) (held time.Duration, err error) {
	start := time.Now()
	answered := false
	defer func() {
		if !answered { // look panicked: whoever waits must not wait for ever
			s.done <- &LabError{Op: "snapshot", Err: errors.New("the function that looked at the machine failed")}
		}
	}()
	taken := m.take(s)
	err = m.resume(ctx)
	held = time.Since(start)
	m.mu.Lock()
	m.lastOutput = m.lastOutput.Add(held)
	m.mu.Unlock()
	s.done <- errors.Join(taken, err)
	answered = true
	return held, err
}
