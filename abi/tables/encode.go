package tables

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"pxos/abi"
)

// Encode writes tables as a snapshot, the inverse of Decode; ExtentRuns is not
// looked at. Tests of everything that reads a snapshot make theirs with it. It
// fails where Decode would refuse the result.
func Encode(t *Tables) ([]byte, error) {
	e := encoder{make([]byte, SnapshotBytes)}
	if err := inRange(t); err != nil {
		return nil, err
	}
	e.state(t)
	e.perf(&t.Perf)
	for _, x := range t.Extents {
		e.words(abi.ExtentsBase+x.Number*abi.ExtentEntry, uint32(x.State)|uint32(x.Rights)<<8, uint32(x.Owner), x.Generation, x.Capabilities)
	}
	for _, c := range t.Capabilities {
		e.words(abi.CapabilitiesBase+c.Slot*abi.CapabilityEntry, uint32(c.State), c.Generation, uint32(c.Object.Kind)|uint32(c.Rights)<<8,
			uint32(c.Holder), uint32(c.Object.Index), uint32(c.Parent+1), c.Revocation, c.Derived)
	}
	for _, p := range t.Processes {
		e.words(abi.ProcessesBase+p.Handle.Index()*abi.ProcessEntry, uint32(p.State), uint32(p.Handle.Generation()), uint32(p.Parent), p.Revocation,
			p.ExtentQuota, p.Extents, p.PageQuota, p.Pages, uint32(p.Root), uint32(p.Root>>32), p.Capabilities, p.Children)
	}
	for _, d := range t.Devices {
		what := uint32(d.Bus)<<8 | uint32(d.Slot)<<3 | uint32(d.Function) | uint32(d.BAR)<<16
		if d.Combining {
			what |= abi.DeviceCombining << 24
		}
		if d.Platform {
			what |= abi.DevicePlatform << 24
		}
		e.words(abi.DevicesBase+d.Row*abi.DeviceEntry, uint32(d.State), what, uint32(d.Base), uint32(d.Base>>32),
			uint32(d.Bytes), uint32(d.Bytes>>32), uint32(d.Owner), d.Generation)
	}
	for _, p := range t.Programs {
		at := abi.ProgramsBase + p.Number*abi.ProgramEntry
		e.words(at, uint32(p.State), uint32(p.Owner), p.Bytes)
		sum, _ := hex.DecodeString(p.SHA256) // inRange has looked at it
		for k := range 8 {
			e.words(at+32+4*k, binary.BigEndian.Uint32(sum[4*k:]))
		}
	}
	for _, a := range t.Allocations {
		for k := range a.Pages {
			e.words(abi.PagesBase+(a.Page+k)*abi.PageEntry, 0, uint32(a.Owner)+1)
		}
		e.words(abi.PagesBase+a.Page*abi.PageEntry, uint32(a.Pages))
	}
	for _, r := range t.Revocations {
		e.words(abi.RevocationsBase+int((r.Number-1)%abi.MaxRevocations)*abi.RevocationEntry, uint32(r.Kind)|uint32(r.Object)<<8, r.Subject,
			uint32(r.PostedNS), uint32(r.PostedNS>>32))
	}
	for _, j := range t.Jobs {
		e.words(abi.JobsBase+j.Ring*abi.JobBytes, uint32(j.State), j.Kind, uint32(j.Process), j.Program)
	}
	if _, err := Decode(e.b); err != nil {
		return nil, err
	}
	return e.b, nil
}

// inRange says which number no table has a row for.
func inRange(t *Tables) error {
	check := func(what string, n, limit int) error {
		if n < 0 || n >= limit {
			return fmt.Errorf("tables: there is no %s %d", what, n)
		}
		return nil
	}
	for _, x := range t.Extents {
		if err := check("extent", x.Number, abi.MaxExtents); err != nil {
			return err
		}
	}
	for _, c := range t.Capabilities {
		if err := check("capability", c.Slot, abi.MaxCapabilities); err != nil {
			return err
		}
	}
	for _, d := range t.Devices {
		if err := check("device", d.Row, abi.MaxDevices); err != nil {
			return err
		}
	}
	for _, p := range t.Programs {
		if err := check("program", p.Number, abi.MaxPrograms); err != nil {
			return err
		}
		if sum, err := hex.DecodeString(p.SHA256); err != nil || len(sum) != 32 {
			return fmt.Errorf("tables: program %d: %q is no SHA-256", p.Number, p.SHA256)
		}
	}
	for _, a := range t.Allocations {
		if err := check("VRAM page", a.Page, abi.MaxVRAMPages); err != nil {
			return err
		}
		if err := check("VRAM page", a.Page+a.Pages-1, abi.MaxVRAMPages); err != nil {
			return err
		}
	}
	for _, j := range t.Jobs {
		if err := check("ring", j.Ring, abi.MaxRings); err != nil {
			return err
		}
	}
	return nil
}

type encoder struct{ b []byte }

// words stores words one after the other from an offset of BAR0 on.
func (e encoder) words(at int, words ...uint32) {
	for i, w := range words {
		binary.LittleEndian.PutUint32(e.b[at-abi.TablesBase+4*i:], w)
	}
}

func (e encoder) state(t *Tables) {
	s := &t.State
	bit := func(b bool) uint32 {
		if b {
			return 1
		}
		return 0
	}
	for at, v := range map[int]uint32{
		abi.StateStatus: s.Status, abi.StateResp: s.Resp, abi.StateHalted: bit(s.Halted), abi.StateEnded: s.Ended, abi.StateSealed: bit(s.Sealed),
		abi.StateRings: s.Rings, abi.StateEpoch: s.Epoch, abi.StatePosted: s.Posted, abi.StateAcked: s.Acknowledged,
		abi.StateConsole: s.ConsoleBytes, abi.StateInputTail: s.InputWaiting, abi.StatePagesFree: s.PagesFree, abi.StatePages: s.Pages,
	} {
		e.words(abi.StateBase+at, v)
	}
	for at, v := range map[int]uint64{abi.StateNow: s.NowNS, abi.StateCommands: s.Commands, abi.StateFailed: s.Failed} {
		e.words(abi.StateBase+at, uint32(v), uint32(v>>32))
	}
	e.words(abi.StateBase+abi.StateServed, s.Served[:]...)
	end := s.ConsoleBytes
	for i := range min(len(t.Console), abi.ConsoleBytes) {
		at := (end - uint32(min(len(t.Console), abi.ConsoleBytes)) + uint32(i)) % abi.ConsoleBytes
		e.b[abi.ConsoleBase-abi.TablesBase+int(at)] = t.Console[i]
	}
}

func (e encoder) perf(p *Perf) {
	counters := func(at, first, limit int, list []Counter) {
		for _, c := range list {
			if i := c.Code - first; i >= 0 && i < limit {
				e.words(abi.PerfBase+at+4*i, c.Count)
			}
		}
	}
	counters(abi.PerfOpcodes, 0x80, 16, p.Opcodes)
	counters(abi.PerfErrors, 0, abi.ErrNum, p.Errors)
	counters(abi.PerfCalls, 0, abi.CallNum, p.Calls)
	e.words(abi.PerfBase+abi.PerfLatency, p.Latency[:]...)
	e.words(abi.PerfBase+abi.PerfRings, p.Rings[:]...)
}
