package fault

import (
	"fmt"
	"strings"
)

var (
	generalOrder = []string{
		"RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "RIP", "RFLAGS",
	}
	controlOrder = []string{"CR0", "CR2", "CR3", "CR4", "EFER"}
	segmentOrder = []string{"CS", "SS", "DS", "ES", "FS", "GS", "TR", "LDT"}
	tableOrder   = []string{"GDT base", "GDT limit", "IDT base", "IDT limit", "FS base", "GS base", "TR base"}
)

func (p *painter) registers(d *Diagnosis) {
	p.heading(fmt.Sprintf("Registers (%d-bit code)", d.Mode))
	columns := 2
	if p.width >= wideLayout {
		columns = 4
	}
	p.grid(generalOrder, d.Registers.General, columns, func(v uint64) string { return fmt.Sprintf("%016x", v) })
	p.grid(controlOrder, d.Registers.Control, columns, func(v uint64) string { return fmt.Sprintf("%016x", v) })
	p.grid(segmentOrder, d.Registers.Segment, 2*columns, func(v uint64) string { return fmt.Sprintf("%04x", v) })
	p.para("", "", strings.Join(d.Registers.Flags, " "), sgrDim)
}

// grid prints named values in columns.
func (p *painter) grid(order []string, values map[string]uint64, columns int, format func(uint64) string) {
	line := ""
	for i, name := range order {
		line += fmt.Sprintf("%-6s %s   ", name, format(values[name]))
		if (i+1)%columns == 0 || i == len(order)-1 {
			p.line(line)
			line = ""
		}
	}
}

func (p *painter) tables(d *Diagnosis) {
	if len(d.Tables) == 0 {
		return
	}
	p.heading("Descriptor tables")
	for _, f := range d.Tables {
		sgr, mark := "", "  "
		if f.Bad {
			sgr, mark = sgrRed, "✗ "
		}
		p.para(p.paint(sgr, mark)+fmt.Sprintf("%-4s", f.Table), "      ", f.Text, sgr)
	}
}

func (p *painter) tests(d *Diagnosis) {
	if len(d.SelfTests) == 0 {
		return
	}
	p.heading("Self-tests")
	for _, t := range d.SelfTests {
		if t.Failed == 0 {
			p.line(p.paint(sgrGreen, "✓ ") + fmt.Sprintf("%-10s %d checks", t.Name, t.Checks))
			continue
		}
		p.para(p.paint(sgrRed, "✗ "), "  ", fmt.Sprintf("%-10s %d of %d checks failed: %s", t.Name, t.Failed, t.Checks, t.Detail), sgrRed)
	}
}

func (p *painter) suspects(d *Diagnosis) {
	if len(d.Suspects) == 0 {
		return
	}
	p.heading("Where the cause may be")
	for _, s := range d.Suspects[:min(6, len(d.Suspects))] {
		at := ""
		if s.File != "" {
			at = fmt.Sprintf("  %s:%d", s.File, s.Line)
		}
		p.para("  ", "    ", s.Function+at, "")
		p.para("    ", "    ", s.Why, sgrDim)
	}
}

// rest prints the other classes, the serial text and the limits.
func (p *painter) rest(d *Diagnosis) {
	if len(d.Alternatives) > 0 {
		p.heading("What else it could be")
		for _, a := range d.Alternatives {
			p.para("  ", "    ", fmt.Sprintf("%.0f %%  class %d: %s", 100*a.Certainty, a.Class.Number, a.Title), "")
		}
	}
	if len(d.Serial) > 0 {
		p.heading("The last lines on the serial line")
		for _, l := range d.Serial[max(0, len(d.Serial)-8):] {
			p.line(p.paint(sgrDim, clip("  "+l, p.width)))
		}
	}
	if len(d.Notes) > 0 {
		p.heading("Limits of this diagnosis")
		for _, n := range d.Notes {
			p.para("  ", "  ", n, sgrDim)
		}
	}
}
