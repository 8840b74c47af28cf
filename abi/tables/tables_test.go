package tables

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pxos/abi"
)

// example is a small machine: the kernel, one process with derived memory, a
// device, a program of each kind, an open revocation.
func example() *Tables {
	sum := strings.Repeat("0123456789abcdef", 4)
	t := &Tables{
		State: State{Status: abi.StatusREADY, Rings: 2, Epoch: 1, NowNS: 5_000_000_000, Commands: 1 << 33, Failed: 2, Posted: 3, Acknowledged: 2,
			Sealed: true, ConsoleBytes: 5, InputWaiting: 3, PagesFree: 3580, Pages: 3584},
		Extents: []Extent{
			{Number: 0, State: abi.ExtentOwned, Rights: 1, Capabilities: 1},
			{Number: 1, State: abi.ExtentOwned, Rights: 15, Capabilities: 2},
			{Number: 2, State: abi.ExtentFree, Owner: 9},
			{Number: 3, State: abi.ExtentFree},
			{Number: 5, State: abi.ExtentRevoking, Owner: 0x102, Generation: 4},
		},
		Capabilities: []Capability{
			{Slot: 0, State: abi.CapabilityLive, Generation: 1, Rights: 15, Object: Object{abi.ObjectExtent, 1}, Parent: -1, Derived: 1},
			{Slot: 1, State: abi.CapabilityLive, Generation: 1, Rights: 1, Object: Object{abi.ObjectExtent, 0}, Parent: -1},
			{Slot: 7, State: abi.CapabilityRevoking, Generation: 3, Rights: 3, Holder: 0x102, Object: Object{abi.ObjectExtent, 1}, Parent: 0, Revocation: 3},
			{Slot: 9, State: abi.CapabilityLive, Generation: 2, Rights: 3, Object: Object{abi.ObjectDevice, 4}, Parent: -1},
		},
		Processes: []Process{
			{Handle: 0, State: abi.ProcessLive, ExtentQuota: abi.MaxProcessExtents, Extents: 2, PageQuota: 3584, Pages: 4, Root: 0x201000, Capabilities: 3, Children: 1},
			{Handle: 0x102, State: abi.ProcessLive, ExtentQuota: 4, PageQuota: 16, Root: 1<<33 | 0x202000, Capabilities: 1},
		},
		Devices: []Device{
			{Row: 4, State: abi.DeviceClaimed, Bus: 1, Slot: 2, Function: 3, BAR: 0, Combining: true, Base: 0xC000000000, Bytes: 16 << 20, Generation: 7},
			{Row: 5, State: abi.DeviceFree, Platform: true, Base: 0xFEE00000, Bytes: 4096},
		},
		Programs:    []Program{{1, ProgramName(1), abi.ProgramBuiltin, 0, 900, sum}, {32, ProgramName(32), abi.ProgramReady, 0x102, 77, sum}},
		Allocations: []Allocation{{0, 3, 0}, {3, 1, 0x102}},
		Revocations: []Revocation{{3, abi.RevokeCapability, abi.ObjectExtent, 7, 4_999_000_000}},
		Jobs:        []Job{{1, abi.JobRunning, abi.JobExecute, 0x102, 32}},
		Console:     "hello",
	}
	t.Perf.Opcodes = []Counter{{0x80, "UART_WRITE", 5}, {0x85, "SYSCALL", 6}}
	t.Perf.Errors = []Counter{{abi.ErrQuota, "quota", 2}}
	t.Perf.Calls = []Counter{{abi.CallExtent, "EXTENT", 6}}
	t.Perf.Latency[11] = 4
	t.Perf.Rings[1] = 11
	t.State.Served[1] = 11
	return t
}

func snapshot(t testing.TB, x *Tables) []byte {
	t.Helper()
	b, err := Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decoded(t testing.TB, x *Tables) *Tables {
	t.Helper()
	back, err := Decode(snapshot(t, x))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	want, got := example(), decoded(t, example())
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"state", got.State, want.State}, {"extents", got.Extents, want.Extents}, {"capabilities", got.Capabilities, want.Capabilities},
		{"processes", got.Processes, want.Processes}, {"devices", got.Devices, want.Devices}, {"programs", got.Programs, want.Programs},
		{"allocations", got.Allocations, want.Allocations}, {"revocations", got.Revocations, want.Revocations}, {"jobs", got.Jobs, want.Jobs},
		{"console", got.Console, want.Console}, {"latency", got.Perf.Latency, want.Perf.Latency}, {"rings", got.Perf.Rings, want.Perf.Rings},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, c.got, c.want)
		}
	}
	for _, c := range [][2][]Counter{{got.Perf.Opcodes, want.Perf.Opcodes}, {got.Perf.Errors, want.Perf.Errors}, {got.Perf.Calls, want.Perf.Calls}} {
		var counted []Counter
		for _, x := range c[0] {
			if x.Count != 0 {
				counted = append(counted, x)
			}
		}
		if !reflect.DeepEqual(counted, c[1]) {
			t.Errorf("counters: got %+v, want %+v", counted, c[1])
		}
	}
	runs := []ExtentRun{{0, 1, abi.ExtentOwned, 1, 0}, {1, 1, abi.ExtentOwned, 15, 0}, {2, 2, abi.ExtentFree, 0, 9}, {5, 1, abi.ExtentRevoking, 0, 0x102}}
	if !reflect.DeepEqual(got.ExtentRuns, runs) {
		t.Errorf("runs: %+v", got.ExtentRuns)
	}
}

func TestJSONSurvives(t *testing.T) {
	x := decoded(t, example())
	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var back Tables
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(&back, x) {
		t.Errorf("%v\n%s", err, text)
	}
	for _, want := range []string{`"state":"revoking"`, `"rights":"rwxg"`, `"kind":"device"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	for _, bad := range []string{`{"extents":[{"state":"eaten"}]}`, `{"extents":[{"rights":"rrrr"}]}`, `{"extents":[{"rights":"r"}]}`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestLookUp(t *testing.T) {
	x := decoded(t, example())
	if e := x.ExtentOf(5*abi.ExtentBytes + 17); e == nil || e.Number != 5 || e.Base() != 5*abi.ExtentBytes {
		t.Errorf("extent 5: %+v", e)
	}
	for _, pa := range []uint64{4 * abi.ExtentBytes, abi.MaxExtents * abi.ExtentBytes, ^uint64(0)} {
		if e := x.ExtentOf(pa); e != nil {
			t.Errorf("%#x lies in %+v", pa, e)
		}
	}
	if d := x.DeviceAt(0xC000000000 + 16<<20 - 1); d == nil || d.Row != 4 || d.Name() != "01:02.3 BAR0" {
		t.Errorf("device %+v", d)
	}
	if d := x.DeviceAt(0xC000000000 + 16<<20); d != nil {
		t.Errorf("device %+v", d)
	}
	if c := x.CapabilitiesOf(Object{abi.ObjectExtent, 1}); len(c) != 2 || c[1].Slot != 7 || c[1].ID() != 3<<32|7 {
		t.Errorf("capabilities %+v", c)
	}
	if p := x.Process(0x102); p == nil || p.Root != 1<<33|0x202000 || x.Process(2) != nil {
		t.Errorf("process %+v", p)
	}
	if h := x.Holdings(); h[Kernel] != 2 || h[0x102] != 1 || len(h) != 2 {
		t.Errorf("holdings %v", h)
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := decoded(t, example()).Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"process 2.1", "2 of any", "0 of 4", "01:02.3 BAR0", "uncached or write-combining", "platform", "devices sealed",
		"EXTENT 6", "quota 2", "2.048µs+ 4", "capability 7, open for 1ms", "BAR0 + 0x00200000", "rwxg  kernel", "derived from another's"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}

}

func TestDecodeRefuses(t *testing.T) {
	put := func(at int, v byte) func([]byte) []byte {
		return func(b []byte) []byte { b[at-abi.TablesBase] = v; return b }
	}
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		says   string
	}{
		{"short", func(b []byte) []byte { return b[1:] }, "bytes"},
		{"empty", func([]byte) []byte { return nil }, "0 bytes"},
		{"rings", put(abi.StateBase+abi.StateRings, 17), "17 rings"},
		{"open revocations", put(abi.StateBase+abi.StatePosted+1, 9), "at most 256 may be open"},
		{"input", put(abi.StateBase+abi.StateInputTail+2, 9), "characters wait"},
		{"extent state", put(abi.ExtentsBase+3*abi.ExtentEntry, 4), "extent 3 at BAR0 + 0x140030: state 4"},
		{"extent rights", put(abi.ExtentsBase+3*abi.ExtentEntry+1, 16), "rights 0x10"},
		{"extent owner", put(abi.ExtentsBase+abi.ExtentEntry+6, 1), "process handle 0x10000"},
		{"capability state", put(abi.CapabilitiesBase, 3), "capability 0"},
		{"capability kind", put(abi.CapabilitiesBase+8, 3), "kind of object 3"},
		{"capability object", put(abi.CapabilitiesBase+18, 1), "there is no extent 65537"},
		{"capability parent", put(abi.CapabilitiesBase+23, 1), "derived from slot"},
		{"process state", put(abi.ProcessesBase+255*abi.ProcessEntry+3, 1), "process 255"},
		{"device state", put(abi.DevicesBase, 3), "device 0"},
		{"device bytes", put(abi.DevicesBase+5*abi.DeviceEntry+17, 0), "are no range"},
		{"device alignment", put(abi.DevicesBase+5*abi.DeviceEntry+8, 1), "not whole pages"},
		{"program state", put(abi.ProgramsBase, 3), "program 0"},
		{"page without allocation", put(abi.PagesBase+9*abi.PageEntry+4, 1), "VRAM page 9"},
		{"page without owner", put(abi.PagesBase+9*abi.PageEntry, 1), "its owner is 0x0"},
		{"allocation too long", put(abi.PagesBase+1, 0x0E), "an allocation of 3587 pages"},
		{"page inside", put(abi.PagesBase+abi.PageEntry, 1), "lies inside the allocation at page 0"},
		{"revocation kind", put(abi.RevocationsBase+2*abi.RevocationEntry, 7), "revocation 3"},
		{"revocation subject", put(abi.RevocationsBase+2*abi.RevocationEntry+6, 7), "there is no capability"},
		{"job state", put(abi.JobsBase, 4), "job 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.change(snapshot(t, example())))
			if !errors.Is(err, ErrSnapshot) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want it to say %q", err, c.says)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, x := range []*Tables{
		{Extents: []Extent{{Number: abi.MaxExtents, State: 1}}}, {Capabilities: []Capability{{Slot: -1}}},
		{Devices: []Device{{Row: abi.MaxDevices}}}, {Programs: []Program{{Number: 64}}}, {Programs: []Program{{SHA256: "12"}}},
		{Allocations: []Allocation{{abi.MaxVRAMPages - 1, 2, 0}}}, {Allocations: []Allocation{{-1, 2, 0}}}, {Jobs: []Job{{Ring: 16}}},
		{State: State{Rings: 99}},
	} {
		if _, err := Encode(x); err == nil {
			t.Errorf("%+v was taken", x)
		}
	}
}

func TestConsoleWraps(t *testing.T) {
	x := example()
	x.Console = strings.Repeat("0123456789", abi.ConsoleBytes/10+1)[:abi.ConsoleBytes]
	x.State.ConsoleBytes = 3*abi.ConsoleBytes + 77
	if got := decoded(t, x).Console; got != x.Console {
		t.Errorf("%d bytes, %q...", len(got), got[:20])
	}
}

func TestNames(t *testing.T) {
	for i := range abi.ErrNum {
		if strings.HasPrefix(ErrorName(i), "error-") {
			t.Errorf("error %d has no name", i)
		}
	}
	for got, want := range map[string]string{
		OpcodeName(0x82): "GPU_EXECUTE", OpcodeName(0x77): "0x77", ErrorName(-1): "error--1", ErrorName(99): "error-99",
		CallName(17): "RETURN", CallName(3): "call-3", Handle(0).String(): "kernel", Handle(3).String(): "process 3",
		ExtentState(9).String(): "unknown-9", Object{abi.ObjectDevice, 3}.String(): "device 3",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// FuzzDecode changes words of a good snapshot: whatever is there, Decode says
// so or gives tables that can be shown.
func FuzzDecode(f *testing.F) {
	good := snapshot(f, example())
	f.Add([]byte{})
	f.Add([]byte{0, 0, 2, 0, 4, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 56, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0, 0, 6, 0x60, 1, 0, 0, 0, 0, 6, 0x60, 4, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, changes []byte) {
		b := bytes.Clone(good)
		for ; len(changes) >= 8; changes = changes[8:] {
			at := (int(changes[1])<<16 | int(changes[2])<<8 | int(changes[3])) % (len(b) - 4)
			copy(b[at:], changes[4:8])
		}
		x, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		var text bytes.Buffer
		if err := x.Text(&text); err != nil {
			t.Fatal(err)
		}
		for _, e := range x.Extents {
			if x.ExtentOf(e.Base()) == nil {
				t.Fatalf("extent %d is not found", e.Number)
			}
		}
		if _, err := json.Marshal(x); err != nil {
			t.Fatal(err)
		}
	})
}
