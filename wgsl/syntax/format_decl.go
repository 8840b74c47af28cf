package syntax

import "strings"

func (p *printer) words(s string) {
	for i, w := range strings.Fields(s) {
		if i > 0 {
			p.gap = gapSpace
		}
		p.emit(w)
	}
}

func (p *printer) directive(d Directive) {
	switch d := d.(type) {
	case *EnableDirective:
		p.emit("enable")
		p.names(d.Names)
	case *RequiresDirective:
		p.emit("requires")
		p.names(d.Names)
	case *DiagnosticDirective:
		p.emit("diagnostic")
		p.control(d.Control)
	}
	p.emit(";")
}

func (p *printer) names(names []Ident) {
	for i, n := range names {
		if i > 0 {
			p.emit(",")
		}
		p.gap = gapSpace
		p.emit(n.Name)
	}
}

func (p *printer) control(c DiagnosticControl) {
	p.emit("(")
	p.emit(c.Severity.Name)
	p.emit(",")
	p.gap = gapSpace
	first, second, dotted := strings.Cut(c.Rule.Name, ".")
	p.emit(first)
	if dotted {
		p.emit(".")
		p.emit(second)
	}
	p.emit(")")
}

// attributes writes attributes, each with a gap behind it.
func (p *printer) attributes(attrs []*Attribute, behind gap) {
	for i, a := range attrs {
		p.emit("@")
		p.emit(a.Name.Name)
		switch {
		case a.Control != nil:
			p.control(*a.Control)
		case a.HasArgs:
			p.emit("(")
			p.flat(a.Args)
			p.emit(")")
		}
		p.gap = gapSpace
		if i == len(attrs)-1 {
			p.gap = behind
		}
	}
}

// typed writes a name and, if there is one, its type.
func (p *printer) typed(name Ident, t *TypeName) {
	p.emit(name.Name)
	if t != nil {
		p.emit(":")
		p.gap = gapSpace
		p.typeName(t)
	}
}

func (p *printer) initial(x Expr) {
	if x != nil {
		p.gap = gapSpace
		p.emit("=")
		p.gap = gapSpace
		p.expr(x)
	}
}

// decl writes a declaration of module scope.
func (p *printer) decl(d Decl) {
	switch d := d.(type) {
	case *FuncDecl:
		p.function(d)
		return
	case *StructDecl:
		p.structure(d)
		return
	}
	p.value(d)
	p.emit(";")
}

// value writes a declaration as it is in both scopes, without its semicolon.
func (p *printer) value(d Decl) {
	switch d := d.(type) {
	case *VarDecl:
		p.attributes(d.Attrs, gapSpace)
		p.emit("var")
		p.template(d.Template)
		p.gap = gapSpace
		p.typed(d.Name, d.Type)
		p.initial(d.Init)
	case *ConstDecl:
		p.emit("const")
		p.gap = gapSpace
		p.typed(d.Name, d.Type)
		p.initial(d.Init)
	case *OverrideDecl:
		p.attributes(d.Attrs, gapSpace)
		p.emit("override")
		p.gap = gapSpace
		p.typed(d.Name, d.Type)
		p.initial(d.Init)
	case *AliasDecl:
		p.words("alias " + d.Name.Name)
		p.initial(d.Type)
	case *ConstAssert:
		p.emit("const_assert")
		p.gap = gapSpace
		p.expr(d.Cond)
	}
}

func (p *printer) structure(d *StructDecl) {
	p.words("struct " + d.Name.Name)
	p.gap = gapSpace
	p.open()
	for _, m := range d.Members {
		p.gap = gapLine
		p.attributes(m.Attrs, gapSpace)
		p.typed(m.Name, m.Type)
		p.emit(",")
	}
	p.shut()
}

func (p *printer) function(d *FuncDecl) {
	p.hang = 0
	p.attributes(d.Attrs, gapHang)
	p.emit("fn")
	p.hang = 1
	p.gap = gapSpace
	p.emit(d.Name.Name)
	head := Span{d.Name.End, max(d.Name.End, d.Span.End)}
	if d.Body != nil {
		head.End = max(head.Start, d.Body.Start)
	}
	_, broken := p.commented(head)
	broken = broken || p.col+widthOfHead(d) > maxColumns
	p.emit("(")
	p.params(d.Params, broken && len(d.Params) > 0)
	p.emit(")")
	if d.Result != nil {
		p.gap = gapSpace
		p.emit("->")
		p.gap = gapSpace
		p.attributes(d.ResultAttrs, gapSpace)
		p.typeName(d.Result)
	}
	p.gap = gapSpace
	p.block(d.Body)
}

// params writes parameters, broken one a line.
func (p *printer) params(params []*Param, broken bool) {
	if broken {
		p.indent++
	}
	for i, d := range params {
		switch {
		case broken:
			p.gap = gapLine
		case i > 0:
			p.gap = gapSpace
		}
		p.attributes(d.Attrs, gapSpace)
		p.typed(d.Name, d.Type)
		if broken || i < len(params)-1 {
			p.emit(",")
		}
	}
	if broken {
		p.gap = gapLine
		p.sync(")")
		p.indent--
		p.tight = true
	}
}

// widthOfHead is the number of columns of a function's head in one line, without
// its attributes, from behind its name to its brace.
func widthOfHead(d *FuncDecl) int {
	w := &ruler{most: maxColumns}
	w.add("() {")
	for i, a := range d.Params {
		if i > 0 {
			w.add(", ")
		}
		w.attributes(a.Attrs)
		w.add(a.Name.Name, ": ")
		w.typeName(a.Type)
	}
	if d.Result != nil {
		w.add(" -> ")
		w.attributes(d.ResultAttrs)
		w.typeName(d.Result)
	}
	return w.columns
}
