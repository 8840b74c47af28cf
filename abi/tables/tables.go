package tables

import (
	"sort"

	"pxos/abi"
)

// Handle names a process: index 7:0, generation 15:8.
type Handle uint32

// Kernel is the handle of process 0.
const Kernel Handle = abi.KernelProcess

// Index is the row in the table of processes.
func (h Handle) Index() int { return int(h & (abi.MaxProcesses - 1)) }

// Generation tells two processes apart that had the same row.
func (h Handle) Generation() int { return int(h >> 8 & 0xFF) }

// Tables is one snapshot of what the GPU knows.
type Tables struct {
	State        State        `json:"state"`
	Perf         Perf         `json:"perf"`
	Extents      []Extent     `json:"extents"`      // those that exist
	ExtentRuns   []ExtentRun  `json:"extent_runs"`  // the same, neighbours with one fate together
	Capabilities []Capability `json:"capabilities"` // live and revoking
	Processes    []Process    `json:"processes"`    // live and ending
	Devices      []Device     `json:"devices"`
	Programs     []Program    `json:"programs"`
	Allocations  []Allocation `json:"allocations"` // of VRAM
	Revocations  []Revocation `json:"revocations"` // posted and not acknowledged
	Jobs         []Job        `json:"jobs"`        // that are not idle
	Console      string       `json:"console"`     // the newest abi.ConsoleBytes of it
}

// State is the mailbox's own state.
type State struct {
	Status       uint32               `json:"status"` // abi.Status* bits
	Resp         uint32               `json:"resp"`
	Halted       bool                 `json:"halted"`
	Ended        uint32               `json:"ended"` // abi.Ended* reason, 0 = the guest was not ended
	Sealed       bool                 `json:"sealed"`
	Rings        uint32               `json:"rings"`
	Epoch        uint32               `json:"epoch"` // resets so far
	NowNS        uint64               `json:"now_ns"`
	Commands     uint64               `json:"commands"`
	Failed       uint64               `json:"failed"`
	Posted       uint32               `json:"revocations_posted"`
	Acknowledged uint32               `json:"revocations_acknowledged"`
	ConsoleBytes uint32               `json:"console_bytes"` // written since reset, wrapping
	InputWaiting uint32               `json:"input_waiting_bytes"`
	PagesFree    uint32               `json:"vram_pages_free"`
	Pages        uint32               `json:"vram_pages"`
	Served       [abi.MaxRings]uint32 `json:"served_by_ring"`
}

// Counter is one counter with the name of what it counts.
type Counter struct {
	Code  int    `json:"code"`
	Name  string `json:"name"`
	Count uint32 `json:"count"` // wrapping
}

// Perf is what the mailbox counted.
type Perf struct {
	Opcodes []Counter                  `json:"opcodes"`
	Errors  []Counter                  `json:"errors"`
	Calls   []Counter                  `json:"calls"`
	Latency [abi.LatencyBuckets]uint32 `json:"latency_ns_log2"` // bucket i: [2^i, 2^(i+1)) ns
	Rings   [abi.MaxRings]uint32       `json:"rings"`
}

// Extent is 2 MiB of RAM.
type Extent struct {
	Number       int         `json:"number"` // physical address / abi.ExtentBytes
	State        ExtentState `json:"state"`
	Rights       Rights      `json:"rights"` // of its owner
	Owner        Handle      `json:"owner"`  // means nothing while it is free
	Generation   uint32      `json:"generation"`
	Capabilities uint32      `json:"capabilities"` // live ones
}

// Base is the extent's physical address.
func (e Extent) Base() uint64 { return uint64(e.Number) * abi.ExtentBytes }

// Owned says whether a process has it, one that is ending included.
func (e Extent) Owned() bool { return e.State == abi.ExtentOwned || e.State == abi.ExtentRevoking }

// ExtentRun is a run of neighbouring extents with the same state, owner and
// rights.
type ExtentRun struct {
	First  int         `json:"first"`
	Count  int         `json:"count"`
	State  ExtentState `json:"state"`
	Rights Rights      `json:"rights"`
	Owner  Handle      `json:"owner"`
}

// Object is what a capability names: an extent by its number or a device by its
// row.
type Object struct {
	Kind  ObjectKind `json:"kind"`
	Index int        `json:"index"`
}

// Capability is the right of one holder to one object.
type Capability struct {
	Slot       int             `json:"slot"`
	State      CapabilityState `json:"state"`
	Generation uint32          `json:"generation"`
	Rights     Rights          `json:"rights"`
	Holder     Handle          `json:"holder"`
	Object     Object          `json:"object"`
	Parent     int             `json:"parent"` // slot that it was derived from, -1 for none
	Revocation uint32          `json:"revocation"`
	Derived    uint32          `json:"derived"` // capabilities derived from it
}

// ID is the capability as calls pass it.
func (c Capability) ID() uint64 { return uint64(c.Generation)<<32 | uint64(c.Slot) }

// Process is one row of the table of processes.
type Process struct {
	Handle       Handle       `json:"handle"`
	State        ProcessState `json:"state"`
	Parent       Handle       `json:"parent"`
	Revocation   uint32       `json:"revocation"`
	ExtentQuota  uint32       `json:"extent_quota"`
	Extents      uint32       `json:"extents"`
	PageQuota    uint32       `json:"vram_page_quota"`
	Pages        uint32       `json:"vram_pages"`
	Root         uint64       `json:"root"` // physical address of the page tables, 0 = none told
	Capabilities uint32       `json:"capabilities"`
	Children     uint32       `json:"children"`
}

// Device is one range of physical addresses that belongs to a device.
type Device struct {
	Row        int         `json:"row"`
	State      DeviceState `json:"state"`
	Bus        int         `json:"bus"`
	Slot       int         `json:"slot"`
	Function   int         `json:"function"`
	BAR        int         `json:"bar"`
	Combining  bool        `json:"combining"` // may be mapped write-combining
	Platform   bool        `json:"platform"`  // not on the PCI bus
	Base       uint64      `json:"base"`
	Bytes      uint64      `json:"bytes"`
	Owner      Handle      `json:"owner"` // means nothing while it is free
	Generation uint32      `json:"generation"`
}

// Holds says whether a physical address lies in the range.
func (d Device) Holds(pa uint64) bool { return pa >= d.Base && pa-d.Base < d.Bytes }

// Program is a kernel that GPU_EXECUTE can run.
type Program struct {
	Number int          `json:"number"`
	Name   string       `json:"name"`
	State  ProgramState `json:"state"`
	Owner  Handle       `json:"owner"`
	Bytes  uint32       `json:"bytes"`  // of its text
	SHA256 string       `json:"sha256"` // of its text, hexadecimal
}

// Allocation is a run of VRAM pages with an owner.
type Allocation struct {
	Page  int    `json:"page"` // of abi.VRAMPageBytes, from abi.VRAMAllocBase on
	Pages int    `json:"pages"`
	Owner Handle `json:"owner"`
}

// Offset is where the allocation lies in BAR0, in bytes.
func (a Allocation) Offset() uint64 {
	return abi.VRAMAllocBase + uint64(a.Page)*abi.VRAMPageBytes
}

// Revocation was posted to the guest, which has not acknowledged it.
type Revocation struct {
	Number   uint32         `json:"number"`
	Kind     RevocationKind `json:"kind"`
	Object   ObjectKind     `json:"object"`    // of a capability's revocation
	Subject  uint32         `json:"subject"`   // slot of the capability, or index of the process
	PostedNS uint64         `json:"posted_ns"` // since reset
}

// Job is what a ring waits for the host to do.
type Job struct {
	Ring    int      `json:"ring"`
	State   JobState `json:"state"`
	Kind    uint32   `json:"kind"`
	Process Handle   `json:"process"`
	Program uint32   `json:"program"`
}

// Extent finds an extent by number, nil if there is none.
func (t *Tables) Extent(number int) *Extent {
	i := sort.Search(len(t.Extents), func(i int) bool { return t.Extents[i].Number >= number })
	if i == len(t.Extents) || t.Extents[i].Number != number {
		return nil
	}
	return &t.Extents[i]
}

// ExtentOf finds the extent that holds a physical address, nil if there is none.
func (t *Tables) ExtentOf(pa uint64) *Extent {
	if pa/abi.ExtentBytes >= abi.MaxExtents {
		return nil
	}
	return t.Extent(int(pa / abi.ExtentBytes))
}

// DeviceAt finds the device range that holds a physical address, nil if there
// is none.
func (t *Tables) DeviceAt(pa uint64) *Device {
	for i := range t.Devices {
		if t.Devices[i].Holds(pa) {
			return &t.Devices[i]
		}
	}
	return nil
}

// CapabilitiesOf lists the capabilities that name an object, by slot.
func (t *Tables) CapabilitiesOf(o Object) []Capability {
	var out []Capability
	for _, c := range t.Capabilities {
		if c.Object == o {
			out = append(out, c)
		}
	}
	return out
}

// Process finds a process that lives or is ending, nil if there is none.
func (t *Tables) Process(h Handle) *Process {
	for i := range t.Processes {
		if t.Processes[i].Handle == h {
			return &t.Processes[i]
		}
	}
	return nil
}

// Holdings counts the extents that each process owns; free ones are not in it.
func (t *Tables) Holdings() map[Handle]int {
	out := map[Handle]int{}
	for _, e := range t.Extents {
		if e.Owned() {
			out[e.Owner]++
		}
	}
	return out
}
