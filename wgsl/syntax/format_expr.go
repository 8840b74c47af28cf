package syntax

import (
	"strconv"
	"unicode/utf8"
)

func (p *printer) expr(x Expr) {
	switch x := x.(type) {
	case *TypeName:
		p.typeName(x)
	case *Literal:
		p.emit(literalText(x))
	case *Paren:
		p.emit("(")
		p.expr(x.X)
		p.emit(")")
	case *Call:
		p.typeName(x.Callee)
		p.arguments(x)
	case *Index:
		p.expr(x.Base)
		p.emit("[")
		p.expr(x.Index)
		p.emit("]")
	case *Selector:
		p.expr(x.Base)
		if _, ok := x.Base.(*Literal); ok {
			p.gap = gapSpace // 1.x would be the number 1. and x
		}
		p.emit(".")
		p.emit(x.Name.Name)
	case *Unary:
		p.emit(x.Op.String())
		if doubles(x) {
			p.gap = gapSpace
		}
		p.expr(x.X)
	case *Binary:
		p.binary(x)
	}
}

// doubles says whether an operator and that of its operand would read as one
// token: - - and & &.
func doubles(x *Unary) bool {
	y, ok := x.X.(*Unary)
	return ok && y.Op == x.Op && (x.Op == Negate || x.Op == AddressOf)
}

// binary writes x op y, with a new line behind op where y does not fit.
func (p *printer) binary(x *Binary) {
	p.expr(x.X)
	p.gap = gapSpace
	p.emit(x.Op.String())
	p.gap = gapSpace
	w := width(x.Y)
	if p.col+1+w >= maxColumns && (p.indent+p.hang)*len(indentation)+w < maxColumns {
		p.gap = gapHang
	}
	p.expr(x.Y)
}

func (p *printer) typeName(t *TypeName) {
	p.emit(t.Name.Name)
	p.template(t.Args)
}

func (p *printer) template(args []Expr) {
	if args == nil {
		return
	}
	p.emit("<")
	p.flat(args)
	p.emit(">")
}

// flat writes a list in one line.
func (p *printer) flat(list []Expr) {
	for i, x := range list {
		if i > 0 {
			p.emit(",")
			p.gap = gapSpace
		}
		p.expr(x)
	}
}

// arguments writes the arguments of a call: in one line if they fit, else one a
// line, or filled lines where all are literals.
func (p *printer) arguments(x *Call) {
	w := &ruler{most: maxColumns}
	w.add("()")
	w.list(x.Args)
	_, broken := p.commented(Span{x.Callee.End, max(x.Callee.End, x.End)})
	broken = len(x.Args) > 0 && (broken || p.col+w.columns >= maxColumns)
	p.emit("(")
	if !broken {
		p.flat(x.Args)
		p.emit(")")
		return
	}
	fill := onlyLiterals(x.Args)
	hang := p.hang
	if fill {
		p.hang = 0
	}
	p.indent++
	p.gap, p.tight = gapLine, true
	for i, a := range x.Args {
		if i > 0 {
			p.gap = gapLine
			if fill && p.col+2+width(a) < maxColumns && !p.newLineBefore(a) {
				p.gap = gapSpace
			}
		}
		p.expr(a)
		p.emit(",")
	}
	p.gap = gapLine
	p.sync(")")
	p.indent--
	p.tight = true
	p.hang = hang
	p.emit(")")
}

// newLineBefore says whether the source has a line end before an expression: rows
// of numbers stay rows.
func (p *printer) newLineBefore(x Expr) bool {
	return p.scan != nil && p.lineBreaks(p.last, x.Range().Start) > 0
}

func onlyLiterals(list []Expr) bool {
	for _, x := range list {
		if u, ok := x.(*Unary); ok {
			x = u.X
		}
		if _, ok := x.(*Literal); !ok {
			return false
		}
	}
	return true
}

// literalText is the text of a literal, made of its value if it has none.
func literalText(l *Literal) string {
	if l.Text != "" {
		return l.Text
	}
	suffix := map[LiteralKind]string{LitI32: "i", LitU32: "u", LitF32: "f", LitF16: "h"}[l.Kind]
	switch l.Kind {
	case LitBool:
		return strconv.FormatBool(l.Bool)
	case LitAbstractInt, LitI32, LitU32:
		return strconv.FormatInt(l.Int, 10) + suffix
	}
	return strconv.FormatFloat(l.Float, 'e', -1, 64) + suffix
}

// ruler measures what something takes in one line; it stops above a bound.
type ruler struct{ columns, most int }

// width is the number of columns of an expression, or a number above maxColumns.
func width(x Expr) int {
	w := &ruler{most: maxColumns}
	w.expr(x)
	return w.columns
}

func (w *ruler) add(texts ...string) {
	for _, s := range texts {
		w.columns += utf8.RuneCountInString(s)
	}
}

func (w *ruler) list(list []Expr) {
	for i, x := range list {
		if i > 0 {
			w.add(", ")
		}
		if w.expr(x); w.columns > w.most {
			return
		}
	}
}

func (w *ruler) typeName(t *TypeName) {
	w.add(t.Name.Name)
	if t.Args != nil {
		w.add("<>")
		w.list(t.Args)
	}
}

func (w *ruler) attributes(attrs []*Attribute) {
	for _, a := range attrs {
		w.add("@", a.Name.Name, " ")
		if a.HasArgs {
			w.add("()")
			w.list(a.Args)
		}
		if a.Control != nil {
			w.add(a.Control.Severity.Name, ", ", a.Control.Rule.Name)
		}
	}
}

func (w *ruler) expr(x Expr) {
	if w.columns > w.most {
		return
	}
	switch x := x.(type) {
	case *TypeName:
		w.typeName(x)
	case *Literal:
		w.add(literalText(x))
	case *Paren:
		w.add("()")
		w.expr(x.X)
	case *Call:
		w.typeName(x.Callee)
		w.add("()")
		w.list(x.Args)
	case *Index:
		w.add("[]")
		w.expr(x.Base)
		w.expr(x.Index)
	case *Selector:
		w.add(".", x.Name.Name)
		w.expr(x.Base)
	case *Unary:
		w.add(x.Op.String())
		w.expr(x.X)
	case *Binary:
		w.add(x.Op.String(), "  ")
		w.expr(x.Y)
		w.expr(x.X)
	}
}
