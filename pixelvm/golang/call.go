package golang

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"pxos/pixelvm"
)

// call compiles a call and gives what it leaves on the stack.
func (f *function) call(e ast.Expr) []pixelvm.Type {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		f.c.fail(e, "the subset has no such statement")
	}
	if f.c.info.Types[c.Fun].IsType() {
		f.conversion(c)
		return f.c.values(c, f.typeOf(c))
	}
	if f.c.info.Types[c.Fun].IsBuiltin() {
		return f.builtin(c, ast.Unparen(c.Fun).(*ast.Ident).Name)
	}
	var object types.Object
	switch fun := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		object = f.c.info.Uses[fun]
	case *ast.SelectorExpr:
		if s := f.c.info.Selections[fun]; s != nil {
			object = s.Obj()
			f.receiver(fun, s)
		} else {
			object = f.c.info.Uses[fun.Sel]
		}
	}
	callee, ok := object.(*types.Func)
	if !ok {
		f.c.fail(c, "the subset calls functions by their names only")
	}
	if callee.Pkg() != f.c.pkg {
		return f.foreign(c, callee)
	}
	s := callee.Type().(*types.Signature)
	if len(c.Args) == 1 && s.Params().Len() > 1 {
		f.call(c.Args[0])
	} else {
		for i, a := range c.Args {
			f.converted(a, s.Params().At(i).Type())
		}
	}
	number := f.c.functions[callee]
	f.emit(pixelvm.CALL, number)
	return f.c.program.Functions[number].Results
}

// receiver pushes the pointer that a method is called with.
func (f *function) receiver(e *ast.SelectorExpr, s *types.Selection) {
	if s.Kind() != types.MethodVal || len(s.Index()) != 1 {
		f.c.fail(e, "the subset calls methods of the type itself")
	}
	if _, ok := f.typeOf(e.X).Underlying().(*types.Pointer); ok {
		f.expression(e.X)
		return
	}
	f.address(e.X)
}

// constantText pushes the address and the length of a text that must be constant.
func (f *function) constantText(e ast.Expr, callee string) {
	v := f.c.info.Types[e].Value
	if v == nil {
		f.c.fail(e, "%s takes a constant text", callee)
	}
	text := constant.StringVal(v)
	f.number(f.c.text(text))
	f.number(int64(len(text)))
}

// hostCall is the number of the host call behind a function of px.
func hostCall(function string) int {
	name := map[string]string{"Input": "input", "Argument": "argument", "Files": "files", "FileName": "file_name", "FileSize": "file_size", "FileRead": "file_read", "Save": "save"}[function]
	return slices.IndexFunc(pixelvm.HostOps, func(h pixelvm.HostOp) bool { return h.Name == name })
}

// foreign calls px, math and math/bits.
func (f *function) foreign(c *ast.CallExpr, callee *types.Func) []pixelvm.Type {
	s := callee.Type().(*types.Signature)
	for i, a := range c.Args {
		if t := s.Params().At(i).Type(); t == types.Typ[types.String] {
			f.constantText(a, "px."+callee.Name())
		} else {
			f.converted(a, t)
		}
	}
	switch callee.Pkg().Name() + "." + callee.Name() {
	case "px.Text":
		f.emit(pixelvm.PRINTSTR, 0)
	case "px.Int":
		f.emit(pixelvm.PRINT, 0)
	case "px.Float":
		f.emit(pixelvm.PRINTF, 0)
	case "px.Byte":
		f.emit(pixelvm.PRINTCH, 0)
	case "px.Bytes":
		f.emit(pixelvm.POP, 0)
		f.emit(pixelvm.PRINTSTR, 0)
	case "px.Input", "px.FileName", "px.FileRead", "px.Save":
		f.emit(pixelvm.POP, 0) // the capacity
		f.emit(pixelvm.HOSTCALL, hostCall(callee.Name()))
	case "px.Argument", "px.Files", "px.FileSize":
		f.emit(pixelvm.HOSTCALL, hostCall(callee.Name()))
	case "math.Min":
		f.emit(pixelvm.FMIN, 0)
	case "math.Max":
		f.emit(pixelvm.FMAX, 0)
	case "math.Float64bits":
		f.emit(pixelvm.FBITS, 0)
	case "math.Float64frombits":
		f.emit(pixelvm.BITSF, 0)
	case "bits.RotateLeft64":
		f.emit(pixelvm.ROTL, 0)
	case "bits.RotateLeft32":
		f.rotate32()
	case "bits.OnesCount64":
		f.emit(pixelvm.POPCNT, 0)
	case "bits.LeadingZeros64":
		f.emit(pixelvm.CLZ, 0)
	case "bits.TrailingZeros64":
		f.emit(pixelvm.CTZ, 0)
	default:
		f.emit(mathFunctions[callee.Name()], 0)
	}
	if s.Results().Len() == 0 {
		return nil
	}
	return f.c.values(c, s.Results().At(0).Type())
}

// rotate32 turns 32 bits: both halves are made the same, and the upper one is taken.
func (f *function) rotate32() {
	x, k := f.temp(pixelvm.I64), f.temp(pixelvm.I64)
	f.emit(pixelvm.SET, k)
	f.emit(pixelvm.TEE, x)
	f.emit(pixelvm.GET, x)
	f.number(32)
	f.emit(pixelvm.SHL, 0)
	f.emit(pixelvm.OR, 0)
	f.emit(pixelvm.GET, k)
	f.number(31)
	f.emit(pixelvm.AND, 0)
	f.emit(pixelvm.ROTL, 0)
	f.number(1<<32 - 1)
	f.emit(pixelvm.AND, 0)
}

// conversion converts between numbers.
func (f *function) conversion(c *ast.CallExpr) {
	to, from := f.typeOf(c), types.Default(f.typeOf(c.Args[0]))
	if v := f.c.info.Types[c.Args[0]].Value; v != nil {
		f.constant(c.Args[0], v, to)
		return
	}
	a, b := f.c.values(c, to), f.c.values(c, from)
	f.expression(c.Args[0])
	if len(a) != 1 || len(b) != 1 {
		if types.Identical(to.Underlying(), from.Underlying()) {
			return
		}
		f.c.fail(c, "the subset does not convert %v to %v", from, to)
	}
	big := sizes.Sizeof(to) == 8
	switch {
	case a[0] == pixelvm.F64 && b[0] == pixelvm.I64:
		f.toFloat(isUnsigned(from) && sizes.Sizeof(from) == 8)
	case a[0] == pixelvm.I64 && b[0] == pixelvm.F64:
		f.toInteger(isUnsigned(to) && big)
		f.narrow(to)
	case a[0] == pixelvm.I64:
		f.narrow(to)
	}
}

// toFloat converts; an unsigned number from 2^63 on is halved first, with its last bit
// kept for rounding.
func (f *function) toFloat(unsigned bool) {
	if !unsigned {
		f.emit(pixelvm.ITOF, 0)
		return
	}
	x := f.temp(pixelvm.I64)
	big, end := f.newLabel(), f.newLabel()
	f.emit(pixelvm.TEE, x)
	f.number(0)
	f.emit(pixelvm.GE, 0)
	f.jump(pixelvm.JZ, big)
	f.emit(pixelvm.GET, x)
	f.emit(pixelvm.ITOF, 0)
	f.jump(pixelvm.JMP, end)
	f.place(big)
	f.emit(pixelvm.GET, x)
	f.number(1)
	f.emit(pixelvm.SHR, 0)
	f.emit(pixelvm.GET, x)
	f.number(1)
	f.emit(pixelvm.AND, 0)
	f.emit(pixelvm.OR, 0)
	f.emit(pixelvm.ITOF, 0)
	f.emit(pixelvm.DUP, 0)
	f.emit(pixelvm.FADD, 0)
	f.place(end)
}

// toInteger converts; to an unsigned number what is from 2^63 on by way of the rest.
func (f *function) toInteger(unsigned bool) {
	if !unsigned {
		f.emit(pixelvm.FTOI, 0)
		return
	}
	const half = 0x43E0000000000000 // 2^63
	x := f.temp(pixelvm.F64)
	big, end := f.newLabel(), f.newLabel()
	f.emit(pixelvm.TEE, x)
	f.wide(pixelvm.PUSHF, half)
	f.emit(pixelvm.FLT, 0)
	f.jump(pixelvm.JZ, big)
	f.emit(pixelvm.GET, x)
	f.emit(pixelvm.FTOI, 0)
	f.jump(pixelvm.JMP, end)
	f.place(big)
	f.emit(pixelvm.GET, x)
	f.wide(pixelvm.PUSHF, half)
	f.emit(pixelvm.FSUB, 0)
	f.emit(pixelvm.FTOI, 0)
	f.wide(pixelvm.PUSHW, 1<<63)
	f.emit(pixelvm.XOR, 0)
	f.place(end)
}

// builtin compiles a call of a function of the language.
func (f *function) builtin(c *ast.CallExpr, name string) []pixelvm.Type {
	integer := []pixelvm.Type{pixelvm.I64}
	switch name {
	case "len", "cap":
		if _, ok := f.typeOf(c.Args[0]).Underlying().(*types.Slice); !ok {
			f.c.fail(c, "the subset has %s of slices and arrays", name)
		}
		f.expression(c.Args[0])
		list := f.popAll([]pixelvm.Type{pixelvm.I64, pixelvm.I64, pixelvm.I64})
		f.emit(pixelvm.GET, list[map[string]int{"len": 1, "cap": 2}[name]])
		return integer
	case "new":
		f.number(size(f.typeOf(c.Args[0])))
		f.allocate()
		return integer
	case "make":
		f.makeSlice(c)
		return f.c.values(c, f.typeOf(c))
	case "append":
		f.appendTo(c)
		return f.c.values(c, f.typeOf(c))
	case "copy":
		f.copySlice(c)
		return integer
	case "min", "max":
		f.least(c, name)
		return f.c.values(c, types.Default(f.typeOf(c)))
	case "panic":
		f.emit(pixelvm.TRAP, TrapPanic)
		f.ends = true
		return nil
	}
	f.c.fail(c, "the subset has no %s", name)
	return nil
}

// More traps.
const (
	TrapShift = 6 // a shift by a negative count
	TrapPanic = 7 // panic
)

func (f *function) makeSlice(c *ast.CallExpr) {
	s, ok := f.typeOf(c).Underlying().(*types.Slice)
	if !ok {
		f.c.fail(c, "the subset makes slices only")
	}
	n := f.bound(c.Args[1], nil)
	most := n
	if len(c.Args) > 2 {
		most = f.bound(c.Args[2], nil)
	}
	for _, pair := range [][2]int{{n, most}} {
		f.emit(pixelvm.GET, pair[0])
		f.emit(pixelvm.GET, pair[1])
		f.emit(pixelvm.LEU, 0)
		f.trapUnless(TrapMake)
	}
	f.emit(pixelvm.GET, most)
	f.number(1 << 32) // so that its bytes are no more than 64 bits can say
	f.emit(pixelvm.LTU, 0)
	f.trapUnless(TrapMake)
	f.emit(pixelvm.GET, most)
	f.scale(size(s.Elem()))
	f.allocate()
	f.emit(pixelvm.GET, n)
	f.emit(pixelvm.GET, most)
}

// appendTo pushes a slice with values behind it, moved where it is full.
func (f *function) appendTo(c *ast.CallExpr) {
	t := f.typeOf(c)
	elem := t.Underlying().(*types.Slice).Elem()
	if c.Ellipsis.IsValid() {
		f.c.fail(c, "the subset appends values, not slices: copy them")
	}
	f.converted(c.Args[0], t)
	list := f.popAll([]pixelvm.Type{pixelvm.I64, pixelvm.I64, pixelvm.I64})
	base, count, most := list[0], list[1], list[2]
	added := int64(len(c.Args) - 1)
	room, moved := f.newLabel(), f.temp(pixelvm.I64)
	f.emit(pixelvm.GET, count)
	f.number(added)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.GET, most)
	f.emit(pixelvm.GT, 0)
	f.jump(pixelvm.JZ, room)
	f.emit(pixelvm.GET, count)
	f.number(1)
	f.emit(pixelvm.SHL, 0)
	f.number(added + 4)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.SET, most)
	f.emit(pixelvm.GET, most)
	f.scale(size(elem))
	f.allocate()
	f.emit(pixelvm.TEE, moved)
	f.emit(pixelvm.GET, base)
	f.emit(pixelvm.GET, count)
	f.scale(size(elem))
	f.emit(pixelvm.COPY, 0)
	f.emit(pixelvm.GET, moved)
	f.emit(pixelvm.SET, base)
	f.place(room)
	for i, a := range c.Args[1:] {
		p := place{kind: inMemory, typ: elem, address: func() {
			f.emit(pixelvm.GET, base)
			f.emit(pixelvm.GET, count)
			f.number(int64(i))
			f.emit(pixelvm.ADD, 0)
			f.scale(size(elem))
			f.emit(pixelvm.ADD, 0)
		}}
		f.assign(p, a)
	}
	f.emit(pixelvm.GET, base)
	f.emit(pixelvm.GET, count)
	f.number(added)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.GET, most)
}

// copySlice copies as many elements as both have, and pushes how many.
func (f *function) copySlice(c *ast.CallExpr) {
	three := []pixelvm.Type{pixelvm.I64, pixelvm.I64, pixelvm.I64}
	s, ok := f.typeOf(c.Args[1]).Underlying().(*types.Slice)
	if !ok {
		f.c.fail(c, "the subset copies slices only")
	}
	f.expression(c.Args[0])
	to := f.popAll(three)
	f.expression(c.Args[1])
	from := f.popAll(three)
	n, least := f.temp(pixelvm.I64), f.newLabel()
	f.emit(pixelvm.GET, to[1])
	f.emit(pixelvm.SET, n)
	f.emit(pixelvm.GET, from[1])
	f.emit(pixelvm.GET, n)
	f.emit(pixelvm.LT, 0)
	f.jump(pixelvm.JZ, least)
	f.emit(pixelvm.GET, from[1])
	f.emit(pixelvm.SET, n)
	f.place(least)
	f.emit(pixelvm.GET, to[0])
	f.emit(pixelvm.GET, from[0])
	f.emit(pixelvm.GET, n)
	f.scale(size(s.Elem()))
	f.emit(pixelvm.COPY, 0)
	f.emit(pixelvm.GET, n)
}

// least is min or max of numbers.
func (f *function) least(c *ast.CallExpr, name string) {
	t := types.Default(f.typeOf(c))
	f.converted(c.Args[0], t)
	for _, a := range c.Args[1:] {
		f.converted(a, t)
		if isFloat(t) {
			f.emit(map[string]pixelvm.Opcode{"min": pixelvm.FMIN, "max": pixelvm.FMAX}[name], 0)
			continue
		}
		x, y := f.temp(pixelvm.I64), f.temp(pixelvm.I64)
		other, end := f.newLabel(), f.newLabel()
		f.emit(pixelvm.SET, y)
		f.emit(pixelvm.SET, x)
		f.emit(pixelvm.GET, x)
		f.emit(pixelvm.GET, y)
		table := signedComparison
		if isUnsigned(t) {
			table = unsignedComparison
		}
		f.emit(table[map[string]token.Token{"min": token.LSS, "max": token.GTR}[name]], 0)
		f.jump(pixelvm.JZ, other)
		f.emit(pixelvm.GET, x)
		f.jump(pixelvm.JMP, end)
		f.place(other)
		f.emit(pixelvm.GET, y)
		f.place(end)
	}
}
