package machine

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestSnapshotsOfARunningMachine looks at a machine while Run watches it: Run
// must not end, its limit must not count the time of the looks, and what was
// read must be a standing machine's.
func TestSnapshotsOfARunningMachine(t *testing.T) {
	const limit, held, looks = 2 * time.Second, 400 * time.Millisecond, 4
	m := boot(t, Config{Kernel: assemble(t, "spin"), Limit: limit, NoHangDetection: true})
	var outcome Outcome
	var failed error
	var running sync.WaitGroup
	running.Go(func() { outcome, failed = m.Run(t.Context()) })
	time.Sleep(300 * time.Millisecond)
	var kept *Evidence
	for range looks {
		err := m.Snapshot(t.Context(), func(ev *Evidence) error {
			kept = ev
			first, second := make([]byte, 1<<20), make([]byte, 1<<20)
			if err := ev.Memory.ReadPhys(0, first); err != nil {
				return err
			}
			time.Sleep(held)
			if err := ev.Memory.ReadPhys(0, second); err != nil {
				return err
			}
			if !bytes.Equal(first, second) || ev.Termination != "" || len(ev.Registers) != 1 || ev.Registers[0].RIP == 0 {
				t.Errorf("the machine did not stand still: %q, %+v", ev.Termination, ev.Registers)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := errors.New("not to my taste")
	if err := m.Snapshot(t.Context(), func(*Evidence) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if err := kept.Memory.ReadPhys(0, make([]byte, 8)); !errors.Is(err, ErrClosed) {
		t.Errorf("memory is readable after the look: %v", err)
	}
	running.Wait()
	if failed != nil || outcome.Termination != TerminationTimeout || outcome.Elapsed < limit+looks*held {
		t.Errorf("ended as %q after %s: %v", outcome.Termination, outcome.Elapsed, failed)
	}
	if err := m.Snapshot(t.Context(), func(ev *Evidence) error {
		if ev.Termination != TerminationTimeout {
			t.Errorf("termination %q", ev.Termination)
		}
		return nil
	}); err != nil {
		t.Errorf("a machine that has ended: %v", err)
	}
	m.Close()
	if err := m.Snapshot(t.Context(), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestSnapshotsDoNotHideTheEnd looks all the time at a machine that ends by
// itself.
func TestSnapshotsDoNotHideTheEnd(t *testing.T) {
	m := boot(t, Config{Kernel: assemble(t, "delay")})
	ctx, stop := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	looks := 0
	looking.Go(func() {
		for ctx.Err() == nil {
			if err := m.Snapshot(ctx, func(*Evidence) error { looks++; return nil }); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	outcome, err := m.Run(t.Context())
	stop()
	looking.Wait()
	if err != nil || outcome.Termination != TerminationExit || looks == 0 {
		t.Errorf("%q (%s) after %d looks: %v", outcome.Termination, outcome.Message, looks, err)
	}
}

func TestSnapshotWaitsNoLongerThanItsContext(t *testing.T) {
	m := &Machine{turn: make(chan struct{}, 1), snapshots: make(chan *snapshot)}
	m.turn <- struct{}{}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	var lab *LabError
	if err := m.Snapshot(ctx, nil); !errors.As(err, &lab) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if _, err := m.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestResume lets a machine that reached a line go on without a watcher.
func TestResume(t *testing.T) {
	m := boot(t, Config{Kernel: assemble(t, "spin"), Limit: 500 * time.Millisecond, NoHangDetection: true})
	if _, err := m.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	var status struct{ Running bool }
	if err := m.qmp.execute(t.Context(), "query-status", nil, &status); err != nil || !status.Running {
		t.Errorf("running %v, %v", status.Running, err)
	}
}

func TestGPUTablesAreSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.json")
	want := bytes.Repeat([]byte{1, 2, 3, 0}, 200<<10)
	if err := SaveEvidence(path, &Evidence{GPUTables: want}); err != nil {
		t.Fatal(err)
	}
	back, err := LoadEvidence(path)
	if err != nil || !bytes.Equal(back.GPUTables, want) {
		t.Errorf("%d bytes came back, %v", len(back.GPUTables), err)
	}
	for _, bad := range []string{
		`{"Format":1,"Evidence":{},"GPUTables":"////"}`, `{"Format":1,"Evidence":{},"GPUTables":7}`,
	} {
		if _, err := parseEvidence([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	if back, err = parseEvidence([]byte(`{"Format":1,"Evidence":{"GPUTables":"AAAA"}}`)); err != nil || back.GPUTables != nil {
		t.Errorf("tables that are not deflated: %v, %v", back, err)
	}
}
