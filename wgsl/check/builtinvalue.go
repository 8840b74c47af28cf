package check

import (
	"sort"

	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// builtinValue is a row of the table "Built-in input and output values".
type builtinValue struct {
	typ             types.Type // nil for clip_distances, an array of at most 8 f32
	inputs, outputs builtin.Stages
	extension       string
}

const (
	vertex   = builtin.InVertex
	fragment = builtin.InFragment
	compute  = builtin.InCompute
)

var (
	id3           = types.Vector{N: 3, Elem: types.U32}
	builtinValues = map[string]builtinValue{
		"vertex_index":            {types.U32, vertex, 0, ""},
		"instance_index":          {types.U32, vertex, 0, ""},
		"clip_distances":          {nil, 0, vertex, "clip_distances"},
		"position":                {types.Vector{N: 4, Elem: types.F32}, fragment, vertex, ""},
		"front_facing":            {types.Bool, fragment, 0, ""},
		"frag_depth":              {types.F32, 0, fragment, ""},
		"primitive_index":         {types.U32, fragment, 0, "primitive_index"},
		"sample_index":            {types.U32, fragment, 0, ""},
		"sample_mask":             {types.U32, fragment, fragment, ""},
		"local_invocation_id":     {id3, compute, 0, ""},
		"local_invocation_index":  {types.U32, compute, 0, ""},
		"global_invocation_id":    {id3, compute, 0, ""},
		"global_invocation_index": {types.U32, compute, 0, ""},
		"workgroup_id":            {id3, compute, 0, ""},
		"workgroup_index":         {types.U32, compute, 0, ""},
		"num_workgroups":          {id3, compute, 0, ""},
		"subgroup_invocation_id":  {types.U32, compute | fragment, 0, "subgroups"},
		"subgroup_size":           {types.U32, compute | fragment, 0, "subgroups"},
		"subgroup_id":             {types.U32, compute, 0, "subgroups"},
		"num_subgroups":           {types.U32, compute, 0, "subgroups"},
	}
	builtinValueNames = sortedNames()
)

func sortedNames() []string {
	var out []string
	for n := range builtinValues {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// ioRules checks the IO attributes of one object against each other and against
// its type ("Attributes", "Inter-stage Input and Output Interface").
func (c *checker) ioRules(span syntax.Span, attrs []*syntax.Attribute, io *types.IO, t types.Type) {
	if io == nil {
		return
	}
	has := map[string]bool{}
	for _, a := range attrs {
		has[a.Name.Name] = true
	}
	switch {
	case has["builtin"] && has["location"]:
		c.errorf(span, "stage-inputs-outputs", "keep one", "an object cannot have both @builtin and @location")
	case has["interpolate"] && !has["location"]:
		c.errorf(span, "interpolate-attr", "write @location too", "@interpolate needs @location")
	case has["blend_src"] && !has["location"]:
		c.errorf(span, "blend-src-attr", "write @location(0) too", "@blend_src needs @location")
	case has["invariant"] && io.Builtin != "position":
		c.errorf(span, "invariant-attr", "remove it", "@invariant may stand on the built-in value position only")
	case has["location"] && !numeric(t):
		c.errorf(span, "location-attr", "use a number or a vector of numbers", "an object with @location must be a numeric scalar or vector, not %s", t)
	case io.Builtin != "":
		c.builtinType(span, io.Builtin, t)
	case has["interpolate"] && types.Elem(t).IsInteger() && len(io.Interpolation) >= 4 && io.Interpolation[:4] != "flat":
		c.errorf(span, "interpolation", "write @interpolate(flat)", "an integer can only be interpolated flat")
	}
}

func numeric(t types.Type) bool {
	switch t := t.(type) {
	case types.Scalar:
		return t != types.Bool
	case types.Vector:
		return t.Elem != types.Bool
	}
	return false
}

func (c *checker) builtinType(span syntax.Span, name string, t types.Type) {
	want := builtinValues[name].typ
	if want == nil {
		if a, ok := t.(types.Array); ok && a.Elem == types.F32 && a.Size == nil && a.Len >= 1 && a.Len <= 8 {
			return
		}
		c.errorf(span, "clip-distances-builtin-value", "use array<f32, N> with N from 1 to 8", "the built-in value %s must be an array of at most 8 f32, not %s", name, t)
		return
	}
	if t != want {
		c.errorf(span, "builtin-inputs-outputs", "declare it as "+want.String(), "the built-in value %s is of type %s, not %s", name, want, t)
	}
}
