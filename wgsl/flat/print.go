package flat

import (
	"fmt"
	"math"
	"strings"

	"pxos/wgsl/types"
)

var opNames = [...]string{
	Nop: "nop", Const: "const", Input: "input", Add: "add", Sub: "sub", Mul: "mul", Div: "div", Rem: "rem", Neg: "neg",
	And: "and", Or: "or", Xor: "xor", Not: "not", Shl: "shl", Shr: "shr", Eq: "eq", Ne: "ne", Lt: "lt", Le: "le",
	Gt: "gt", Ge: "ge", Select: "select", Fma: "fma", Min: "min", Max: "max", Abs: "abs", Floor: "floor", Ceil: "ceil",
	Trunc: "trunc", Round: "round", Sqrt: "sqrt", CountLeadingZeros: "clz", CountTrailingZeros: "ctz",
	CountOneBits: "popcount", Convert: "convert", Bitcast: "bitcast", Get: "get", Set: "set", BufferSize: "size",
	Load: "load", Part: "part", Store: "store", Zero: "zero", Atomic: "atomic", Exchanged: "exchanged",
	Subgroup: "subgroup", If: "if", Block: "block", Loop: "loop", Break: "break", Barrier: "barrier",
}

func (op Op) String() string { return opNames[op] }

var inputNames = [...]string{
	"local.x", "local.y", "local.z", "local_index", "group.x", "group.y", "group.z", "count.x", "count.y", "count.z",
	"lane", "lanes", "subgroup", "subgroups",
}

// String writes the program for people: one instruction on a line, with what the
// analysis found out. u, a+n and v mark uniform, affine and varying values.
func (p *Program) String() string {
	w := &printer{}
	fmt.Fprintf(&w.b, "entry %s, workgroup %v\n", p.Entry, p.WorkgroupSize)
	w.body(p.Body, "  ")
	return w.b.String()
}

type printer struct{ b strings.Builder }

func (w *printer) body(b *Body, indent string) {
	for _, i := range b.Code {
		w.instr(i, indent)
	}
}

func (w *printer) instr(i *Instr, indent string) {
	w.b.WriteString(indent)
	if i.HasResult() {
		fmt.Fprintf(&w.b, "%%%d:%s%s = ", i.ID, i.Kind, mark(i.Level, i.Stride))
	}
	w.b.WriteString(i.Op.String())
	if i.Split {
		w.b.WriteString(" split")
	}
	if i.Slot != nil {
		fmt.Fprintf(&w.b, " $%d(%s)%s", i.Slot.ID, i.Slot.Name, mark(i.Slot.Level, i.Slot.Stride))
	}
	if i.Op == Part {
		fmt.Fprintf(&w.b, " %d of", i.Index)
	}
	if i.Access != nil {
		w.access(i.Access)
	}
	for _, a := range i.Args {
		w.b.WriteString(" " + operand(a))
	}
	w.b.WriteString("\n")
	if i.Body != nil {
		w.body(i.Body, indent+"  ")
	}
	if i.Else != nil {
		w.b.WriteString(indent + "else\n")
		w.body(i.Else, indent+"  ")
	}
}

func (w *printer) access(a *Access) {
	fmt.Fprintf(&w.b, " %s[%d", a.Mem.Name, a.Offset)
	for _, t := range a.Terms {
		fmt.Fprintf(&w.b, " + %s*%d", operand(t.Index), t.Stride)
		if t.Count > 0 {
			fmt.Fprintf(&w.b, "<%d", t.Count)
		}
	}
	w.b.WriteString("]")
}

func mark(l Level, stride int32) string {
	switch l {
	case Uniform:
		return ".u"
	case Affine:
		return fmt.Sprintf(".a%+d", stride)
	case Varying:
		return ".v"
	}
	return ".?"
}

func operand(i *Instr) string {
	switch i.Op {
	case Const:
		switch i.Kind {
		case types.F32, types.F16:
			return fmt.Sprint(math.Float32frombits(i.Bits))
		case types.I32:
			return fmt.Sprint(int32(i.Bits))
		}
		return fmt.Sprint(i.Bits)
	case Input:
		return inputNames[i.Input]
	case BufferSize:
		return "size(" + i.Access.Mem.Name + ")"
	}
	return fmt.Sprintf("%%%d", i.ID)
}
