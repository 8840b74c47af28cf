package check

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// PipelineError says why a pipeline cannot be made of a module.
type PipelineError struct {
	Source     *syntax.Source
	Diagnostic syntax.Diagnostic
}

// Error is the place and the message on one line, and what to do.
func (e *PipelineError) Error() string {
	p := e.Source.Position(e.Diagnostic.Span.Start)
	text := fmt.Sprintf("%s:%d:%d: %s", e.Source.Name, p.Line, p.Column, e.Diagnostic.Message)
	if e.Diagnostic.Help != "" {
		text += " (" + e.Diagnostic.Help + ")"
	}
	return text
}

// Render writes the error for people, with the line of the source.
func (e *PipelineError) Render() string { return syntax.Diagnostics{e.Diagnostic}.Render(e.Source) }

// Specialize makes the module of one pipeline: overrides have the values given by
// their names or numbers, or those of their initial expressions; override
// expressions are folded; arrays sized by overrides have their counts; only what
// the entry point reaches is kept. The result has no ir.OverrideRef and no
// types.OverrideSize. An error is a *PipelineError. Source: the specification's
// sections "override Declarations" and "override Expressions", and WebGPU's
// "validating GPUProgrammableStage".
func Specialize(m *ir.Module, entry string, overrides map[string]float64, limits Limits) (*ir.Module, error) {
	s := &specializer{
		from: m, limits: limits,
		given: map[*ir.Override]value.Value{}, values: map[*ir.Override]value.Value{},
		vars: map[*ir.Var]*ir.Var{}, locals: map[*ir.Local]*ir.Local{}, funcs: map[*ir.Function]*ir.Function{},
		sizes: map[*types.OverrideSize]int64{},
		to:    &ir.Module{Source: m.Source, Enabled: m.Enabled, Required: m.Required, Structs: m.Structs, Sizes: map[*types.OverrideSize]ir.Expr{}},
	}
	f := s.find(entry)
	s.provide(overrides)
	if s.err == nil {
		s.build(f)
	}
	if s.err != nil {
		return nil, &PipelineError{m.Source, *s.err}
	}
	return s.to, nil
}

// specializer is one run; the first error ends it.
type specializer struct {
	from, to *ir.Module
	limits   Limits
	err      *syntax.Diagnostic

	given, values map[*ir.Override]value.Value
	depth         int
	vars          map[*ir.Var]*ir.Var
	locals        map[*ir.Local]*ir.Local
	funcs         map[*ir.Function]*ir.Function
	sizes         map[*types.OverrideSize]int64
}

func (s *specializer) fail(span syntax.Span, rule, help, format string, args ...any) {
	if s.err == nil {
		d := diagnostic(syntax.Error, span, rule, help, format, args...)
		s.err = &d
	}
}

// find is the entry point of a name; with "" the only one of the module.
func (s *specializer) find(name string) *ir.Function {
	entries := s.from.EntryPoints()
	var names []string
	for _, f := range entries {
		if f.Name == name || name == "" && len(entries) == 1 {
			return f
		}
		names = append(names, f.Name)
	}
	help := "the module has no entry point: write @compute @workgroup_size(…) before a function"
	if len(names) > 0 {
		help = "the module has the entry points " + strings.Join(names, ", ")
	}
	if name == "" {
		s.fail(syntax.Span{}, "entry-points", help, "the name of an entry point is missing")
	} else {
		s.fail(syntax.Span{}, "entry-points", help, "the module has no entry point %q", name)
	}
	return nil
}

// provide converts the values given for overrides; each key must name one.
func (s *specializer) provide(overrides map[string]float64) {
	byKey := map[string]*ir.Override{}
	var keys []string
	for _, o := range s.from.Overrides {
		byKey[o.Key()] = o
		keys = append(keys, o.Key())
	}
	names := make([]string, 0, len(overrides))
	for k := range overrides {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		o := byKey[k]
		if o == nil {
			help := "the module has no overrides"
			if len(keys) > 0 {
				help = "the overrides are named " + strings.Join(keys[:min(len(keys), 20)], ", ")
			}
			for _, other := range s.from.Overrides {
				if other.Name == k {
					help = fmt.Sprintf("it has a number: name it by %d", other.ID)
				}
			}
			s.fail(syntax.Span{}, "override-decls", help, "no override is named %q", k)
			return
		}
		s.given[o] = s.fromNumber(o, overrides[k])
	}
}

// fromNumber converts a number given by the application to the type of an override.
func (s *specializer) fromNumber(o *ir.Override, x float64) value.Value {
	refuse := func() value.Value {
		s.fail(o.Span, "override-decls", "give a value within the range of the type", "the value %g given for the override %q does not fit %s", x, o.Name, o.Type)
		return value.Zero(o.Type)
	}
	if o.Type == types.Bool {
		return value.Bool(x != 0 && !math.IsNaN(x))
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return refuse()
	}
	switch n := math.Trunc(x); o.Type {
	case types.I32:
		if n < math.MinInt32 || n > math.MaxInt32 {
			return refuse()
		}
		return value.I32(int32(n))
	case types.U32:
		if n < 0 || n > math.MaxUint32 {
			return refuse()
		}
		return value.U32(uint32(n))
	}
	v, err := eval.Convert(eval.Constant, value.AbstractFloat(x), o.Type)
	if err != nil {
		return refuse()
	}
	return v
}

// overrideValue is the value that an override has in the pipeline.
func (s *specializer) overrideValue(o *ir.Override, from syntax.Span) value.Value {
	if v := s.given[o]; v != nil {
		return v
	}
	if v := s.values[o]; v != nil {
		return v
	}
	zero := value.Zero(o.Type)
	if o.Init == nil {
		s.fail(o.Span, "override-decls", "give a value for "+o.Key(), "the override %q has no value", o.Name)
		return zero
	}
	if s.depth > maxChain*20 {
		s.fail(from, "limits", "compute it in fewer steps", "overrides depend on each other in a chain longer than %d", maxChain*20)
		return zero
	}
	s.depth++
	v := s.constant(o.Init)
	s.depth--
	if v == nil {
		v = zero
	}
	s.values[o] = v
	return v
}

// constant folds an override expression to its value.
func (s *specializer) constant(x ir.Expr) value.Value {
	v, ok := ir.ConstantValue(s.expr(x))
	if !ok {
		s.fail(x.Range(), "override-expr", "use constants and overrides only", "the expression has no value when the pipeline is made")
		return nil
	}
	return v
}

// build copies what the entry point reaches, callees first.
func (s *specializer) build(entry *ir.Function) {
	reached := map[*ir.Function]bool{entry: true}
	list := []*ir.Function{entry}
	for len(list) > 0 {
		f := list[len(list)-1]
		list = list[:len(list)-1]
		for _, callee := range f.Calls {
			if !reached[callee] {
				reached[callee] = true
				list = append(list, callee)
			}
		}
	}
	for _, v := range s.from.Resources(entry) {
		s.global(v)
	}
	for _, f := range s.from.Functions {
		if reached[f] && s.err == nil {
			s.function(f)
		}
	}
	if s.err == nil {
		s.checkLimits(s.funcs[entry])
	}
}

func (s *specializer) global(v *ir.Var) {
	s.storageTexture(v)
	copied := *v
	copied.Type = s.typ(v.Type)
	copied.Index = len(s.to.Globals)
	if v.Init != nil {
		copied.Init = s.expr(v.Init)
	}
	s.vars[v] = &copied
	s.to.Globals = append(s.to.Globals, &copied)
}

// storageTexture refuses a combination of texel format and access mode that a
// binding cannot have without further features (WebGPU, "Plain color formats").
func (s *specializer) storageTexture(v *ir.Var) {
	t, ok := v.Type.(types.Texture)
	if !ok || t.Kind != types.StorageTexture {
		return
	}
	bad := t.Access == types.Read && t.Format == "bgra8unorm" ||
		t.Access == types.ReadWrite && !slices.Contains([]string{"r32uint", "r32sint", "r32float"}, t.Format)
	if bad {
		s.fail(v.Span, "texture-storage", "use write, or for read_write one of r32uint, r32sint and r32float",
			"a storage texture of the format %s cannot have the access mode %s", t.Format, t.Access)
	}
}

// typ replaces the counts that overrides give.
func (s *specializer) typ(t types.Type) types.Type {
	switch t := t.(type) {
	case types.Array:
		t.Elem = s.typ(t.Elem)
		if t.Size != nil {
			t.Len, t.Size = s.size(t.Size), nil
		}
		return t
	case types.Pointer:
		t.Elem = s.typ(t.Elem)
		return t
	}
	return t
}

func (s *specializer) size(o *types.OverrideSize) int64 {
	if n, ok := s.sizes[o]; ok {
		return n
	}
	x := s.from.Sizes[o]
	n := intOf(s.constant(x))
	if n <= 0 {
		s.fail(x.Range(), "array-types", "give a greater value for the override", "the element count of an array must be greater than 0, %s is %d", o.Text, n)
		n = 1
	}
	s.sizes[o] = n
	return n
}

func (s *specializer) function(f *ir.Function) {
	out := *f
	out.Params, out.Vars, out.Locals, out.Calls, out.Globals = nil, nil, nil, nil, nil
	for _, l := range f.Locals {
		copied := *l
		copied.Type = s.typ(l.Type)
		s.locals[l] = &copied
		out.Locals = append(out.Locals, &copied)
		if l.Param {
			out.Params = append(out.Params, &copied)
		}
	}
	for _, v := range f.Vars {
		copied := *v
		copied.Func = &out
		s.vars[v] = &copied
		out.Vars = append(out.Vars, &copied)
	}
	for _, v := range f.Vars {
		if v.Init != nil {
			s.vars[v].Init = s.expr(v.Init)
		}
	}
	for _, callee := range f.Calls {
		out.Calls = append(out.Calls, s.funcs[callee])
	}
	for _, v := range f.Globals {
		out.Globals = append(out.Globals, s.vars[v])
	}
	for i, x := range f.WorkgroupSize {
		if x != nil {
			out.WorkgroupSize[i] = s.expr(x)
		}
	}
	if f.SubgroupSize != nil {
		out.SubgroupSize = s.expr(f.SubgroupSize)
	}
	out.Body = s.block(f.Body)
	s.funcs[f] = &out
	s.to.Functions = append(s.to.Functions, &out)
}

// checkLimits checks the size of the workgroup and of its memory.
func (s *specializer) checkLimits(f *ir.Function) {
	if f.Stage != ir.Compute {
		return
	}
	most := []int64{s.limits.MaxComputeWorkgroupSizeX, s.limits.MaxComputeWorkgroupSizeY, s.limits.MaxComputeWorkgroupSizeZ}
	product := int64(1)
	var size [3]int64
	for i, x := range f.WorkgroupSize {
		v, _ := ir.ConstantValue(x)
		n := intOf(v)
		size[i] = n
		if n <= 0 || n > most[i] {
			s.fail(x.Range(), "workgroup-size-attr", fmt.Sprintf("use 1 to %d", most[i]), "the workgroup size in %c is %d, which is not from 1 to %d", "xyz"[i], n, most[i])
			return
		}
		product *= n
	}
	if product > s.limits.MaxComputeInvocationsPerWorkgroup {
		s.fail(f.WorkgroupSize[0].Range(), "workgroup-size-attr", "use a smaller workgroup",
			"a workgroup has %d × %d × %d = %d invocations, %d is the limit", size[0], size[1], size[2], product, s.limits.MaxComputeInvocationsPerWorkgroup)
		return
	}
	s.checkSubgroup(f, size[0])
	s.checkStorage(f)
}

func (s *specializer) checkSubgroup(f *ir.Function, x int64) {
	if f.SubgroupSize == nil {
		return
	}
	v, _ := ir.ConstantValue(f.SubgroupSize)
	switch n := intOf(v); {
	case n <= 0 || n&(n-1) != 0:
		s.fail(f.SubgroupSize.Range(), "subgroup-size-attr", "use a power of two", "the subgroup size %d is not a power of two", n)
	case x%n != 0:
		s.fail(f.SubgroupSize.Range(), "subgroup-size-attr", "make the workgroup size in x a multiple of it", "the workgroup size %d in x is not a multiple of the subgroup size %d", x, n)
	}
}

// checkStorage adds up the workgroup variables, each rounded up to 16 bytes.
func (s *specializer) checkStorage(f *ir.Function) {
	var total int64
	for _, v := range s.to.Globals {
		if v.Space != types.Workgroup {
			continue
		}
		total += types.RoundUp(16, types.SizeOf(v.Type))
		if limit := s.limits.MaxComputeWorkgroupStorageSize; total > limit {
			s.fail(v.Span, "limits", "use smaller arrays", "the workgroup variables of %s take %d bytes with %q, %d is the limit", f.Name, total, v.Name, limit)
			return
		}
	}
}

// OverridesOf lists the overrides that an entry point needs a value of, in the
// order of the source: those that it reaches itself, through calls, or through
// other overrides.
func OverridesOf(m *ir.Module, entry *ir.Function) []*ir.Override {
	used := reachedOverrides(m, entry)
	var out []*ir.Override
	for _, o := range m.Overrides {
		if used[o] {
			out = append(out, o)
		}
	}
	return slices.Clip(out)
}
