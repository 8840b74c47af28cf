package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// maxPrivateBytes and maxImmediateBytes are limits of the section "Limits".
const (
	maxPrivateBytes   = 8192
	maxImmediateBytes = 64
)

// entryPoints checks what holds for entry points and all that they reach.
func (c *checker) entryPoints() {
	for _, f := range c.module.EntryPoints() {
		info := c.info[f]
		c.interfaceOf(info)
		c.reach(info)
		c.resources(info)
	}
}

var stageBit = map[ir.Stage]builtin.Stages{ir.Vertex: builtin.InVertex, ir.Fragment: builtin.InFragment, ir.Compute: builtin.InCompute}

// reach checks that nothing an entry point reaches is limited to other stages.
func (c *checker) reach(entry *funcInfo) {
	bit := stageBit[entry.ir.Stage]
	seen := map[*funcInfo]bool{entry: true}
	list := []*funcInfo{entry}
	for len(list) > 0 {
		f := list[len(list)-1]
		list = list[:len(list)-1]
		for _, l := range f.limits {
			if l.stages&bit == 0 {
				d := c.errorf(l.span, "shader-stages-sec", "use it in another stage only", "%s may not be used in a %s shader", l.what, entry.ir.Stage)
				if f != entry {
					withNote(d, entry.decl.Name.Span, "the %s shader %s reaches it", entry.ir.Stage, entry.ir.Name)
				}
			}
		}
		for _, s := range f.sites {
			if !seen[s.callee] {
				seen[s.callee] = true
				list = append(list, s.callee)
			}
		}
	}
}

// resources checks the variables of module scope that an entry point reaches:
// binding numbers are unique, and memory stays within the limits.
func (c *checker) resources(entry *funcInfo) {
	type address struct{ group, binding int }
	used := map[address]*ir.Var{}
	var private int64
	var immediate *ir.Var
	for _, v := range c.module.Resources(entry.ir) {
		switch v.Space {
		case types.Private:
			private += types.SizeOf(v.Type)
			if private > maxPrivateBytes && private-types.SizeOf(v.Type) <= maxPrivateBytes {
				c.errorf(v.Span, "limits", "use smaller arrays", "the private variables of the shader %s take %d bytes with this one, %d is the limit", entry.ir.Name, private, maxPrivateBytes)
			}
		case types.Immediate:
			c.immediate(entry, v, immediate)
			immediate = v
		case types.Uniform, types.Storage, types.Handle:
			a := address{v.Group, v.Binding}
			if old := used[a]; old != nil {
				d := c.errorf(v.Span, "resource-interface", "give each its own number", "the resources %q and %q of the shader %s have the same @group(%d) @binding(%d)",
					old.Name, v.Name, entry.ir.Name, v.Group, v.Binding)
				withNote(d, old.Span, "the other resource is here")
			}
			used[a] = v
		}
	}
}

func (c *checker) immediate(entry *funcInfo, v, old *ir.Var) {
	if old != nil {
		d := c.errorf(v.Span, "var-decls", "put both into one structure", "the shader %s uses more than one immediate variable", entry.ir.Name)
		withNote(d, old.Span, "the other is here")
	}
	if n := types.SizeOf(v.Type); n > maxImmediateBytes {
		c.errorf(v.Span, "limits", "use a buffer", "the immediate variable %q takes %d bytes, %d is the limit", v.Name, n, maxImmediateBytes)
	}
}

// slots collects the inputs or the outputs of an entry point.
type slots struct {
	c         *checker
	entry     *funcInfo
	output    bool
	builtins  map[string]syntax.Span
	locations map[int]syntax.Span
	position  bool
}

// interfaceOf checks the inputs and outputs of an entry point ("Shader Interface").
func (c *checker) interfaceOf(f *funcInfo) {
	in := &slots{c: c, entry: f, builtins: map[string]syntax.Span{}, locations: map[int]syntax.Span{}}
	for i, p := range f.ir.Params {
		in.object(f.decl.Params[i].Span, p.Type, p.IO)
	}
	out := &slots{c: c, entry: f, output: true, builtins: map[string]syntax.Span{}, locations: map[int]syntax.Span{}}
	if f.decl.Result != nil {
		out.object(f.decl.Result.Span, f.ir.Result, f.ir.ResultIO)
	}
	if f.ir.Stage == ir.Compute && f.decl.Result != nil {
		c.errorf(f.decl.Result.Span, "user-defined-inputs-outputs", "store results in a buffer", "a compute entry point returns no value")
	}
	if f.ir.Stage == ir.Vertex && !out.position {
		c.errorf(f.decl.Name.Span, "function-restriction", "return @builtin(position) vec4<f32>", "the vertex shader %s does not return the built-in value position", f.ir.Name)
	}
}

// object checks a parameter or result: one datum, or a structure of data.
func (s *slots) object(span syntax.Span, t types.Type, io *types.IO) {
	st, ok := t.(*types.Struct)
	if !ok {
		s.datum(span, t, io, "")
		return
	}
	if io != nil {
		s.c.errorf(span, "stage-inputs-outputs", "write the attributes on the members", "a structure cannot have IO attributes itself")
		return
	}
	for i := range st.Members {
		m := &st.Members[i]
		s.datum(span, m.Type, m.IO, " (the member "+m.Name+" of "+st.Name+")")
	}
}

func (s *slots) datum(span syntax.Span, t types.Type, io *types.IO, where string) {
	kind := "input"
	if s.output {
		kind = "output"
	}
	switch {
	case io == nil || io.Builtin == "" && io.Location < 0:
		s.c.errorf(span, "stage-inputs-outputs", "write @builtin(…) or @location(…)", "an %s of an entry point needs @builtin or @location%s", kind, where)
	case io.Builtin != "":
		s.builtin(span, io, kind, where)
	default:
		s.location(span, t, io, kind, where)
	}
}

func (s *slots) builtin(span syntax.Span, io *types.IO, kind, where string) {
	name := io.Builtin
	v := builtinValues[name]
	bit := stageBit[s.entry.ir.Stage]
	allowed := v.inputs
	if s.output {
		allowed = v.outputs
	}
	if allowed&bit == 0 {
		s.c.errorf(span, "builtin-inputs-outputs", "remove it", "the built-in value %s is no %s of a %s shader%s", name, kind, s.entry.ir.Stage, where)
		return
	}
	if old, twice := s.builtins[name]; twice {
		d := s.c.errorf(span, "builtin-inputs-outputs", "keep one", "the built-in value %s is an %s twice%s", name, kind, where)
		withNote(d, old, "the first is here")
	}
	s.builtins[name] = span
	s.position = s.position || name == "position"
}

func (s *slots) location(span syntax.Span, t types.Type, io *types.IO, kind, where string) {
	stage := s.entry.ir.Stage
	if stage == ir.Compute {
		s.c.errorf(span, "user-defined-inputs-outputs", "use a buffer", "a compute shader has no user-defined %ss%s", kind, where)
		return
	}
	if io.BlendSrc >= 0 && !(s.output && stage == ir.Fragment) {
		s.c.errorf(span, "blend-src-attr", "remove @blend_src", "@blend_src may stand on outputs of fragment shaders only%s", where)
	}
	between := stage == ir.Vertex && s.output || stage == ir.Fragment && !s.output
	if between && types.Elem(t).IsInteger() && (len(io.Interpolation) < 4 || io.Interpolation[:4] != "flat") {
		s.c.errorf(span, "interpolation", "write @interpolate(flat)", "an integer between shaders must have @interpolate(flat)%s", where)
	}
	if io.BlendSrc >= 0 {
		return
	}
	if old, twice := s.locations[io.Location]; twice {
		d := s.c.errorf(span, "input-output-locations", "give each its own location", "the location %d is used by two %ss%s", io.Location, kind, where)
		withNote(d, old, "the other is here")
	}
	s.locations[io.Location] = span
}
