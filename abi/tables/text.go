package tables

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"pxos/abi"
)

// Text writes the tables for people: who owns what, quotas, devices, programs,
// counters. The error is the writer's.
func (t *Tables) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	t.textState(b)
	t.textProcesses(b)
	t.textExtents(b)
	t.textCapabilities(b)
	t.textDevices(b)
	t.textPrograms(b)
	t.textVRAM(b)
	t.textRevocations(b)
	t.textPerf(b)
	return b.Flush()
}

func (t *Tables) textState(w io.Writer) {
	s := &t.State
	var notes []string
	if s.Sealed {
		notes = append(notes, "devices sealed")
	}
	if s.Halted {
		notes = append(notes, "halted")
	}
	if s.Ended == abi.EndedRevocation {
		notes = append(notes, "the guest was ended: a revocation was not acknowledged in time")
	} else if s.Ended != 0 {
		notes = append(notes, fmt.Sprintf("the guest was ended, reason %d", s.Ended))
	}
	fmt.Fprintf(w, "state        %v since reset (reset %d times), %d commands, %d failed", time.Duration(s.NowNS).Round(time.Millisecond),
		s.Epoch, s.Commands, s.Failed)
	if len(notes) > 0 {
		fmt.Fprintf(w, "; %s", strings.Join(notes, ", "))
	}
	fmt.Fprintln(w)
}

func (t *Tables) textProcesses(w io.Writer) {
	fmt.Fprintf(w, "processes    %d\n", len(t.Processes))
	fmt.Fprintf(w, "  %-14s %-7s %-14s %17s %17s %5s %8s  %s\n", "process", "state", "parent", "extents", "VRAM pages", "caps", "children", "root")
	for _, p := range t.Processes {
		root := "none"
		if p.Root != 0 {
			root = fmt.Sprintf("%#x", p.Root)
		}
		parent := p.Parent.String()
		if p.Handle == Kernel {
			parent = "-"
		}
		fmt.Fprintf(w, "  %-14s %-7s %-14s %17s %17s %5d %8d  %s\n", p.Handle, p.State, parent, quota(p.Extents, p.ExtentQuota),
			quota(p.Pages, p.PageQuota), p.Capabilities, p.Children, root)
	}
}

// quota writes what is held of what is allowed.
func quota(held, allowed uint32) string {
	if allowed == abi.MaxProcessExtents {
		return fmt.Sprintf("%d of any", held)
	}
	return fmt.Sprintf("%d of %d", held, allowed)
}

func (t *Tables) textExtents(w io.Writer) {
	fmt.Fprintf(w, "memory       %d extents of 2 MiB\n", len(t.Extents))
	for _, r := range t.ExtentRuns {
		base := uint64(r.First) * abi.ExtentBytes
		fmt.Fprintf(w, "  %#012x-%#012x %5d  %-8s", base, base+uint64(r.Count)*abi.ExtentBytes-1, r.Count, r.State)
		if r.State == abi.ExtentOwned || r.State == abi.ExtentRevoking {
			fmt.Fprintf(w, " %s  %s", r.Rights, r.Owner)
		}
		fmt.Fprintln(w)
	}
}

// textCapabilities groups those with one fate: there may be thousands.
func (t *Tables) textCapabilities(w io.Writer) {
	type group struct {
		holder  Handle
		kind    ObjectKind
		rights  Rights
		state   CapabilityState
		derived bool
	}
	count := map[group]int{}
	var order []group
	for _, c := range t.Capabilities {
		g := group{c.Holder, c.Object.Kind, c.Rights, c.State, c.Parent >= 0}
		if count[g]++; count[g] == 1 {
			order = append(order, g)
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return order[i].holder < order[j].holder })
	fmt.Fprintf(w, "capabilities %d\n", len(t.Capabilities))
	for _, g := range order {
		how := ""
		if g.derived {
			how = ", derived from another's"
		}
		fmt.Fprintf(w, "  %-14s %5d x %-6s %s  %s%s\n", g.holder, count[g], g.kind, g.rights, g.state, how)
	}
}

func (t *Tables) textDevices(w io.Writer) {
	fmt.Fprintf(w, "devices      %d\n", len(t.Devices))
	for _, d := range t.Devices {
		owner := "-"
		if d.State == abi.DeviceClaimed {
			owner = d.Owner.String()
		}
		fmt.Fprintf(w, "  %3d  %-18s %#012x-%#012x  %-7s %-14s %s\n", d.Row, d.Name(), d.Base, d.Base+d.Bytes-1, d.State, owner, d.memoryType())
	}
}

// Name is what the range belongs to.
func (d Device) Name() string {
	if d.Platform {
		return "platform"
	}
	return fmt.Sprintf("%02x:%02x.%d BAR%d", d.Bus, d.Slot, d.Function, d.BAR)
}

func (d Device) memoryType() string {
	if d.Combining {
		return "uncached or write-combining"
	}
	return "uncached"
}

func (t *Tables) textPrograms(w io.Writer) {
	fmt.Fprintf(w, "programs     %d\n", len(t.Programs))
	for _, p := range t.Programs {
		bytes, sum := "-", "sha256 "+p.SHA256 // what is built in has no text in the machine
		if p.State == abi.ProgramReady {
			bytes = fmt.Sprintf("%d bytes", p.Bytes)
		}
		if p.Number == abi.ProgramPing {
			sum = "no text"
		}
		fmt.Fprintf(w, "  %3d  %-12s %-7s %-10s %12s  %s\n", p.Number, p.Name, p.State, p.Owner, bytes, sum)
	}
}

func (t *Tables) textVRAM(w io.Writer) {
	fmt.Fprintf(w, "VRAM         %d of %d pages free, %d allocations\n", t.State.PagesFree, t.State.Pages, len(t.Allocations))
	for _, a := range t.Allocations {
		fmt.Fprintf(w, "  BAR0 + %#08x %5d pages  %s\n", a.Offset(), a.Pages, a.Owner)
	}
}

func (t *Tables) textRevocations(w io.Writer) {
	fmt.Fprintf(w, "revocations  %d posted, %d acknowledged\n", t.State.Posted, t.State.Acknowledged)
	for _, r := range t.Revocations {
		fmt.Fprintf(w, "  %5d  %s %d, open for %v\n", r.Number, r.Kind, r.Subject, t.Open(r).Round(time.Microsecond))
	}
}

// Open is how long a revocation waits for its acknowledgement.
func (t *Tables) Open(r Revocation) time.Duration {
	if r.PostedNS > t.State.NowNS {
		return 0
	}
	return time.Duration(t.State.NowNS - r.PostedNS)
}

func (t *Tables) textPerf(w io.Writer) {
	for _, l := range []struct {
		name string
		list []Counter
	}{{"commands", t.Perf.Opcodes}, {"calls", t.Perf.Calls}, {"results", t.Perf.Errors}} {
		fmt.Fprintf(w, "%-12s", l.name)
		any := false
		for _, c := range l.list {
			if c.Count != 0 {
				fmt.Fprintf(w, " %s %d", c.Name, c.Count)
				any = true
			}
		}
		if !any {
			fmt.Fprint(w, " none")
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-12s", "round trips")
	any := false
	for i, n := range t.Perf.Latency {
		if n != 0 {
			fmt.Fprintf(w, " %v+ %d", time.Duration(1)<<i, n)
			any = true
		}
	}
	if !any {
		fmt.Fprint(w, " none measured")
	}
	fmt.Fprintln(w)
}
