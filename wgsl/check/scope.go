package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// kind tells apart what a name can denote.
type kind uint8

const (
	kindConst kind = iota
	kindOverride
	kindVar
	kindLocal // a let-declaration or formal parameter
	kindFunction
	kindType
)

// entity is a declared name and what became of it.
type entity struct {
	name string
	span syntax.Span // of the name
	kind kind
	decl syntax.Decl // in module scope
	// state goes from unresolved over resolving to resolved; bad is set where
	// the declaration is wrong, so that its uses are silent.
	state  state
	bad    bool
	cyclic bool // it depends on itself, which was reported

	typ      types.Type
	val      value.Value
	override *ir.Override
	variable *ir.Var
	local    *ir.Local
	fn       *funcInfo
	root     root // of a pointer value
}

type state uint8

const (
	unresolved state = iota
	resolving
	resolved
)

// scope holds the names of one brace-delimited list of statements.
type scope struct {
	parent *scope
	names  map[string]*entity
}

func (c *checker) push() { c.scope = &scope{parent: c.scope, names: map[string]*entity{}} }
func (c *checker) pop()  { c.scope = c.scope.parent }

// bind declares a name in function scope.
func (c *checker) bind(e *entity) {
	e.state = resolved
	if old := c.scope.names[e.name]; old != nil {
		d := c.errorf(e.span, "declaration-and-scope", "give one of them another name", "the name %q is declared twice in this scope", e.name)
		withNote(d, old.span, "the first declaration is here")
		return
	}
	c.scope.names[e.name] = e
}

// lookup finds what a name denotes; nil for a predeclared or unknown one.
func (c *checker) lookup(name syntax.Ident) *entity {
	for s := c.scope; s != nil; s = s.parent {
		if e := s.names[name.Name]; e != nil {
			c.bypassed(e, name.Span)
			return e
		}
	}
	e := c.names[name.Name]
	if e != nil {
		c.resolve(e, name.Span)
	}
	return e
}

// bypassed refuses, in a continuing statement, a name whose declaration a continue
// statement jumps over.
func (c *checker) bypassed(e *entity, use syntax.Span) {
	for i := range c.loops {
		l := &c.loops[i]
		if at, late := l.late[e]; late && l.continuing {
			d := c.errorf(use, "continue-statement", "declare it before the continue statement",
				"the declaration of %q is passed over by a continue statement, so it cannot be used in the continuing statement", e.name)
			withNote(d, at, "this continue statement passes over the declaration")
		}
	}
}

// unknown reports a name that denotes nothing, with the name that was likely meant.
func (c *checker) unknown(name syntax.Ident, what string) {
	help := "declare it, or correct the spelling"
	if near := c.similar(name.Name); near != "" {
		help = "did you mean " + near + "?"
	}
	c.errorf(name.Span, "declaration-and-scope", help, "%s %q is not declared", what, name.Name)
}

// similar looks for a name like a misspelled one, in modules of a size that people
// write and while messages are shown.
func (c *checker) similar(name string) string {
	const most = 2000
	if len(c.names) > most || len(c.seen) >= syntax.MaxErrors {
		return ""
	}
	candidates := predeclaredNames()
	for s := c.scope; s != nil; s = s.parent {
		for n := range s.names {
			candidates = append(candidates, n)
		}
	}
	for n := range c.names {
		candidates = append(candidates, n)
	}
	return closest(name, candidates)
}
