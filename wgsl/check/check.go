package check

import (
	"sort"

	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Options change what the checker accepts; the zero value accepts everything that
// Extensions and Features list.
type Options struct {
	// NoExtensions names enable-extensions that the device does not have.
	NoExtensions []string
}

// Source parses and checks a text. The module is nil where a diagnostic is an
// error; mistakes of the grammar hide those of the types.
func Source(name, text string, opts Options) (*ir.Module, *syntax.Source, syntax.Diagnostics) {
	src := syntax.NewSource(name, text)
	file, diags := syntax.Parse(src)
	if diags.Failed() {
		return nil, src, diags
	}
	m, more := Module(file, opts)
	return m, src, append(diags, more...)
}

// Module checks a parsed file. The module is nil where a diagnostic is an error.
func Module(file *syntax.File, opts Options) (*ir.Module, syntax.Diagnostics) {
	c := &checker{
		file: file, opts: opts,
		module:   &ir.Module{Source: file.Source, Sizes: map[*types.OverrideSize]ir.Expr{}},
		names:    map[string]*entity{},
		sizes:    map[*ir.Override]*types.OverrideSize{},
		enabled:  map[string]bool{},
		missing:  map[string]bool{},
		info:     map[*ir.Function]*funcInfo{},
		locals:   map[*ir.Local]*entity{},
		declared: map[*ir.Var]*entity{},
		seen:     map[syntax.Span]string{},
		behaves:  behaviorMap{},
		filters:  map[filter]syntax.Severity{},
	}
	c.directives()
	c.declareAll()
	c.resolveAll()
	if !c.failed {
		c.entryPoints()
	}
	if !c.failed {
		c.uniformity()
	}
	sort.SliceStable(c.diags, func(i, j int) bool { return c.diags[i].Span.Start < c.diags[j].Span.Start })
	if c.failed {
		c.dropped(file.Source)
		return nil, c.diags
	}
	return c.module, c.diags
}

// dropped says that there are more errors than are shown.
func (c *checker) dropped(src *syntax.Source) {
	if c.hidden {
		end := syntax.Pos(len(src.Text))
		c.diags = append(c.diags, diagnostic(syntax.Error, syntax.Span{Start: end, End: end}, "limits", "correct these first",
			"there are more than %d errors: the rest is not shown", syntax.MaxErrors))
	}
}

// checker is one run over a module.
type checker struct {
	file   *syntax.File
	opts   Options
	module *ir.Module
	diags  syntax.Diagnostics
	failed bool
	errors int                    // that were found
	hidden bool                   // some of them are not shown
	seen   map[syntax.Span]string // messages by place, so that none comes twice

	enabled map[string]bool
	missing map[string]bool // extensions whose absence was reported
	filters map[filter]syntax.Severity

	names    map[string]*entity // module scope
	order    []*entity          // in the order of the source
	sizes    map[*ir.Override]*types.OverrideSize
	info     map[*ir.Function]*funcInfo
	locals   map[*ir.Local]*entity
	declared map[*ir.Var]*entity
	depth    int // of declarations resolved because another needs them
	behaves  behaviorMap
	scalars  int64 // taken by constants so far

	context
}

// context is what changes when a declaration is resolved in the middle of another.
type context struct {
	scope *scope
	fn    *funcInfo
	// lazy is above 0 where a const-expression is not evaluated: the right side
	// of && and || that the left side decides.
	lazy       int
	loops      []loopInfo
	depthTypes int
}

// errorf records an error; a second one at the same place is dropped, since it
// would be a consequence of the first.
func (c *checker) errorf(span syntax.Span, rule, help, format string, args ...any) *syntax.Diagnostic {
	c.failed = true
	c.errors++
	d := diagnostic(syntax.Error, span, rule, help, format, args...)
	if c.seen[span] != "" {
		return &d
	}
	if len(c.seen) >= syntax.MaxErrors {
		c.hidden = true
		return &d
	}
	c.seen[span] = d.Message
	c.diags = append(c.diags, d)
	return &c.diags[len(c.diags)-1]
}

// constant bounds the memory that the constants of a module take together.
const (
	maxConstantScalars = 1 << 16 // of one value
	maxScalars         = 1 << 22 // of all composite values of a module
)

// affordable says whether a constant of a type may be made, and counts it.
func (c *checker) affordable(span syntax.Span, t types.Type) bool {
	n := types.Scalars(t)
	if n <= 16 {
		return true
	}
	c.scalars += n
	if n > maxConstantScalars || c.scalars > maxScalars {
		c.errorf(span, "limits", "fill a variable when the shader runs",
			"a constant of type %s has %d scalars: at most %d in one constant, and %d in all of a module, are evaluated",
			t, n, maxConstantScalars, maxScalars)
		return false
	}
	return true
}

// zero is the zero value of a constructible type.
func (c *checker) zero(span syntax.Span, t types.Type) (value.Value, bool) {
	if !c.affordable(span, t) {
		return nil, false
	}
	return value.Zero(t), true
}
