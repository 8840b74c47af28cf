package fault

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pxos/machine"
)

// Options adjust a diagnosis. The zero value is good.
type Options struct {
	// KernelELF replaces the evidence's image with symbols.
	KernelELF string
	// SourceDirs are searched for the source files that the symbols name.
	SourceDirs []string
	// MaxPhyAddr is the CPU's physical address width in bits, 0 = from the boot
	// report, or 40.
	MaxPhyAddr uint
}

// Limits of what a diagnosis carries.
const (
	maxChainSteps  = 12
	maxSerialLines = 40
	maxSourceBytes = 4 << 20
	sourceContext  = 4
)

// Diagnose explains a run. It fails only without evidence; when no class fits,
// the diagnosis says so and still tells everything.
func Diagnose(ev *machine.Evidence, o Options) (*Diagnosis, error) {
	if ev == nil {
		return nil, errors.New("fault: no evidence to diagnose: run a machine first")
	}
	a := newAnalysis(ev, o)
	defer a.Sym.close()
	fits := classify(a)
	if a.healthy() {
		fits = silentOnly(fits)
	}
	d := a.describe()
	switch {
	case len(fits) > 0:
		d.name(a, fits[0])
		for _, c := range fits[1:min(len(fits), 5)] {
			d.Alternatives = append(d.Alternatives, Alternative{c.class.Ref(), c.match.Certainty, fill(c.class.Headline, c.match.Facts), c.match.Evidence})
		}
		d.Suspects = a.suspects(fits[0], o.SourceDirs)
	case a.healthy():
		d.Healthy = true
		d.Certainty = 0.99
		d.Title = "healthy boot"
		d.Cause = "The kernel ran to its end and says that all is well; nothing in the evidence contradicts it."
		if ev.Termination == machine.TerminationNone {
			d.Title, d.Cause = "healthy, and running", "The kernel is running and its report says that all is well; nothing in the evidence contradicts it."
		}
		d.WhatToDo = "Nothing."
		d.signature = "healthy"
	default:
		d.unexplained(a)
		d.Suspects = a.suspects(candidate{&Class{}, Match{}}, o.SourceDirs)
	}
	d.Source = readSource(d.Location, o.SourceDirs)
	return d, nil
}

// silentOnly keeps the classes whose bugs leave a boot that seems good.
func silentOnly(all []candidate) []candidate {
	var out []candidate
	for _, c := range all {
		if c.class.Silent {
			out = append(out, c)
		}
	}
	return out
}

// describe fills in all that does not depend on the class.
func (a *Analysis) describe() *Diagnosis {
	ev := a.Ev
	d := &Diagnosis{
		Schema: Schema, Termination: string(ev.Termination), ExitCode: ev.ExitCode,
		Chain: a.chainSteps(maxChainSteps), ChainWhy: a.chain.why, Handled: a.chain.handled,
		Mode: a.Mode, Registers: registerDump(&a.Regs), Tables: a.checkTables(),
		Disassembly: a.disassemble(a.Regs.RIP, 6, 4), Backtrace: a.frames, Serial: serialLines(ev.Serial),
		Found: []string{}, Alternatives: []Alternative{}, Suspects: []Suspect{}, Notes: a.notes(),
	}
	for _, w := range []*Walk{a.CR2, a.RIP, a.RSP} {
		if w != nil && w.Mode != "off" {
			d.Walks = append(d.Walks, *w)
		}
	}
	for _, t := range a.Report.Tests {
		d.SelfTests = append(d.SelfTests, SelfTest{t.Name, t.Checks, t.Failed, t.Detail})
	}
	d.Location = a.crashLocation()
	return d
}

// crashLocation is the innermost place of the backtrace that has a name.
func (a *Analysis) crashLocation() Location {
	for _, f := range a.frames {
		if f.Function != "" {
			return f.Location
		}
	}
	return a.Sym.Locate(a.Regs.RIP)
}

// name makes the diagnosis one of the class.
func (d *Diagnosis) name(a *Analysis, c candidate) {
	d.Class, d.Certainty = c.class.Ref(), c.match.Certainty
	d.Title = fill(c.class.Headline, c.match.Facts)
	d.Cause = fill(c.class.Explain, c.match.Facts)
	d.WhatToDo = fill(c.class.Do, c.match.Facts)
	d.Found = append(d.Found, c.match.Evidence...)
	if c.match.At != nil && (c.match.At.Function != "" || d.Location.Function == "") {
		d.Location = *c.match.At
	}
	d.signature = signatureOf(d.Class, d.Location.Function, c.match.Detail)
}

// unexplained says that no class fits, and what is known all the same.
func (d *Diagnosis) unexplained(a *Analysis) {
	f := a.Fault()
	d.Class = ClassRef{0, "unexplained", "no class of the catalogue fits"}
	d.WhatToDo = "Start at the first fault of the chain: the instruction, its operands and the walk of CR2 below. If you find the cause, docs/fault.md shows how to add its class."
	if f == nil {
		d.Title = "the run ended by " + d.Termination + ", and no class of the catalogue fits"
		if a.Ev.Termination == machine.TerminationNone {
			d.Title = "the machine is running, has not said that all is well, and no class of the catalogue fits"
		}
		d.Cause = "No exception ended the run, and nothing else in the evidence is known to be wrong."
		d.signature = signatureOf(d.Class, d.Location.Function, d.Termination)
		return
	}
	d.Title = fmt.Sprintf("%s in %s; no class of the catalogue fits", VectorName(f.Vector), d.Location)
	d.Cause = "The first fault is " + VectorName(f.Vector)
	if HasErrorCode(f.Vector) {
		d.Cause += " (" + DecodeError(f.Vector, f.ErrorCode).Words + ")"
	}
	d.Cause += " at " + d.Location.String() + "."
	if a.CR2 != nil {
		d.Cause += fmt.Sprintf(" The address is %s: ", hex(a.Regs.CR2))
		if a.CR2.Failed {
			d.Cause += a.CR2.Reason + "."
		} else {
			d.Cause += "its walk succeeds."
		}
	}
	d.Found = append(d.Found, a.chain.why)
	d.signature = signatureOf(d.Class, d.Location.Function, VectorName(f.Vector))
}

// notes are the limits of the diagnosis.
func (a *Analysis) notes() []string {
	out := []string{}
	if a.Sym.Problem != "" {
		out = append(out, a.Sym.Problem+": functions and lines are missing.")
	}
	if a.mem.reader == nil {
		out = append(out, "The evidence holds no memory: page walks and tables could not be read.")
	}
	if a.Ev.ExceptionsDropped > 0 {
		out = append(out, fmt.Sprintf("%d exceptions in the middle of the log were left out.", a.Ev.ExceptionsDropped))
	}
	if len(a.Ev.MSRs) == 0 && a.Regs.CR0&cr0PG != 0 {
		out = append(out, "PAT and MTRRs could not be read; memory types assume the power-on PAT.")
	}
	if a.chain.root != nil {
		out = append(out, "This is what happened under emulation; hardware may differ where TLBs, caches, alignment or timing matter.")
	}
	return out
}

// serialLines are the last lines of the serial text, made printable.
func serialLines(text []byte) []string {
	lines := []string{}
	if len(text) > 64<<10 {
		text = text[len(text)-64<<10:]
	}
	sc := bufio.NewScanner(bytes.NewReader(text))
	sc.Buffer(nil, 64<<10+1)
	for sc.Scan() {
		line := printable(strings.TrimRight(sc.Text(), "\r"))
		if len(line) > 400 {
			line = line[:400] + "…"
		}
		lines = append(lines, line)
	}
	return lines[max(0, len(lines)-maxSerialLines):]
}

// readSource finds the source around a location below one of the folders. The
// path in the symbols comes from outside, so it is only used below them.
func readSource(l Location, dirs []string) []SourceLine {
	if l.File == "" || l.Line <= 0 {
		return nil
	}
	for _, dir := range dirs {
		text := openBelow(dir, l.File)
		if text == nil {
			continue
		}
		var out []SourceLine
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if n >= l.Line-sourceContext && n <= l.Line+sourceContext {
				out = append(out, SourceLine{n, printable(strings.TrimRight(line, "\r\n")), n == l.Line})
			}
		}
		return out
	}
	return nil
}

// openBelow reads the file below dir whose path is the longest tail of name.
func openBelow(dir, name string) []byte {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	parts := strings.Split(filepath.ToSlash(name), "/")
	for i := range parts {
		f, err := root.Open(filepath.Join(parts[i:]...))
		if err != nil {
			continue
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil || !st.Mode().IsRegular() || st.Size() > maxSourceBytes {
			continue
		}
		text := make([]byte, st.Size())
		if n, err := f.ReadAt(text, 0); err == nil || n == len(text) {
			return text[:n]
		}
	}
	return nil
}
