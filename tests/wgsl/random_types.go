package wgsl

import (
	"fmt"
	"strings"

	"pxos/wgsl/types"
)

// scalar chooses a scalar type.
func (g *generator) scalar() types.Scalar {
	list := []types.Scalar{types.U32, types.U32, types.I32, types.I32, types.F32, types.F32, types.Bool}
	if g.half {
		list = append(list, types.F16)
	}
	return list[g.rng.IntN(len(list))]
}

// valueType chooses a type that can be constructed, composites nested at most so
// deep.
func (g *generator) valueType(nest int) types.Type {
	switch kind := g.rng.IntN(12); {
	case kind < 4:
		return g.scalar()
	case kind < 8:
		return types.Vector{N: 2 + g.rng.IntN(3), Elem: g.scalar()}
	case kind == 8:
		elem := types.F32
		if g.half && g.chance(50) {
			elem = types.F16
		}
		return types.Matrix{Cols: 2 + g.rng.IntN(3), Rows: 2 + g.rng.IntN(3), Elem: elem}
	case nest > 0 && kind < 11:
		return types.Array{Elem: g.valueType(nest - 1), Len: int64(1 + g.rng.IntN(5))}
	case nest > 0 && len(g.structs) > 0:
		return g.structs[g.rng.IntN(len(g.structs))]
	}
	return g.scalar()
}

// route leads from a value to a part of a type; '?' stands for an index.
type route struct {
	text string
	t    types.Type
}

// pathsOf lists the ways into a value, itself first.
func (g *generator) pathsOf(t types.Type) []route {
	if list, ok := g.paths[t]; ok {
		return list
	}
	list := []route{{"", t}}
	into := func(step string, elem types.Type) {
		for _, p := range g.pathsOf(elem) {
			list = append(list, route{step + p.text, p.t})
		}
	}
	switch t := t.(type) {
	case types.Vector:
		for i := range t.N {
			into("."+"xyzw"[i:i+1], t.Elem)
		}
		into("[?]", t.Elem)
	case types.Matrix:
		into("[?]", t.Column())
	case types.Array:
		into("[?]", t.Elem)
	case *types.Struct:
		for _, m := range t.Members {
			into("."+m.Name, m.Type)
		}
	}
	g.paths[t] = list
	return list
}

// place writes a reference to a part of a variable that has the type; "" if there
// is none.
func (g *generator) place(t types.Type, write bool) string {
	var found []string
	for _, v := range g.scope {
		if write && !v.writable {
			continue
		}
		for _, p := range g.pathsOf(v.t) {
			if p.t == t {
				found = append(found, v.name+p.text)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	text := found[g.rng.IntN(len(found))]
	for strings.Contains(text, "?") {
		text = strings.Replace(text, "?", g.index(), 1)
	}
	return text
}

// index writes an index that is often out of bounds, but never a constant: that
// would be an error then.
func (g *generator) index() string {
	base := "0u"
	for _, v := range g.scope {
		if v.t == types.U32 && (base == "0u" || g.chance(30)) {
			base = v.name
		}
	}
	if base == "0u" {
		return base
	}
	return fmt.Sprintf("%s %s", base, g.pick("% 5u", "& 3u", "& 7u", "- 1u", "/ 9u", "% 2u"))
}

// literal writes a constant of a scalar type, small and not zero.
func (g *generator) literal(t types.Scalar) string {
	switch t {
	case types.Bool:
		return g.pick("true", "false")
	case types.U32:
		return fmt.Sprintf("%du", g.rng.Uint32()>>g.rng.IntN(32)|1)
	case types.I32:
		return fmt.Sprintf("i32(%d)", int32(g.rng.Uint32())>>g.rng.IntN(32)|1)
	case types.F16:
		return fmt.Sprintf("%gh", float64(g.rng.IntN(15)+1)/4)
	}
	return fmt.Sprintf("%gf", float64(g.rng.IntN(400)-200)/8+0.0625)
}
