package golang

import (
	"encoding/binary"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"pxos/pixelvm"
)

// Error is something that the subset does not have, or that is no Go.
type Error struct {
	Position token.Position
	Message  string
}

func (e *Error) Error() string { return fmt.Sprintf("%v: %s", e.Position, e.Message) }

// Traps of compiled programs: the numbers of TRAP.
const (
	TrapIndex  = 1 // an index or slice beyond its bounds
	TrapNil    = 2 // a nil pointer
	TrapMemory = 3 // no memory is left
	TrapStack  = 4 // no memory is left for variables of calls
	TrapMake   = 5 // make with a negative length
)

// Options say how to compile.
type Options struct {
	// Tiles is the memory of the program. 0 is what a line "//px:memory TILES" in it says; or
	// else what its variables take, if it takes no memory while it runs, or 64, which is 4 MiB.
	Tiles int
}

const (
	defaultTiles    = 64
	memoryDirective = "//px:memory "
)

// Memory: nothing lies at the first 64 bytes, so that a pointer there is a mistake.
const (
	stackWord    = 64 // where the next frame begins
	heapWord     = 72 // where free memory begins
	limitWord    = 80 // where frames end
	firstAddress = 128
	// stackPart is the part of the memory, from the end of the variables, for frames.
	stackPart = 4
)

// Compile makes a program of a source file of package main.
func Compile(name string, source []byte, o Options) (*pixelvm.Program, error) {
	c := &compiler{files: token.NewFileSet(), globals: map[types.Object]int64{}, functions: map[types.Object]int{}, texts: map[string]int64{}, next: firstAddress}
	file, err := parser.ParseFile(c.files, name, source, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if err := c.check(file); err != nil {
		return nil, err
	}
	err = c.catch(func() {
		c.directives(file)
		c.file(file)
	})
	if err != nil {
		return nil, err
	}
	return c.finish(o)
}

// compiler is what is known of the whole program.
type compiler struct {
	files     *token.FileSet
	info      types.Info
	pkg       *types.Package
	globals   map[types.Object]int64
	functions map[types.Object]int
	texts     map[string]int64
	data      []pixelvm.Data
	next      int64 // free address for variables
	takes     bool  // memory while it runs, for frames or by allocate
	tiles     int   // that the source asks for
	program   pixelvm.Program
}

// fail ends the compilation; catch gives the error.
func (c *compiler) fail(n ast.Node, format string, args ...any) {
	panic(&Error{c.files.Position(n.Pos()), fmt.Sprintf(format, args...)})
}

func (c *compiler) catch(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	f()
	return nil
}

// check has go/types check the file, with px and math as all that can be imported.
func (c *compiler) check(file *ast.File) error {
	c.info = types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}}
	var errs []error
	config := types.Config{Importer: importer{}, Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) && len(errs) < 10 {
			errs = append(errs, &Error{e.Fset.Position(e.Pos), e.Msg})
		}
	}}
	pkg, err := config.Check("main", c.files, []*ast.File{file}, &c.info)
	c.pkg = pkg
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err == nil && pkg.Name() != "main" {
		err = &Error{c.files.Position(file.Name.Pos()), "a program is package main"}
	}
	return err
}

// importer gives the packages that programs may import.
type importer struct{}

// pxPath is the import path of package px.
const pxPath = "pxos/pixelvm/px"

func (importer) Import(path string) (*types.Package, error) {
	integer, float, text, bytes := types.Typ[types.Int], types.Typ[types.Float64], types.Typ[types.String], types.NewSlice(types.Typ[types.Uint8])
	var pkg *types.Package
	add := func(name string, result types.Type, params ...types.Type) {
		var list []*types.Var
		for _, p := range params {
			list = append(list, types.NewVar(0, pkg, "", p))
		}
		var results *types.Tuple
		if result != nil {
			results = types.NewTuple(types.NewVar(0, pkg, "", result))
		}
		pkg.Scope().Insert(types.NewFunc(0, pkg, name, types.NewSignatureType(nil, nil, nil, types.NewTuple(list...), results, false)))
	}
	switch path {
	case pxPath:
		pkg = types.NewPackage(path, "px")
		add("Int", nil, integer)
		add("Float", nil, float)
		add("Text", nil, text)
		add("Byte", nil, types.Typ[types.Uint8])
		add("Bytes", nil, bytes)
		add("Argument", integer, integer)
		add("Input", integer, integer, bytes)
		add("Files", integer)
		add("FileName", integer, integer, bytes)
		add("FileSize", integer, integer)
		add("FileRead", integer, integer, integer, bytes)
		add("Save", types.Typ[types.Bool], text, bytes)
	case "math":
		pkg = types.NewPackage(path, "math")
		for name := range mathFunctions {
			add(name, float, float)
		}
		add("Min", float, float, float)
		add("Max", float, float, float)
		add("Float64bits", types.Typ[types.Uint64], float)
		add("Float64frombits", float, types.Typ[types.Uint64])
		pkg.Scope().Insert(types.NewConst(0, pkg, "Pi", types.Typ[types.UntypedFloat], constant.MakeFromLiteral("3.14159265358979323846264338327950288419716939937510582097494459", token.FLOAT, 0)))
	case "math/bits":
		pkg = types.NewPackage(path, "bits")
		unsigned := types.Typ[types.Uint64]
		add("RotateLeft64", unsigned, unsigned, integer)
		add("RotateLeft32", types.Typ[types.Uint32], types.Typ[types.Uint32], integer)
		add("OnesCount64", integer, unsigned)
		add("LeadingZeros64", integer, unsigned)
		add("TrailingZeros64", integer, unsigned)
	default:
		return nil, fmt.Errorf("the subset has no package %q: it has %q, \"math\" and \"math/bits\"", path, pxPath)
	}
	pkg.MarkComplete()
	return pkg, nil
}

// mathFunctions are those that are one instruction.
var mathFunctions = map[string]pixelvm.Opcode{"Sqrt": pixelvm.FSQRT, "Abs": pixelvm.FABS, "Floor": pixelvm.FFLOOR, "Ceil": pixelvm.FCEIL, "Trunc": pixelvm.FTRUNC}

// file compiles all declarations. Function 0 is the start: variables, then main.
func (c *compiler) file(file *ast.File) {
	c.program.Functions = append(c.program.Functions, pixelvm.Function{Name: "start"})
	var decls []*ast.FuncDecl
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			c.declare(d)
			decls = append(decls, d)
		case *ast.GenDecl:
			c.general(d)
		}
	}
	main := c.pkg.Scope().Lookup("main")
	if _, ok := main.(*types.Func); !ok {
		c.fail(file.Name, "there is no func main")
	}
	for _, d := range decls {
		c.function(d)
	}
	c.start(c.functions[main])
}

// declare gives a function its number and types.
func (c *compiler) declare(d *ast.FuncDecl) {
	object := c.info.Defs[d.Name]
	if d.Type.TypeParams != nil || d.Body == nil {
		c.fail(d, "the subset has no type parameters and no functions without a body")
	}
	s := object.Type().(*types.Signature)
	f := pixelvm.Function{Name: d.Name.Name}
	if r := s.Recv(); r != nil {
		if _, ok := r.Type().(*types.Pointer); !ok {
			c.fail(d, "the subset has methods of pointers only")
		}
		f.Params = append(f.Params, pixelvm.I64)
		f.Name = types.TypeString(r.Type().(*types.Pointer).Elem(), func(*types.Package) string { return "" }) + "." + f.Name
	}
	for i := range s.Params().Len() {
		f.Params = append(f.Params, c.passed(d, s.Params().At(i).Type())...)
	}
	for i := range s.Results().Len() {
		f.Results = append(f.Results, c.passed(d, s.Results().At(i).Type())...)
	}
	if s.Variadic() {
		c.fail(d, "the subset has no variadic functions")
	}
	c.functions[object] = len(c.program.Functions)
	c.program.Functions = append(c.program.Functions, f)
}

// passed is what a parameter or result of a type is on the stack.
func (c *compiler) passed(n ast.Node, t types.Type) []pixelvm.Type {
	list := c.values(n, t)
	if list == nil {
		c.fail(n, "the subset passes no %v by value: pass a pointer", t)
	}
	return list
}

// values is what a value of a type is on the stack: one value, three of a slice (address,
// length, capacity), nil for what lies in memory.
func (c *compiler) values(n ast.Node, t types.Type) []pixelvm.Type {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Kind() == types.Float64 || u.Kind() == types.UntypedFloat:
			return []pixelvm.Type{pixelvm.F64}
		case u.Info()&(types.IsInteger|types.IsBoolean) != 0 || u.Kind() == types.UntypedNil:
			return []pixelvm.Type{pixelvm.I64}
		}
	case *types.Pointer:
		return []pixelvm.Type{pixelvm.I64}
	case *types.Slice:
		return []pixelvm.Type{pixelvm.I64, pixelvm.I64, pixelvm.I64}
	case *types.Array, *types.Struct:
		return nil
	}
	c.fail(n, "the subset has no type %v", t)
	return nil
}

var sizes = types.SizesFor("gc", "amd64")

// size is the bytes of a type in memory, with those that keep the next aligned.
func size(t types.Type) int64 {
	n, a := sizes.Sizeof(t), sizes.Alignof(t)
	return (n + a - 1) / a * a
}

// allocate gives memory to a variable that is there for the whole run.
func (c *compiler) allocate(bytes int64) int64 {
	at := (c.next + 7) &^ 7
	c.next = at + bytes
	return at
}

// text gives a constant text its address.
func (c *compiler) text(s string) int64 {
	at, ok := c.texts[s]
	if !ok {
		at = c.allocate(int64(len(s)))
		c.texts[s] = at
		c.data = append(c.data, pixelvm.Data{Address: uint32(at), Bytes: []byte(s)})
	}
	return at
}

// general takes types, constants, imports and variables of the package.
func (c *compiler) general(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, s := range d.Specs {
		for _, name := range s.(*ast.ValueSpec).Names {
			object := c.info.Defs[name]
			if object == nil || name.Name == "_" {
				continue
			}
			c.values(name, object.Type())
			c.globals[object] = c.allocate(size(object.Type()))
		}
	}
}

// start writes function 0: it sets up memory, gives variables their values in the order
// that they need, and calls main.
func (c *compiler) start(main int) {
	f := newFunction(c, 0)
	for _, i := range c.info.InitOrder {
		if len(i.Lhs) != 1 {
			c.fail(i.Rhs, "the subset gives variables of the package one value each")
		}
		address, ok := c.globals[i.Lhs[0]]
		if !ok {
			f.expression(i.Rhs)
			f.drop(c.values(i.Rhs, i.Lhs[0].Type()))
			continue
		}
		f.assign(place{kind: inMemory, typ: i.Lhs[0].Type(), address: func() { f.number(address) }}, i.Rhs)
	}
	f.emit(pixelvm.CALL, main)
	f.emit(pixelvm.RET, 0)
	f.finish()
}

// directives reads the comments that are for the compiler.
func (c *compiler) directives(file *ast.File) {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			text, ok := strings.CutPrefix(comment.Text, memoryDirective)
			if !ok {
				continue
			}
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil || n < 1 || n > pixelvm.MaxTiles {
				c.fail(comment, "%swants a number of tiles, 65,536 bytes each, from 1 to %d", memoryDirective, pixelvm.MaxTiles)
			}
			c.tiles = n
		}
	}
}

// memoryTiles is the size of the memory.
func (c *compiler) memoryTiles(o Options) int {
	switch {
	case o.Tiles > 0:
		return o.Tiles
	case c.tiles > 0:
		return c.tiles
	case c.takes:
		return defaultTiles
	}
	return int((c.next+64)>>16) + 1
}

// finish lays out memory and verifies what was made.
func (c *compiler) finish(o Options) (*pixelvm.Program, error) {
	c.program.Tiles = c.memoryTiles(o)
	memory := int64(c.program.Tiles) << 16
	stack := (c.next + 15) &^ 15
	heap := stack + (memory-stack)/stackPart
	if heap >= memory || stack >= memory {
		return nil, fmt.Errorf("the variables take %d bytes, the memory has %d: give it more, by a line %sTILES", c.next, memory, memoryDirective)
	}
	var words []byte
	for _, v := range []int64{stack, heap, heap} {
		words = binary.LittleEndian.AppendUint64(words, uint64(v))
	}
	c.program.Data = append([]pixelvm.Data{{Address: stackWord, Bytes: words}}, c.data...)
	if _, err := pixelvm.Verify(&c.program); err != nil {
		return nil, fmt.Errorf("the compiler made a program that is not valid: %w", err)
	}
	return &c.program, nil
}
