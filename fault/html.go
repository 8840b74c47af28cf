package fault

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageText string

// page is the template of the HTML report. It refers to nothing outside itself.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"hex": hex, "hex64": hex64, "size": size, "percent": func(f float64) string { return fmt.Sprintf("%.0f %%", 100*f) },
	"join": strings.Join, "walkSVG": walkSVG, "regs": regs, "lines": func(s []string) string { return strings.Join(s, "\n") },
	"last": func(s []Suspect) []Suspect { return s[:min(len(s), 8)] },
}).Parse(pageText))

// RenderHTML writes the diagnosis as one self-contained page, for light and dark
// screens.
func RenderHTML(w io.Writer, d *Diagnosis) error {
	if err := page.Execute(w, d); err != nil {
		return fmt.Errorf("fault: writing the page: %w", err)
	}
	return nil
}

// register is one cell of the page's register table.
type register struct{ Name, Value string }

func regs(d *Diagnosis) [][]register {
	groups := []struct {
		order  []string
		values map[string]uint64
		format string
	}{
		{generalOrder, d.Registers.General, "%016x"}, {controlOrder, d.Registers.Control, "%016x"},
		{segmentOrder, d.Registers.Segment, "%04x"}, {tableOrder, d.Registers.Tables, "%016x"},
	}
	var out [][]register
	for _, g := range groups {
		var row []register
		for _, name := range g.order {
			row = append(row, register{name, fmt.Sprintf(g.format, g.values[name])})
		}
		out = append(out, row)
	}
	return out
}

// Measures of the drawing of a walk, in pixels.
const (
	boxWidth   = 216
	boxHeight  = 150
	boxGap     = 46
	boxTop     = 54
	boxMargin  = 8
	slotHeight = 30
	slotTop    = 60
)

// walkSVG draws a walk: a box for each table with the entry that was used, and
// arrows from entry to table. The entry that fails is red and says why.
func walkSVG(w Walk) template.HTML {
	var b strings.Builder
	n := len(w.Entries)
	boxes := n
	if !w.Failed || w.PageSize != 0 {
		boxes++
	}
	width := boxMargin*2 + boxes*boxWidth + max(0, boxes-1)*boxGap
	height := boxTop + boxHeight + boxMargin
	title := fmt.Sprintf("Page walk of %s %s: %s", w.Target, hex(w.Virtual), w.Mode)
	fmt.Fprintf(&b, `<svg class="walk" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		max(width, 240), height, max(width, 240), height, template.HTMLEscapeString(title))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>`)
	for i := range w.Entries {
		drawTable(&b, &w.Entries[i], i, i+1 < boxes)
	}
	if boxes > n {
		drawPage(&b, &w, n)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it was escaped
}

func svgText(b *strings.Builder, x, y int, class, s string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" class="%s">%s</text>`, x, y, class, template.HTMLEscapeString(s))
}

func drawTable(b *strings.Builder, e *WalkEntry, i int, arrow bool) {
	x := boxMargin + i*(boxWidth+boxGap)
	class := "box"
	if e.Failed {
		class = "box bad"
	}
	fmt.Fprintf(b, `<g class="%s">`, class)
	svgText(b, x, 20, "level", e.Level)
	svgText(b, x, 40, "faint", fmt.Sprintf("table at %s", hex(e.EntryAddr&^0xFFF)))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" class="table"/>`, x, boxTop, boxWidth, boxHeight)
	for k := range 4 {
		y := boxTop + 30 + k*slotHeight
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" class="rule"/>`, x, y, x+boxWidth, y)
	}
	y := boxTop + slotTop
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" class="slot"/>`, x, y, boxWidth, slotHeight)
	svgText(b, x+8, y+20, "entry", fmt.Sprintf("[%d] %s", e.Index, shortValue(e)))
	flags := strings.Join(e.Flags, " ")
	if flags == "" {
		flags = "no flag set"
	}
	svgText(b, x+8, y+slotHeight+20, "flags", flags)
	if e.Failed {
		svgText(b, x+8, y-10, "verdict", "✗ the walk ends here")
	}
	b.WriteString(`</g>`)
	if arrow {
		from := y + slotHeight/2
		fmt.Fprintf(b, `<path d="M%d %dC%d %d %d %d %d %d" class="arrow" marker-end="url(#tip)"/>`,
			x+boxWidth, from, x+boxWidth+boxGap/2, from, x+boxWidth+boxGap/2, boxTop+14, x+boxWidth+boxGap-2, boxTop+14)
	}
}

func shortValue(e *WalkEntry) string {
	if e.Value == 0 {
		return "0 (empty)"
	}
	return fmt.Sprintf("%016x", e.Value)
}

func drawPage(b *strings.Builder, w *Walk, i int) {
	x := boxMargin + i*(boxWidth+boxGap)
	b.WriteString(`<g class="box page">`)
	svgText(b, x, 20, "level", "page of "+size(w.PageSize))
	svgText(b, x, 40, "faint", "physical "+hex(w.Phys))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" class="table"/>`, x, boxTop, boxWidth, boxHeight)
	y := boxTop + 24
	for _, line := range wrap(w.At, 27)[:min(4, len(wrap(w.At, 27)))] {
		svgText(b, x+10, y, "entry", line)
		y += 20
	}
	if w.MemType != "" {
		svgText(b, x+10, boxTop+boxHeight-14, "flags", fmt.Sprintf("PAT %d, memory type %s", w.PATIndex, w.MemType))
	}
	b.WriteString(`</g>`)
}
