package fault

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ANSI colours (ECMA-48 SGR).
const (
	sgrReset  = "\x1b[0m"
	sgrBold   = "\x1b[1m"
	sgrDim    = "\x1b[2m"
	sgrRed    = "\x1b[31m"
	sgrGreen  = "\x1b[32m"
	sgrYellow = "\x1b[33m"
	sgrCyan   = "\x1b[36m"
)

const (
	minWidth = 40
	maxWidth = 120
	// wideLayout is the width from which tables get all their columns.
	wideLayout = 90
)

// JSON writes the diagnosis as indented JSON.
func (d *Diagnosis) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("fault: writing the diagnosis: %w", err)
	}
	return nil
}

// painter writes to a terminal of some width, in colour or not.
type painter struct {
	w     io.Writer
	width int
	color bool
	err   error
}

func (p *painter) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(s, " ")+"\n")
	}
}

func (p *painter) paint(sgr, s string) string {
	if !p.color || s == "" {
		return s
	}
	return sgr + s + sgrReset
}

// heading opens a section.
func (p *painter) heading(s string) {
	p.line("")
	rule := max(0, p.width-utf8.RuneCountInString(s)-4)
	p.line(p.paint(sgrDim, "── ") + p.paint(sgrBold, s) + p.paint(sgrDim, " "+strings.Repeat("─", rule)))
}

// para writes text wrapped to the width, each line after an indent; the first
// line after lead instead.
func (p *painter) para(lead, indent, text, sgr string) {
	for i, l := range wrap(text, p.width-utf8.RuneCountInString(indent)) {
		if i == 0 {
			p.line(lead + p.paint(sgr, l))
		} else {
			p.line(indent + p.paint(sgr, l))
		}
	}
}

// wrap breaks text at spaces into lines of at most width runes; a longer word
// is cut.
func wrap(text string, width int) []string {
	width = max(width, 8)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for utf8.RuneCountInString(word) > width {
			r := []rune(word)
			room := width
			if line != "" {
				room = width - utf8.RuneCountInString(line) - 1
			}
			if room < 8 {
				lines, line = append(lines, line), ""
				continue
			}
			lines = append(lines, strings.TrimSpace(line+" "+string(r[:room])))
			line, word = "", string(r[room:])
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// clip shortens s to n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + "…"
}

// Render writes the diagnosis for a terminal that is width columns wide (40 to
// 120 are used), in colour or without.
func Render(w io.Writer, d *Diagnosis, width int, color bool) error {
	p := &painter{w: w, width: min(max(width, minWidth), maxWidth), color: color}
	p.head(d)
	if d.Healthy {
		p.tests(d)
		return p.err
	}
	p.heading("Cause")
	p.para("", "", d.Cause, "")
	p.heading("How it was found")
	for _, f := range d.Found {
		p.para(p.paint(sgrCyan, "• "), "  ", f, "")
	}
	p.heading("What to do")
	p.para("", "", d.WhatToDo, "")
	p.chain(d)
	for i := range d.Walks {
		if w := &d.Walks[i]; w.Failed || w.Target == "CR2" {
			p.walk(w)
		}
	}
	p.code(d)
	p.backtrace(d)
	p.registers(d)
	p.tables(d)
	p.tests(d)
	p.suspects(d)
	p.rest(d)
	return p.err
}

func (p *painter) head(d *Diagnosis) {
	mark, sgr := "✗ ", sgrRed
	if d.Healthy {
		mark, sgr = "✓ ", sgrGreen
	}
	p.para(p.paint(sgr, mark), "  ", d.Title, sgrBold)
	if d.Healthy {
		return
	}
	class := d.Class.Title
	if d.Class.Number != 0 {
		class = fmt.Sprintf("class %d, %s", d.Class.Number, class)
	}
	if d.Certainty > 0 {
		class += fmt.Sprintf(" · %.0f %% certain", 100*d.Certainty)
	}
	p.para("  ", "  ", class, sgrDim)
	if d.Location.Function != "" || d.Location.File != "" {
		p.para("  ", "  ", "in "+d.Location.String(), sgrDim)
	}
}

func (p *painter) chain(d *Diagnosis) {
	if len(d.Chain) == 0 {
		return
	}
	p.heading("Chain of exceptions")
	if d.Handled > 0 {
		p.para("  ", "  ", fmt.Sprintf("%d earlier exception(s) were handled and are not part of it", d.Handled), sgrDim)
	}
	for i, s := range d.Chain {
		mark, sgr := "├ ", ""
		if i == len(d.Chain)-1 {
			mark = "└ "
		}
		if s.Root {
			mark, sgr = "● ", sgrRed
		}
		text := s.Name
		if s.Error != nil {
			text += fmt.Sprintf(" (%s)", hex(s.Error.Value))
			if s.Error.Words != "" {
				text += ": " + s.Error.Words
			}
		}
		p.para(p.paint(sgr, mark), "│ ", text, sgr)
		if s.Known {
			at := "RIP " + hex(s.RIP)
			if s.Where != "" {
				at += " " + s.Where
			}
			if s.CR2 != 0 || s.Vector == vecPF {
				at += ", CR2 " + hex(s.CR2)
			}
			p.para("│   ", "│   ", at, sgrDim)
		}
		if s.Note != "" {
			p.para("│   ", "│   ", s.Note, sgrDim)
		}
	}
}

func (p *painter) walk(w *Walk) {
	p.heading(fmt.Sprintf("Page walk of %s %s (%s, %s)", w.Target, hex(w.Virtual), w.Access, w.Mode))
	for i := range w.Entries {
		e := &w.Entries[i]
		sgr, mark := sgrGreen, "✓"
		if e.Failed {
			sgr, mark = sgrRed, "✗"
		}
		flags := strings.Join(e.Flags, " ")
		if flags == "" {
			flags = "-"
		}
		text := fmt.Sprintf("%-4s[%3d] %s", e.Level, e.Index, hex64(e.Value))
		if p.width >= wideLayout {
			text += fmt.Sprintf(" at %-12s → %-12s", hex(e.EntryAddr), hex(e.Address))
		}
		p.line(p.paint(sgr, mark+" ") + text + " " + p.paint(sgrCyan, flags))
		if e.Failed {
			p.para("    "+p.paint(sgrRed, "▲ "), "      ", e.Reason, sgrRed)
		}
	}
	if w.Failed && len(w.Entries) == 0 {
		p.para(p.paint(sgrRed, "✗ "), "  ", w.Reason, sgrRed)
	}
	if w.PageSize != 0 {
		text := fmt.Sprintf("= physical %s, a page of %s", hex(w.Phys), size(w.PageSize))
		if w.MemType != "" {
			text += fmt.Sprintf(", PAT index %d = %s, memory type %s", w.PATIndex, w.PATType, w.MemType)
		}
		p.para("  ", "  ", text, "")
		p.para("  ", "  ", "there is: "+w.At, "")
	}
}

func (p *painter) code(d *Diagnosis) {
	if len(d.Source) > 0 {
		p.heading("Source: " + fmt.Sprintf("%s:%d", d.Location.File, d.Location.Line))
		for _, l := range d.Source {
			sgr, mark := sgrDim, " "
			if l.Fault {
				sgr, mark = sgrRed, "▶"
			}
			p.line(p.paint(sgr, clip(fmt.Sprintf("%s%5d  %s", mark, l.Line, strings.ReplaceAll(l.Text, "\t", "    ")), p.width)))
		}
	}
	if len(d.Disassembly) == 0 {
		return
	}
	p.heading("Instructions")
	last := ""
	for _, i := range d.Disassembly {
		if at := fmt.Sprintf("%s:%d", i.File, i.Line); i.File != "" && at != last {
			p.line(p.paint(sgrDim, clip("  "+at, p.width)))
			last = at
		}
		sgr, mark := "", "  "
		if i.Fault {
			sgr, mark = sgrRed, "▶ "
		}
		text := fmt.Sprintf("%s%-16s  ", mark, hex(i.Address))
		if p.width >= wideLayout {
			text += fmt.Sprintf("%-22s  ", i.Bytes)
		}
		p.line(p.paint(sgr, clip(text+i.Text, p.width)))
	}
}

func (p *painter) backtrace(d *Diagnosis) {
	if len(d.Backtrace) == 0 {
		return
	}
	p.heading("Backtrace")
	repeat := 0
	for i, f := range d.Backtrace {
		if i > 0 && f.Function == d.Backtrace[i-1].Function && f.Function != "" {
			if repeat++; repeat > 2 {
				continue
			}
		} else {
			if repeat > 2 {
				p.line(p.paint(sgrDim, fmt.Sprintf("     … %d more times", repeat-2)))
			}
			repeat = 0
		}
		name := f.Name
		if name == "" {
			name = hex(f.Address)
		}
		if f.File != "" {
			name += fmt.Sprintf("  %s:%d", f.File, f.Line)
		}
		p.para(fmt.Sprintf("%3d  ", i), "     ", name, "")
	}
	if repeat > 2 {
		p.line(p.paint(sgrDim, fmt.Sprintf("     … %d more times", repeat-2)))
	}
}
