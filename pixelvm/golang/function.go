package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"pxos/pixelvm"
)

// function compiles one function.
type function struct {
	c       *compiler
	f       *pixelvm.Function
	vars    map[types.Object]variable
	escaped map[types.Object]bool // variables whose address is taken
	labels  []int                 // of each label, its pixel
	jumps   []int                 // pixels whose operand is a label
	loops   []loop
	label   string // that stands before the next loop or switch
	results []variable
	frame   int64 // bytes of variables in memory
	sizes   []int // pixels after which the frame's size stands
	base    int   // local with the frame's address, -1 for none
	free    map[pixelvm.Type][]int
	used    []int // temporary locals of this statement
	ends    bool  // control does not come here
}

// variable is where a variable is.
type variable struct {
	typ    types.Type
	locals []int // its values, nil for one in memory
	offset int64 // in the frame
	heap   int   // local with its address, if it is not in the frame; else -1
	global int64 // address, if not 0
}

// loop is what break and continue go to.
type loop struct {
	label      string
	end, again int
	isSwitch   bool
}

func newFunction(c *compiler, number int) *function {
	f := &function{c: c, f: &c.program.Functions[number], vars: map[types.Object]variable{}, escaped: map[types.Object]bool{},
		free: map[pixelvm.Type][]int{}, base: -1}
	return f
}

func (f *function) emit(op pixelvm.Opcode, operand int) {
	f.f.Code = append(f.f.Code, pixelvm.Instruction(op, operand))
}

// number pushes a constant.
func (f *function) number(v int64) {
	if v >= -1<<23 && v < 1<<23 {
		f.emit(pixelvm.PUSH, int(v))
		return
	}
	f.wide(pixelvm.PUSHW, uint64(v))
}

func (f *function) wide(op pixelvm.Opcode, v uint64) {
	f.emit(op, 0)
	f.f.Code = append(f.f.Code, pixelvm.Pixel(v>>32), pixelvm.Pixel(v))
}

// newLabel makes a label; place puts it here.
func (f *function) newLabel() int {
	f.labels = append(f.labels, -1)
	return len(f.labels) - 1
}

func (f *function) place(label int) {
	f.labels[label] = len(f.f.Code)
	f.ends = false
}

func (f *function) jump(op pixelvm.Opcode, label int) {
	f.jumps = append(f.jumps, len(f.f.Code))
	f.emit(op, label)
	f.ends = op == pixelvm.JMP
}

// trapUnless pops a condition and traps where it is 0.
func (f *function) trapUnless(number int) {
	ok := f.newLabel()
	f.jump(pixelvm.JNZ, ok)
	f.emit(pixelvm.TRAP, number)
	f.place(ok)
}

// newLocal makes a local; temp one that this statement uses.
func (f *function) newLocal(t pixelvm.Type) int {
	f.f.Locals = append(f.f.Locals, t)
	return len(f.f.Params) + len(f.f.Locals) - 1
}

func (f *function) temp(t pixelvm.Type) int {
	list := f.free[t]
	if len(list) == 0 {
		n := f.newLocal(t)
		f.used = append(f.used, n)
		return n
	}
	n := list[len(list)-1]
	f.free[t] = list[:len(list)-1]
	f.used = append(f.used, n)
	return n
}

// release gives back the temporaries that were taken since there were so many.
func (f *function) release(mark int) {
	for _, n := range f.used[mark:] {
		t, _ := f.f.Local(n)
		f.free[t] = append(f.free[t], n)
	}
	f.used = f.used[:mark]
}

// drop pops values.
func (f *function) drop(list []pixelvm.Type) {
	for range list {
		f.emit(pixelvm.POP, 0)
	}
}

// function compiles a declaration.
func (c *compiler) function(d *ast.FuncDecl) {
	object := c.info.Defs[d.Name]
	f := newFunction(c, c.functions[object])
	f.findEscaped(d.Body)
	s := object.Type().(*types.Signature)
	f.enter()
	next := 0
	param := func(v *types.Var) {
		list := c.values(d, v.Type())
		var locals []int
		for range list {
			locals = append(locals, next)
			next++
		}
		f.parameter(v, locals)
	}
	if r := s.Recv(); r != nil {
		param(r)
	}
	for i := range s.Params().Len() {
		param(s.Params().At(i))
	}
	for i := range s.Results().Len() {
		v := s.Results().At(i)
		f.results = append(f.results, f.declare(d, v, v.Type()))
	}
	f.block(d.Body.List)
	if !f.ends {
		if s.Results().Len() > 0 { // Go has checked that control does not come here
			f.emit(pixelvm.TRAP, TrapNil)
		} else {
			f.leave()
		}
	}
	f.finish()
}

// parameter makes a variable of a parameter; one whose address is taken moves.
func (f *function) parameter(v *types.Var, locals []int) {
	if !f.escaped[v] {
		f.vars[v] = variable{typ: v.Type(), locals: locals, heap: -1}
		return
	}
	made := f.declare(nil, v, v.Type())
	t := f.temp(pixelvm.I64)
	for i, n := range locals {
		f.pushAddress(made)
		f.emit(pixelvm.SET, t)
		f.emit(pixelvm.GET, t)
		f.emit(pixelvm.GET, n)
		kind, _ := f.f.Local(n)
		f.store(kind, v.Type(), int64(8*i))
	}
	f.release(0)
}

// enter takes the frame, whose size is put in when it is known.
func (f *function) enter() {
	f.base = f.newLocal(pixelvm.I64)
	next := f.newLocal(pixelvm.I64)
	f.number(0)
	f.emit(pixelvm.LOAD, stackWord)
	f.emit(pixelvm.TEE, f.base)
	f.sizes = append(f.sizes, len(f.f.Code))
	f.wide(pixelvm.PUSHW, 0)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.TEE, next)
	f.number(0)
	f.emit(pixelvm.LOAD, limitWord)
	f.emit(pixelvm.LEU, 0)
	f.trapUnless(TrapStack)
	f.number(0)
	f.emit(pixelvm.GET, next)
	f.emit(pixelvm.STORE, stackWord)
}

// leave gives the frame back and returns what is on the stack.
func (f *function) leave() {
	f.number(0)
	f.emit(pixelvm.GET, f.base)
	f.emit(pixelvm.STORE, stackWord)
	f.emit(pixelvm.RET, 0)
	f.ends = true
}

// finish puts in what was not known: labels, and the frame's size. A function without
// variables in memory has no frame at all.
func (f *function) finish() {
	for _, at := range f.jumps {
		px := f.f.Code[at]
		f.f.Code[at] = pixelvm.Instruction(px.Op(), f.labels[px.Operand()])
	}
	if f.base < 0 {
		return
	}
	if f.frame > 0 {
		f.c.takes = true
		for _, at := range f.sizes {
			f.f.Code[at+2] = pixelvm.Pixel((f.frame + 15) &^ 15)
		}
		return
	}
	f.withoutFrame()
}

// withoutFrame takes the code of enter and leave out again.
func (f *function) withoutFrame() {
	old := f.f.Code
	moved := make([]int, len(old)+1)
	var code []pixelvm.Pixel
	for at := 0; at < len(old); {
		n := f.frameCode(old, at)
		for i := range max(n, 1) {
			moved[at+i] = len(code)
		}
		if n > 0 {
			at += n
			continue
		}
		size := 1
		if op := old[at].Op(); op == pixelvm.PUSHW || op == pixelvm.PUSHF {
			size = 3
		}
		code = append(code, old[at:at+size]...)
		at += size
	}
	for i := 0; i < len(code); i++ {
		switch op := code[i].Op(); op {
		case pixelvm.JMP, pixelvm.JZ, pixelvm.JNZ:
			code[i] = pixelvm.Instruction(op, moved[code[i].Operand()])
		case pixelvm.PUSHW, pixelvm.PUSHF:
			i += 2
		}
	}
	f.f.Code = code
}

// frameCode is the length of the code of enter or leave that begins at a pixel, 0 for
// none.
func (f *function) frameCode(code []pixelvm.Pixel, at int) int {
	zero, store := pixelvm.Instruction(pixelvm.PUSH, 0), pixelvm.Instruction(pixelvm.STORE, stackWord)
	if at == 0 { // enter ends with the first store
		for i, px := range code {
			if px == store {
				return i + 1
			}
		}
	}
	if at+2 < len(code) && code[at] == zero && code[at+1] == pixelvm.Instruction(pixelvm.GET, f.base) && code[at+2] == store {
		return 3
	}
	return 0
}

// findEscaped finds variables whose address is taken: by &, by slicing an array, and by
// calling a method of a pointer.
func (f *function) findEscaped(body ast.Node) {
	mark := func(e ast.Expr) {
		for {
			switch x := ast.Unparen(e).(type) {
			case *ast.SelectorExpr:
				if _, ok := f.typeOf(x.X).Underlying().(*types.Pointer); ok {
					return
				}
				e = x.X
				continue
			case *ast.IndexExpr:
				if _, ok := f.typeOf(x.X).Underlying().(*types.Array); !ok {
					return
				}
				e = x.X
				continue
			case *ast.Ident:
				f.escaped[f.c.info.Uses[x]] = true
			}
			return
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				mark(n.X)
			}
		case *ast.SliceExpr:
			if _, ok := f.typeOf(n.X).Underlying().(*types.Array); ok {
				mark(n.X)
			}
		case *ast.SelectorExpr:
			if s := f.c.info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
				if _, ok := f.typeOf(n.X).Underlying().(*types.Pointer); !ok {
					mark(n.X)
				}
			}
		}
		return true
	})
}

func (f *function) typeOf(e ast.Expr) types.Type { return f.c.info.TypeOf(e) }

// declare makes a variable that is zero.
func (f *function) declare(n ast.Node, object types.Object, t types.Type) variable {
	list := f.c.values(n, t)
	v := variable{typ: t, heap: -1}
	switch {
	case object != nil && f.escaped[object]:
		v.heap = f.newLocal(pixelvm.I64)
		f.number(size(t))
		f.allocate()
		f.emit(pixelvm.SET, v.heap)
	case list == nil:
		f.frame = (f.frame + 7) &^ 7
		v.offset = f.frame
		f.frame += size(t)
		f.pushAddress(v)
		f.number(0)
		f.number(size(t))
		f.emit(pixelvm.FILL, 0)
	default:
		for _, k := range list {
			local := f.newLocal(k)
			v.locals = append(v.locals, local)
			f.zero(k)
			f.emit(pixelvm.SET, local)
		}
	}
	if object != nil {
		f.vars[object] = v
	}
	return v
}

func (f *function) zero(t pixelvm.Type) {
	if t == pixelvm.F64 {
		f.wide(pixelvm.PUSHF, 0)
	} else {
		f.number(0)
	}
}

// pushAddress pushes the address of a variable in memory.
func (f *function) pushAddress(v variable) {
	switch {
	case v.global != 0:
		f.number(v.global)
	case v.heap >= 0:
		f.emit(pixelvm.GET, v.heap)
	default:
		f.emit(pixelvm.GET, f.base)
		if v.offset != 0 {
			f.number(v.offset)
			f.emit(pixelvm.ADD, 0)
		}
	}
}

// allocate pops a number of bytes and pushes the address of so much new memory, zeros.
func (f *function) allocate() {
	f.c.takes = true
	bytes, at := f.temp(pixelvm.I64), f.temp(pixelvm.I64)
	f.number(15)
	f.emit(pixelvm.ADD, 0)
	f.number(-16)
	f.emit(pixelvm.AND, 0)
	f.emit(pixelvm.SET, bytes)
	f.number(0)
	f.emit(pixelvm.LOAD, heapWord)
	f.emit(pixelvm.SET, at)
	f.emit(pixelvm.GET, bytes)
	f.emit(pixelvm.MEMSIZE, 0)
	f.emit(pixelvm.GET, at)
	f.emit(pixelvm.SUB, 0)
	f.emit(pixelvm.LEU, 0)
	f.trapUnless(TrapMemory)
	f.number(0)
	f.emit(pixelvm.GET, at)
	f.emit(pixelvm.GET, bytes)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.STORE, heapWord)
	f.emit(pixelvm.GET, at)
}
