package flat

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// direct are the built-ins that one operation does, component by component.
var direct = map[builtin.ID]Op{
	builtin.Abs: Abs, builtin.Ceil: Ceil, builtin.Floor: Floor, builtin.Trunc: Trunc, builtin.Round: Round,
	builtin.Sqrt: Sqrt, builtin.Max: Max, builtin.Min: Min, builtin.CountLeadingZeros: CountLeadingZeros,
	builtin.CountTrailingZeros: CountTrailingZeros, builtin.CountOneBits: CountOneBits,
}

// preluded are the built-ins whose scalar form is a function of the prelude, by
// the name it has there.
var preluded = map[builtin.ID]string{
	builtin.Acos: "acos", builtin.Acosh: "acosh", builtin.Asin: "asin", builtin.Asinh: "asinh", builtin.Atan: "atan",
	builtin.Atanh: "atanh", builtin.Atan2: "atan2", builtin.Cos: "cos", builtin.Cosh: "cosh", builtin.Exp: "exp",
	builtin.Exp2: "exp2", builtin.Log: "log", builtin.Log2: "log2", builtin.Pow: "pow", builtin.Sin: "sin",
	builtin.Sinh: "sinh", builtin.Tan: "tan", builtin.Tanh: "tanh", builtin.Ldexp: "ldexp",
}

// builtinFunc lowers one built-in; args are its arguments' scalars.
type builtinFunc func(l *lowerer, e *ir.Builtin, args []agg) agg

// composed are the built-ins made of several operations. It is filled by init,
// since some of them lower others.
var composed map[builtin.ID]builtinFunc

func init() {
	composed = map[builtin.ID]builtinFunc{
		builtin.Bitcast: func(l *lowerer, e *ir.Builtin, a []agg) agg { return l.bitcast(e.T, a[0]) },
		builtin.All:     func(l *lowerer, _ *ir.Builtin, a []agg) agg { return agg{l.fold(And, a[0])} },
		builtin.Any:     func(l *lowerer, _ *ir.Builtin, a []agg) agg { return agg{l.fold(Or, a[0])} },
		builtin.Select: func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			return l.selectAgg(spread(a[2], len(a[0])), a[1], a[0])
		},
		builtin.Clamp: func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.clamp(a[0], a[1], a[2]) },
		builtin.Saturate: func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			return l.clamp(a[0], l.like(a[0], 0), l.like(a[0], 1))
		},
		builtin.Cross:       func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.cross(a[0], a[1]) },
		builtin.Degrees:     func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.scale(a[0], 57.295779513082322865) },
		builtin.Radians:     func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.scale(a[0], 0.017453292519943295474) },
		builtin.Determinant: determinant,
		builtin.Distance:    func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.length(l.componentwise(Sub, a[0], a[1])) },
		builtin.Dot:         func(l *lowerer, _ *ir.Builtin, a []agg) agg { return agg{l.dot(a[0], a[1])} },
		builtin.FaceForward: faceForward,
		builtin.Fma: func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			out := make(agg, len(a[0]))
			for i := range out {
				out[i] = l.op(Fma, a[0][i].Kind, a[0][i], a[1][i], a[2][i])
			}
			return out
		},
		builtin.Fract: func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.componentwise(Sub, a[0], l.map1(Floor, a[0])) },
		builtin.InverseSqrt: func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			return l.componentwise(Div, l.like(a[0], 1), l.map1(Sqrt, a[0]))
		},
		builtin.Length: func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.length(a[0]) },
		builtin.Mix:    mix,
		builtin.Modf:   modf,
		builtin.Frexp:  frexp,
		builtin.Normalize: func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			return l.componentwise(Div, a[0], spread(l.length(a[0]), len(a[0])))
		},
		builtin.QuantizeToF16:    func(l *lowerer, _ *ir.Builtin, a []agg) agg { return l.convert(types.F32, l.convert(types.F16, a[0])) },
		builtin.Reflect:          reflect,
		builtin.Refract:          refract,
		builtin.Smoothstep:       smoothstep,
		builtin.Step:             step,
		builtin.Transpose:        transpose,
		builtin.FirstLeadingBit:  firstLeadingBit,
		builtin.FirstTrailingBit: firstTrailingBit,
		builtin.ReverseBits:      reverseBits,
		builtin.Sign:             sign,
		builtin.ExtractBits:      extractBits,
		builtin.InsertBits:       insertBits,
		builtin.ArrayLength:      arrayLength,
		builtin.StorageBarrier:   barrier,
		builtin.WorkgroupBarrier: barrier,
		builtin.TextureBarrier:   barrier,
	}
	addPacking()
	addSubgroups()
}

// builtin lowers a call of a built-in function.
func (l *lowerer) builtin(e *ir.Builtin) agg {
	switch {
	case e.ID == builtin.WorkgroupUniformLoad:
		return l.workgroupUniformLoad(e)
	case e.ID >= builtin.AtomicLoad && e.ID <= builtin.AtomicCompareExchangeWeak:
		return l.atomic(e)
	case e.ID == builtin.ArrayLength:
		return arrayLength(l, e, nil)
	}
	args := make([]agg, len(e.Args))
	for i, a := range e.Args {
		args[i] = l.expr(a)
	}
	if op, ok := direct[e.ID]; ok {
		if len(args) == 1 {
			return l.map1(op, args[0])
		}
		return l.componentwise(op, args[0], args[1])
	}
	if name, ok := preluded[e.ID]; ok {
		return l.preludeMap(name, args)
	}
	if f, ok := composed[e.ID]; ok {
		return f(l, e, args)
	}
	l.fail(e.Range(), "the built-in function %s cannot be run by this executor", e.ID)
	return nil
}

// like is a constant in every component of a float value's shape.
func (l *lowerer) like(x agg, f float32) agg {
	return spread(agg{l.float(x[0].Kind, f)}, len(x))
}

func (l *lowerer) scale(x agg, by float32) agg { return l.componentwise(Mul, x, l.like(x, by)) }

func (l *lowerer) fold(op Op, x agg) *Instr {
	out := x[0]
	for _, y := range x[1:] {
		out = l.op(op, out.Kind, out, y)
	}
	return out
}

func (l *lowerer) selectAgg(cond, yes, no agg) agg {
	out := make(agg, len(yes))
	for i := range out {
		out[i] = l.op(Select, yes[i].Kind, cond[i], yes[i], no[i])
	}
	return out
}

// clamp is min(max(x, low), high).
func (l *lowerer) clamp(x, low, high agg) agg {
	return l.componentwise(Min, l.componentwise(Max, x, low), high)
}

func (l *lowerer) length(x agg) agg {
	return agg{l.op(Sqrt, x[0].Kind, l.dot(x, x))}
}

func (l *lowerer) cross(x, y agg) agg {
	term := func(i, j int) *Instr {
		k := x[0].Kind
		return l.op(Sub, k, l.op(Mul, k, x[i], y[j]), l.op(Mul, k, x[j], y[i]))
	}
	return agg{term(1, 2), term(2, 0), term(0, 1)}
}

func faceForward(l *lowerer, _ *ir.Builtin, a []agg) agg {
	d := l.dot(a[2], a[1])
	is := l.op(Lt, types.Bool, d, l.float(d.Kind, 0))
	return l.selectAgg(spread(agg{is}, len(a[0])), a[0], l.map1(Neg, a[0]))
}

// mix is x*(1-z) + y*z.
func mix(l *lowerer, _ *ir.Builtin, a []agg) agg {
	z := spread(a[2], len(a[0]))
	rest := l.componentwise(Sub, l.like(z, 1), z)
	return l.componentwise(Add, l.componentwise(Mul, a[0], rest), l.componentwise(Mul, a[1], z))
}

// modf gives the fractional parts, then the whole parts.
func modf(l *lowerer, _ *ir.Builtin, a []agg) agg {
	whole := l.map1(Trunc, a[0])
	return append(l.componentwise(Sub, a[0], whole), whole...)
}

// frexp gives the significands, then the exponents.
func frexp(l *lowerer, _ *ir.Builtin, a []agg) agg {
	return append(l.preludeMap("frexp_fract", []agg{a[0]}), l.preludeMapTo(types.I32, "frexp_exp", []agg{a[0]})...)
}

// reflect is x - 2*dot(x,y)*y.
func reflect(l *lowerer, _ *ir.Builtin, a []agg) agg {
	d := l.dot(a[0], a[1])
	twice := l.op(Mul, d.Kind, l.float(d.Kind, 2), d)
	return l.componentwise(Sub, a[0], l.componentwise(Mul, spread(agg{twice}, len(a[1])), a[1]))
}

// refract follows the formula of the section "refract"; where k < 0 it is zero.
func refract(l *lowerer, _ *ir.Builtin, a []agg) agg {
	x, y, z := a[0], a[1], a[2][0]
	kind := z.Kind
	one := l.float(kind, 1)
	d := l.dot(y, x)
	k := l.op(Sub, kind, one, l.op(Mul, kind, l.op(Mul, kind, z, z), l.op(Sub, kind, one, l.op(Mul, kind, d, d))))
	f := l.op(Add, kind, l.op(Mul, kind, z, d), l.op(Sqrt, kind, k))
	n := len(x)
	bent := l.componentwise(Sub, l.componentwise(Mul, spread(agg{z}, n), x), l.componentwise(Mul, spread(agg{f}, n), y))
	total := l.op(Lt, types.Bool, k, l.float(kind, 0))
	return l.selectAgg(spread(agg{total}, n), l.like(x, 0), bent)
}

func smoothstep(l *lowerer, _ *ir.Builtin, a []agg) agg {
	low, high, x := a[0], a[1], a[2]
	t := l.componentwise(Div, l.componentwise(Sub, x, low), l.componentwise(Sub, high, low))
	t = l.clamp(t, l.like(t, 0), l.like(t, 1))
	rest := l.componentwise(Sub, l.like(t, 3), l.componentwise(Mul, l.like(t, 2), t))
	return l.componentwise(Mul, l.componentwise(Mul, t, t), rest)
}

// step is 1 where edge <= x, else 0.
func step(l *lowerer, _ *ir.Builtin, a []agg) agg {
	return l.selectAgg(l.componentwise(Le, a[0], a[1]), l.like(a[0], 1), l.like(a[0], 0))
}

func transpose(_ *lowerer, e *ir.Builtin, a []agg) agg {
	m := e.Args[0].Type().(types.Matrix)
	var out agg
	for r := range m.Rows {
		for c := range m.Cols {
			out = append(out, a[0][c*m.Rows+r])
		}
	}
	return out
}

// determinant expands along the first column.
func determinant(l *lowerer, e *ir.Builtin, a []agg) agg {
	n := e.Args[0].Type().(types.Matrix).Cols
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return agg{l.minor(a[0], n, 0, rows)}
}

// minor is the determinant of the columns from column on and the given rows.
func (l *lowerer) minor(m agg, n, column int, rows []int) *Instr {
	at := func(c, r int) *Instr { return m[c*n+r] }
	if len(rows) == 1 {
		return at(column, rows[0])
	}
	var sum *Instr
	for i, r := range rows {
		rest := append(append([]int(nil), rows[:i]...), rows[i+1:]...)
		x := at(column, r)
		product := l.op(Mul, x.Kind, x, l.minor(m, n, column+1, rest))
		switch {
		case sum == nil:
			sum = product
		case i%2 == 1:
			sum = l.op(Sub, x.Kind, sum, product)
		default:
			sum = l.op(Add, x.Kind, sum, product)
		}
	}
	return sum
}

func barrier(l *lowerer, _ *ir.Builtin, _ []agg) agg {
	l.prog.HasBarrier = true
	l.emit(&Instr{Op: Barrier})
	return nil
}

func (l *lowerer) workgroupUniformLoad(e *ir.Builtin) agg {
	p := l.place(e.Args[0])
	barrier(l, e, nil)
	v := l.load(p)
	barrier(l, e, nil)
	return v
}

// arrayLength counts the whole elements from the array's start to the end of
// what is bound.
func arrayLength(l *lowerer, e *ir.Builtin, _ []agg) agg {
	p := l.place(e.Args[0])
	size := l.emit(&Instr{Op: BufferSize, Kind: types.U32, Access: &Access{Mem: p.access.Mem}})
	rest := l.op(Sub, types.U32, size, l.u32(uint32(p.access.Offset)))
	return agg{l.op(Div, types.U32, rest, l.u32(uint32(types.Stride(p.t))))}
}

// sign is 1, 0 or -1.
func sign(l *lowerer, _ *ir.Builtin, a []agg) agg {
	out := make(agg, len(a[0]))
	for i, x := range a[0] {
		zero, one, minus := l.constBits(x.Kind, 0), l.constBits(x.Kind, 1), l.constBits(x.Kind, 0xffffffff)
		if x.Kind != types.I32 {
			one, minus = l.float(x.Kind, 1), l.float(x.Kind, -1)
		}
		below := l.op(Select, x.Kind, l.op(Lt, types.Bool, x, zero), minus, zero)
		out[i] = l.op(Select, x.Kind, l.op(Gt, types.Bool, x, zero), one, below)
	}
	return out
}
