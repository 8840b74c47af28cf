package fault

import (
	"fmt"
	"strings"

	"pxos/machine"
)

// Schema names the JSON form of Diagnosis. Fields may be added under the same
// name; none changes its meaning.
const Schema = "pxos.diagnosis/1"

// Diagnosis is what is known about one run.
type Diagnosis struct {
	Schema    string   `json:"schema"`
	Healthy   bool     `json:"healthy"`
	Class     ClassRef `json:"class"`
	Certainty float64  `json:"certainty"` // 0 to 1
	Title     string   `json:"title"`     // one line
	Cause     string   `json:"cause"`     // in plain words
	Found     []string `json:"found"`     // the evidence that led here
	WhatToDo  string   `json:"what_to_do"`

	Termination  string        `json:"termination"`
	ExitCode     int           `json:"exit_code"`
	Location     Location      `json:"location"`
	Chain        []ChainStep   `json:"chain"`
	ChainWhy     string        `json:"chain_why,omitempty"`
	Handled      int           `json:"handled"` // exceptions that the kernel survived before
	Walks        []Walk        `json:"walks"`
	Mode         int           `json:"mode"` // 16, 32 or 64
	Registers    Registers     `json:"registers"`
	Tables       []Finding     `json:"tables"`
	Disassembly  []Instruction `json:"disassembly"`
	Backtrace    []Frame       `json:"backtrace"`
	Source       []SourceLine  `json:"source,omitempty"`
	SelfTests    []SelfTest    `json:"self_tests,omitempty"`
	Serial       []string      `json:"serial"` // the last lines, printable
	Alternatives []Alternative `json:"alternatives"`
	Suspects     []Suspect     `json:"suspects"`
	Notes        []string      `json:"notes"` // limits of this diagnosis

	signature string
}

// ClassRef names a class of the catalogue. Number 0 is none of them.
type ClassRef struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	Title  string `json:"title"`
}

// Alternative is another class that fits, less well.
type Alternative struct {
	Class     ClassRef `json:"class"`
	Certainty float64  `json:"certainty"`
	Title     string   `json:"title"`
	Found     []string `json:"found"`
}

// Suspect is a function that may hold the cause, the likeliest first; that is
// often not the function in which the machine died.
type Suspect struct {
	Function string  `json:"function"`
	File     string  `json:"file,omitempty"`
	Line     int     `json:"line,omitempty"` // of the function's start
	Score    float64 `json:"score"`
	Why      string  `json:"why"`
}

// SelfTest is one self-test of the boot report.
type SelfTest struct {
	Name   string `json:"name"`
	Checks int    `json:"checks"`
	Failed int    `json:"failed"`
	Detail string `json:"detail,omitempty"`
}

// SourceLine is a line of source around the location.
type SourceLine struct {
	Line  int    `json:"line"`
	Text  string `json:"text"`
	Fault bool   `json:"fault,omitempty"`
}

// Registers are those of the first fault, or of the stop where there was none.
type Registers struct {
	General map[string]uint64 `json:"general"`
	Control map[string]uint64 `json:"control"`
	Segment map[string]uint64 `json:"segment"`
	Tables  map[string]uint64 `json:"tables"`
	Flags   []string          `json:"flags"` // of RFLAGS, CR0, CR4 and EFER that matter
}

// Signature is a stable name for what happened: class, function and what the
// class adds (a level, a kind of failure). Equal bugs have equal signatures from
// run to run; addresses are not part of it.
func (d *Diagnosis) Signature() string { return d.signature }

// registerDump sorts a register file for people.
func registerDump(r *machine.Registers) Registers {
	return Registers{
		General: map[string]uint64{
			"RAX": r.RAX, "RBX": r.RBX, "RCX": r.RCX, "RDX": r.RDX, "RSI": r.RSI, "RDI": r.RDI, "RBP": r.RBP, "RSP": r.RSP,
			"R8": r.R8, "R9": r.R9, "R10": r.R10, "R11": r.R11, "R12": r.R12, "R13": r.R13, "R14": r.R14, "R15": r.R15,
			"RIP": r.RIP, "RFLAGS": r.RFLAGS,
		},
		Control: map[string]uint64{"CR0": r.CR0, "CR2": r.CR2, "CR3": r.CR3, "CR4": r.CR4, "EFER": r.EFER},
		Segment: map[string]uint64{
			"CS": uint64(r.CS.Selector), "SS": uint64(r.SS.Selector), "DS": uint64(r.DS.Selector), "ES": uint64(r.ES.Selector),
			"FS": uint64(r.FS.Selector), "GS": uint64(r.GS.Selector), "TR": uint64(r.TR.Selector), "LDT": uint64(r.LDT.Selector),
		},
		Tables: map[string]uint64{
			"GDT base": r.GDT.Base, "GDT limit": uint64(r.GDT.Limit), "IDT base": r.IDT.Base, "IDT limit": uint64(r.IDT.Limit),
			"FS base": r.FS.Base, "GS base": r.GS.Base, "TR base": r.TR.Base,
		},
		Flags: flagNames(r),
	}
}

func flagNames(r *machine.Registers) []string {
	var out []string
	for _, f := range []struct {
		value, bit uint64
		name       string
	}{
		{r.RFLAGS, flagsIF, "IF"}, {r.RFLAGS, 1 << 10, "DF"}, {r.RFLAGS, flagsAC, "AC"},
		{r.CR0, cr0PE, "CR0.PE"}, {r.CR0, cr0EM, "CR0.EM"}, {r.CR0, cr0TS, "CR0.TS"}, {r.CR0, cr0WP, "CR0.WP"}, {r.CR0, cr0PG, "CR0.PG"},
		{r.CR4, cr4PAE, "CR4.PAE"}, {r.CR4, cr4OSFXSR, "CR4.OSFXSR"}, {r.CR4, cr4LA57, "CR4.LA57"}, {r.CR4, cr4OSXSAVE, "CR4.OSXSAVE"},
		{r.CR4, cr4SMEP, "CR4.SMEP"}, {r.CR4, cr4SMAP, "CR4.SMAP"}, {r.EFER, eferLMA, "EFER.LMA"}, {r.EFER, eferNXE, "EFER.NXE"},
	} {
		if f.value&f.bit != 0 {
			out = append(out, f.name)
		}
	}
	return out
}

// plainFunction strips what changes from build to build out of a symbol.
func plainFunction(name string) string {
	name, _, _ = strings.Cut(name, "·f")
	if name == "" {
		return "?"
	}
	return name
}

// signatureOf joins the parts of a signature.
func signatureOf(c ClassRef, function, detail string) string {
	s := fmt.Sprintf("%d:%s@%s", c.Number, c.Name, plainFunction(function))
	if detail != "" {
		s += "/" + detail
	}
	return s
}
