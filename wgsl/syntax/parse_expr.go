package syntax

import "fmt"

// enter begins a level of nesting in an expression; leave ends it.
func (p *parser) enter() bool {
	if p.exprNest >= MaxExprNesting {
		p.fail(p.tok.Span, ruleLimits, fmt.Sprintf("the expression is nested deeper than %d levels", MaxExprNesting),
			"name a part of it with let")
		return false
	}
	p.exprNest++
	return true
}

func (p *parser) leave() { p.exprNest-- }

// grow sets the height of a node above the last expression and one of height h.
func (p *parser) grow(h int) {
	p.height = max(h, p.height) + 1
	if p.height > MaxExprHeight {
		p.fail(p.tok.Span, ruleLimits, fmt.Sprintf("the expression has more than %d operations one upon the other", MaxExprHeight),
			"name a part of it with let")
	}
}

// binaryOps are the operators between two operands by their token.
var binaryOps = map[kind]BinaryOp{
	tPlus: Add, tMinus: Sub, tStar: Mul, tSlash: Div, tPercent: Rem, tAnd: And, tOr: Or, tXor: Xor,
	tShiftLeft: Shl, tShiftRight: Shr, tAndAnd: AndAnd, tOrOr: OrOr, tEqual: Equal, tNotEqual: NotEqual,
	tLess: Less, tLessEqual: LessEqual, tGreater: Greater, tGreaterEqual: GreaterEqual,
}

// binaryAt gives the operator of a token, -1 if it is none.
func binaryAt(k kind) int {
	if op, ok := binaryOps[k]; ok {
		return int(op)
	}
	return -1
}

func (op BinaryOp) relational() bool { return op >= Equal }
func (op BinaryOp) shift() bool      { return op == Shl || op == Shr }
func (op BinaryOp) bitwise() bool    { return op == And || op == Or || op == Xor }
func (op BinaryOp) additive() bool   { return op == Add || op == Sub }
func (op BinaryOp) multiplies() bool { return op == Mul || op == Div || op == Rem }

// operator gives the operator at the current token if it belongs to a group.
func (p *parser) operator(group func(BinaryOp) bool) (BinaryOp, bool) {
	op, ok := binaryOps[p.tok.kind]
	return op, ok && group(op)
}

// binary takes the operator and, by the rule given, its right operand.
func (p *parser) binary(x Expr, op BinaryOp, right func() Expr) Expr {
	h, at := p.height, p.tok.Span
	p.next()
	y := right()
	p.grow(h)
	if p.failing {
		return x
	}
	return &Binary{p.from(x.Range().Start), op, at, x, y}
}

// expression is the grammar's rule expression.
func (p *parser) expression() Expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	x := p.unary()
	if op, ok := p.operator(BinaryOp.bitwise); ok {
		x = p.chain(x, op, p.unary)
	} else {
		x = p.relational(x)
		if op, ok := p.operator(func(op BinaryOp) bool { return op == AndAnd || op == OrOr }); ok {
			x = p.chain(x, op, func() Expr { return p.relational(p.unary()) })
		}
	}
	p.refuseOperator(x)
	return x
}

// chain is x op y op z of one operator.
func (p *parser) chain(x Expr, op BinaryOp, operand func() Expr) Expr {
	for {
		now, ok := binaryOps[p.tok.kind]
		if !ok || now != op {
			return x
		}
		x = p.binary(x, op, operand)
	}
}

// relational is relational_expression, its first unary_expression given.
func (p *parser) relational(x Expr) Expr {
	x = p.shift(x)
	if op, ok := p.operator(BinaryOp.relational); ok {
		x = p.binary(x, op, func() Expr { return p.shift(p.unary()) })
	}
	return x
}

// shift is shift_expression, its first unary_expression given: a shift of two
// unary expressions, or an additive_expression.
func (p *parser) shift(x Expr) Expr {
	if op, ok := p.operator(BinaryOp.shift); ok {
		return p.binary(x, op, p.unary)
	}
	x = p.multiplicative(x)
	for {
		p.splitMinus()
		op, ok := p.operator(BinaryOp.additive)
		if !ok {
			return x
		}
		x = p.binary(x, op, func() Expr { return p.multiplicative(p.unary()) })
	}
}

func (p *parser) multiplicative(x Expr) Expr {
	for {
		op, ok := p.operator(BinaryOp.multiplies)
		if !ok {
			return x
		}
		x = p.binary(x, op, p.unary)
	}
}

// splitMinus makes - - of -- where an operand follows: a--b is a - (-b), for no
// expression can hold the token --.
func (p *parser) splitMinus() {
	if p.tok.kind == tMinusMinus && beginsOperand(p.peek()) {
		p.split(tMinus)
	}
}

func beginsOperand(k kind) bool {
	switch k {
	case tIdent, tNumber, kTrue, kFalse, tLeftParen, tMinus, tMinusMinus, tBang, tTilde, tStar, tAnd, tAndAnd:
		return true
	}
	return false
}

// refuseOperator fails at an operator that may not follow what stands before it
// without parentheses.
func (p *parser) refuseOperator(x Expr) {
	op, ok := binaryOps[p.tok.kind]
	if !ok || p.failing {
		return
	}
	at := p.tok.Span
	b, isBinary := x.(*Binary)
	var notes []Note
	message := fmt.Sprintf("`%s` cannot follow this expression without parentheses", op)
	if isBinary {
		message = fmt.Sprintf("`%s` and `%s` cannot be mixed without parentheses", b.Op, op)
		if b.Op == op {
			message = fmt.Sprintf("`%s` cannot be repeated without parentheses", op)
		}
		notes = []Note{{b.OpSpan, fmt.Sprintf("the other operator, `%s`", b.Op)}}
	}
	help := "put parentheses around the part that is to be computed first"
	switch {
	case op.shift() || isBinary && b.Op.shift() && !op.relational():
		help = "the operands of a shift are single values: put parentheses around each computed one"
	case op.relational() && isBinary && b.Op.relational():
		help = "to compare three values write a < b && b < c"
	}
	p.fail(at, "operator-precedence-associativity", message, help, notes...)
}

var unaryOps = map[kind]UnaryOp{tMinus: Negate, tBang: Not, tTilde: Complement, tStar: Indirection, tAnd: AddressOf}

// unary is unary_expression.
func (p *parser) unary() Expr {
	switch {
	case p.tok.kind == tMinusMinus && beginsOperand(p.peek()):
		p.split(tMinus)
	case p.tok.kind == tAndAnd:
		p.split(tAnd)
	}
	op, ok := unaryOps[p.tok.kind]
	if !ok {
		return p.singular()
	}
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.Start
	p.next()
	x := p.unary()
	p.grow(0)
	if p.failing {
		return nil
	}
	return &Unary{p.from(start), op, x}
}

// singular is singular_expression.
func (p *parser) singular() Expr { return p.components(p.primary()) }

// components is component_or_swizzle_specifier, any number of them.
func (p *parser) components(x Expr) Expr {
	for !p.failing {
		h := p.height
		switch p.tok.kind {
		case tLeftBracket:
			p.next()
			index := p.expression()
			p.expect(tRightBracket, "after the index")
			p.grow(h)
			x = &Index{p.from(startOf(x)), x, index}
		case tPeriod:
			p.next()
			name := p.ident("the name of a member")
			p.grow(0)
			x = &Selector{p.from(startOf(x)), x, name}
		default:
			return x
		}
	}
	return nil
}

// startOf is where an expression starts, 0 for one that failed.
func startOf(x Expr) Pos {
	if x == nil {
		return 0
	}
	return x.Range().Start
}

// primary is primary_expression.
func (p *parser) primary() Expr {
	start := p.tok.Start
	p.height = 1
	switch p.tok.kind {
	case tNumber:
		return p.number()
	case kTrue, kFalse:
		l := &Literal{Span: p.tok.Span, Text: spelling[p.tok.kind], Bool: p.tok.kind == kTrue}
		p.next()
		return l
	case tLeftParen:
		p.next()
		x := p.expression()
		p.expect(tRightParen, "after the expression")
		p.grow(0)
		return &Paren{p.from(start), x}
	case tIdent, tReserved:
		return p.nameOrCall()
	}
	p.unexpected("an expression")
	return nil
}

func (p *parser) number() Expr {
	l, bad := decideLiteral(p.src.Text[p.tok.Start:p.tok.End])
	l.Span = p.tok.Span
	if bad != nil {
		p.report(l.Span, ruleNumbers, bad.message, bad.help)
	}
	p.next()
	return l
}

// nameOrCall is template_elaborated_ident or call_expression.
func (p *parser) nameOrCall() Expr {
	name := p.typeName("a name")
	switch {
	case p.failing:
		return nil
	case p.tok.kind == tLeftParen:
		return p.call(name)
	}
	return name
}

// call is the argument list of a call_phrase.
func (p *parser) call(callee *TypeName) *Call {
	h := p.height
	args := p.arguments()
	p.grow(h)
	return &Call{p.from(callee.Start), callee, args}
}

// arguments is argument_expression_list; the height is that of the highest.
func (p *parser) arguments() []Expr {
	p.expect(tLeftParen, "before the arguments")
	args := p.expressions(tRightParen)
	p.expect(tRightParen, "or `,` after the argument")
	return args
}

// expressions is a list with commas, one more allowed at its end. It stops at the
// token that ends it.
func (p *parser) expressions(end kind) []Expr {
	args := []Expr{}
	highest := 0
	for p.tok.kind != end && p.tok.kind != tEOF && !p.failing {
		args = append(args, p.expression())
		highest = max(highest, p.height)
		if !p.got(tComma) {
			break
		}
	}
	p.height = highest
	return args
}

// typeName is template_elaborated_ident.
func (p *parser) typeName(what string) *TypeName {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.Start
	t := &TypeName{Name: p.ident(what)}
	p.height = 1
	if p.tok.kind == tTemplateStart {
		t.Args = p.templateList()
		p.grow(0)
	}
	if p.failing {
		return nil
	}
	t.Span = p.from(start)
	return t
}

// templateList is template_list.
func (p *parser) templateList() []Expr {
	start := p.tok.Start
	p.next()
	args := p.expressions(tTemplateEnd)
	if len(args) == 0 && p.tok.kind == tTemplateEnd {
		p.fail(p.tok.Span, "template-lists-sec", "the template list is empty", "write its arguments, or remove the < and >")
	}
	p.expect(tTemplateEnd, "or `,` after the template argument")
	if !p.failing {
		p.listStart = start
	}
	return args
}
