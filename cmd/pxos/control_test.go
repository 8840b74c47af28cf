package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/fault"
	"pxos/machine"
	"pxos/pxgpu"
)

// fakeGPU is a device that stands still.
type fakeGPU struct{ snapshot []byte }

func (f *fakeGPU) Tables() []byte     { return f.snapshot }
func (f *fakeGPU) QueueDepth() []int  { return []int{3, 0} }
func (f *fakeGPU) Stats() pxgpu.Stats { return pxgpu.Stats{Doorbells: 7} }

// flatMemory is RAM full of zeros with one page-table page.
type flatMemory map[uint64]byte

func (m flatMemory) ReadPhys(addr uint64, b []byte) error {
	for i := range b {
		b[i] = m[addr+uint64(i)]
	}
	return nil
}

func someTables(t testing.TB) *tables.Tables {
	x := &tables.Tables{State: tables.State{Rings: 2, Commands: 30, Failed: 2, Epoch: 1, ConsoleBytes: 16},
		Extents: []tables.Extent{
			{Number: 0, State: abi.ExtentOwned, Rights: abi.RightRead, Capabilities: 1},
			{Number: 1, State: abi.ExtentOwned, Rights: abi.RightsAll, Capabilities: 1}, {Number: 2, State: abi.ExtentFree},
		},
		Processes: []tables.Process{
			{State: abi.ProcessLive, Root: 0x201000, ExtentQuota: abi.MaxProcessExtents, Extents: 2, Capabilities: 2, Children: 1},
			{Handle: 1, State: abi.ProcessLive, ExtentQuota: 4},
		},
		Capabilities: []tables.Capability{
			{Slot: 0, State: abi.CapabilityLive, Rights: abi.RightsAll, Object: tables.Object{Kind: abi.ObjectExtent, Index: 1}, Parent: -1},
			{Slot: 1, State: abi.CapabilityLive, Rights: abi.RightRead, Object: tables.Object{Kind: abi.ObjectExtent, Index: 0}, Parent: -1},
		},
		Console: "hello\x1b[31m\nworld",
	}
	x.Perf.Opcodes = []tables.Counter{{Code: abi.OpSyscall, Count: 20}, {Code: abi.OpUARTWrite, Count: 10}}
	x.Perf.Errors = []tables.Counter{{Code: abi.ErrQuota, Count: 2}}
	x.Perf.Latency[10], x.Perf.Latency[12] = 9, 1
	b, err := tables.Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	if x, err = tables.Decode(b); err != nil {
		t.Fatal(err)
	}
	return x
}

// serveFake serves a machine with an empty page table under a name. Each look at
// it calls change first.
func serveFake(t *testing.T, name string, change func(looks int, ev *machine.Evidence)) {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", shortDir(t))
	dir, err := controlDir()
	if err != nil {
		t.Fatal(err)
	}
	l, err := listenAs(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := tables.Encode(someTables(t))
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	s := &station{name: name, started: time.Now(), gpu: &fakeGPU{b}, look: func(_ context.Context, f func(*machine.Evidence) error) error {
		ev := &machine.Evidence{Memory: flatMemory{}, Regions: []machine.MemoryRegion{{Start: 0, End: 6<<20 - 1, Kind: "ram", Name: "pc.ram"}},
			Registers: []machine.Registers{{CR0: 0x80010001, CR3: 0x201000, EFER: 0xD00}}}
		looks++
		if change != nil {
			change(looks, ev)
		}
		return f(ev)
	}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// shortDir is a folder whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "px")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// command runs one command line and returns what it printed.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return commandWith(t, nil, args...)
}

// commandWith is command with something to read.
func commandWith(t *testing.T, in io.Reader, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetIn(in)
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestCommandsAboutARunningMachine(t *testing.T) {
	serveFake(t, "demo", nil)
	dir := t.TempDir()
	saved, picture := filepath.Join(dir, "m.json"), filepath.Join(dir, "m.png")
	for _, c := range []struct {
		args string
		says []string
	}{
		{"audit", []string{"1 address spaces, 1 page-table pages, 0 B mapped: nothing differs"}},
		{"audit demo --json", []string{`"name": "demo"`, `"violations": []`, `"total": 0`, `"schema": "pxos.audit/1"`}},
		{"audit demo --save " + saved, []string{"nothing differs"}},
		{"audit " + saved, []string{"nothing differs"}},
		{"gpu tables", []string{"memory       3 extents", "process 1", "rwxg  kernel"}},
		{"gpu tables " + saved + " --json", []string{`"schema": "pxos.tables/1"`, `"name": "m.json"`, `"rights": "rwxg"`}},
		{"gpu tables demo --png " + picture, nil},
		{"gpu top --once", []string{"pxOS demo", "SYSCALL", "half within 2µs", "quota 2", "hello·[31m", "ring 0: 3", "of 8 MiB"}},
		{"gpu top demo --once --json", []string{`"schema":"pxos.top/1"`, `"doorbells":7`, `"queues":[3,0]`}},
		{"gpu top --prometheus", []string{`pxos_commands_total{machine="demo",opcode="SYSCALL"} 20`, `pxos_round_trip_seconds_bucket{machine="demo",le="+Inf"} 10`,
			`pxos_extents{machine="demo",owner="kernel"} 2`, "# TYPE pxos_queue_depth gauge", `pxos_round_trip_seconds_bucket{machine="demo",le="2.048e-06"} 9`}},
	} {
		out, err := command(t, strings.Fields(c.args)...)
		if err != nil {
			t.Errorf("pxos %s: %v", c.args, err)
		}
		for _, want := range c.says {
			if !strings.Contains(out, want) {
				t.Errorf("pxos %s does not say %q:\n%s", c.args, want, out)
			}
		}
	}
	if b, err := os.ReadFile(picture); err != nil || !bytes.HasPrefix(b, []byte("\x89PNG")) {
		t.Errorf("the picture: %v", err)
	}
}

// TestAuditThatFindsSomething has a CPU in an unknown address space, in the
// running machine and in the saved one.
func TestAuditThatFindsSomething(t *testing.T) {
	serveFake(t, "bad", func(_ int, ev *machine.Evidence) { ev.Registers[0].CR3 = 0x202000 })
	saved := filepath.Join(t.TempDir(), "m.json")
	for _, args := range [][]string{{"audit", "--save", saved}, {"audit", saved}, {"audit", saved, "--json"}} {
		out, err := command(t, args...)
		if !errors.As(err, new(failed)) || !strings.Contains(out, "unknown-root") || !strings.Contains(out, "0x202000") {
			t.Errorf("pxos %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		if code := run(args); code != exitUnderTest {
			t.Errorf("pxos %s: exit code %d", strings.Join(args, " "), code)
		}
	}
}

// TestRevocationsInFlightAreNoFinding has a CPU in the address space of a process
// that ends, at the first look only.
func TestRevocationsInFlightAreNoFinding(t *testing.T) {
	x := someTables(t)
	x.Processes[1].State, x.Processes[1].Root = abi.ProcessEnding, 0x203000
	b, err := tables.Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	looks, lets := 0, 2
	s := &station{gpu: &fakeGPU{b}, look: func(_ context.Context, f func(*machine.Evidence) error) error {
		looks++
		ev := &machine.Evidence{Memory: flatMemory{}, Regions: []machine.MemoryRegion{{Start: 0, End: 6<<20 - 1, Kind: "ram", Name: "pc.ram"}},
			Registers: []machine.Registers{{CR0: 0x80010001, CR3: 0x203000, EFER: 0xD00}}}
		if looks >= lets {
			ev.Registers[0].CR3 = 0x201000
		}
		return f(ev)
	}}
	if a, err := s.audit(t.Context(), ""); err != nil || a.Total != 0 || looks != 2 {
		t.Errorf("%d looks, %+v, %v", looks, a, err)
	}
	looks, lets = 0, 9
	if a, err := s.audit(t.Context(), ""); err != nil || a.Total != 1 || a.Violations[0].Kind != fault.ViolationStale || looks != 2 {
		t.Errorf("%d looks, %+v, %v", looks, a, err)
	}
}

func TestWrongUseOfControl(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", shortDir(t))
	if _, err := command(t, "audit"); err == nil || !strings.Contains(err.Error(), "no machine is running") {
		t.Errorf("%v", err)
	}
	dir, err := controlDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		l, err := listenAs(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
	stale := filepath.Join(t.TempDir(), "plain.json")
	if err := machine.SaveEvidence(stale, &machine.Evidence{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, says string }{
		{"audit", "2 machines are running; name one of them: a, b"}, {"gpu top", "2 machines"}, {"gpu tables c", "no machine and no file is named c; these run: a, b"},
		{"audit a b", "at most"}, {"audit " + stale, "without the GPU's tables"}, {"gpu tables " + stale, "without the GPU's tables"},
		{"audit main.go", "load evidence"}, {"audit " + stale + " --save x", "is saved already"}, {"gpu top --interval 1ms", "at least 10ms"},
		{"boot --name x", "--name goes with --stay"}, {"boot --stay --name ../x", "use up to 32 letters"}, {"boot --stay --name a", "a machine named a is running"},
	} {
		if _, err := command(t, strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.says) || !errors.As(err, new(usage)) {
			t.Errorf("pxos %s: %v, want it to say %q", c.args, err, c.says)
		}
	}
}

// TestDeadSocketsGo leaves a socket behind that nobody listens on.
func TestDeadSocketsGo(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", shortDir(t))
	dir, err := controlDir()
	if err != nil {
		t.Fatal(err)
	}
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "old.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	if names, err := running(dir); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := controlDir(); err == nil {
		t.Error("a folder that others may enter was taken")
	}
}

func TestTwoStartersDoNotShareAName(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", shortDir(t))
	dir, err := controlDir()
	if err != nil {
		t.Fatal(err)
	}
	const starters = 16
	results := make(chan error, starters)
	for range starters {
		go func() {
			l, err := listenAs(dir, "one")
			if l != nil {
				t.Cleanup(func() { l.Close() })
			}
			results <- err
		}()
	}
	won := 0
	for range starters {
		if err := <-results; err == nil {
			won++
		} else if !strings.Contains(err.Error(), "is running") {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d have the name", won, starters)
	}
}

func TestTopMath(t *testing.T) {
	at := time.Unix(1000, 0)
	before, now := statsOf("m", someTables(t)), statsOf("m", someTables(t))
	before.At, now.At = at, at.Add(2*time.Second)
	now.Perf.Opcodes = append([]tables.Counter(nil), now.Perf.Opcodes...)
	for i := range now.Perf.Opcodes {
		before.Perf.Opcodes[i].Count = ^uint32(0) - 99 // wraps
		now.Perf.Opcodes[i].Count = 900
	}
	now.Perf.Latency[20] += 1
	c := between(before, now)
	if c.opcodes[0] != 500 || c.measured != 1 || c.quantile(0.5) != 2<<20 || c.all != 500*float64(len(now.Perf.Opcodes)) {
		t.Errorf("%+v", c)
	}
	now.State.Epoch++
	if c := between(before, now); c.all != 0 || c.measured != 11 || c.quantile(0.9) != 8192 {
		t.Errorf("after a reset %+v", c)
	}
	if line := topLine(before, now); !strings.Contains(line, "p99<2.1ms") || !strings.Contains(line, "2 MiB of 6 MiB free") {
		t.Error(line)
	}
	for share, want := range map[float64]string{0: "    ", 1: "████", 0.5: "██  ", 0.28: "█▏  ", 7: "████", -1: "    "} {
		if got := bar(share, 4); got != want {
			t.Errorf("%v: %q", share, got)
		}
	}
	if got := fit("äöü\nb\nc\n", 2, 2); got != "äö\nb\n" {
		t.Errorf("%q", got)
	}
}

func TestTopScreen(t *testing.T) {
	now := statsOf("m", someTables(t))
	m := topModel{now: now, high: 12, wide: 40}
	text := m.View().Content
	if n := strings.Count(text, "\n"); n > 11 {
		t.Errorf("%d lines on 12:\n%s", n, text)
	}
	x, _ := m.Update(looked{err: fmt.Errorf("gone")})
	if x.(topModel).err == nil {
		t.Error("a machine that went away is no end")
	}
}
