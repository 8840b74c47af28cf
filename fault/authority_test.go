package fault

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/machine"
)

// Memory types of testPAT, as bits of a 4 KiB page's entry.
const (
	testPAT = 0x0007040600010406 // WB, WT, WC, UC
	typeWT  = ptePWT
	typeWC  = ptePCD
	typeUC  = ptePCD | ptePWT
)

// Addresses of the machine that the tests audit.
const (
	kernelRoot = 2*abi.ExtentBytes + 0x1000 // extent 2 is where page tables are
	userRoot   = 2*abi.ExtentBytes + 0x2000
	text       = 0xFFFFFFFF80000000
	direct     = 0xFFFF888000000000
	mmio       = 0xFFFFC90000000000
	user       = 0x400000

	gpuBAR = 0xFD000000
	netBAR = 0xFE100000
	lapic  = 0xFEE00000

	ro   = pteP | pteNX
	rw   = pteP | pteRW | pteNX
	rx   = pteP
	uro  = ro | pteUS
	urw  = rw | pteUS
	urx  = rx | pteUS
	proc = tables.Handle(1)
)

// system is a machine with the kernel and two processes, page tables and the
// GPU's tables, as a healthy one has them.
type system struct {
	mem  fakeMemory
	next uint64 // free page for page tables
	ev   *machine.Evidence
	t    *tables.Tables
}

func extent(n int) uint64 { return uint64(n) * abi.ExtentBytes }

// healthy has 64 MiB of RAM. Extents: 0 firmware, 1 the kernel's image, 2 page
// tables, 3 kernel data, 4 the kernel's, derived to process 1 to read and
// execute, 5 of process 1, 6 of process 2, the others free.
func healthy() *system {
	s := &system{mem: fakeMemory{}, next: 2*abi.ExtentBytes + 0x10000}
	s.ev = &machine.Evidence{Memory: s.mem, CPUs: 1, MSRs: map[uint32]uint64{msrPAT: testPAT},
		Regions: []machine.MemoryRegion{
			{Start: 0, End: 0xBFFFF, Kind: "ram", Name: "pc.ram"}, {Start: 0xC0000, End: 0xFFFFF, Kind: "rom", Name: "pc.ram", ReadOnly: true},
			{Start: 1 << 20, End: 64<<20 - 1, Kind: "ram", Name: "pc.ram"},
			{Start: gpuBAR, End: gpuBAR + 0xFFF, Kind: "i/o", Name: "pxgpu bar 0"}, {Start: gpuBAR + 0x1000, End: gpuBAR + 16<<20 - 1, Kind: "ramd", Name: "pxgpu bar 0"},
			{Start: 0xFED00000, End: 0xFED003FF, Kind: "i/o", Name: "hpet"}, {Start: lapic, End: lapic + 0xFFFFF, Kind: "i/o", Name: "apic-msi"},
		},
		PCI: []machine.PCIDevice{
			{Slot: 1, Vendor: abi.PCIVendorPXGPU, Device: abi.PCIDevicePXGPU, BARs: []machine.PCIBAR{{Index: 0, Base: gpuBAR, Size: abi.BAR0Size, Mapped: true}}},
			{Slot: 2, Vendor: 0x8086, Device: 0x100E, BARs: []machine.PCIBAR{{Index: 0, Base: netBAR, Size: 0x800, Mapped: true}, {Index: 1, IO: true, Base: 0x100, Size: 32, Mapped: true}}},
		},
	}
	s.ev.Registers = []machine.Registers{{CR0: cr0PE | cr0PG | cr0WP, CR4: cr4PAE, EFER: eferLMA | eferNXE, CR3: userRoot | 0xF}}
	s.grants()
	for _, root := range []uint64{kernelRoot, userRoot} { // one kernel half for both
		for k, i := range []uint64{273, 402, 511} {
			s.mem[root+i*8] = 2*abi.ExtentBytes + 0x4000 + uint64(k)*0x1000 | pteP | pteRW | pteUS
		}
	}
	s.put(kernelRoot, text, extent(1), rx)
	s.put(kernelRoot, text+0x1000, extent(1)+0x1000, rw)
	s.put(kernelRoot, direct+0xF0000, 0xF0000, ro)
	s.large(kernelRoot, direct+extent(2), extent(2), rw)
	s.large(kernelRoot, direct+extent(3), extent(3), rw)
	s.put(kernelRoot, mmio, gpuBAR, rw|typeUC)
	s.put(kernelRoot, mmio+0x1000, gpuBAR+abi.RingBase, rw|typeUC)
	s.put(kernelRoot, mmio+0x2000, gpuBAR+abi.VRAMAllocBase, rw|typeWC)
	s.put(kernelRoot, mmio+0x3000, lapic, rw|typeUC)
	s.put(userRoot, user, extent(4), urx)
	s.put(userRoot, user+0x1000, extent(5)+0x3000, urw)
	s.put(userRoot, user+0x2000, netBAR, urw|typeUC)
	return s
}

func (s *system) grants() {
	all := tables.Rights(abi.RightsAll)
	s.t = &tables.Tables{Processes: []tables.Process{
		{Handle: tables.Kernel, State: abi.ProcessLive, Root: kernelRoot}, {Handle: proc, State: abi.ProcessLive, Root: userRoot}, {Handle: 2, State: abi.ProcessLive},
	}}
	for n := range 32 {
		s.t.Extents = append(s.t.Extents, tables.Extent{Number: n, State: abi.ExtentFree})
	}
	slot := 0
	grant := func(kind tables.ObjectKind, object int, holder tables.Handle, r tables.Rights, parent int) {
		s.t.Capabilities = append(s.t.Capabilities, tables.Capability{Slot: slot, State: abi.CapabilityLive, Rights: r, Holder: holder,
			Object: tables.Object{Kind: kind, Index: object}, Parent: parent})
		slot++
		if kind == abi.ObjectExtent && parent < 0 {
			s.t.Extents[object].State, s.t.Extents[object].Owner, s.t.Extents[object].Rights = abi.ExtentOwned, holder, r
		}
	}
	grant(abi.ObjectExtent, 1, 0, all, -1)
	grant(abi.ObjectExtent, 0, 0, abi.RightRead, -1)
	grant(abi.ObjectExtent, 2, 0, abi.RightRead|abi.RightWrite, -1)
	grant(abi.ObjectExtent, 3, 0, abi.RightRead|abi.RightWrite, -1)
	grant(abi.ObjectExtent, 4, 0, all, -1)
	grant(abi.ObjectExtent, 4, proc, abi.RightRead|abi.RightExec, 4)
	grant(abi.ObjectExtent, 5, proc, abi.RightRead|abi.RightWrite, -1)
	grant(abi.ObjectExtent, 6, 2, abi.RightRead|abi.RightWrite, -1)
	for row, d := range []tables.Device{
		{Slot: 1, Combining: true, Base: gpuBAR, Bytes: abi.BAR0Size}, {Platform: true, Base: lapic, Bytes: 4096},
		{Slot: 2, Base: netBAR, Bytes: 4096, Owner: proc}, {Platform: true, Base: 0xFED00000, Bytes: 4096},
	} {
		d.Row, d.State = row, abi.DeviceClaimed
		grant(abi.ObjectDevice, row, d.Owner, abi.RightRead|abi.RightWrite, -1)
		s.t.Devices = append(s.t.Devices, d)
	}
}

// step makes or follows the table of an entry.
func (s *system) step(table, index uint64) uint64 {
	if s.mem[table+index*8] == 0 {
		s.mem[table+index*8] = s.next | pteP | pteRW | pteUS
		s.next += 0x1000
	}
	return s.mem[table+index*8] & (1<<40 - 1) &^ 0xFFF
}

// put maps one page of 4 KiB, large one of 2 MiB.
func (s *system) put(root, va, pa, flags uint64) {
	pt := s.step(s.step(s.step(root, va>>39&511), va>>30&511), va>>21&511)
	s.mem[pt+va>>12&511*8] = pa | flags
}

func (s *system) large(root, va, pa, flags uint64) {
	pd := s.step(s.step(root, va>>39&511), va>>30&511)
	s.mem[pd+va>>21&511*8] = pa | flags | ptePS
}

func (s *system) capability(object, holder int) *tables.Capability {
	for i := range s.t.Capabilities {
		if c := &s.t.Capabilities[i]; c.Object == (tables.Object{Kind: abi.ObjectExtent, Index: object}) && int(c.Holder) == holder {
			return c
		}
	}
	panic("the test has no such capability")
}

func (s *system) audit(t testing.TB) *AuthorityAudit {
	t.Helper()
	if b, err := tables.Encode(s.t); err != nil {
		t.Fatal(err)
	} else if s.t, err = tables.Decode(b); err != nil {
		t.Fatal(err)
	}
	return newAuditor(newReading(s.ev, Options{}), s.t).inspect()
}

func TestHealthyMachinePassesTheAudit(t *testing.T) {
	r := healthy().audit(t)
	for _, v := range r.Violations {
		t.Errorf("%s: %s", v.Kind, v)
	}
	if r.Spaces != 2 || r.Tables < 12 || r.Total != 0 || r.Bytes != 2*(2<<20)+10*4096 {
		t.Errorf("%+v", r)
	}
}

// violation is one change to a healthy machine and what must be found.
type violationCase struct {
	name   string
	change func(*system)
	want   []ViolationKind
	says   string // of one of them
}

var pageViolations = []violationCase{
	{"kernel maps free memory", func(s *system) { s.put(kernelRoot, direct+extent(7), extent(7), rw) }, kinds(ViolationKernelUncovered), "it is free"},
	{"kernel maps a process' memory", func(s *system) { s.put(kernelRoot, direct+extent(6), extent(6), ro) }, kinds(ViolationKernelUncovered), "it is memory of process 2"},
	{"kernel writes what it may read", func(s *system) { s.put(kernelRoot, direct+0xF0000, 0x9F000, rw) }, kinds(ViolationWriteNotGranted), "kernel has no right to write"},
	{"kernel executes data", func(s *system) { s.put(kernelRoot, direct+0x1000000, extent(3), rx) }, kinds(ViolationExecNotGranted), "right to execute"},
	{"writable and executable", func(s *system) { s.put(kernelRoot, text+0x1000, extent(1)+0x1000, rw&^pteNX) }, kinds(ViolationWriteExec), "4 KiB at 0xffffffff80001000"},
	{"process writes derived memory", func(s *system) { s.put(userRoot, user, extent(4), urw) }, kinds(ViolationWriteNotGranted), "process 1 has no right to write"},
	{"process executes its data", func(s *system) { s.put(userRoot, user+0x1000, extent(5), urx) }, kinds(ViolationExecNotGranted), ""},
	{"both too much", func(s *system) { s.put(userRoot, user, extent(5), urw&^pteNX) }, kinds(ViolationExecNotGranted, ViolationWriteExec), ""},
	{"process maps free memory", func(s *system) { s.put(userRoot, user+0x5000, extent(9), uro) }, kinds(ViolationUserUncovered), "process 1"},
	{"process maps another's memory", func(s *system) { s.put(userRoot, user+0x5000, extent(6), uro) }, kinds(ViolationUserForeign), "is memory of process 2"},
	{"process maps what another was derived", func(s *system) { s.capability(4, 1).Holder = 2 }, kinds(ViolationKernelReachable), ""},
	{"process maps the kernel's memory", func(s *system) { s.put(userRoot, user+0x5000, extent(3), uro) }, kinds(ViolationKernelReachable), "was not granted"},
	{"user page in the kernel's half", func(s *system) { s.put(kernelRoot, direct+0x1000000, extent(3), uro) }, kinds(ViolationKernelReachable, ViolationKernelReachable), "lies in the kernel's half"},
	{"user page in the kernel's own space", func(s *system) { s.put(kernelRoot, user, extent(3), uro) }, kinds(ViolationKernelReachable), ""},
	{"page that the kernel is filling", func(s *system) { s.put(userRoot, user+0x5000, extent(5), rw) }, nil, ""},
	{"supervisor page of nobody's memory below", func(s *system) { s.put(userRoot, user+0x5000, extent(12), rw) }, kinds(ViolationKernelUncovered), ""},
	{"revoked capability", func(s *system) { s.capability(4, 1).State = abi.CapabilityRevoking }, kinds(ViolationStale), "being revoked"},
	{"owner is ending", func(s *system) { s.t.Extents[5].State = abi.ExtentRevoking }, kinds(ViolationStale), ""},
	{"rights of two capabilities", func(s *system) {
		s.capability(5, 1).Rights = abi.RightRead
		s.t.Capabilities = append(s.t.Capabilities, tables.Capability{Slot: 99, State: 1, Rights: abi.RightWrite, Holder: proc, Object: tables.Object{Kind: 1, Index: 5}, Parent: -1})
	}, kinds(ViolationWriteNotGranted), "no single capability"},
	{"capability without read", func(s *system) { s.capability(5, 1).Rights = abi.RightWrite }, kinds(ViolationUserUncovered), ""},
	{"hole", func(s *system) { s.put(kernelRoot, direct+0x8000000, 0x8000000, ro) }, kinds(ViolationHole), ""},
	{"identity map", func(s *system) { s.put(userRoot, extent(3), extent(3), rw) }, kinds(ViolationIdentity), "not dropped"},
	{"user page at its own address", func(s *system) { s.put(userRoot, extent(5), extent(5), urw) }, nil, ""},
	{"RAM uncached", func(s *system) { s.put(kernelRoot, direct+0x1000000, extent(3), rw|typeUC) }, kinds(ViolationRAMType), "RAM as UC"},
	{"RAM write-through", func(s *system) { s.put(userRoot, user+0x1000, extent(5), urw|typeWT) }, kinds(ViolationRAMType), "RAM as WT"},
	{"a large page over a free extent", func(s *system) { s.large(kernelRoot, direct+extent(7), extent(7), rw) }, kinds(ViolationKernelUncovered), "2 MiB at"},
	{"1 GiB page over everything", func(s *system) { s.mem[s.step(kernelRoot, 273)+3*8] = rw | ptePS }, kinds(ViolationHole, ViolationKernelUncovered, ViolationKernelUncovered,
		ViolationKernelUncovered, ViolationWriteNotGranted), "960 MiB at"},
}

var deviceViolations = []violationCase{
	{"device not in the table", func(s *system) { s.t.Devices = s.t.Devices[1:] }, kinds(ViolationDeviceType, ViolationDeviceUngranted), "not in the table of devices"},
	{"I/O that is no device", func(s *system) { s.put(kernelRoot, mmio+0x9000, lapic+0x1000, rw|typeUC) }, kinds(ViolationDeviceUngranted), "apic-msi, which is not"},
	{"not claimed", func(s *system) { s.t.Devices[1].State = abi.DeviceFree }, kinds(ViolationDeviceUngranted), "nobody has claimed"},
	{"not granted", func(s *system) { s.put(userRoot, user+0x5000, gpuBAR, urw|typeUC) }, kinds(ViolationDeviceUngranted), "of kernel, and process 1 holds no"},
	{"device of a process in the kernel", func(s *system) { s.put(kernelRoot, mmio+0x9000, netBAR, rw|typeUC) }, kinds(ViolationDeviceUngranted), ""},
	{"device page in ring 3 of the kernel's space", func(s *system) { s.put(kernelRoot, user, lapic, urw|typeUC) }, kinds(ViolationKernelReachable), ""},
	{"device without the right to write", func(s *system) { s.t.Capabilities[len(s.t.Capabilities)-2].Rights = abi.RightRead }, kinds(ViolationWriteNotGranted), ""},
	{"device executable", func(s *system) { s.put(kernelRoot, mmio+0x3000, lapic, pteP|typeUC) }, kinds(ViolationExecNotGranted), ""},
	{"device revoked", func(s *system) { s.t.Capabilities[len(s.t.Capabilities)-2].State = abi.CapabilityRevoking }, kinds(ViolationStale), "device row 2"},
	{"device write-back", func(s *system) { s.put(kernelRoot, mmio+0x3000, lapic, rw) }, kinds(ViolationDeviceType), "as WB"},
	{"device write-combining", func(s *system) { s.put(kernelRoot, mmio+0x3000, lapic, rw|typeWC) }, kinds(ViolationDeviceType), "does not allow that"},
	{"registers write-combining", func(s *system) { s.put(kernelRoot, mmio, gpuBAR, rw|typeWC) }, kinds(ViolationDeviceType), "registers and rings"},
	{"rings write-combining", func(s *system) { s.put(kernelRoot, mmio+0x1000, gpuBAR+abi.RingBase, rw|typeWC) }, kinds(ViolationDeviceType), "registers and rings"},
	{"video memory write-back", func(s *system) { s.put(kernelRoot, mmio+0x2000, gpuBAR+abi.VRAMAllocBase, rw) }, kinds(ViolationDeviceType), ""},
	{"part of a page", func(s *system) { s.put(kernelRoot, mmio+0x9000, 0xFED00000, rw|typeUC) }, nil, ""},
	{"row of RAM", func(s *system) { s.t.Devices[3].Base = extent(12) }, kinds(ViolationDeviceUnknown), "it is RAM"},
	{"row of nothing", func(s *system) { s.t.Devices[3].Base = 0xE0000000 }, kinds(ViolationDeviceUnknown), "nothing is there"},
	{"row beyond the device", func(s *system) { s.t.Devices[3].Bytes = 0x3000 }, kinds(ViolationDeviceUnknown), "8 KiB at physical 0xfed01000"},
	{"row of another BAR", func(s *system) { s.t.Devices[2].BAR = 1 }, kinds(ViolationDeviceUnknown), "no such BAR"},
	{"row of another function", func(s *system) { s.t.Devices[2].Function = 1 }, kinds(ViolationDeviceUnknown), "00:02.1 BAR0"},
	{"row larger than its BAR", func(s *system) { s.t.Devices[2].Bytes = 0x2000 }, kinds(ViolationDeviceUnknown), ""},
	{"extent beyond RAM", func(s *system) { s.t.Extents = append(s.t.Extents, tables.Extent{Number: 40, State: 1}) }, kinds(ViolationExtentNoRAM), "it is nothing"},
	{"RAM that ends within an extent", func(s *system) { s.ev.Regions[2].End -= 1 << 20 }, nil, ""},
	{"an extent that begins past RAM", func(s *system) { s.ev.Regions[2].End -= 2 << 20 }, kinds(ViolationExtentNoRAM), "2 MiB at physical 0x3e00000"},
}

var structureViolations = []violationCase{
	{"unknown root", func(s *system) { s.ev.Registers[0].CR3 = kernelRoot + 0x8000 }, kinds(ViolationKernelHalf, ViolationKernelHalf, ViolationKernelHalf, ViolationRoot), "CPU 0 runs on"},
	{"the other CPU", func(s *system) {
		s.ev.Registers = append(s.ev.Registers, s.ev.Registers[0], machine.Registers{})
		s.ev.Registers[1].CR3 = extent(3)
		for i := range uint64(512) {
			s.mem[extent(3)+i*8] = s.mem[kernelRoot+i*8]
		}
	}, kinds(ViolationRoot), "CPU 1 runs on"},
	{"root of a process that ends", func(s *system) { s.t.Processes[1].State = abi.ProcessEnding }, kinds(ViolationStale), "which is ending"},
	{"paging outside long mode", func(s *system) {
		s.ev.Registers = append(s.ev.Registers, machine.Registers{CR0: cr0PE | cr0PG})
	}, kinds(ViolationRoot), "outside long mode"},
	{"write protection off", func(s *system) { s.ev.Registers[0].CR0 &^= cr0WP }, kinds(ViolationProtection), "CR0.WP off"},
	{"another paging mode", func(s *system) {
		s.ev.Registers = append(s.ev.Registers, s.ev.Registers[0])
		s.ev.Registers[1].CR4 |= cr4LA57
	}, kinds(ViolationProtection), "CPU 1 uses 5-level paging"},
	{"no paging", func(s *system) { s.ev.Registers[0].CR0 = cr0PE }, kinds(ViolationNothing), ""},
	{"tables in memory that is read-only", func(s *system) { s.capability(2, 0).Rights = abi.RightRead }, kinds(ViolationTablePlace, ViolationTablePlace, ViolationTablePlace,
		ViolationTablePlace, ViolationTablePlace, ViolationWriteNotGranted), "right to write"},
	{"tables in a process' memory", func(s *system) { s.move(userRoot, extent(6)); s.t.Processes[1].Root = extent(6) }, kinds(ViolationTablePlace), "and lies in memory that process 2 holds"},
	{"tables in memory of a process that ends", func(s *system) {
		s.move(userRoot, extent(6))
		s.t.Processes[1].Root = extent(6)
		s.capability(6, 2).Object.Index = 8
		s.t.Extents[6].State = abi.ExtentRevoking
	}, kinds(ViolationTablePlace), "lies in memory of process 2"},
	{"tables in free memory", func(s *system) { s.move(userRoot, extent(8)); s.t.Processes[1].Root = extent(8) }, kinds(ViolationTablePlace), "does not hold"},
	{"tables in video memory", func(s *system) { s.move(userRoot, gpuBAR+0x300000); s.t.Processes[1].Root = gpuBAR + 0x300000 }, kinds(ViolationTablePlace), "is no RAM"},
	{"page table writable in ring 3", func(s *system) { s.put(userRoot, user+0x9000, kernelRoot, urw) }, kinds(ViolationKernelReachable, ViolationTableWritable), "page-table page, and ring 3"},
	{"page table readable in ring 3", func(s *system) { s.put(userRoot, user+0x9000, kernelRoot, uro) }, kinds(ViolationKernelReachable), ""},
	{"kernel halves differ", func(s *system) {
		s.mem[userRoot+511*8] = 0
		s.mem[userRoot+300*8] = s.mem[kernelRoot+273*8] | pteA // the same memory elsewhere
	}, kinds(ViolationKernelHalf, ViolationKernelHalf), "512 GiB at 0xffff960000000000 of process 1"},
	{"accessed bits do not count", func(s *system) { s.mem[userRoot+511*8] |= pteA | 1<<9 }, nil, ""},
	{"address too wide", func(s *system) { s.put(userRoot, user, 1<<44, urx) }, kinds(ViolationBadEntry), "MAXPHYADDR"},
	{"PS in the PML4", func(s *system) { s.mem[userRoot] |= ptePS }, kinds(ViolationBadEntry), "PS (bit 7)"},
	{"NX without NXE", func(s *system) { s.ev.Registers[0].EFER = eferLMA; s.put(userRoot, user, extent(4), urx) }, nil, ""},
	{"large page off its size", func(s *system) { s.large(kernelRoot, direct+extent(3), extent(3)|1<<14, rw) }, kinds(ViolationBadEntry), ""},
	{"table in a hole", func(s *system) { s.mem[userRoot+8] = 0x9900000000 | urw }, kinds(ViolationBadEntry, ViolationTablePlace), "no memory can be read"},
	{"table that holds itself", func(s *system) { s.mem[userRoot+16] = userRoot | pteP | pteRW }, kinds(ViolationBadEntry), "leads back"},
	{"root that cannot be read", func(s *system) { s.t.Processes[1].Root = 0x9900000000; s.ev.Registers[0].CR3 = kernelRoot }, kinds(ViolationBadEntry, ViolationTablePlace), ""},
}

// move copies a root to another place.
func (s *system) move(from, to uint64) {
	for i := range uint64(512) {
		s.mem[to+i*8] = s.mem[from+i*8]
	}
	s.ev.Registers[0].CR3 = to
}

func kinds(k ...ViolationKind) []ViolationKind { return k }

func TestViolations(t *testing.T) {
	for _, c := range append(append(pageViolations, deviceViolations...), structureViolations...) {
		t.Run(c.name, func(t *testing.T) {
			s := healthy()
			c.change(s)
			r := s.audit(t)
			var got []ViolationKind
			var all strings.Builder
			for _, v := range r.Violations {
				got = append(got, v.Kind)
				fmt.Fprintf(&all, "%s: %s\n", v.Kind, v)
			}
			if c.name == "NX without NXE" { // all that is NX is malformed then
				if len(got) < 5 || got[0] != ViolationProtection || got[1] != ViolationBadEntry {
					t.Error(all.String())
				}
				return
			}
			sort.Slice(got, func(i, j int) bool { return got[i] < got[j] })
			if !reflect.DeepEqual(got, c.want) || !strings.Contains(all.String(), c.says) || r.Total != len(got) {
				t.Errorf("got %v, want %v saying %q:\n%s", got, c.want, c.says, all.String())
			}
		})
	}
}

// TestNeighboursAreOneFinding maps many pages with one fault.
func TestNeighboursAreOneFinding(t *testing.T) {
	s := healthy()
	for i := range uint64(300) {
		s.put(kernelRoot, direct+extent(8)+i*4096, extent(9)-i*4096, rw)
	}
	r := s.audit(t)
	if len(r.Violations) != 1 || r.Violations[0].Bytes != 300*4096 || r.Violations[0].Virtual != direct+extent(8) {
		t.Errorf("%+v", r.Violations)
	}
}

func TestManyFindingsAreCounted(t *testing.T) {
	s := healthy()
	for i := range uint64(300) {
		s.put(kernelRoot, direct+extent(8)+2*i*4096, extent(9)+i*4096, rw)
	}
	r := s.audit(t)
	last := r.Violations[len(r.Violations)-1]
	if r.Total != 300 || len(r.Violations) != maxViolations+1 || last.Kind != ViolationMore || last.Count != 300-maxViolations {
		t.Errorf("%d findings, %d listed, the last %+v", r.Total, len(r.Violations), last)
	}
}

// TestAuditThatIsCutShortSaysSo has more page tables than are read.
func TestAuditThatIsCutShortSaysSo(t *testing.T) {
	s := healthy()
	pdpt, pd := s.next, s.next+0x1000
	s.mem[userRoot+5*8] = pdpt | urw
	for i := range uint64(512) {
		s.mem[pdpt+i*8] = pd | urw
		s.mem[pd+i*8] = s.next + 0x2000 | urw
	}
	r := s.audit(t)
	if n := len(r.Violations); n == 0 || r.Violations[n-1].Kind != ViolationNotWhole || r.Tables > maxAuditTables {
		t.Errorf("%+v", r)
	}
}

func TestEveryKindHasASentence(t *testing.T) {
	for _, k := range ViolationKinds() {
		if k.Sentence() == "" {
			t.Errorf("%s has no sentence", k)
		}
	}
	if len(ViolationKinds()) != len(violationSentences) {
		t.Errorf("%d kinds, %d sentences", len(ViolationKinds()), len(violationSentences))
	}
	tried := map[ViolationKind]bool{ViolationUserPage: true, ViolationMore: true, ViolationNotWhole: true, ViolationTables: true} // by tests of their own
	for _, c := range append(append(pageViolations, deviceViolations...), structureViolations...) {
		for _, k := range c.want {
			tried[k] = true
		}
	}
	for _, k := range ViolationKinds() {
		if !tried[k] {
			t.Errorf("no test finds %s", k)
		}
	}
}

// TestAuditWithoutTables audits the same page tables as a foreign kernel's.
func TestAuditWithoutTables(t *testing.T) {
	s := healthy()
	s.ev.Registers[0].CR3 = kernelRoot
	if got := Audit(s.ev, Options{}); len(got) != 1 || !strings.Contains(got[0], "maps BAR0") {
		// Write-combining video memory needs the tables to be judged; nothing else is wrong.
		if len(got) != 0 {
			t.Errorf("%q", got)
		}
	}
	s.put(kernelRoot, text+0x1000, extent(1)+0x1000, rw&^pteNX)
	s.put(kernelRoot, extent(3), extent(3), urw)
	s.put(kernelRoot, mmio, gpuBAR, rw)
	s.put(kernelRoot, direct+0x1000000, 0x9000000, rw)
	s.put(kernelRoot, direct+0x1001000, extent(3), rw|typeUC)
	all := strings.Join(Audit(s.ev, Options{}), "\n")
	for _, want := range []string{"can be written and executed", "there is no user program", "the identity map was not dropped", "as WB: device registers", "leads to nothing", "maps RAM as UC"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	s.ev.Registers[0].CR0 = 0
	if got := Audit(s.ev, Options{}); len(got) != 1 || !strings.Contains(got[0], "paging is off") {
		t.Errorf("%q", got)
	}
}

// FuzzAuditAuthority changes entries of the page tables at random: whatever they
// say, the audit ends and its text is whole.
func FuzzAuditAuthority(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0x07, 0x10, 0x40, 0, 0, 0, 0, 0})
	f.Add([]byte{2, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0x11, 0x80, 0x87, 0, 0, 0, 0, 0, 0, 0x80})
	f.Fuzz(func(t *testing.T, changes []byte) {
		s := healthy()
		for ; len(changes) >= 10; changes = changes[10:] {
			at := extent(2) + uint64(changes[0]%0x20)<<12 + uint64(changes[1])<<4
			s.mem[at] = littleWord(changes[2:], 8)
		}
		r := newAuditor(newReading(s.ev, Options{}), s.t).inspect()
		if r.Total < len(r.Violations)-1 || len(r.Violations) > maxViolations+2 {
			t.Fatalf("%d findings, %d listed", r.Total, len(r.Violations))
		}
		for _, v := range r.Violations {
			if v.String() == "" || v.Kind.Sentence() == "" {
				t.Fatalf("%+v", v)
			}
		}
	})
}
