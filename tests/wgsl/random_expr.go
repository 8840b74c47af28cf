package wgsl

import (
	"fmt"
	"strings"

	"pxos/wgsl/types"
)

// expr writes an expression of a type that is not constant, at most so deep.
func (g *generator) expr(t types.Type, depth int) string {
	if depth <= 0 || g.chance(20) {
		if p := g.place(t, false); p != "" {
			return p
		}
	}
	if depth > 0 && g.chance(10) {
		if c := g.call(t, depth-1); c != "" {
			return c
		}
	}
	switch t := t.(type) {
	case types.Scalar:
		return g.scalarExpr(t, depth-1)
	case types.Vector:
		return g.vectorExpr(t, depth-1)
	case types.Matrix:
		if depth > 0 && g.chance(60) {
			turned := types.Matrix{Cols: t.Rows, Rows: t.Cols, Elem: t.Elem}
			if g.chance(30) {
				return "transpose(" + g.expr(turned, depth-1) + ")"
			}
			return g.expand(g.pick("({t} ‹+¦-› {t})", "({t} * {o})", "({o} * {t})"), t, depth-1)
		}
		return g.construct(t, t.Column(), t.Cols, depth-1)
	case types.Array:
		return g.construct(t, t.Elem, int(t.Len), depth-1)
	}
	if p := g.place(t, false); p != "" && g.chance(50) {
		return p
	}
	s := t.(*types.Struct)
	parts := make([]string, len(s.Members))
	for i, m := range s.Members {
		parts[i] = g.expr(m.Type, min(depth-1, 1))
	}
	return s.Name + "(" + strings.Join(parts, ", ") + ")"
}

func (g *generator) construct(t, elem types.Type, n, depth int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = g.expr(elem, min(depth, 1))
	}
	return g.spell(t) + "(" + strings.Join(parts, ", ") + ")"
}

// call writes a call of a helper that has no effects, "" if none fits.
func (g *generator) call(t types.Type, depth int) string {
	for _, f := range g.functions {
		if f.result != t || f.pointer != nil || g.loops > 1 {
			continue
		}
		args := make([]string, len(f.params))
		for i, p := range f.params {
			args[i] = g.expr(p, min(depth, 1))
		}
		return f.name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// operand writes the right side of an operator: an expression, or a constant.
func (g *generator) operand(t types.Scalar, depth int) string {
	if g.chance(30) {
		return g.literal(t)
	}
	return g.expr(t, depth)
}

// bounded writes an expression that is stored: floats are clamped, so that they
// stay finite however often that happens.
func (g *generator) bounded(t types.Type, depth int) string {
	each := func(elem types.Type, n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = g.bounded(elem, min(depth-1, 1))
		}
		return g.spell(t) + "(" + strings.Join(parts, ", ") + ")"
	}
	switch t := t.(type) {
	case types.Scalar:
		return clamped(g.expr(t, depth), t, t.String())
	case types.Vector:
		return clamped(g.expr(t, depth), t.Elem, t.String())
	case types.Matrix:
		return each(t.Column(), t.Cols)
	case types.Array:
		return each(t.Elem, int(t.Len))
	}
	if p := g.place(t, false); p != "" {
		return p
	}
	s := t.(*types.Struct)
	parts := make([]string, len(s.Members))
	for i, m := range s.Members {
		parts[i] = g.bounded(m.Type, min(depth-1, 1))
	}
	return s.Name + "(" + strings.Join(parts, ", ") + ")"
}

func clamped(e string, elem types.Scalar, name string) string {
	switch elem {
	case types.F32:
		return fmt.Sprintf("clamp(%s, %s(-1000), %s(1000))", e, name, name)
	case types.F16:
		return fmt.Sprintf("clamp(%s, %s(-8), %s(8))", e, name, name)
	}
	return e
}

// expand fills a template. ‹a¦b¦c› is one of these; {t} is an expression of type
// t, {o} an operand of its scalar type, {e} an expression of that; {b}, {u}, {i},
// {f}, {h} are expressions of bool, u32, i32, f32, f16, and {vb}, {vu}, {vi}, {vf}
// vectors of them, as long as t or, where t is a scalar, of one length; {v} is such
// a vector of t's scalar type; {u4}, {i4}, {f2} say their length; {T} is t's name,
// {index} an index.
func (g *generator) expand(template string, t types.Type, depth int) string {
	n := 2 + g.rng.IntN(3)
	if v, ok := t.(types.Vector); ok {
		n = v.N
	}
	vector := func(n int, s types.Scalar) string { return g.expr(types.Vector{N: n, Elem: s}, depth) }
	fill := map[string]func() string{
		"{t}": func() string { return g.expr(t, depth) }, "{T}": func() string { return g.spell(t) },
		"{o}": func() string { return g.operand(types.Elem(t), depth) }, "{e}": func() string { return g.expr(types.Elem(t), depth) },
		"{b}": func() string { return g.expr(types.Bool, depth) }, "{u}": func() string { return g.expr(types.U32, depth) },
		"{i}": func() string { return g.expr(types.I32, depth) }, "{f}": func() string { return g.expr(types.F32, depth) },
		"{h}": func() string { return g.expr(types.F16, depth) }, "{v}": func() string { return vector(n, types.Elem(t)) },
		"{vb}": func() string { return vector(n, types.Bool) }, "{vu}": func() string { return vector(n, types.U32) },
		"{vi}": func() string { return vector(n, types.I32) }, "{vf}": func() string { return vector(n, types.F32) },
		"{u4}": func() string { return vector(4, types.U32) }, "{i4}": func() string { return vector(4, types.I32) },
		"{f2}":    func() string { return vector(2, types.F32) },
		"{index}": g.index, "{n}": func() string { return fmt.Sprint(n) }, "{shift}": func() string { return fmt.Sprintf("%du", g.rng.IntN(32)) },
	}
	var b strings.Builder
	for template != "" {
		at := strings.IndexAny(template, "{‹")
		if at < 0 {
			b.WriteString(template)
			break
		}
		b.WriteString(template[:at])
		template = template[at:]
		if choices, after, ok := strings.Cut(template, "›"); ok && template[0] != '{' {
			template = g.pick(strings.Split(strings.TrimPrefix(choices, "‹"), "¦")...) + after
			continue
		}
		token, after, _ := strings.Cut(template, "}")
		b.WriteString(fill[token+"}"]())
		template = after
	}
	return b.String()
}

// What computes each kind of value. Floats only by operations with one rounding,
// or none.
var (
	boolTemplates = []string{
		"({u} ‹<¦<=¦>¦>=¦==¦!=› {u})", "({i} ‹<¦<=¦>¦>=¦==¦!=› {i})", "({f} ‹<¦<=¦>¦>=¦==¦!=› {f})", "({b} ‹&&¦||¦&¦|¦==¦!=› {b})",
		"!{b}", "‹all¦any›({vu} ‹<¦>=¦==› {vu})", "‹all¦any›({vf} ‹<¦>=¦!=› {vf})", "‹all¦any›({vb})", "bool({u})", "bool({f})",
	}
	integerTemplates = []string{
		"({t} ‹+¦-¦*¦/¦%¦&¦|¦^› {o})", "({t} ‹+¦-¦*¦/¦%¦&¦|¦^› {o})", "({t} ‹<<¦>>› ({u} & 31u))", "({t} ‹<<¦>>› {shift})",
		"‹countOneBits¦reverseBits¦firstLeadingBit¦firstTrailingBit¦countLeadingZeros¦countTrailingZeros¦abs¦~›({t})",
		"‹min¦max›({t}, {o})", "clamp({t}, {t}, {t})", "extractBits({t}, {u}, {u})", "insertBits({t}, {t}, {u}, {u})", "dot({v}, {v})",
		"{T}({b})", "{T}({f})", // clamped into the range
	}
	unsignedTemplates = []string{
		"bitcast<u32>({i})", "u32({i})", "dot4U8Packed({u}, {u})", "‹pack4xU8¦pack4xU8Clamp›({u4})", "‹pack4xI8¦pack4xI8Clamp›({i4})",
		"({u} ^ ‹scale¦twice›)", "pack2x16float(clamp({f2}, vec2f(-1000), vec2f(1000)))",
	}
	signedTemplates = []string{"bitcast<i32>({u})", "i32({u})", "(-{i})", "sign({i})", "dot4I8Packed({u}, {u})", "(frexp({f}).exp)"}
	floatTemplates  = []string{
		"({t} ‹+¦-¦*› {o})", "({t} ‹+¦-¦*› {o})", "(-{t})", "‹floor¦ceil¦trunc¦round¦abs¦sign¦saturate›({t})", "‹min¦max¦step›({t}, {o})",
		"{T}({u} & 7u)", "{T}({i} % 8i)", "{T}({b})", "modf({t}).‹fract¦whole›", "frexp({t}).fract",
	}
	f32Templates           = []string{"f32({u})", "ldexp({t}, {i} % 4i)", "quantizeToF16(clamp({t}, -1000f, 1000f))"}
	boolVectorTemplates    = []string{"({vu} ‹<¦>=¦==¦!=› {vu})", "({vf} ‹<¦>=¦==¦!=› {vf})", "({t} ‹&¦|¦==¦!=› {t})", "(!{t})"}
	integerVectorTemplates = []string{
		"({t} ‹+¦-¦*¦/¦%¦&¦|¦^› {t})", "({t} ‹+¦-¦*¦/¦%› {o})", "({o} ‹+¦-¦*¦/¦%› {t})", "({t} ‹<<¦>>› ({vu} & vec{n}u(31)))",
		"‹min¦max›({t}, {t})", "‹abs¦countOneBits¦reverseBits¦firstLeadingBit¦countTrailingZeros¦~›({t})", "{T}({vb})", "{T}({vf})",
	}
	floatVectorTemplates = []string{
		"({t} ‹+¦-¦*› {t})", "({t} * {o})", "({o} - {t})", "(-{t})", "‹floor¦ceil¦trunc¦round¦abs¦sign¦saturate›({t})", "‹min¦max¦step›({t}, {t})",
	}
)

func (g *generator) scalarExpr(t types.Scalar, depth int) string {
	if depth < 0 {
		// Nothing in sight has the type: it is made of a u32, which always is.
		made := "{T}({u} & 7u)"
		switch t {
		case types.Bool:
			made = "({u} % 2u == 0u)"
		case types.I32:
			made = "bitcast<i32>({u})"
		}
		return g.expand(made, t, depth)
	}
	if g.chance(12) {
		return g.expand("({v})‹.x¦.y¦[{index}]›", t, depth)
	}
	if g.chance(8) {
		return g.expand("select({t}, {o}, {b})", t, depth)
	}
	switch t {
	case types.Bool:
		return g.expand(g.pick(boolTemplates...), t, depth)
	case types.U32, types.I32:
		list := unsignedTemplates
		if t == types.I32 {
			list = signedTemplates
		}
		if g.chance(75) {
			list = integerTemplates
		}
		return g.expand(g.pick(list...), t, depth)
	}
	list := floatTemplates
	switch {
	case t == types.F16 && g.chance(10):
		list = []string{"f16(clamp({f}, -1000f, 1000f))"}
	case t == types.F32 && g.half && g.chance(10):
		list = []string{"f32({h})"}
	case t == types.F32 && g.chance(20):
		list = f32Templates
	}
	return g.expand(g.pick(list...), t, depth)
}

func (g *generator) vectorExpr(t types.Vector, depth int) string {
	if depth < 0 || g.chance(35) {
		return g.vectorConstructor(t, depth)
	}
	if g.chance(25) {
		from := types.Vector{N: 2 + g.rng.IntN(3), Elem: t.Elem}
		var b strings.Builder
		letters := g.pick("xyzw", "rgba")
		for range t.N {
			b.WriteByte(letters[g.rng.IntN(from.N)])
		}
		return fmt.Sprintf("(%s).%s", g.expr(from, depth), b.String())
	}
	if g.chance(15) {
		return g.expand("select({t}, {t}, {vb})", t, depth)
	}
	switch t.Elem {
	case types.Bool:
		return g.expand(g.pick(boolVectorTemplates...), t, depth)
	case types.U32, types.I32:
		return g.expand(g.pick(integerVectorTemplates...), t, depth)
	}
	return g.expand(g.pick(floatVectorTemplates...), t, depth)
}

// vectorConstructor writes a constructor: of one scalar, of another vector, or of
// parts.
func (g *generator) vectorConstructor(t types.Vector, depth int) string {
	switch g.rng.IntN(4) {
	case 0:
		return g.expand("{T}({e})", t, depth)
	case 1:
		if depth >= 0 && !t.Elem.IsFloat() {
			return g.expand("{T}({vu})", t, depth)
		}
	}
	var parts []string
	for left := t.N; left > 0; {
		n := 1 + g.rng.IntN(left)
		if n == t.N {
			n = 1
		}
		if n == 1 {
			parts = append(parts, g.expr(t.Elem, depth))
		} else {
			parts = append(parts, g.expr(types.Vector{N: n, Elem: t.Elem}, depth))
		}
		left -= n
	}
	return fmt.Sprintf("%s(%s)", g.spell(t), strings.Join(parts, ", "))
}
