package tables

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"pxos/abi"
)

// SnapshotBytes is the length of a snapshot: all from abi.TablesBase to
// abi.VRAMAllocBase.
const SnapshotBytes = abi.VRAMAllocBase - abi.TablesBase

// ErrSnapshot is wrapped by every error of Decode.
var ErrSnapshot = errors.New("the GPU's tables cannot be read")

// Decode reads a snapshot of BAR0 from abi.TablesBase to abi.VRAMAllocBase. The
// error wraps ErrSnapshot and says which entry is wrong, and at which offset of
// BAR0.
func Decode(b []byte) (*Tables, error) {
	if len(b) != SnapshotBytes {
		return nil, fmt.Errorf("%w: %d bytes, a snapshot has %d", ErrSnapshot, len(b), SnapshotBytes)
	}
	d := &decoder{b: b, t: &Tables{
		Extents: []Extent{}, ExtentRuns: []ExtentRun{}, Capabilities: []Capability{}, Processes: []Process{}, Devices: []Device{},
		Programs: []Program{}, Allocations: []Allocation{}, Revocations: []Revocation{}, Jobs: []Job{},
	}}
	for _, read := range []func(){
		d.state, d.perf, d.extents, d.capabilities, d.processes, d.devices, d.programs, d.pages, d.revocations, d.jobs, d.console,
	} {
		if read(); d.err != nil {
			return nil, d.err
		}
	}
	return d.t, nil
}

// decoder reads words by their offset in BAR0 and keeps the first error.
type decoder struct {
	b   []byte
	t   *Tables
	err error
}

func (d *decoder) word(at int) uint32 {
	return binary.LittleEndian.Uint32(d.b[at-abi.TablesBase:])
}

func (d *decoder) long(at int) uint64 {
	return binary.LittleEndian.Uint64(d.b[at-abi.TablesBase:])
}

// wrong keeps an error about an entry.
func (d *decoder) wrong(table string, entry, at int, format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s %d at BAR0 + %#x: %s", ErrSnapshot, table, entry, at, fmt.Sprintf(format, args...))
	}
}

// checkState refuses a state that has no name.
func (d *decoder) checkState(table string, entry, at int, v uint32, names []string) {
	if int64(v) >= int64(len(names)) {
		d.wrong(table, entry, at, "state %d, the last one is %d (%s)", v, len(names)-1, names[len(names)-1])
	}
}

// handle refuses a process that no table can hold.
func (d *decoder) handle(table string, entry, at int) Handle {
	v := d.word(at)
	if v > 0xFFFF {
		d.wrong(table, entry, at, "process handle %#x, a handle has 16 bits", v)
	}
	return Handle(v)
}

func (d *decoder) rights(table string, entry, at int, v uint32) Rights {
	if v > abi.RightsAll {
		d.wrong(table, entry, at, "rights %#x, all of them are %#x", v, abi.RightsAll)
	}
	return Rights(v)
}

func (d *decoder) state() {
	s := &d.t.State
	w := func(at int) uint32 { return d.word(abi.StateBase + at) }
	*s = State{
		Status: w(abi.StateStatus), Resp: w(abi.StateResp), Halted: w(abi.StateHalted) != 0, Ended: w(abi.StateEnded),
		Sealed: w(abi.StateSealed) != 0, Rings: w(abi.StateRings), Epoch: w(abi.StateEpoch), NowNS: d.long(abi.StateBase + abi.StateNow),
		Commands: d.long(abi.StateBase + abi.StateCommands), Failed: d.long(abi.StateBase + abi.StateFailed),
		Posted: w(abi.StatePosted), Acknowledged: w(abi.StateAcked), ConsoleBytes: w(abi.StateConsole),
		InputWaiting: w(abi.StateInputTail) - w(abi.StateInputHead), PagesFree: w(abi.StatePagesFree), Pages: w(abi.StatePages),
	}
	for i := range s.Served {
		s.Served[i] = w(abi.StateServed + 4*i)
	}
	at := abi.StateBase
	switch {
	case s.Rings > abi.MaxRings:
		d.wrong("state", 0, at+abi.StateRings, "%d rings, there are at most %d", s.Rings, abi.MaxRings)
	case s.Posted-s.Acknowledged > abi.MaxRevocations:
		d.wrong("state", 0, at+abi.StatePosted, "%d revocations posted and %d acknowledged, at most %d may be open",
			s.Posted, s.Acknowledged, abi.MaxRevocations)
	case s.InputWaiting > abi.InputBytes:
		d.wrong("state", 0, at+abi.StateInputTail, "%d characters wait, %d fit", s.InputWaiting, abi.InputBytes)
	}
}

func (d *decoder) perf() {
	p := &d.t.Perf
	w := func(at, i int) uint32 { return d.word(abi.PerfBase + at + 4*i) }
	for i := range 16 {
		c := Counter{Code: 0x80 + i, Name: OpcodeName(0x80 + i), Count: w(abi.PerfOpcodes, i)}
		if i == abi.PerfUnknown {
			c.Name = "unknown"
		}
		if _, named := opcodeNames[c.Code]; named || i == abi.PerfUnknown || c.Count != 0 {
			p.Opcodes = append(p.Opcodes, c)
		}
	}
	for i := range abi.ErrNum {
		p.Errors = append(p.Errors, Counter{i, ErrorName(i), w(abi.PerfErrors, i)})
	}
	for i := range abi.CallNum {
		c := Counter{i, CallName(i), w(abi.PerfCalls, i)}
		if _, named := callNames[i]; named || c.Count != 0 {
			p.Calls = append(p.Calls, c)
		}
	}
	for i := range p.Latency {
		p.Latency[i] = w(abi.PerfLatency, i)
	}
	for i := range p.Rings {
		p.Rings[i] = w(abi.PerfRings, i)
	}
}

func (d *decoder) extents() {
	const table = "extent"
	for i := range abi.MaxExtents {
		at := abi.ExtentsBase + i*abi.ExtentEntry
		state, rights := d.word(at)&0xFF, d.word(at)>>8&0xFF
		d.checkState(table, i, at, state, extentStates)
		if state == abi.ExtentAbsent {
			continue
		}
		e := Extent{Number: i, State: ExtentState(state), Rights: d.rights(table, i, at, rights), Owner: d.handle(table, i, at+4),
			Generation: d.word(at + 8), Capabilities: d.word(at + 12)}
		d.t.Extents = append(d.t.Extents, e)
		if n := len(d.t.ExtentRuns); n > 0 {
			if r := &d.t.ExtentRuns[n-1]; r.First+r.Count == i && r.State == e.State && r.Rights == e.Rights && (r.Owner == e.Owner || !e.Owned()) {
				r.Count++
				continue
			}
		}
		d.t.ExtentRuns = append(d.t.ExtentRuns, ExtentRun{i, 1, e.State, e.Rights, e.Owner})
	}
}

func (d *decoder) capabilities() {
	const table = "capability"
	for i := range abi.MaxCapabilities {
		at := abi.CapabilitiesBase + i*abi.CapabilityEntry
		state := d.word(at)
		d.checkState(table, i, at, state, capabilityStates)
		if state == abi.CapabilityFree {
			continue
		}
		what, object, parent := d.word(at+8), d.word(at+16), d.word(at+20)
		c := Capability{Slot: i, State: CapabilityState(state), Generation: d.word(at + 4), Rights: d.rights(table, i, at+8, what>>8),
			Holder: d.handle(table, i, at+12), Parent: int(parent) - 1, Revocation: d.word(at + 24), Derived: d.word(at + 28)}
		c.Object = Object{ObjectKind(what & 0xFF), int(object)}
		switch {
		case c.Object.Kind == abi.ObjectExtent && object < abi.MaxExtents, c.Object.Kind == abi.ObjectDevice && object < abi.MaxDevices:
		case c.Object.Kind == abi.ObjectExtent, c.Object.Kind == abi.ObjectDevice:
			d.wrong(table, i, at+16, "there is no %s %d", c.Object.Kind, object)
		default:
			d.wrong(table, i, at+8, "kind of object %d", what&0xFF)
		}
		if parent > abi.MaxCapabilities {
			d.wrong(table, i, at+20, "derived from slot %d, there are %d", parent-1, abi.MaxCapabilities)
		}
		d.t.Capabilities = append(d.t.Capabilities, c)
	}
}

func (d *decoder) processes() {
	const table = "process"
	for i := range abi.MaxProcesses {
		at := abi.ProcessesBase + i*abi.ProcessEntry
		state := d.word(at)
		d.checkState(table, i, at, state, processStates)
		if state == abi.ProcessFree {
			continue
		}
		d.t.Processes = append(d.t.Processes, Process{
			Handle: Handle(d.word(at+4)&0xFF<<8) | Handle(i), State: ProcessState(state), Parent: d.handle(table, i, at+8),
			Revocation: d.word(at + 12), ExtentQuota: d.word(at + 16), Extents: d.word(at + 20), PageQuota: d.word(at + 24),
			Pages: d.word(at + 28), Root: d.long(at + 32), Capabilities: d.word(at + 40), Children: d.word(at + 44),
		})
	}
}

func (d *decoder) devices() {
	const table = "device"
	for i := range abi.MaxDevices {
		at := abi.DevicesBase + i*abi.DeviceEntry
		state := d.word(at)
		d.checkState(table, i, at, state, deviceStates)
		if state == abi.DeviceNone {
			continue
		}
		what := d.word(at + 4)
		v := Device{
			Row: i, State: DeviceState(state), Bus: int(what >> 8 & 0xFF), Slot: int(what >> 3 & 31), Function: int(what & 7),
			BAR: int(what >> 16 & 0xFF), Combining: what>>24&abi.DeviceCombining != 0, Platform: what>>24&abi.DevicePlatform != 0,
			Base: d.long(at + 8), Bytes: d.long(at + 16), Owner: d.handle(table, i, at+24), Generation: d.word(at + 28),
		}
		switch {
		case v.Bytes == 0 || v.Base+v.Bytes-1 < v.Base:
			d.wrong(table, i, at+16, "%#x bytes at %#x are no range of addresses", v.Bytes, v.Base)
		case (v.Base|v.Bytes)%abi.VRAMPageBytes != 0:
			d.wrong(table, i, at+8, "%#x bytes at %#x are not whole pages", v.Bytes, v.Base)
		}
		d.t.Devices = append(d.t.Devices, v)
	}
}

func (d *decoder) programs() {
	const table = "program"
	for i := range abi.MaxPrograms {
		at := abi.ProgramsBase + i*abi.ProgramEntry
		state := d.word(at)
		d.checkState(table, i, at, state, programStates)
		if state == abi.ProgramNone {
			continue
		}
		var sum [32]byte
		for k := range 8 {
			binary.BigEndian.PutUint32(sum[4*k:], d.word(at+32+4*k))
		}
		d.t.Programs = append(d.t.Programs, Program{
			Number: i, Name: ProgramName(i), State: ProgramState(state), Owner: d.handle(table, i, at+4), Bytes: d.word(at + 8), SHA256: hex.EncodeToString(sum[:]),
		})
	}
}

func (d *decoder) pages() {
	const table = "VRAM page"
	entry := func(i int) (pages, owner uint32) {
		at := abi.PagesBase + i*abi.PageEntry
		return d.word(at), d.word(at + 4)
	}
	for i := 0; i < abi.MaxVRAMPages; i++ {
		at := abi.PagesBase + i*abi.PageEntry
		pages, owner := entry(i)
		switch {
		case pages == 0 && owner == 0:
			continue
		case pages == 0:
			d.wrong(table, i, at, "it is taken and no allocation holds it")
			return
		case owner == 0 || owner > 0x10000:
			d.wrong(table, i, at+4, "an allocation begins, and its owner is %#x", owner)
			return
		case pages > uint32(abi.MaxVRAMPages-i):
			d.wrong(table, i, at, "an allocation of %d pages, there are %d", pages, abi.MaxVRAMPages-i)
			return
		}
		for k := i + 1; k < i+int(pages); k++ {
			if p, o := entry(k); p != 0 || o != owner {
				d.wrong(table, k, abi.PagesBase+k*abi.PageEntry, "it lies inside the allocation at page %d and does not say so", i)
				return
			}
		}
		d.t.Allocations = append(d.t.Allocations, Allocation{i, int(pages), Handle(owner - 1)})
		i += int(pages) - 1
	}
}

func (d *decoder) revocations() {
	const table = "revocation"
	s := &d.t.State
	for n := s.Acknowledged + 1; n != s.Posted+1; n++ {
		at := abi.RevocationsBase + int((n-1)%abi.MaxRevocations)*abi.RevocationEntry
		what := d.word(at)
		r := Revocation{Number: n, Kind: RevocationKind(what & 0xFF), Object: ObjectKind(what >> 8), Subject: d.word(at + 4), PostedNS: d.long(at + 8)}
		switch {
		case r.Kind != abi.RevokeCapability && r.Kind != abi.RevokeProcess:
			d.wrong(table, int(n), at, "kind %d", what&0xFF)
		case r.Kind == abi.RevokeProcess && r.Subject >= abi.MaxProcesses, r.Kind == abi.RevokeCapability && r.Subject >= abi.MaxCapabilities:
			d.wrong(table, int(n), at+4, "there is no %s %d", r.Kind, r.Subject)
		}
		d.t.Revocations = append(d.t.Revocations, r)
	}
}

func (d *decoder) jobs() {
	const table = "job"
	for i := range abi.MaxRings {
		at := abi.JobsBase + i*abi.JobBytes
		state := d.word(at + abi.JobState)
		d.checkState(table, i, at, state, jobStates)
		if state == abi.JobIdle {
			continue
		}
		d.t.Jobs = append(d.t.Jobs, Job{i, JobState(state), d.word(at + abi.JobKind), d.handle(table, i, at+abi.JobProcess), d.word(at + abi.JobProgram)})
	}
}

// console puts the newest text in order.
func (d *decoder) console() {
	end := d.t.State.ConsoleBytes
	n := min(end, abi.ConsoleBytes)
	text := make([]byte, 0, n)
	for i := end - n; i != end; i++ {
		text = append(text, d.b[abi.ConsoleBase-abi.TablesBase+int(i%abi.ConsoleBytes)])
	}
	d.t.Console = string(text)
}
