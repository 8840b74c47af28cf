package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// maxParams is the number of parameters that the section "Limits" asks for.
const maxParams = 255

// maxFunctionBytes bounds the variables of one function ("Limits").
const maxFunctionBytes = 8192

// funcInfo is what the checker knows of a function beside its tree.
type funcInfo struct {
	ir     *ir.Function
	decl   *syntax.FuncDecl
	called map[*ir.Function]bool
	global map[*ir.Var]bool
	// reads and writes are the root identifiers through which memory is accessed
	// here or in called functions, with one place of each ("Aliasing").
	reads, writes map[root]syntax.Span
	limits        []stageLimit
	sites         []callSite
	wgSize        [3]ir.Expr
	bytes         int64
}

// stageLimit is a use that only some stages may reach.
type stageLimit struct {
	span   syntax.Span
	stages builtin.Stages
	what   string
}

type callSite struct {
	span   syntax.Span
	callee *funcInfo
}

func (f *funcInfo) limit(span syntax.Span, stages builtin.Stages, what string) {
	if f != nil {
		f.limits = append(f.limits, stageLimit{span, stages, what})
	}
}

// calls records a call.
func (f *funcInfo) calls(_ *checker, callee *funcInfo, span syntax.Span) {
	if !f.called[callee.ir] {
		f.called[callee.ir] = true
		f.ir.Calls = append(f.ir.Calls, callee.ir)
		f.sites = append(f.sites, callSite{span, callee})
	}
}

// usesGlobal records that a function names a variable of module scope.
func (c *checker) usesGlobal(v *ir.Var, span syntax.Span) {
	f := c.fn
	if f == nil || f.global[v] {
		return
	}
	f.global[v] = true
	f.ir.Globals = append(f.ir.Globals, v)
	switch {
	case v.Space == types.Workgroup:
		f.limit(span, builtin.InCompute, "the workgroup variable "+v.Name)
	case v.Space == types.Storage && v.Access == types.ReadWrite:
		f.limit(span, builtin.InFragment|builtin.InCompute, "the read_write storage buffer "+v.Name)
	default:
		if t, ok := v.Type.(types.Texture); ok && t.Kind == types.StorageTexture && t.Access != types.Read {
			f.limit(span, builtin.InFragment|builtin.InCompute, "the writable storage texture "+v.Name)
		}
	}
}

// accessed records a read or write of memory through a root identifier.
func (c *checker) accessed(r root, span syntax.Span, write bool) {
	if c.fn == nil || r == (root{}) {
		return
	}
	m := c.fn.reads
	if write {
		m = c.fn.writes
	}
	if _, known := m[r]; !known {
		m[r] = span
	}
}

// function checks a function with its body.
func (c *checker) function(e *entity, d *syntax.FuncDecl) {
	f := &funcInfo{decl: d, called: map[*ir.Function]bool{}, global: map[*ir.Var]bool{},
		reads: map[root]syntax.Span{}, writes: map[root]syntax.Span{}}
	f.ir = &ir.Function{Span: d.Span, Name: d.Name.Name, Result: types.Void{}}
	c.fn = f
	c.functionAttributes(f, d)
	c.push()
	good := c.params(f, d)
	c.entryAttributes(f)
	before := c.errors
	f.ir.Body = c.body(d.Body)
	e.fn = f
	if !good || e.bad {
		e.bad = true
		return
	}
	if c.errors == before {
		c.behaviors(f)
	}
	c.info[f.ir] = f
	c.module.Functions = append(c.module.Functions, f.ir)
}

// params checks the parameters and the return type.
func (c *checker) params(f *funcInfo, d *syntax.FuncDecl) bool {
	if len(d.Params) > maxParams {
		c.errorf(d.Name.Span, "limits", "pass a structure", "the function %s has %d parameters, %d is the limit", d.Name.Name, len(d.Params), maxParams)
		return false
	}
	good := true
	entities := make([]*entity, len(d.Params))
	for i, p := range d.Params {
		t := c.typeOf(p.Type)
		l := &ir.Local{Span: p.Name.Span, Name: p.Name.Name, Type: t, Param: true, Index: len(f.ir.Locals)}
		attrs := c.attributes(p.Attrs, "a parameter", "builtin", "location", "blend_src", "interpolate", "invariant")
		l.IO = c.ioAttributes(attrs)
		e := &entity{name: l.Name, span: l.Span, kind: kindLocal, typ: t, local: l, bad: t == nil}
		entities[i] = e
		if _, ok := t.(types.Pointer); ok {
			e.root = root{p: l}
		}
		if t == nil {
			good = false
			continue
		}
		c.ioRules(p.Span, attrs, l.IO, t)
		good = c.paramType(p, t) && good
		f.ir.Params = append(f.ir.Params, l)
		f.ir.Locals = append(f.ir.Locals, l)
	}
	good = c.resultType(f, d) && good
	// The names are in scope in the body only, not in the types of one another.
	for _, e := range entities {
		c.bind(e)
	}
	return good
}

// paramType checks the type of a formal parameter ("Restrictions on Functions").
func (c *checker) paramType(p *syntax.Param, t types.Type) bool {
	switch t.(type) {
	case types.Pointer, types.Texture, types.Sampler:
		return true
	}
	if types.IsConstructible(t) {
		return true
	}
	c.errorf(p.Type.Span, "function-restriction", "pass a pointer to it", "a parameter cannot have the type %s: it is not constructible", t)
	return false
}

func (c *checker) resultType(f *funcInfo, d *syntax.FuncDecl) bool {
	attrs := c.attributes(d.ResultAttrs, "a return type", "builtin", "location", "blend_src", "interpolate", "invariant")
	if d.Result == nil {
		return true
	}
	t := c.typeOf(d.Result)
	if t == nil {
		return false
	}
	f.ir.Result = t
	f.ir.ResultIO = c.ioAttributes(attrs)
	c.ioRules(d.Result.Span, attrs, f.ir.ResultIO, t)
	if !types.IsConstructible(t) {
		c.errorf(d.Result.Span, "function-restriction", "return a constructible type", "a function cannot return %s: the type is not constructible", t)
		return false
	}
	return true
}

// functionAttributes reads the attributes of a function declaration; those of
// entry points are evaluated later, where the stage is known.
func (c *checker) functionAttributes(f *funcInfo, d *syntax.FuncDecl) {
	attrs := c.attributes(d.Attrs, "a function", "vertex", "fragment", "compute", "workgroup_size", "subgroup_size", "must_use", "diagnostic")
	for _, a := range attrs {
		var s ir.Stage
		switch a.Name.Name {
		case "vertex":
			s = ir.Vertex
		case "fragment":
			s = ir.Fragment
		case "compute":
			s = ir.Compute
		case "must_use":
			f.ir.MustUse = true
			if d.Result == nil {
				c.errorf(a.Span, "must-use-attr", "remove it", "@must_use stands on a function without a return type")
			}
		case "diagnostic":
			if a.Control != nil {
				c.filter(d.Span, a.Control)
			}
		}
		if s != ir.NoStage {
			if f.ir.Stage != ir.NoStage {
				c.errorf(a.Span, "shader-stage-attr", "keep one", "a function can have one shader stage only")
				continue
			}
			f.ir.Stage = s
		}
	}
}

// entryAttributes reads @workgroup_size and @subgroup_size.
func (c *checker) entryAttributes(f *funcInfo) {
	sized := false
	for _, a := range f.decl.Attrs {
		name := a.Name.Name
		if name != "workgroup_size" && name != "subgroup_size" {
			continue
		}
		if f.ir.Stage != ir.Compute {
			c.errorf(a.Span, attrRule(a), "remove it", "@%s may stand on compute entry points only", name)
			continue
		}
		if name == "workgroup_size" && len(a.Args) >= 1 && len(a.Args) <= 3 {
			sized = true
			c.workgroupSize(f, a)
		}
		if name == "subgroup_size" && len(a.Args) == 1 {
			c.subgroupSize(f, a)
		}
	}
	if f.ir.Stage == ir.Compute && !sized {
		c.errorf(f.decl.Name.Span, "workgroup-size-attr", "write @workgroup_size(64), for example", "the compute entry point %s needs @workgroup_size", f.ir.Name)
	}
}

// dimension evaluates an argument that may depend on overrides; it has no access
// to parameters.
func (c *checker) dimension(a *syntax.Attribute, i int) operand {
	saved := c.context
	c.context = context{fn: c.fn}
	defer func() { c.context = saved }()
	o := c.value(a.Args[i])
	if o.bad() {
		return o
	}
	s, ok := o.typ.(types.Scalar)
	if !ok || !s.IsInteger() || o.stage == runtimeStage {
		c.errorf(o.span, attrRule(a), "use constants and overrides of type i32 or u32", "the argument of @%s must be a const- or override-expression of type i32 or u32", a.Name.Name)
		return operand{}
	}
	return o
}

// workgroupSize evaluates the dimensions; all have one type, i32 or u32.
func (c *checker) workgroupSize(f *funcInfo, a *syntax.Attribute) {
	var list []operand
	var common types.Type
	for i := range a.Args {
		o := c.dimension(a, i)
		if o.bad() {
			return
		}
		list = append(list, o)
		if types.IsConcrete(o.typ) {
			if common != nil && common != o.typ {
				c.errorf(o.span, "workgroup-size-attr", "use one type for all", "the arguments of @workgroup_size must have the same type: this is %s, another is %s", o.typ, common)
				return
			}
			common = o.typ
		}
	}
	if common == nil {
		common = types.I32
	}
	for i := range f.ir.WorkgroupSize {
		o := operand{span: a.Span, typ: types.AbstractInt, val: one}
		if i < len(list) {
			o = list[i]
		}
		if o = c.coerce(o, common, "the argument of @workgroup_size"); o.bad() {
			return
		}
		if o.val != nil && intOf(o.val) <= 0 {
			c.errorf(o.span, "workgroup-size-attr", "use 1 or more", "the argument of @workgroup_size must be positive, this is %d", intOf(o.val))
		}
		f.ir.WorkgroupSize[i] = c.tree(o)
	}
}

func (c *checker) subgroupSize(f *funcInfo, a *syntax.Attribute) {
	if !c.needs("subgroup_size_control", a.Span, "the attribute @subgroup_size") {
		return
	}
	o := c.concretize(c.dimension(a, 0))
	if o.bad() {
		return
	}
	if n := intOf(o.val); o.val != nil && (n <= 0 || n&(n-1) != 0) {
		c.errorf(o.span, "subgroup-size-attr", "use a power of two", "the argument of @subgroup_size must be a power of two, this is %d", n)
	}
	f.ir.SubgroupSize = c.tree(o)
}
