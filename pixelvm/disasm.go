package pixelvm

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Disassemble is the source of a program: assembled again, it is the same program. What
// is no valid code is shown as it is, in comments.
func Disassemble(p *Program) string {
	var b strings.Builder
	fmt.Fprintf(&b, "memory %d\n", p.Tiles)
	for _, d := range p.Data {
		fmt.Fprintf(&b, "data %d", d.Address)
		for _, c := range d.Bytes {
			fmt.Fprintf(&b, " 0x%02x", c)
		}
		b.WriteByte('\n')
	}
	names := functionNames(p)
	if len(p.Table) > 0 {
		b.WriteString("table")
		for _, n := range p.Table {
			b.WriteString(" " + nameOf(names, n))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "entry %s\n", nameOf(names, p.Entry))
	for i := range p.Functions {
		disassemble(&b, &p.Functions[i], names, names[i])
	}
	return b.String()
}

// functionNames gives every function a name that the assembler takes.
func functionNames(p *Program) []string {
	seen := map[string]bool{}
	var names []string
	for i, f := range p.Functions {
		name := f.Name
		if name == "" || seen[name] || strings.ContainsAny(name, " \t\r\n,();\"") || !strings.HasPrefix(strconv.Quote(name), `"`+name) {
			name = fmt.Sprintf("f%d", i)
		}
		for seen[name] {
			name += "_"
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

func nameOf(names []string, n int) string {
	if n < len(names) {
		return names[n]
	}
	return fmt.Sprintf("?%d", n)
}

func disassemble(b *strings.Builder, f *Function, names []string, name string) {
	fmt.Fprintf(b, "\nfunc %s (", name)
	for i, t := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "l%d %v", i, t)
	}
	b.WriteString(")")
	if len(f.Results) > 0 {
		fmt.Fprintf(b, " %s", typeList(f.Results))
	}
	b.WriteByte('\n')
	for i, t := range f.Locals {
		fmt.Fprintf(b, "    local l%d %v\n", len(f.Params)+i, t)
	}
	targets := map[int]bool{}
	for _, px := range f.Code {
		if table[px.Op()].Operand == JumpOperand {
			targets[px.Operand()] = true
		}
	}
	for at := 0; at < len(f.Code); at++ {
		if targets[at] {
			fmt.Fprintf(b, "p%d:\n", at)
		}
		text, size := Line(f, at, names)
		fmt.Fprintf(b, "    %s\n", text)
		at += size - 1
	}
	b.WriteString("end\n")
}

// Line is the instruction at a pixel of a function as text, and its pixels.
func Line(f *Function, at int, names []string) (text string, pixels int) {
	px := f.Code[at]
	op := table[px.Op()]
	switch {
	case op.Name == "":
		return fmt.Sprintf("; %08x is no instruction", uint32(px)), 1
	case op.Operand == WideOperand && at+2 < len(f.Code):
		v := uint64(f.Code[at+1])<<32 | uint64(f.Code[at+2])
		if op.Code == PUSHF {
			return op.Name + " " + strconv.FormatFloat(math.Float64frombits(v), 'g', -1, 64), 3
		}
		return fmt.Sprintf("%s %d", op.Name, int64(v)), 3
	}
	switch op.Operand {
	case NoOperand, WideOperand:
		return op.Name, 1
	case JumpOperand:
		return fmt.Sprintf("%s p%d", op.Name, px.Operand()), 1
	case FunctionOperand:
		return op.Name + " " + nameOf(names, px.Operand()), 1
	case LocalOperand:
		return fmt.Sprintf("%s l%d", op.Name, px.Operand()), 1
	case HostOperand:
		if n := px.Operand(); n < len(HostOps) {
			return op.Name + " " + HostOps[n].Name, 1
		}
	case SignedOperand:
		return fmt.Sprintf("%s %d", op.Name, px.Signed()), 1
	}
	return fmt.Sprintf("%s %d", op.Name, px.Operand()), 1
}
