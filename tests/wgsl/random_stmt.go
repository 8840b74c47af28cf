package wgsl

import (
	"strings"

	"pxos/wgsl/types"
)

// declaration writes a variable or a value of a random type.
func (g *generator) declaration() {
	v := variable{name: g.name("x"), t: g.valueType(2), writable: true, local: true}
	switch g.rng.IntN(5) {
	case 0:
		g.line("var %s: %s;", v.name, g.spell(v.t))
	case 1:
		v.writable, v.local = false, false
		g.line("let %s = %s;", v.name, g.bounded(v.t, 2))
	default:
		g.line("var %s = %s;", v.name, g.bounded(v.t, 2))
	}
	g.declare(v)
}

// statements writes a few.
func (g *generator) statements(n int) {
	for range n {
		g.statement()
	}
}

// statement writes one that lanes may reach apart.
func (g *generator) statement() {
	g.left--
	if g.left < 0 || g.depth > 5 {
		g.assignment()
		return
	}
	switch g.rng.IntN(16) {
	case 0, 1:
		g.declaration()
	case 2, 3:
		g.branch()
	case 4, 5:
		g.loop()
	case 6:
		g.switchOver()
	case 7:
		g.line("{")
		g.block(func() { g.statements(1 + g.rng.IntN(2)) })
		g.line("}")
	case 8:
		g.callStatement()
	case 9:
		g.leave()
	case 10:
		if g.result == nil {
			g.count()
			return
		}
		g.assignment()
	case 11:
		g.line("_ = %s;", g.expr(g.valueType(2), 2))
	default:
		g.assignment()
	}
}

// assignment writes to a part of a variable of a random type.
func (g *generator) assignment() {
	for range 8 {
		t := g.valueType(2)
		to := g.place(t, true)
		if to == "" {
			continue
		}
		s, scalar := t.(types.Scalar)
		switch {
		case scalar && s.IsInteger() && g.chance(30):
			g.line("%s %s= %s;", to, g.pick("+", "-", "*", "/", "%", "&", "|", "^"), g.operand(s, 2))
		case scalar && s.IsInteger() && g.chance(20):
			g.line("%s%s;", to, g.pick("++", "--"))
		case scalar && s == types.U32 && g.chance(20):
			g.line("%s %s= %du;", to, g.pick("<<", ">>"), g.rng.IntN(32))
		default:
			g.line("%s = %s;", to, g.bounded(t, 3))
		}
		return
	}
	if to := g.place(types.U32, true); to != "" {
		g.line("%s = %s;", to, g.expr(types.U32, 2))
	}
}

func (g *generator) branch() {
	g.line("if (%s) {", g.expr(types.Bool, 2))
	g.block(func() { g.statements(1 + g.rng.IntN(3)) })
	if g.chance(30) {
		g.line("} else if (%s) {", g.expr(types.Bool, 2))
		g.block(func() { g.statements(1 + g.rng.IntN(2)) })
	}
	if g.chance(50) {
		g.line("} else {")
		g.block(func() { g.statements(1 + g.rng.IntN(2)) })
	}
	g.line("}")
}

// loop writes a loop of a few rounds in one of its forms.
func (g *generator) loop() {
	if g.loops > 1 {
		g.assignment()
		return
	}
	g.loops++
	k, rounds := g.name("k"), 1+g.rng.IntN(4)
	counter := variable{name: k, t: types.U32}
	body := func() {
		g.declare(counter)
		g.statements(1 + g.rng.IntN(2))
		if g.chance(40) {
			g.line("if (%s) { %s; }", g.expr(types.Bool, 2), g.pick("break", "continue"))
		}
		g.statements(1)
	}
	switch g.rng.IntN(3) {
	case 0:
		g.line("for (var %s = 0u; %s < %du; %s++) {", k, k, rounds, k)
		g.block(body)
		g.line("}")
	case 1:
		g.line("var %s = %du;", k, rounds)
		g.line("while (%s > 0u && %s) {", k, g.expr(types.Bool, 1))
		g.block(func() {
			g.line("%s--;", k)
			body()
		})
		g.line("}")
	default:
		g.line("var %s = 0u;", k)
		g.line("loop {")
		g.block(func() {
			body()
			g.line("continuing {")
			g.line("    %s++;", k)
			g.line("    break if %s >= %du;", k, rounds)
			g.line("}")
		})
		g.line("}")
	}
	g.loops--
}

func (g *generator) switchOver() {
	t, suffix := types.U32, "u"
	if g.chance(50) {
		t, suffix = types.I32, "i"
	}
	g.line("switch (%s %% 5%s) {", g.expr(t, 2), suffix)
	labels := []string{"0" + suffix, "1" + suffix + ", 3" + suffix, "4" + suffix}
	at := g.rng.IntN(len(labels) + 1)
	for i := range len(labels) + 1 {
		switch {
		case i == at && i < len(labels) && g.chance(50):
			g.line("case %s, default: {", labels[i])
			labels[i] = ""
		case i == at:
			g.line("default: {")
		case i < len(labels):
			g.line("case %s: {", labels[i])
		default:
			continue
		}
		g.block(func() {
			g.statements(1)
			if g.chance(30) {
				g.line("if (%s) { break; }", g.expr(types.Bool, 1))
				g.statements(1)
			}
		})
		g.line("}")
	}
	g.line("}")
}

// callStatement calls a helper with a pointer to a variable.
func (g *generator) callStatement() {
	for _, f := range g.functions {
		if f.pointer == nil || g.loops > 1 {
			continue
		}
		for _, v := range g.scope {
			if !v.local || v.t != f.pointer {
				continue
			}
			args := []string{"&" + v.name}
			for _, p := range f.params {
				args = append(args, g.expr(p, 1))
			}
			r := variable{name: g.name("r"), t: f.result}
			g.line("let %s = %s(%s);", r.name, f.name, strings.Join(args, ", "))
			g.declare(r)
			return
		}
	}
	g.assignment()
}

// leave ends a helper early for some lanes; main ends only at its end, after all
// barriers.
func (g *generator) leave() {
	if g.result == nil {
		g.assignment()
		return
	}
	g.line("if (%s) { return %s; }", g.expr(types.Bool, 2), g.bounded(g.result, 1))
}

// count changes counters that all invocations share, in ways whose order does not
// matter.
func (g *generator) count() {
	if g.chance(50) {
		g.line("%s(&out_counts[%s], %s);", g.pick("atomicAdd", "atomicSub"), g.pick("0u", "1u", "ua & 1u"), g.expr(types.U32, 2))
		g.line("%s(&out_counts[2u], %s);", "atomicMax", g.expr(types.U32, 2))
		return
	}
	k := g.rng.IntN(4)
	op := []string{"atomicMin", "atomicMax", "atomicAnd", "atomicXor"}[k]
	g.line("%s(&out_extremes[%d], %s);", op, k, g.expr(types.I32, 2))
}

// together writes a statement that the whole workgroup reaches as one, with
// barriers inside of it at most nest deep.
func (g *generator) together(nest int) {
	switch kind := g.rng.IntN(12); {
	case kind < 3:
		g.phase()
	case kind == 3 && nest > 0:
		k := g.name("k")
		g.line("for (var %s = %s; %s < %s; %s) {", k, g.pick("0u", "1u"), k, g.pick("3u", "8u", "params[1].x % 4u", "groups.x"), g.pick(k+" *= 2u", k+" += 2u", k+"++"))
		g.block(func() {
			g.line("if (%s == 0u) { %s++; }", k, k)
			g.declare(variable{name: k, t: types.U32})
			g.loops++
			for range 1 + g.rng.IntN(2) {
				g.together(nest - 1)
			}
			g.loops--
		})
		g.line("}")
	case kind == 4 && nest > 0:
		g.line("if (%s) {", g.pick("params[0].x % 2u == 0u", "group.x == 0u", "groups.x > 1u", "workgroupUniformLoad(&words[3]) % 3u > 0u"))
		g.block(func() {
			for range 1 + g.rng.IntN(2) {
				g.together(nest - 1)
			}
		})
		g.line("}")
	case kind == 5 && g.subgroups:
		g.subgroup()
	default:
		g.statement()
	}
}

// phase writes workgroup memory that is written and read with barriers between.
func (g *generator) phase() {
	switch g.rng.IntN(3) {
	case 0:
		g.line("workgroupBarrier();")
		g.line("if (lane < 16u) { words[lane] = %s; }", g.expr(types.U32, 2))
		g.line("workgroupBarrier();")
		g.line("ub ^= words[(lane + %du) %% 16u];", g.rng.IntN(16))
	case 1:
		g.line("workgroupBarrier();")
		g.line("if (%s) { %s(&tally[%s], %s); }", g.expr(types.Bool, 2), "atomicAdd", g.index(), g.expr(types.U32, 2))
		g.line("workgroupBarrier();")
		g.line("ua += atomicLoad(&tally[lane & 3u]);")
	default:
		u := variable{name: g.name("same"), t: types.U32}
		g.line("let %s = workgroupUniformLoad(&words[%d]);", u.name, g.rng.IntN(16))
		g.declare(u)
	}
}

// subgroup writes an operation over neighbours, who are all there.
func (g *generator) subgroup() {
	g.line("ua ^= %s;", g.expand(g.pick(
		"‹subgroupAdd¦subgroupMax¦subgroupMin¦subgroupAnd¦subgroupOr¦subgroupXor¦subgroupMul›({u})",
		"‹subgroupExclusiveAdd¦subgroupInclusiveAdd¦subgroupBroadcastFirst›({u})", "subgroupBroadcast({u}, 0u)",
		"subgroupBallot({b}).x", "select(0u, 5u, ‹subgroupAll¦subgroupAny›({b}))"), types.U32, 2))
}
