package syntax

// translationUnit is the whole text.
func (p *parser) translationUnit() {
	for p.tok.kind != tEOF {
		start := p.tok.Start
		switch p.tok.kind {
		case kEnable, kRequires, kDiagnostic:
			if d := p.directive(); d != nil && !p.failing {
				p.file.Directives = append(p.file.Directives, d)
			}
		case tSemicolon:
			if p.loose == (Span{}) {
				p.loose = p.tok.Span
			}
			p.next()
		default:
			if d := p.globalDecl(); d != nil && !p.failing {
				p.file.Decls = append(p.file.Decls, d)
			}
		}
		p.unclosed, p.resumed = false, false
		p.failedAt = p.held.kind
		if p.recover() {
			p.skipToDecl(start)
		}
	}
}

// directive is global_directive.
func (p *parser) directive() Directive {
	start, word := p.tok.Start, p.tok
	var d Directive
	p.next()
	switch word.kind {
	case kEnable:
		e := &EnableDirective{Names: p.extensionNames()}
		d, e.Span = e, p.endDirective(start, "the enable directive")
	case kRequires:
		r := &RequiresDirective{Names: p.extensionNames()}
		d, r.Span = r, p.endDirective(start, "the requires directive")
	default:
		g := &DiagnosticDirective{Control: p.diagnosticControl()}
		d, g.Span = g, p.endDirective(start, "the diagnostic directive")
	}
	switch {
	case len(p.file.Decls) == 0 && p.loose != (Span{}):
		p.report(word.Span, ruleDirectives, "the directive "+quote(spelling[word.kind])+" stands after a semicolon of its own",
			"remove that semicolon", Note{p.loose, "the semicolon"})
	case len(p.file.Decls) > 0:
		p.report(word.Span, ruleDirectives, "the directive "+quote(spelling[word.kind])+" stands after a declaration",
			"move it to the beginning of the text", Note{p.file.Decls[0].Range(), "the first declaration"})
	}
	return d
}

func (p *parser) endDirective(start Pos, what string) Span {
	p.semicolon(what)
	return p.from(start)
}

func (p *parser) extensionNames() []Ident {
	names := []Ident{p.contextName("the name of an extension")}
	for p.got(tComma) && p.tok.kind != tSemicolon {
		names = append(names, p.contextName("the name of an extension"))
	}
	return names
}

// diagnosticControl is diagnostic_control.
func (p *parser) diagnosticControl() DiagnosticControl {
	start := p.tok.Start
	c := DiagnosticControl{}
	p.expect(tLeftParen, "before severity and rule")
	c.Severity = p.contextName("a severity: error, warning, info or off")
	p.expect(tComma, "between severity and rule")
	c.Rule = p.contextName("the name of a diagnostic rule")
	if p.got(tPeriod) {
		second := p.contextName("the second part of the rule's name")
		c.Rule = Ident{Span{c.Rule.Start, second.End}, c.Rule.Name + "." + second.Name}
	}
	p.got(tComma)
	p.expect(tRightParen, "after the rule")
	c.Span = p.from(start)
	return c
}

// attributes is attribute, any number of times.
func (p *parser) attributes() []*Attribute {
	var out []*Attribute
	for p.tok.kind == tAt {
		out = append(out, p.attribute())
	}
	return out
}

func (p *parser) attribute() *Attribute {
	start := p.tok.Start
	p.next()
	a := &Attribute{Name: Ident{p.tok.Span, p.src.Text[p.tok.Start:p.tok.End]}}
	switch p.tok.kind {
	case kConst:
		p.next()
	case kDiagnostic:
		p.next()
		c := p.diagnosticControl()
		a.Control, a.HasArgs = &c, true
	default:
		a.Name = p.contextName("the name of an attribute")
		if p.tok.kind == tLeftParen {
			a.HasArgs, a.Args = true, p.arguments()
		}
	}
	a.Span = p.from(start)
	return a
}

// globalDecl is global_decl or global_assert, nil for what failed.
func (p *parser) globalDecl() Decl {
	start := p.tok.Start
	attrs := p.attributes()
	switch p.tok.kind {
	case kConst, kAlias, kStruct, kConstAssert:
		p.refuseAttributes(attrs, "`"+spelling[p.tok.kind]+"`")
	}
	switch p.tok.kind {
	case kVar:
		d := p.variable(start, attrs)
		p.semicolon("the variable")
		return d
	case kConst:
		d := p.constant()
		p.semicolon("the constant")
		return d
	case kOverride:
		d := p.override(start, attrs)
		p.semicolon("the override")
		return d
	case kAlias:
		d := p.alias()
		p.semicolon("the alias")
		return d
	case kConstAssert:
		d := p.constAssert()
		p.semicolon("the assertion")
		return d
	case kStruct:
		return p.structure()
	case kFn:
		return p.function(start, attrs)
	}
	p.foreignDecl()
	return nil
}

// refuseAttributes reports attributes where none may stand.
func (p *parser) refuseAttributes(attrs []*Attribute, what string) {
	if len(attrs) > 0 {
		p.report(Span{attrs[0].Start, attrs[len(attrs)-1].End}, "attributes", "attributes cannot stand before "+what, "remove them")
	}
}

// foreignDecl fails at what begins no declaration.
func (p *parser) foreignDecl() {
	text := p.src.Text[p.tok.Start:p.tok.End]
	const wanted = "a declaration"
	message := "expected " + wanted + ", found " + describe(p.src.Text, p.tok)
	switch {
	case p.failing:
	case p.tok.kind == kLet:
		p.fail(p.tok.Span, "let-decls", "`let` can only stand in a function", "write const, or override for what the pipeline sets")
	case p.tok.kind == tRightBrace:
		p.fail(p.tok.Span, ruleGrammar, "this `}` closes nothing", "remove it, or look for a `{` that is missing before")
	case p.tok.kind == tLeftBracket:
		p.fail(p.tok.Span, ruleGrammar, message, "attributes are written with @, such as @workgroup_size(8, 8, 1)")
	case p.tok.kind.keyword():
		p.fail(p.tok.Span, ruleGrammar, message, "statements stand in functions: fn name() { }")
	case moduleHabits[text] != "":
		p.fail(p.tok.Span, ruleGrammar, message, moduleHabits[text])
	case p.tok.kind == tIdent && p.peek() == tIdent:
		word := p.tok.Span
		p.next()
		p.cStyle(word, "var<private>")
	default:
		p.unexpected(wanted)
	}
}

// typedIdent is optionally_typed_ident.
func (p *parser) typedIdent(what string) (Ident, *TypeName) {
	name := p.ident(what)
	if p.tok.kind == tIdent && !p.tok.newLine {
		p.cStyle(name.Span, "")
	}
	if p.got(tColon) {
		return name, p.typeName("a type")
	}
	return name, nil
}

// variable is variable_decl with its initializer.
func (p *parser) variable(start Pos, attrs []*Attribute) *VarDecl {
	d := &VarDecl{Attrs: attrs}
	p.next()
	if p.tok.kind == tTemplateStart {
		d.Template = p.templateList()
	}
	d.Name, d.Type = p.typedIdent("the name of a variable")
	if p.got(tAssign) {
		d.Init = p.expression()
	}
	d.Span = p.from(start)
	return d
}

// initializer is = expression, which must be there.
func (p *parser) initializer(what string) Expr {
	if p.tok.kind == tSemicolon {
		p.fail(p.tok.Span, "value-decls", what+" needs a value", "write = and the value, or declare a variable with var")
		return nil
	}
	p.expect(tAssign, "before the value")
	return p.expression()
}

func (p *parser) constant() *ConstDecl {
	d := &ConstDecl{}
	start := p.tok.Start
	p.next()
	d.Name, d.Type = p.typedIdent("the name of a constant")
	d.Init = p.initializer("a constant")
	d.Span = p.from(start)
	return d
}

func (p *parser) override(start Pos, attrs []*Attribute) *OverrideDecl {
	d := &OverrideDecl{Attrs: attrs}
	p.next()
	d.Name, d.Type = p.typedIdent("the name of an override")
	if p.got(tAssign) {
		d.Init = p.expression()
	}
	d.Span = p.from(start)
	return d
}

func (p *parser) alias() *AliasDecl {
	d := &AliasDecl{}
	start := p.tok.Start
	p.next()
	d.Name = p.ident("the name of a type")
	p.expect(tAssign, "before the type")
	d.Type = p.typeName("a type")
	d.Span = p.from(start)
	return d
}

func (p *parser) constAssert() *ConstAssert {
	d := &ConstAssert{}
	start := p.tok.Start
	p.next()
	d.Cond = p.expression()
	d.Span = p.from(start)
	return d
}

// structure is struct_decl.
func (p *parser) structure() *StructDecl {
	d := &StructDecl{}
	start := p.tok.Start
	p.next()
	d.Name = p.ident("the name of a structure")
	open := p.tok.Span
	p.expect(tLeftBrace, "before the members")
	for p.tok.kind != tRightBrace && p.tok.kind != tEOF && !p.failing {
		m := p.member(open)
		if p.unclosed {
			return d
		}
		broken := p.recover()
		if broken {
			p.skipToMember()
		} else {
			d.Members = append(d.Members, m)
		}
		if p.tok.kind == tSemicolon && !broken {
			p.report(p.tok.Span, "struct-types", "members are separated by commas", "write `,`")
		}
		if !p.got(tComma) && !p.got(tSemicolon) {
			break
		}
	}
	if len(d.Members) == 0 && p.tok.kind == tRightBrace && !p.resumed {
		p.report(p.tok.Span, "struct-types", "a structure needs at least one member", "write name: Type,")
	}
	p.resumed = false
	if p.tok.kind == tEOF || p.beginsDecl() {
		p.closeBrace(open)
	} else {
		p.expect(tRightBrace, "or `,` after the member")
	}
	d.Span = p.from(start)
	return d
}

// skipToMember goes to the comma after a broken member or the end of the
// structure.
func (p *parser) skipToMember() {
	p.resumed = true
	for depth := 0; ; p.next() {
		switch p.tok.kind {
		case tEOF, kFn, kStruct:
			return
		case tLeftParen, tTemplateStart, tLeftBrace, tLeftBracket:
			depth++
		case tRightParen, tTemplateEnd, tRightBracket:
			depth--
		case tRightBrace:
			if depth <= 0 {
				return
			}
			depth--
		case tComma, tSemicolon:
			if depth <= 0 {
				return
			}
		}
	}
}

// member is struct_member of the structure that opened at a brace. Where a
// declaration begins instead, the structure was not closed.
func (p *parser) member(open Span) *StructMember {
	m := &StructMember{}
	start := p.tok.Start
	m.Attrs = p.attributes()
	if p.beginsDecl() {
		p.closeBrace(open)
		return m
	}
	m.Name, m.Type = p.typed("the name of a member")
	m.Span = p.from(start)
	return m
}

// typed is a name with its type, as a member or parameter has it.
func (p *parser) typed(what string) (Ident, *TypeName) {
	name := p.ident(what)
	if p.tok.kind == tIdent && !p.tok.newLine {
		p.cStyle(name.Span, "")
	}
	p.expect(tColon, "and the type after the name")
	return name, p.typeName("a type")
}

// function is function_decl; nil where its head was broken.
func (p *parser) function(start Pos, attrs []*Attribute) Decl {
	d := &FuncDecl{Attrs: attrs}
	p.next()
	d.Name = p.ident("the name of a function")
	p.expect(tLeftParen, "before the parameters")
	for p.tok.kind != tRightParen && p.tok.kind != tEOF && !p.failing {
		d.Params = append(d.Params, p.parameter())
		if !p.got(tComma) {
			break
		}
	}
	p.expect(tRightParen, "or `,` after the parameter")
	if p.tok.kind == tColon {
		p.fail(p.tok.Span, ruleGrammar, "the result of a function is written after `->`", "write -> instead of :")
	}
	if p.got(tArrow) {
		d.ResultAttrs = p.attributes()
		d.Result = p.typeName("the type of the result")
	}
	broken := p.failing
	if broken && !p.resumeAtBrace(0) {
		return nil
	}
	d.Body = p.block("before the body of the function")
	d.Span = p.from(start)
	if broken {
		return nil
	}
	return d
}

func (p *parser) parameter() *Param {
	d := &Param{}
	start := p.tok.Start
	d.Attrs = p.attributes()
	d.Name, d.Type = p.typed("the name of a parameter")
	d.Span = p.from(start)
	return d
}
