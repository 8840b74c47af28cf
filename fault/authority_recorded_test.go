package fault

import (
	"encoding/binary"
	"slices"
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/machine"
)

// overlay is a recorded machine's memory with some quadwords changed.
type overlay struct {
	machine.PhysReader
	at, value uint64
}

func (o overlay) ReadPhys(addr uint64, b []byte) error {
	if err := o.PhysReader.ReadPhys(addr, b); err != nil {
		return err
	}
	if o.at >= addr && o.at+8 <= addr+uint64(len(b)) {
		binary.LittleEndian.PutUint64(b[o.at-addr:], o.value)
	}
	return nil
}

// recordedMachine is a boot of the kernel of this repository; it is made again
// with: pxos boot --save fault/testdata/audit/pxos-healthy.json
func recordedMachine(t testing.TB) (*machine.Evidence, *tables.Tables) {
	t.Helper()
	ev, err := machine.LoadEvidence("testdata/audit/pxos-healthy.json")
	if err != nil {
		t.Fatal(err)
	}
	x, err := tables.Decode(ev.GPUTables)
	if err != nil {
		t.Fatal(err)
	}
	return ev, x
}

func TestRecordedMachinePassesTheAudit(t *testing.T) {
	ev, x := recordedMachine(t)
	r := InspectAuthority(ev, x, Options{})
	for _, v := range r.Violations {
		t.Errorf("%s: %s", v.Kind, v)
	}
	if r.Spaces == 0 || r.Tables < 10 || r.Bytes < 4<<20 {
		t.Errorf("the audit saw too little: %+v", r)
	}
}

// TestTablesThatContradictThemselves changes one number each time: the tables can
// then not all be true.
func TestTablesThatContradictThemselves(t *testing.T) {
	for what, change := range map[string]func(*tables.Tables){
		"an extent's capabilities":       func(x *tables.Tables) { x.Extents[1].Capabilities++ },
		"an extent's owner":              func(x *tables.Tables) { x.Extents[1].Owner = 0x102 },
		"an extent's rights":             func(x *tables.Tables) { x.Extents[1].Rights ^= abi.RightExec },
		"an extent that is free":         func(x *tables.Tables) { x.Extents[1].State = abi.ExtentFree },
		"a capability's holder":          func(x *tables.Tables) { x.Capabilities[2].Holder = 9 },
		"a capability twice":             func(x *tables.Tables) { x.Capabilities = append(x.Capabilities, x.Capabilities[0]) },
		"a capability derived from none": func(x *tables.Tables) { x.Capabilities[2].Parent = 900 },
		"capabilities derived":           func(x *tables.Tables) { x.Capabilities[2].Derived = 1 },
		"a device's owner":               func(x *tables.Tables) { x.Devices[0].State = abi.DeviceFree },
		"devices that overlap":           func(x *tables.Tables) { x.Devices[1].Base = x.Devices[0].Base },
		"a device in RAM":                func(x *tables.Tables) { x.Devices[1].Base = 4 << 20 },
		"a quota":                        func(x *tables.Tables) { x.Processes[0].ExtentQuota = 1 },
		"extents held":                   func(x *tables.Tables) { x.Processes[0].Extents-- },
		"children":                       func(x *tables.Tables) { x.Processes[0].Children = 1 },
		"free VRAM":                      func(x *tables.Tables) { x.State.PagesFree-- },
		"an allocation":                  func(x *tables.Tables) { x.Allocations = append(x.Allocations, tables.Allocation{Pages: 1}) },
	} {
		ev, x := recordedMachine(t)
		change(x)
		found := false
		for _, v := range AuditAuthority(ev, x, Options{}) {
			found = found || v.Kind == ViolationTables
		}
		if !found {
			t.Errorf("%s was changed, and nothing was found", what)
		}
	}
}

// TestEveryGrantMatters takes away each capability under which something is
// mapped, and each of its rights: the audit must miss it.
func TestEveryGrantMatters(t *testing.T) {
	ev, x := recordedMachine(t)
	uses := map[tables.Object]tables.Rights{}
	a := newReading(ev, Options{})
	f, _ := a.format()
	s := a.newScanner(f, func(m Mapping) {
		for at := m.Phys; at < m.Phys+m.Size; at += pageBytes {
			o := tables.Object{Kind: abi.ObjectExtent, Index: extentNumber(at)}
			if d := x.DeviceAt(at); d != nil {
				o = tables.Object{Kind: abi.ObjectDevice, Index: d.Row}
			}
			uses[o] |= needed(m)
		}
	})
	s.table = func(phys uint64) {
		uses[tables.Object{Kind: abi.ObjectExtent, Index: extentNumber(phys)}] |= abi.RightRead | abi.RightWrite
	}
	s.scan(a.Regs.CR3)
	tried := 0
	for i, c := range x.Capabilities {
		for _, right := range []tables.Rights{abi.RightRead, abi.RightWrite, abi.RightExec} {
			changed := *x
			changed.Capabilities = slices.Clone(x.Capabilities)
			changed.Capabilities[i].Rights &^= right
			found := len(newAuditor(newReading(ev, Options{}), &changed).inspect().Violations) > 0
			if want := uses[c.Object].Has(right); found != want {
				t.Errorf("without the right %s to %s: found %v, want %v", right, c.Object, found, want)
			}
			tried++
		}
		for name, change := range map[string]func(*tables.Capability){
			"revoked":   func(c *tables.Capability) { c.State = abi.CapabilityRevoking },
			"another's": func(c *tables.Capability) { c.Holder = 7 },
		} {
			changed := *x
			changed.Capabilities = slices.Clone(x.Capabilities)
			change(&changed.Capabilities[i])
			if found, want := len(newAuditor(newReading(ev, Options{}), &changed).inspect().Violations) > 0, uses[c.Object] != 0; found != want {
				t.Errorf("%s %s: found %v, want %v", name, c.Object, found, want)
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d rights were tried", tried)
	}
}

// TestEveryEntryMatters changes entries of the real page tables, one at a time,
// in ways that no grant allows.
func TestEveryEntryMatters(t *testing.T) {
	ev, x := recordedMachine(t)
	var free uint64
	for _, e := range x.Extents {
		if e.State == abi.ExtentFree {
			free = e.Base()
		}
	}
	a := newReading(ev, Options{})
	tried := map[string]int{}
	try := func(name string, at, value uint64) {
		tried[name]++
		changed := *ev
		changed.Memory = overlay{ev.Memory, at, value}
		if len(AuditAuthority(&changed, x, Options{})) == 0 {
			t.Errorf("entry at %#x changed to %#x (%s) is not found", at, value, name)
		}
	}
	leaves := 0
	var walk func(table uint64, level int)
	walk = func(table uint64, level int) {
		l := format4.levels[level]
		for i := range uint64(512) {
			at := table + i*8
			v, err := a.mem.phys64(at)
			if err != nil || v&pteP == 0 {
				continue
			}
			if large := l.large && v&ptePS != 0; !large && l.name != "PT" {
				try("malformed", at, v|1<<51)
				try("leads back", at, a.Regs.CR3&^0xFFF|v&0xFFF)
				walk(v&a.addressMask()&^0xFFF, level+1)
				continue
			}
			if leaves++; leaves%5 != 0 && l.name == "PT" {
				continue
			}
			low := v &^ (a.addressMask() &^ (1<<l.shift - 1))
			try("free memory", at, low|free)
			try("hole", at, low|1<<38)
			if v&pteRW != 0 {
				try("writable and executable", at, v&^pteNX)
			}
			p, _ := a.placePage(v & a.addressMask() &^ 0xFFF)
			if p.Kind == "ram" {
				try("uncached", at, v|ptePCD|ptePWT)
			} else if p.Kind == "bar" || p.Kind == "device" {
				pat := uint64(ptePS) // the PAT bit of a 4 KiB page
				if l.name != "PT" {
					pat = 1 << 12
				}
				try("write-back", at, v&^(ptePCD|ptePWT|pat))
			}
		}
	}
	walk(a.Regs.CR3&^0xFFF, 0)
	for _, name := range []string{"malformed", "leads back", "free memory", "hole", "writable and executable", "uncached", "write-back"} {
		if tried[name] == 0 {
			t.Errorf("no entry was tried: %s", name)
		}
	}
	t.Log(tried)
}
