package wasm

// ValueType is the type of a local, parameter or result.
type ValueType byte

// The value types.
const (
	I32  ValueType = 0x7f
	I64  ValueType = 0x7e
	F32  ValueType = 0x7d
	F64  ValueType = 0x7c
	V128 ValueType = 0x7b
)

// Module is a module being built. Imported functions must be added before
// functions of its own, since they share one index space.
type Module struct {
	types     []signature
	functions []*Function
	imports   []importedFunc
	memory    *memory
	globals   []global
	exports   []export
	table     []*Function
}

type signature struct{ params, results []ValueType }

type importedFunc struct {
	module, name string
	typ          int
}

type memory struct {
	name     string
	min, max uint32
}

type global struct {
	typ  ValueType
	init int64
}

type export struct {
	name  string
	kind  byte
	index int
}

// Function is a function being built.
type Function struct {
	Code
	typ    int
	index  int
	params int
	locals []ValueType
}

func (m *Module) typeIndex(params, results []ValueType) int {
	same := func(a, b []ValueType) bool { return string(bytesOf(a)) == string(bytesOf(b)) }
	for i, t := range m.types {
		if same(t.params, params) && same(t.results, results) {
			return i
		}
	}
	m.types = append(m.types, signature{params, results})
	return len(m.types) - 1
}

func bytesOf(t []ValueType) []byte {
	out := make([]byte, len(t))
	for i, v := range t {
		out[i] = byte(v)
	}
	return out
}

// ImportFunc names a function that the embedder gives; the result is its index.
func (m *Module) ImportFunc(module, name string, params, results []ValueType) int {
	m.imports = append(m.imports, importedFunc{module, name, m.typeIndex(params, results)})
	return len(m.imports) - 1
}

// Memory declares the module's memory, with its least and largest size in pages
// of 64 KiB, and exports it.
func (m *Module) Memory(name string, min, max uint32) {
	m.memory = &memory{name, min, max}
}

// Global adds a mutable i32 global and gives its index.
func (m *Module) Global(init int32) int {
	m.globals = append(m.globals, global{I32, int64(init)})
	return len(m.globals) - 1
}

// Global64 adds a mutable i64 global and gives its index.
func (m *Module) Global64(init int64) int {
	m.globals = append(m.globals, global{I64, init})
	return len(m.globals) - 1
}

// Table sets the functions that CallIndirect calls, by index.
func (m *Module) Table(list []*Function) { m.table = list }

// NewFunction adds a function; its parameters are the locals from 0 on.
func (m *Module) NewFunction(params, results []ValueType) *Function {
	f := &Function{typ: m.typeIndex(params, results), index: len(m.imports) + len(m.functions), params: len(params)}
	m.functions = append(m.functions, f)
	return f
}

// Index is the number by which the function is called.
func (f *Function) Index() int { return f.index }

// NewLocal adds a local and gives its index.
func (f *Function) NewLocal(t ValueType) int {
	f.locals = append(f.locals, t)
	return f.params + len(f.locals) - 1
}

// Locals is the number of parameters and locals.
func (f *Function) Locals() int { return f.params + len(f.locals) }

// ExportFunc exports a function.
func (m *Module) ExportFunc(name string, f *Function) {
	m.exports = append(m.exports, export{name, 0, f.index})
}

// ExportGlobal exports a global.
func (m *Module) ExportGlobal(name string, index int) {
	m.exports = append(m.exports, export{name, 3, index})
}

var header = []byte{0, 'a', 's', 'm', 1, 0, 0, 0}

// Encode gives the module in the binary format.
func (m *Module) Encode() []byte {
	var out Code
	out.raw(header...)
	out.section(1, m.encodeTypes())
	out.section(2, m.encodeImports())
	var body Code
	body.unsigned(len(m.functions))
	for _, f := range m.functions {
		body.unsigned(f.typ)
	}
	out.section(3, body.bytes)
	m.encodeTable(&out)
	if m.memory != nil {
		body = Code{}
		body.unsigned(1)
		body.raw(1) // with a largest size
		body.unsigned(int(m.memory.min))
		body.unsigned(int(m.memory.max))
		out.section(5, body.bytes)
	}
	if len(m.globals) > 0 {
		body = Code{}
		body.unsigned(len(m.globals))
		for _, g := range m.globals {
			body.raw(byte(g.typ), 1)
			if g.typ == I64 {
				body.I64Const(g.init)
			} else {
				body.I32Const(int32(g.init))
			}
			body.raw(0x0b)
		}
		out.section(6, body.bytes)
	}
	body = Code{}
	n := len(m.exports)
	if m.memory != nil {
		n++
	}
	body.unsigned(n)
	if m.memory != nil {
		body.name(m.memory.name)
		body.raw(2, 0)
	}
	for _, e := range m.exports {
		body.name(e.name)
		body.raw(e.kind)
		body.unsigned(e.index)
	}
	out.section(7, body.bytes)
	m.encodeElements(&out)
	out.section(10, m.encodeCode())
	return out.bytes
}

// encodeTable writes the size of the table.
func (m *Module) encodeTable(out *Code) {
	if len(m.table) == 0 {
		return
	}
	var body Code
	body.unsigned(1)
	body.raw(0x70, 1) // of functions, with a largest size
	body.unsigned(len(m.table))
	body.unsigned(len(m.table))
	out.section(4, body.bytes)
}

// encodeElements writes the functions of the table.
func (m *Module) encodeElements(out *Code) {
	if len(m.table) == 0 {
		return
	}
	var body Code
	body.unsigned(1)
	body.raw(0) // active, table 0
	body.I32Const(0)
	body.raw(0x0b)
	body.unsigned(len(m.table))
	for _, f := range m.table {
		body.unsigned(f.index)
	}
	out.section(9, body.bytes)
}

func (m *Module) encodeTypes() []byte {
	var c Code
	c.unsigned(len(m.types))
	for _, t := range m.types {
		c.raw(0x60)
		c.unsigned(len(t.params))
		c.raw(bytesOf(t.params)...)
		c.unsigned(len(t.results))
		c.raw(bytesOf(t.results)...)
	}
	return c.bytes
}

func (m *Module) encodeImports() []byte {
	var c Code
	c.unsigned(len(m.imports))
	for _, i := range m.imports {
		c.name(i.module)
		c.name(i.name)
		c.raw(0)
		c.unsigned(i.typ)
	}
	return c.bytes
}

func (m *Module) encodeCode() []byte {
	var c Code
	c.unsigned(len(m.functions))
	for _, f := range m.functions {
		var body Code
		body.localRuns(f.locals)
		body.raw(f.bytes...)
		body.raw(0x0b)
		c.unsigned(len(body.bytes))
		c.raw(body.bytes...)
	}
	return c.bytes
}

// localRuns writes locals as runs of one type.
func (c *Code) localRuns(locals []ValueType) {
	type run struct {
		n int
		t ValueType
	}
	var runs []run
	for _, t := range locals {
		if k := len(runs) - 1; k >= 0 && runs[k].t == t {
			runs[k].n++
			continue
		}
		runs = append(runs, run{1, t})
	}
	c.unsigned(len(runs))
	for _, r := range runs {
		c.unsigned(r.n)
		c.raw(byte(r.t))
	}
}

func (c *Code) section(id byte, body []byte) {
	c.raw(id)
	c.unsigned(len(body))
	c.raw(body...)
}

func (c *Code) name(s string) {
	c.unsigned(len(s))
	c.raw([]byte(s)...)
}
