package check

import "pxos/wgsl/syntax"

// Declarations stand in any order. They are resolved when another needs them; so
// that a long chain does not recurse as deep as it is long, they are visited in
// an order in which what a declaration mentions comes first. Names count without
// regard to scopes here, which is good enough for an order.

// maxChain bounds the recursion that is left where mentions form a cycle.
const maxChain = 500

// sorted gives the entities so that mentioned ones come first.
func (c *checker) sorted() []*entity {
	type frame struct {
		e    *entity
		deps []string
	}
	var out []*entity
	visited := map[*entity]bool{}
	for _, start := range c.order {
		if visited[start] {
			continue
		}
		visited[start] = true
		stack := []frame{{start, mentions(start.decl)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.deps) == 0 {
				out = append(out, top.e)
				stack = stack[:len(stack)-1]
				continue
			}
			next := c.names[top.deps[0]]
			top.deps = top.deps[1:]
			if next != nil && !visited[next] {
				visited[next] = true
				stack = append(stack, frame{next, mentions(next.decl)})
			}
		}
	}
	return out
}

// mentions lists the names in a declaration.
func mentions(d syntax.Decl) []string {
	m := &mentioned{seen: map[string]bool{}}
	m.decl(d)
	return m.names
}

type mentioned struct {
	seen  map[string]bool
	names []string
}

func (m *mentioned) add(name string) {
	if !m.seen[name] {
		m.seen[name] = true
		m.names = append(m.names, name)
	}
}

func (m *mentioned) attrs(list []*syntax.Attribute) {
	for _, a := range list {
		m.exprs(a.Args)
	}
}

func (m *mentioned) typ(t *syntax.TypeName) {
	if t != nil {
		m.expr(t)
	}
}

func (m *mentioned) exprs(list []syntax.Expr) {
	for _, e := range list {
		m.expr(e)
	}
}

func (m *mentioned) decl(d syntax.Decl) {
	switch d := d.(type) {
	case *syntax.VarDecl:
		m.attrs(d.Attrs)
		m.typ(d.Type)
		m.expr(d.Init)
	case *syntax.ConstDecl:
		m.typ(d.Type)
		m.expr(d.Init)
	case *syntax.OverrideDecl:
		m.attrs(d.Attrs)
		m.typ(d.Type)
		m.expr(d.Init)
	case *syntax.AliasDecl:
		m.typ(d.Type)
	case *syntax.StructDecl:
		for _, f := range d.Members {
			m.attrs(f.Attrs)
			m.typ(f.Type)
		}
	case *syntax.FuncDecl:
		m.attrs(d.Attrs)
		for _, p := range d.Params {
			m.attrs(p.Attrs)
			m.typ(p.Type)
		}
		m.typ(d.Result)
		m.stmt(d.Body)
	case *syntax.ConstAssert:
		m.expr(d.Cond)
	}
}

func (m *mentioned) expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.TypeName:
		if e == nil {
			return
		}
		m.add(e.Name.Name)
		m.exprs(e.Args)
	case *syntax.Paren:
		m.expr(e.X)
	case *syntax.Call:
		m.expr(e.Callee)
		m.exprs(e.Args)
	case *syntax.Index:
		m.expr(e.Base)
		m.expr(e.Index)
	case *syntax.Selector:
		m.expr(e.Base)
	case *syntax.Unary:
		m.expr(e.X)
	case *syntax.Binary:
		m.expr(e.X)
		m.expr(e.Y)
	}
}

func (m *mentioned) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Block:
		if s == nil {
			return
		}
		for _, x := range s.Stmts {
			m.stmt(x)
		}
	case *syntax.LetStmt:
		m.typ(s.Type)
		m.expr(s.Init)
	case *syntax.DeclStmt:
		m.decl(s.Decl)
	case *syntax.Assign:
		m.expr(s.LHS)
		m.expr(s.RHS)
	case *syntax.IncDec:
		m.expr(s.LHS)
	case *syntax.CallStmt:
		m.expr(s.Call)
	case *syntax.Return:
		m.expr(s.Value)
	default:
		m.control(s)
	}
}

func (m *mentioned) control(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.If:
		m.expr(s.Cond)
		m.stmt(s.Then)
		m.stmt(s.Else)
	case *syntax.Switch:
		m.expr(s.Selector)
		for _, k := range s.Clauses {
			m.exprs(k.Selectors)
			m.stmt(k.Body)
		}
	case *syntax.Loop:
		m.stmt(s.Body)
		m.stmt(s.Continuing)
		m.expr(s.BreakIf)
	case *syntax.For:
		m.stmt(s.Init)
		m.expr(s.Cond)
		m.stmt(s.Update)
		m.stmt(s.Body)
	case *syntax.While:
		m.expr(s.Cond)
		m.stmt(s.Body)
	}
}
