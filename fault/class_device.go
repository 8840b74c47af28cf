package fault

import (
	"fmt"
	"strings"

	"pxos/abi"
	"pxos/machine"
)

// deviceClasses are about what drivers do: memory-mapped registers and serial
// lines.
var deviceClasses = []*Class{
	{
		Number: 33, Name: "mmio-not-mapped", Title: "MMIO never mapped",
		Headline: "{{.bar}} was never mapped: {{.entry}} is {{.state}}",
		Explain: "The {{.access}} of {{.addr}} was meant for {{.bar}} of {{.device}}, at physical {{.phys}} (offset {{.offset}} in the BAR; {{.how}}). " +
			"The page tables do not lead there: {{.why}}. Physical addresses of devices are not mapped by themselves, and a mapping function that returns success without storing the entry leaves exactly this.{{.elsewhere}}",
		Do: "Map the BAR before its first use: walk all levels, create the missing tables, store the entry (present, writable, PCD|PWT or a PAT index of UC) " +
			"at the index that belongs to the virtual address, for every page of the BAR, and check by reading the entry back.",
		Suspects: []string{"mapmmio", "mapdevice", "ioremap", "mmio", "mapbar", "mappage", "map", "pte", "page", "walk", "bar", "paging"},
		Match:    matchMMIO,
	},
	{
		Number: 39, Name: "memory-not-mapped", Title: "physical memory used without being mapped",
		Headline: "physical {{.phys}} is used at {{.addr}} but not mapped there",
		Explain: "The {{.access}} of {{.addr}} was meant for physical {{.phys}} ({{.place}}; {{.how}}). The page tables do not lead there: {{.why}}. " +
			"Firmware tables, boot modules and memory behind holes are often outside what a kernel maps at its start; and an identity map that was dropped leaves pointers behind.",
		Do:       "Map the range before using it (and read the mapping back), or copy what is needed while the boot-time mapping is still there.",
		Suspects: []string{"map", "pte", "identity", "acpi", "module", "direct", "page", "walk", "paging"},
		Match:    matchMemoryNotMapped,
	},
	{
		Number: 34, Name: "mmio-cacheable", Title: "MMIO mapped cacheable",
		Headline: "{{.bar}} is mapped {{.type}} at {{.addr}}: registers must not be cached",
		Explain: "{{.bar}} of {{.device}} is mapped at {{.addr}} with PAT index {{.index}}, which is {{.type}}. Nothing faults, but reads may come from a cache (stale) and writes may be held back or merged. " +
			"An emulator has no such cache and shows no symptom.{{.claim}}",
		Do:       "Map registers UC: PCD and PWT set (index 3 of the power-on PAT), or an index that the kernel's own PAT makes UC. WC is right for frame buffers and rings only.",
		Suspects: []string{"mapmmio", "mapdevice", "ioremap", "mmio", "mapbar", "cache", "memtype", "pat", "uc", "flags", "map", "bar"},
		Silent:   true,
		Match:    matchCacheable,
	},
	{
		Number: 35, Name: "serial-clobbered", Title: "UART status read clobbers the character",
		Headline: "every byte on the serial line is {{.value}}: the UART's status, not the text",
		Explain: "The kernel sent {{.count}} bytes, and {{.share}} of them are {{.value}}, which is a value of the line status register ({{.bits}}). " +
			"The wait loop reads that register with IN into AL, and the character, which was in AL, is gone before OUT sends it.",
		Do:       "Keep the character in another register during the wait (IN always overwrites AL), or make the output routine load it into AL after the loop.",
		Suspects: []string{"serial", "uart", "com1", "putc", "putchar", "outb", "write", "print", "console"},
		Silent:   true,
		Match:    matchSerial,
	},
}

// barRange is a memory BAR from the emulator's list or from the boot report.
type barRange struct {
	name, device string
	base, size   uint64
	prefetch     bool
}

// bars lists the memory BARs that are known.
func (a *Analysis) bars() []barRange {
	var out []barRange
	for i := range a.Ev.PCI {
		d := &a.Ev.PCI[i]
		for _, b := range d.BARs {
			if !b.IO && b.Mapped && b.Size != 0 {
				out = append(out, barRange{fmt.Sprintf("BAR%d", b.Index), deviceName(d), b.Base, b.Size, b.Prefetch})
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, l := range a.Report.Find(abi.ReportBAR) {
		if n := l.Uint("size"); l.Fields["kind"] != "io" && n != 0 {
			out = append(out, barRange{"BAR" + l.Fields["index"], "PCI device " + l.Fields["bdf"], l.Uint("base"), n, l.Uint("prefetch") == 1})
		}
	}
	return out
}

func (b barRange) holds(phys uint64) bool { return phys >= b.base && phys-b.base < b.size }

// meant is a physical address that a virtual one may have been meant for.
type meant struct {
	phys uint64
	how  string
	sure float64
}

// meantFor lists the physical addresses that addr may stand for: itself, itself
// less the direct map's offset, and less the offset of mappings of devices.
func (a *Analysis) meantFor(addr uint64) []meant {
	out := []meant{{addr, "the address is used as if virtual and physical addresses were equal", 0.96}}
	if a.direct != 0 {
		out = append(out, meant{addr - a.direct, fmt.Sprintf("%s less %s; this offset comes from %s", hex(addr), hex(a.direct), a.directHow), 0.97})
	}
	for _, l := range a.Report.Find(abi.ReportGPU) {
		if virt, base := l.Uint("virt"), l.Uint("bar0"); virt != 0 && addr >= virt && addr-virt < l.Uint("size") {
			out = append(out, meant{addr - virt + base, "the boot report says that the GPU's BAR0 is mapped at " + hex(virt), 0.98})
		}
	}
	for _, m := range a.maps {
		if off := m.Virtual - m.Phys; off != a.direct && off != 0 && m.Virtual&^(1<<30-1) == addr&^(1<<30-1) {
			out = append(out, meant{addr - off, fmt.Sprintf("neighbouring mappings at %s lead to physical %s", hex(m.Virtual), hex(m.Phys)), 0.85})
		}
	}
	return append(out, a.meantNearby(addr)...)
}

// meantNearby finds the mapping of a BAR close to addr: a mapping function that
// took a wrong index puts the pages into the right table at the wrong place.
func (a *Analysis) meantNearby(addr uint64) []meant {
	var out []meant
	for _, b := range a.bars() {
		for _, m := range a.maps {
			if !b.holds(m.Phys) || m.Virtual>>30 != addr>>30 || m.Phys+m.Size > b.base+b.size {
				continue
			}
			sure := 0.8
			if m.Virtual>>21 == addr>>21 {
				sure = 0.86
			}
			out = append(out, meant{m.Phys | addr&(pageBytes-1), fmt.Sprintf("the BAR's pages are mapped close by, at %s", hex(m.Virtual)), sure})
		}
	}
	return out
}

func matchMMIO(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecPF || !f.HasState || f.ErrorCode&1 != 0 || a.CR2 == nil || !a.CR2.Failed || a.CR2.Access.Fetch {
		return no
	}
	best := no
	for _, c := range a.meantFor(a.Regs.CR2) {
		for _, b := range a.bars() {
			if b.holds(c.phys) && c.sure > best.Certainty {
				best = a.mmioMatch(b, c)
			}
		}
	}
	if best.Certainty == 0 {
		best = a.mmioFixed()
	}
	if best.Certainty == 0 {
		best = a.mmioByRegister()
	}
	return best
}

// mmioFixed finds a device that is at a fixed place and not on the PCI bus: an
// APIC, the HPET.
func (a *Analysis) mmioFixed() Match {
	for _, c := range a.meantFor(a.Regs.CR2) {
		if p := a.placeAt(c.phys); p.Kind == "device" {
			c.sure -= 0.04
			return a.mmioMatch(barRange{"the register area " + p.Name, "a device of the board", p.Base, p.Size, false}, c)
		}
	}
	return no
}

func matchMemoryNotMapped(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecPF || !f.HasState || f.ErrorCode&1 != 0 || a.CR2 == nil || !a.CR2.Failed || a.Regs.CR2 < 0x10000 || a.CR2.Access.Fetch {
		return no
	}
	cr2 := a.Regs.CR2
	if a.inKernel(a.Regs.RIP) && cr2-(a.Regs.RSP-8*pageBytes) < 16*pageBytes {
		return no // the stack, for which there are classes of its own
	}
	for _, c := range a.meantFor(cr2) {
		p := a.placeAt(c.phys)
		if p.Kind != "ram" && p.Kind != "rom" {
			continue
		}
		m := Match{Certainty: 0.8, Facts: Facts{
			"addr": hex(cr2), "phys": hex(c.phys), "place": p.String(), "how": c.how, "access": a.CR2.Access.String(), "why": a.CR2.Reason,
		}}
		if c.phys == cr2 {
			m.Certainty = 0.74
		}
		if e := a.failedEntry(); e != nil {
			m.Detail = e.Level
		}
		m.Evidence = []string{
			fmt.Sprintf("CR2 = %s stands for physical %s: %s", hex(cr2), hex(c.phys), c.how), "there is " + p.String(), a.CR2.Reason,
		}
		return m
	}
	return no
}

func (a *Analysis) mmioMatch(b barRange, c meant) Match {
	cr2 := a.Regs.CR2
	m := Match{Certainty: c.sure, Facts: Facts{
		"bar": b.name, "device": b.device, "access": a.CR2.Access.String(), "addr": hex(cr2), "phys": hex(c.phys),
		"offset": hex(c.phys - b.base), "how": c.how, "why": a.CR2.Reason, "entry": "the page", "state": "missing", "elsewhere": "",
	}}
	if e := a.failedEntry(); e != nil {
		m.Detail = e.Level
		m.Facts["entry"] = fmt.Sprintf("%s entry %d for %s", e.Level, e.Index, hex(cr2))
		if e.Value == 0 {
			m.Facts["state"] = "empty"
		} else {
			m.Facts["state"] = "not present (" + hex(e.Value) + ")"
		}
	}
	m.Evidence = []string{
		fmt.Sprintf("CR2 = %s stands for physical %s: %s", hex(cr2), hex(c.phys), c.how),
		fmt.Sprintf("physical %s is offset %s of %s of %s (%s at %s)", hex(c.phys), hex(c.phys-b.base), b.name, b.device, size(b.size), hex(b.base)),
		"the walk of CR2 fails: " + a.CR2.Reason,
	}
	if where := a.mappedElsewhere(b); where != "" {
		m.Detail += "-elsewhere"
		m.Facts["elsewhere"] = " " + where + " That points at a wrong index or a wrong virtual address in the mapping function."
		m.Evidence = append(m.Evidence, where)
	}
	return m
}

// mappedElsewhere says where else pages of a BAR are mapped, "" if nowhere.
func (a *Analysis) mappedElsewhere(b barRange) string {
	for _, m := range a.maps {
		if m.Phys < b.base+b.size && m.Phys+m.Size > b.base {
			at := m.Virtual
			if m.Phys < b.base {
				at += b.base - m.Phys
			}
			return fmt.Sprintf("%s of %s is mapped at %s instead.", size(m.Size), b.name, hex(at))
		}
	}
	return ""
}

// mmioByRegister is for kernels that map devices at addresses of their own
// choice: a register or the stack near RSP still holds the base of a BAR that
// nothing maps.
func (a *Analysis) mmioByRegister() Match {
	r := &a.Regs
	held := map[uint64]string{}
	general := registerDump(r).General
	for _, name := range generalOrder {
		if held[general[name]] == "" {
			held[general[name]] = name
		}
	}
	word := uint64(a.wordBytes())
	stack := make([]byte, 64*word)
	stack = stack[:a.readVirtual(r.RSP, stack)]
	for at := uint64(0); at+word <= uint64(len(stack)); at += word {
		if v := littleWord(stack[at:], word); held[v] == "" {
			held[v] = "the stack"
		}
	}
	for _, b := range a.bars() {
		where := held[b.base]
		if where == "" || b.base == 0 {
			continue
		}
		sure, what := 0.78, "which nothing maps"
		if a.mappedElsewhere(b) != "" {
			sure, what = 0.5, "which is mapped elsewhere"
		}
		how := fmt.Sprintf("%s still holds %s, the base of this BAR, %s", where, hex(b.base), what)
		return a.mmioMatch(b, meant{b.base + a.Regs.CR2%min(b.size, pageBytes), how, sure})
	}
	return no
}

func matchCacheable(a *Analysis) Match {
	best := no
	for _, b := range a.bars() {
		if b.prefetch {
			continue
		}
		for _, m := range a.maps {
			if !b.holds(m.Phys) || m.PATIndex < 0 || m.Phys+m.Size > b.base+b.size+2<<20 {
				continue // not the BAR's own mapping: a map of all memory runs over it
			}
			name, assumed := a.patType(m.PATIndex)
			if (name != "WB" && name != "WT" && name != "WP") || (assumed && m.PATIndex != 0) {
				continue // a kernel that sets the PAT leaves entry 0 as it is
			}
			if c := a.cacheableMatch(b, m, name, assumed); c.Certainty > best.Certainty {
				best = c
			}
		}
	}
	return best
}

func (a *Analysis) cacheableMatch(b barRange, m Mapping, name string, assumed bool) Match {
	c := Match{Certainty: 0.85, Detail: name, At: a.bestNamed("mapmmio", "mapregisters", "mapdevice", "ioremap", "mmio", "mapbar"), Facts: Facts{
		"bar": b.name, "device": b.device, "addr": hex(m.Virtual), "type": name, "index": fmt.Sprint(m.PATIndex), "claim": "",
	}}
	c.Evidence = []string{fmt.Sprintf("%s at virtual %s lead to %s (physical %s) with PAT index %d = %s", size(m.Size), hex(m.Virtual), b.name, hex(m.Phys), m.PATIndex, name)}
	if assumed {
		c.Evidence = append(c.Evidence, "the PAT itself could not be read; entry 0 is taken to be WB, as at power-on")
	}
	if mtrr, known := a.mtrrType(m.Phys); known {
		c.Evidence = append(c.Evidence, fmt.Sprintf("the MTRRs give this range %s, so the effective type is %s", mtrr, effectiveType(name, mtrr)))
	}
	if l, ok := a.Report.First(abi.ReportGPU); ok && b.holds(l.Uint("bar0")) && l.Fields["memtype"] != "" && l.Fields["memtype"] != name {
		c.Certainty = 0.95
		c.Facts["claim"] = fmt.Sprintf(" The kernel reports memtype=%s, which is not what its tables say.", l.Fields["memtype"])
		c.Evidence = append(c.Evidence, "the boot report claims memtype="+l.Fields["memtype"])
	}
	for _, t := range a.failedTests() {
		if t.Name == abi.TestPaging || t.Name == abi.TestMailbox || t.Name == abi.TestPCI {
			c.Certainty = 0.97
			c.Evidence = append(c.Evidence, fmt.Sprintf("the kernel's %s self-test failed: %s", t.Name, t.Detail))
		}
	}
	return c
}

// lsrValues are what a 16550's line status register reads while it only sends.
var lsrValues = map[byte]string{
	0x00: "transmitter busy", 0x20: "holding register empty", 0x40: "transmitter empty", 0x60: "holding register and transmitter empty",
	0x01: "data ready", 0x21: "holding register empty, data ready", 0x61: "holding register and transmitter empty, data ready",
}

func matchSerial(a *Analysis) Match {
	text := a.Ev.Serial
	if len(text) < 8 {
		return no
	}
	var count [256]int
	for _, c := range text {
		count[c]++
	}
	value, most, distinct, status := byte(0), 0, 0, 0
	for v, n := range count {
		if n > most {
			value, most = byte(v), n
		}
		if n > 0 {
			distinct++
		}
		if _, ok := lsrValues[byte(v)]; ok {
			status += n
		}
	}
	bits, isStatus := lsrValues[value]
	at := a.bestNamed("serialput", "uart.put", "uartput", "putc", "serialwrite", "uart", "serial")
	share := float64(status) / float64(len(text))
	m := Match{At: at, Facts: Facts{
		"value": fmt.Sprintf("0x%02x", value), "count": fmt.Sprint(len(text)), "share": fmt.Sprintf("%.0f %%", 100*float64(most)/float64(len(text))), "bits": bits,
	}}
	m.Evidence = []string{fmt.Sprintf("%d bytes on the serial line, %d different values; 0x%02x is %d of them", len(text), distinct, value, most)}
	switch {
	case isStatus && share >= 0.9 && most*10 >= len(text)*7 && distinct <= 6:
		m.Certainty = 0.96
		m.Evidence = append(m.Evidence, fmt.Sprintf("0x%02x is the line status register of an idle UART: %s", value, bits))
	case distinct <= 3 && len(text) >= 32 && !strings.Contains(string(text), "\n"):
		m.Certainty, m.Facts["bits"] = 0.6, "no value of it that is usual"
	default:
		return no
	}
	if a.Ev.Termination == machine.TerminationExit && a.Ev.ExitCode == abi.ExitOK {
		m.Evidence = append(m.Evidence, "the kernel ran to its end and exited as after a good boot, so only the output is wrong")
	}
	return m
}
