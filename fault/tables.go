package fault

import (
	"encoding/binary"
	"fmt"

	"pxos/machine"
)

// Finding is something that the check of a descriptor table found. Bad findings
// are errors; the others are told for completeness.
type Finding struct {
	Table string `json:"table"` // IDT, GDT, TSS
	Index int    `json:"index"` // vector or descriptor index
	Bad   bool   `json:"bad"`
	Text  string `json:"text"`
}

// Gate is one IDT entry (SDM volume 3, 6.11 and 6.14.1).
type Gate struct {
	Vector   int    `json:"vector"`
	Offset   uint64 `json:"offset"`
	Selector uint16 `json:"selector"`
	IST      int    `json:"ist"`
	Type     int    `json:"type"` // 0xE interrupt, 0xF trap, 5 task
	DPL      int    `json:"dpl"`
	Present  bool   `json:"present"`
	Zero     bool   `json:"zero"` // every byte is 0
	Readable bool   `json:"readable"`
	wide     bool   // a 16-byte gate of long mode
}

// DecodeGate reads an IDT entry of 8 or 16 bytes.
func DecodeGate(vector int, b []byte) Gate {
	g := Gate{Vector: vector}
	if len(b) < 8 {
		return g
	}
	le := binary.LittleEndian
	g.Readable = true
	g.Zero = true
	for _, c := range b {
		g.Zero = g.Zero && c == 0
	}
	g.Offset = uint64(le.Uint16(b)) | uint64(le.Uint16(b[6:]))<<16
	g.Selector = le.Uint16(b[2:])
	g.Type = int(b[5] & 0x1F)
	g.DPL = int(b[5] >> 5 & 3)
	g.Present = b[5]&0x80 != 0
	if len(b) >= 16 {
		g.wide = true
		g.IST = int(b[4] & 7)
		g.Offset |= uint64(le.Uint32(b[8:])) << 32
	}
	return g
}

// Descriptor is one GDT entry (SDM volume 3, 3.4.5); system descriptors of long
// mode take 16 bytes.
type Descriptor struct {
	Index    int
	Base     uint64
	Limit    uint32
	Type     int // 4 bits
	S        bool
	DPL      int
	Present  bool
	Long     bool // L
	Default  bool // D/B
	Zero     bool
	Readable bool
}

// DecodeDescriptor reads a GDT entry of 8 or 16 bytes.
func DecodeDescriptor(index int, b []byte) Descriptor {
	d := Descriptor{Index: index}
	if len(b) < 8 {
		return d
	}
	le := binary.LittleEndian
	v := le.Uint64(b)
	d.Readable, d.Zero = true, v == 0
	d.Base = v>>16&0xFFFFFF | v>>56<<24
	d.Limit = uint32(v&0xFFFF | v>>48&0xF<<16)
	if v>>55&1 != 0 {
		d.Limit = d.Limit<<12 | 0xFFF
	}
	d.Type = int(v >> 40 & 0xF)
	d.S = v>>44&1 != 0
	d.DPL = int(v >> 45 & 3)
	d.Present = v>>47&1 != 0
	d.Long = v>>53&1 != 0
	d.Default = v>>54&1 != 0
	if len(b) >= 16 && !d.S {
		d.Base |= uint64(le.Uint32(b[8:])) << 32
	}
	return d
}

// Code tells whether the descriptor is a code segment.
func (d Descriptor) Code() bool { return d.S && d.Type&8 != 0 }

// WritableData tells whether the descriptor can be a stack segment.
func (d Descriptor) WritableData() bool { return d.S && d.Type&8 == 0 && d.Type&2 != 0 }

// String says in words what the descriptor is.
func (d Descriptor) String() string {
	switch {
	case !d.Readable:
		return "unreadable"
	case d.Zero:
		return "empty"
	}
	kind := "system segment, type " + hex(uint64(d.Type))
	switch {
	case d.Code() && d.Long:
		kind = "64-bit code segment"
	case d.Code():
		kind = "code segment"
	case d.WritableData():
		kind = "writable data segment"
	case d.S:
		kind = "read-only data segment"
	case d.Type == 9:
		kind = "available TSS"
	case d.Type == 11:
		kind = "busy TSS"
	}
	if !d.Present {
		kind += " (not present)"
	}
	return fmt.Sprintf("%s, DPL %d", kind, d.DPL)
}

// gate reads the IDT entry of a vector in the mode of the root fault.
func (a *Analysis) gate(vector int) Gate {
	t := a.Regs.IDT
	width := 8
	if a.longMode() {
		width = 16
	}
	if vector < 0 || uint32(vector+1)*uint32(width)-1 > t.Limit {
		return Gate{Vector: vector}
	}
	b := make([]byte, width)
	if a.readVirtual(t.Base+uint64(vector*width), b) != width {
		return Gate{Vector: vector}
	}
	return DecodeGate(vector, b)
}

func (a *Analysis) longMode() bool { return a.Regs.EFER&eferLMA != 0 }

// descriptor reads the GDT entry of a selector. Beyond the limit it is not
// Readable.
func (a *Analysis) descriptor(selector uint16) Descriptor {
	index := int(selector >> 3)
	if selector&4 != 0 || uint32(index)*8+7 > a.Regs.GDT.Limit {
		return Descriptor{Index: index}
	}
	b := make([]byte, 16)
	n := a.readVirtual(a.Regs.GDT.Base+uint64(index)*8, b)
	if n >= 8 && n < 16 {
		n = 8
	}
	return DecodeDescriptor(index, b[:n])
}

// gateProblem says what keeps the CPU from entering a gate, "" if nothing.
func (a *Analysis) gateProblem(g Gate) string {
	v := fmt.Sprintf("the IDT gate of vector %d (%s)", g.Vector, VectorName(g.Vector))
	switch {
	case !g.Readable:
		return fmt.Sprintf("%s lies beyond the IDT's limit %s or in unmapped memory", v, hex(uint64(a.Regs.IDT.Limit)))
	case !g.Present && g.Zero:
		return v + " is empty"
	case !g.Present:
		return v + " has its present bit 0"
	case a.longMode() && g.Type != 0xE && g.Type != 0xF:
		return fmt.Sprintf("%s has type %s; long mode allows 0xe (interrupt) and 0xf (trap)", v, hex(uint64(g.Type)))
	case !a.longMode() && g.Type != 5 && g.Type != 6 && g.Type != 7 && g.Type != 0xE && g.Type != 0xF:
		return fmt.Sprintf("%s has type %s, which is no gate", v, hex(uint64(g.Type)))
	case g.Type == 5:
		return ""
	case g.Selector&^3 == 0:
		return v + " has the null selector"
	}
	d := a.descriptor(g.Selector)
	switch {
	case !d.Readable:
		return fmt.Sprintf("%s names selector %s, which is beyond the GDT", v, hex(uint64(g.Selector)))
	case !d.Code():
		return fmt.Sprintf("%s names selector %s, which is no code segment but: %s", v, hex(uint64(g.Selector)), d)
	case !d.Present:
		return fmt.Sprintf("%s names selector %s, whose segment is not present", v, hex(uint64(g.Selector)))
	case a.longMode() && !d.Long:
		return fmt.Sprintf("%s names selector %s, which is no 64-bit code segment", v, hex(uint64(g.Selector)))
	case !a.canonical(g.Offset):
		return fmt.Sprintf("%s points at %s, which is not canonical", v, hex(g.Offset))
	}
	if w := a.walk(g.Offset, Access{Fetch: true}); w.Failed {
		return fmt.Sprintf("%s points at %s, which cannot be executed: %s", v, hex(g.Offset), w.Reason)
	}
	return ""
}

// presentGates counts the gates with the present bit among the exceptions.
func (a *Analysis) presentGates() int {
	n := 0
	for v := range 32 {
		if a.gate(v).Present {
			n++
		}
	}
	return n
}

// TSS64 is what matters of a 64-bit task state segment (SDM volume 3, 8.7).
type TSS64 struct {
	Selector uint16    `json:"selector"`
	Base     uint64    `json:"base"`
	Limit    uint32    `json:"limit"`
	RSP0     uint64    `json:"rsp0"`
	IST      [8]uint64 `json:"ist"` // 1 to 7
	Readable bool      `json:"readable"`
}

// tss reads the task state segment that TR names.
func (a *Analysis) tss() TSS64 {
	tr := a.Regs.TR
	t := TSS64{Selector: tr.Selector, Base: tr.Base, Limit: tr.Limit}
	if tr.Selector&^3 == 0 || !a.longMode() {
		return t
	}
	var b [0x68]byte
	if a.readVirtual(tr.Base, b[:]) != len(b) {
		return t
	}
	t.Readable = true
	t.RSP0 = binary.LittleEndian.Uint64(b[4:])
	for i := 1; i < 8; i++ {
		t.IST[i] = binary.LittleEndian.Uint64(b[0x24+8*(i-1):])
	}
	return t
}

// checkTables looks through IDT, GDT and TSS as they were at the fault.
func (a *Analysis) checkTables() []Finding {
	if a.Regs.CR0&cr0PE == 0 {
		return nil
	}
	var out []Finding
	add := func(table string, index int, bad bool, format string, args ...any) {
		out = append(out, Finding{table, index, bad, fmt.Sprintf(format, args...)})
	}
	idt := a.Regs.IDT
	present := a.presentGates()
	add("IDT", -1, present == 0 && !realModeIDT(idt), "base %s, limit %s, %d of 32 exception gates present", hex(idt.Base), hex(uint64(idt.Limit)), present)
	t := a.tss()
	if realModeIDT(idt) {
		add("IDT", -1, true, "this is the power-on value: the real-mode vector table, no IDT of the kernel")
	} else if present > 0 {
		for v := range 32 {
			g := a.gate(v)
			if p := a.gateProblem(g); p != "" && g.Present {
				add("IDT", v, true, "%s", p)
			}
			if g.Present && g.IST != 0 && t.IST[g.IST] == 0 {
				add("IDT", v, true, "the gate of vector %d uses IST %d, which is 0 in the TSS", v, g.IST)
			}
		}
		if a.longMode() && a.gate(vecDF).Present && a.gate(vecDF).IST == 0 {
			add("IDT", vecDF, true, "the gate of #DF has no IST: a broken stack becomes a triple fault")
		}
	}
	out = append(out, a.checkSegments()...)
	return append(out, a.checkTSS(t)...)
}

// realModeIDT tells whether the IDT register holds what it holds at power-on.
func realModeIDT(t machine.Table) bool {
	return t.Base == 0 && (t.Limit == 0x3FF || t.Limit == 0xFFFF)
}

func (a *Analysis) checkSegments() []Finding {
	out := []Finding{{"GDT", -1, false, fmt.Sprintf("base %s, limit %s", hex(a.Regs.GDT.Base), hex(uint64(a.Regs.GDT.Limit)))}}
	for _, s := range []struct {
		name string
		seg  machine.Segment
	}{{"CS", a.Regs.CS}, {"SS", a.Regs.SS}} {
		sel := s.seg.Selector
		if sel&^3 == 0 {
			if s.name == "CS" {
				out = append(out, Finding{"GDT", 0, true, "CS is the null selector"})
			}
			continue
		}
		d := a.descriptor(sel)
		bad := !d.Readable || !d.Present || (s.name == "CS" && !d.Code()) || (s.name == "SS" && !d.WritableData())
		out = append(out, Finding{"GDT", int(sel >> 3), bad, fmt.Sprintf("%s = %s: %s", s.name, hex(uint64(sel)), d)})
	}
	return out
}

func (a *Analysis) checkTSS(t TSS64) []Finding {
	if !a.longMode() {
		return nil
	}
	if t.Selector&^3 == 0 {
		return []Finding{{"TSS", 0, false, "TR is 0: no TSS is loaded"}}
	}
	i := int(t.Selector >> 3)
	if !t.Readable {
		return []Finding{{"TSS", i, true, fmt.Sprintf("TR = %s, but the TSS at %s cannot be read", hex(uint64(t.Selector)), hex(t.Base))}}
	}
	out := []Finding{{"TSS", i, t.Limit < 0x67, fmt.Sprintf("TR = %s, base %s, limit %s, RSP0 %s", hex(uint64(t.Selector)), hex(t.Base), hex(uint64(t.Limit)), hex(t.RSP0))}}
	for n := 1; n < 8; n++ {
		if t.IST[n] == 0 {
			continue
		}
		w := a.walk(t.IST[n]-8, Access{Write: true})
		text := fmt.Sprintf("IST%d = %s", n, hex(t.IST[n]))
		if w.Failed {
			text += ": " + w.Reason
		}
		out = append(out, Finding{"TSS", i, w.Failed, text})
	}
	return out
}
