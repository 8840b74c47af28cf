package golang

import (
	"go/ast"
	"go/types"

	"pxos/pixelvm"
)

// place is where a value is kept.
type place struct {
	kind   placeKind
	typ    types.Type
	locals []int
	// Of one in memory: how its address is pushed, or after fix the local that has it.
	address func()
	local   int
}

type placeKind uint8

const (
	nowhere placeKind = iota // the blank name
	inLocals
	inMemory
)

// fix computes the address once, into a temporary.
func (p *place) fix(f *function) {
	if p.kind == inMemory && p.address != nil {
		p.local = f.temp(pixelvm.I64)
		p.address()
		f.emit(pixelvm.SET, p.local)
		p.address = nil
	}
}

// before pushes what must lie below a value that is stored.
func (p *place) before(f *function) {
	if p.kind != inMemory || len(f.c.values(nil, p.typ)) != 1 {
		return
	}
	f.pushPlace(*p)
}

func (f *function) pushPlace(p place) {
	if p.address != nil {
		p.address()
	} else {
		f.emit(pixelvm.GET, p.local)
	}
}

// placeOf is where a variable is.
func (f *function) placeOf(v variable) place {
	if v.locals != nil {
		return place{kind: inLocals, typ: v.typ, locals: v.locals}
	}
	return place{kind: inMemory, typ: v.typ, address: func() { f.pushAddress(v) }}
}

// variable finds a variable of the function or the package.
func (f *function) variable(id *ast.Ident) variable {
	object := f.c.info.ObjectOf(id)
	if v, ok := f.vars[object]; ok {
		return v
	}
	if at, ok := f.c.globals[object]; ok {
		return variable{typ: object.Type(), heap: -1, global: at}
	}
	f.c.fail(id, "the subset has no %s here", id.Name)
	return variable{}
}

// lvalue is the place that an expression names.
func (f *function) lvalue(e ast.Expr) place {
	e = ast.Unparen(e)
	if id, ok := e.(*ast.Ident); ok {
		if id.Name == "_" {
			return place{kind: nowhere}
		}
		return f.placeOf(f.variable(id))
	}
	return place{kind: inMemory, typ: f.typeOf(e), address: func() { f.address(e) }}
}

// address pushes the address of what an expression names in memory.
func (f *function) address(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v := f.variable(e)
		if v.locals != nil {
			f.c.fail(e, "the subset has no address of %s here", e.Name)
		}
		f.pushAddress(v)
	case *ast.StarExpr:
		f.pointer(e.X)
	case *ast.SelectorExpr:
		f.field(e)
	case *ast.IndexExpr:
		f.element(e)
	case *ast.CompositeLit:
		f.composite(e)
	default:
		f.c.fail(e, "the subset has no address of this (%T)", e)
	}
}

// pointer pushes a pointer that is not nil.
func (f *function) pointer(e ast.Expr) {
	t := f.temp(pixelvm.I64)
	f.expression(e)
	f.emit(pixelvm.TEE, t)
	f.trapUnless(TrapNil)
	f.emit(pixelvm.GET, t)
}

// field pushes the address of a field, through embedded ones and pointers.
func (f *function) field(e *ast.SelectorExpr) {
	s := f.c.info.Selections[e]
	if s == nil || s.Kind() != types.FieldVal {
		f.c.fail(e, "the subset has no %s here", e.Sel.Name)
	}
	t := f.typeOf(e.X)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		f.pointer(e.X)
		t = p.Elem()
	} else {
		f.address(e.X)
	}
	for i, n := range s.Index() {
		u := t.Underlying().(*types.Struct)
		if at := offsetOf(u, n); at != 0 {
			f.number(at)
			f.emit(pixelvm.ADD, 0)
		}
		t = u.Field(n).Type()
		if p, ok := t.Underlying().(*types.Pointer); ok && i+1 < len(s.Index()) {
			f.c.fail(e, "the subset has no embedded pointers such as %v", p)
		}
	}
}

func offsetOf(s *types.Struct, n int) int64 {
	var list []*types.Var
	for i := range s.NumFields() {
		list = append(list, s.Field(i))
	}
	return sizes.Offsetsof(list)[n]
}

// scale multiplies an index by a size.
func (f *function) scale(n int64) {
	shift := 0
	for 1<<shift < n {
		shift++
	}
	switch {
	case n == 1:
	case 1<<shift == n:
		f.number(int64(shift))
		f.emit(pixelvm.SHL, 0)
	default:
		f.number(n)
		f.emit(pixelvm.MUL, 0)
	}
}

// element pushes the address of an element, which is within bounds.
func (f *function) element(e *ast.IndexExpr) {
	t := f.typeOf(e.X)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	i := f.temp(pixelvm.I64)
	switch u := t.Underlying().(type) {
	case *types.Slice:
		base, count := f.sliceParts(e.X)
		f.converted(e.Index, types.Typ[types.Int])
		f.emit(pixelvm.TEE, i)
		f.emit(pixelvm.GET, count)
		f.emit(pixelvm.LTU, 0)
		f.trapUnless(TrapIndex)
		f.emit(pixelvm.GET, base)
		f.emit(pixelvm.GET, i)
		f.scale(size(u.Elem()))
		f.emit(pixelvm.ADD, 0)
	case *types.Array:
		if v := f.c.info.Types[e.Index].Value; v == nil {
			f.converted(e.Index, types.Typ[types.Int])
			f.emit(pixelvm.TEE, i)
			f.number(u.Len())
			f.emit(pixelvm.LTU, 0)
			f.trapUnless(TrapIndex)
		} else { // Go has checked a constant
			f.converted(e.Index, types.Typ[types.Int])
			f.emit(pixelvm.SET, i)
		}
		if _, ok := f.typeOf(e.X).Underlying().(*types.Pointer); ok {
			f.pointer(e.X)
		} else {
			f.address(e.X)
		}
		f.emit(pixelvm.GET, i)
		f.scale(size(u.Elem()))
		f.emit(pixelvm.ADD, 0)
	default:
		f.c.fail(e, "the subset has no index of %v", t)
	}
}

// sliceParts gives the locals with a slice's address and length.
func (f *function) sliceParts(e ast.Expr) (base, count int) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v := f.variable(id); v.locals != nil {
			return v.locals[0], v.locals[1]
		}
	}
	f.expression(e)
	list := f.popAll(f.c.values(e, f.typeOf(e)))
	return list[0], list[1]
}

// load pushes what is at a place; of an array or struct its address.
func (f *function) load(p place) {
	if p.kind == inLocals {
		f.pushAll(p.locals)
		return
	}
	list := f.c.values(nil, p.typ)
	if len(list) != 3 {
		f.pushPlace(p)
		if list != nil {
			f.loadAt(list[0], p.typ, 0)
		}
		return
	}
	p.fix(f)
	for i := range list {
		f.emit(pixelvm.GET, p.local)
		f.loadAt(pixelvm.I64, types.Typ[types.Int], 8*i)
	}
}

// loadAt pops an address and pushes the value there.
func (f *function) loadAt(kind pixelvm.Type, t types.Type, offset int) {
	op := pixelvm.LOAD
	if kind == pixelvm.F64 {
		op = pixelvm.LOADF
	} else {
		unsigned := isUnsigned(t)
		switch sizes.Sizeof(t) {
		case 1:
			op = map[bool]pixelvm.Opcode{false: pixelvm.LOAD8S, true: pixelvm.LOAD8U}[unsigned]
		case 2:
			op = map[bool]pixelvm.Opcode{false: pixelvm.LOAD16S, true: pixelvm.LOAD16U}[unsigned]
		case 4:
			op = map[bool]pixelvm.Opcode{false: pixelvm.LOAD32S, true: pixelvm.LOAD32U}[unsigned]
		}
	}
	f.emit(op, offset)
}

// store pops a value and an address below it.
func (f *function) store(kind pixelvm.Type, t types.Type, offset int64) {
	op := pixelvm.STORE
	if kind == pixelvm.F64 {
		op = pixelvm.STOREF
	} else if _, ok := t.Underlying().(*types.Slice); !ok {
		switch sizes.Sizeof(t) {
		case 1:
			op = pixelvm.STORE8
		case 2:
			op = pixelvm.STORE16
		case 4:
			op = pixelvm.STORE32
		}
	}
	f.emit(op, int(offset))
}

// keep pops a value to a place; below one value for memory lies the address, which before
// has pushed.
func (f *function) keep(p place) {
	switch p.kind {
	case nowhere:
		f.c.fail(&ast.Ident{}, "a value has no place")
	case inLocals:
		for i := len(p.locals) - 1; i >= 0; i-- {
			f.emit(pixelvm.SET, p.locals[i])
		}
	default:
		list := f.c.values(nil, p.typ)
		if len(list) == 1 {
			f.store(list[0], p.typ, 0)
			return
		}
		temps := f.popAll(list)
		p.fix(f)
		for i, n := range temps {
			f.emit(pixelvm.GET, p.local)
			f.emit(pixelvm.GET, n)
			f.store(pixelvm.I64, p.typ, int64(8*i))
		}
	}
}

// assign computes a value and puts it at a place.
func (f *function) assign(p place, value ast.Expr) {
	if p.kind == nowhere {
		f.expression(value)
		if list := f.c.values(value, types.Default(f.typeOf(value))); list != nil {
			f.drop(list)
		} else {
			f.emit(pixelvm.POP, 0)
		}
		return
	}
	if list := f.c.values(value, p.typ); list != nil {
		p.fix(f)
		p.before(f)
		f.converted(value, p.typ)
		f.keep(p)
		return
	}
	from := f.temp(pixelvm.I64)
	f.expression(value)
	f.emit(pixelvm.SET, from)
	f.pushPlace(p)
	f.emit(pixelvm.GET, from)
	f.number(size(p.typ))
	f.emit(pixelvm.COPY, 0)
}

// composite pushes the address of a new array or struct, or a slice.
func (f *function) composite(e *ast.CompositeLit) {
	t := f.typeOf(e)
	switch u := t.Underlying().(type) {
	case *types.Slice:
		n := int64(0)
		for i, x := range f.elements(e) {
			_ = x
			n = max(n, i+1)
		}
		base := f.newLocal(pixelvm.I64)
		f.number(n * size(u.Elem()))
		f.allocate()
		f.emit(pixelvm.SET, base)
		f.fill(base, f.elements(e), u.Elem())
		f.emit(pixelvm.GET, base)
		f.number(n)
		f.number(n)
	case *types.Array:
		base := f.literal(e, t)
		f.fill(base, f.elements(e), u.Elem())
		f.emit(pixelvm.GET, base)
	case *types.Struct:
		base := f.literal(e, t)
		for i, x := range e.Elts {
			n := i
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				for k := range u.NumFields() {
					if u.Field(k).Name() == kv.Key.(*ast.Ident).Name {
						n = k
					}
				}
				x = kv.Value
			}
			f.put(base, offsetOf(u, n), u.Field(n).Type(), x)
		}
		f.emit(pixelvm.GET, base)
	default:
		f.c.fail(e, "the subset has no literal of %v", t)
	}
}

// literal makes room for a literal, zeros, and gives the local with its address.
func (f *function) literal(n ast.Node, t types.Type) int {
	base := f.newLocal(pixelvm.I64)
	if f.base < 0 { // the start has no frame
		f.number(size(t))
		f.allocate()
	} else {
		f.pushAddress(f.declare(n, nil, t))
	}
	f.emit(pixelvm.SET, base)
	return base
}

// elements are the elements of a literal by index.
func (f *function) elements(e *ast.CompositeLit) map[int64]ast.Expr {
	list, next := map[int64]ast.Expr{}, int64(0)
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			next = f.constantInt(kv.Key)
			x = kv.Value
		}
		list[next] = x
		next++
	}
	return list
}

func (f *function) fill(base int, list map[int64]ast.Expr, t types.Type) {
	for _, i := range sortedKeys(list) {
		f.put(base, i*size(t), t, list[i])
	}
}

// put assigns a value to a place in a literal.
func (f *function) put(base int, offset int64, t types.Type, value ast.Expr) {
	mark := len(f.used)
	f.assign(place{kind: inMemory, typ: t, address: func() {
		f.emit(pixelvm.GET, base)
		if offset != 0 {
			f.number(offset)
			f.emit(pixelvm.ADD, 0)
		}
	}}, value)
	f.release(mark)
}
