package spirv

import (
	"fmt"
	"slices"

	"pxos/wgsl/flat"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// Unsupported says what of a program this writer does not write.
type Unsupported struct{ What string }

func (e *Unsupported) Error() string { return e.What + " is not written as SPIR-V" }

// Module is a compute shader for Vulkan. Buffers, then tables, then the status
// word if there are Loops, are bound to set 0, binding 0 and up, as storage
// buffers whose size is a multiple of four bytes.
type Module struct {
	Code  []byte
	Entry string
	// Loops are the loops that may run out of rounds, in the order of their numbers.
	Loops []Loop
	// Sizes are the buffers whose number of bytes is a parameter.
	Sizes []*flat.Memory
	// Subgroups are the operations that the device must have, as bits of
	// VkSubgroupFeatureFlagBits.
	Subgroups uint32

	bindings int
}

// Loop is a loop that counts its rounds.
type Loop struct {
	Span syntax.Span
	// Barrier says that it has a barrier inside.
	Barrier bool
}

// StatusBinding is the binding of the status word.
func (m *Module) StatusBinding() int { return m.bindings }

// writer builds one module.
type writer struct {
	prog   *flat.Program
	module *Module
	last   id

	names, decorations, types, code section
	variables                       section // of the function
	start                           section // of the function: what is computed once
	functions                       section // helpers
	interfaces                      []uint32
	capabilities                    []uint32

	glsl, block   id
	scalar        map[types.Scalar]id
	constants     map[[2]uint32]id
	pointers      map[[2]uint32]id
	unsigned3     id
	memories      map[*flat.Memory]id
	coherents     map[*flat.Memory]bool
	inputs        map[flat.InputID]id
	slots         map[*flat.Slot]id
	values        map[*flat.Instr]id
	parts         map[*flat.Instr][]id
	helpers       map[string]id
	functionTypes map[[2]uint32]id
	params        id
	sizes         map[*flat.Memory]id
	lasts         map[lastKey]id
	bounds        map[*flat.Instr]id // lowered bounds of loops, by the comparison
	limit         *limit
	open          []*scope
	failed        error
}

// Write makes the module of an entry point.
func Write(p *flat.Program) (*Module, error) {
	w := &writer{
		prog: p, scalar: map[types.Scalar]id{}, constants: map[[2]uint32]id{}, pointers: map[[2]uint32]id{},
		memories: map[*flat.Memory]id{}, coherents: map[*flat.Memory]bool{}, inputs: map[flat.InputID]id{}, slots: map[*flat.Slot]id{},
		values: map[*flat.Instr]id{}, parts: map[*flat.Instr][]id{}, helpers: map[string]id{}, functionTypes: map[[2]uint32]id{},
		sizes: map[*flat.Memory]id{}, lasts: map[lastKey]id{}, bounds: map[*flat.Instr]id{},
		module: &Module{Entry: p.Entry, bindings: len(p.Buffers) + len(p.Tables)},
	}
	w.glsl = w.fresh()
	w.scalarTypes()
	w.declareMemories()
	w.declareLimit()
	main := w.fresh()
	w.function(main)
	w.declareParams(w.module.Words())
	if w.failed != nil {
		return nil, w.failed
	}
	w.module.Code = toBytes(w.assemble(main))
	return w.module, nil
}

func (w *writer) fail(what string) {
	if w.failed == nil {
		w.failed = &Unsupported{what}
	}
}

func (w *writer) fresh() id {
	w.last++
	return w.last
}

// assemble puts the sections into the order of the section "Logical Layout of a
// Module".
func (w *writer) assemble(main id) []uint32 {
	out := section{0x07230203, 0x00010300, 0, w.last + 1, 0}
	out.put(opCapability, 1) // Shader
	for _, c := range w.capabilities {
		out.put(opCapability, c)
	}
	out.put(opExtInstImport, append([]uint32{w.glsl}, text("GLSL.std.450")...)...)
	out.put(opMemoryModel, 0, 1) // Logical, GLSL450
	entry := append([]uint32{5, main}, text(w.prog.Entry)...)
	out.put(opEntryPoint, append(entry, w.interfaces...)...)
	s := w.prog.WorkgroupSize
	out.put(opExecutionMode, main, 17, uint32(s[0]), uint32(s[1]), uint32(s[2])) // LocalSize
	for _, part := range []section{w.names, w.decorations, w.types, w.functions, w.code} {
		out = append(out, part...)
	}
	return out
}

// scalarTypes declares the types that every module has. An f16 is kept as the f32
// of its value.
func (w *writer) scalarTypes() {
	w.scalar[types.Bool], w.scalar[types.U32], w.scalar[types.I32], w.scalar[types.F32] = w.fresh(), w.fresh(), w.fresh(), w.fresh()
	w.scalar[types.F16] = w.scalar[types.F32]
	w.types.put(opTypeBool, w.scalar[types.Bool])
	w.types.put(opTypeInt, w.scalar[types.U32], 32, 0)
	w.types.put(opTypeInt, w.scalar[types.I32], 32, 1)
	w.types.put(opTypeFloat, w.scalar[types.F32], 32)
	w.unsigned3 = w.fresh()
	w.types.put(opTypeVector, w.unsigned3, w.scalar[types.U32], 3)
}

func (w *writer) pointer(class uint32, to id) id {
	key := [2]uint32{class, to}
	p, ok := w.pointers[key]
	if !ok {
		p = w.fresh()
		w.pointers[key] = p
		w.types.put(opTypePointer, p, class, to)
	}
	return p
}

// constant is a scalar constant by its bits.
func (w *writer) constant(k types.Scalar, bits uint32) id {
	key := [2]uint32{w.scalar[k], bits}
	c, ok := w.constants[key]
	if !ok {
		c = w.fresh()
		w.constants[key] = c
		switch {
		case k == types.Bool && bits != 0:
			w.types.put(opConstantTrue, w.scalar[k], c)
		case k == types.Bool:
			w.types.put(opConstantFalse, w.scalar[k], c)
		default:
			w.types.put(opConstant, w.scalar[k], c, bits)
		}
	}
	return c
}

func (w *writer) u32(n int64) id { return w.constant(types.U32, uint32(n)) }

// wordArray declares an array of n words with the stride that buffers need, or a
// runtime-sized one where n is 0.
func (w *writer) wordArray(n int64, laidOut bool) id {
	t := w.fresh()
	if n == 0 {
		w.types.put(opTypeRuntimeArray, t, w.scalar[types.U32])
	} else {
		w.types.put(opTypeArray, t, w.scalar[types.U32], w.u32(n))
	}
	if laidOut {
		w.decorations.put(opDecorate, t, decorationArrayStride, 4)
	}
	return t
}

// storageBuffer declares a buffer of words.
func (w *writer) storageBuffer(binding int, name string) id {
	if w.block == 0 {
		w.block = w.fresh()
		w.types.put(opTypeStruct, w.block, w.wordArray(0, true))
		w.decorations.put(opDecorate, w.block, decorationBlock)
		w.decorations.put(opMemberDecorate, w.block, 0, decorationOffset, 0)
	}
	v := w.fresh()
	w.types.put(opVariable, w.pointer(classStorageBuffer, w.block), v, classStorageBuffer)
	w.decorations.put(opDecorate, v, decorationDescriptorSet, 0)
	w.decorations.put(opDecorate, v, decorationBinding, uint32(binding))
	w.names.put(opName, append([]uint32{v}, text(name)...)...)
	return v
}

// declareMemories declares buffers, tables and workgroup memory. Memory of lanes
// belongs to the function.
func (w *writer) declareMemories() {
	for i, m := range append(append([]*flat.Memory(nil), w.prog.Buffers...), w.prog.Tables...) {
		w.memories[m] = w.storageBuffer(i, m.Name)
	}
	for _, m := range w.prog.Workgroup {
		v := w.fresh()
		w.types.put(opVariable, w.pointer(classWorkgroup, w.wordArray((m.Size+3)/4, false)), v, classWorkgroup)
		w.names.put(opName, append([]uint32{v}, text(m.Name)...)...)
		w.memories[m] = v
	}
}

// input is the variable of a built-in input.
func (w *writer) input(builtIn uint32, t id) id {
	key := flat.InputID(100 + builtIn)
	v, ok := w.inputs[key]
	if !ok {
		v = w.fresh()
		w.inputs[key] = v
		w.types.put(opVariable, w.pointer(classInput, t), v, classInput)
		w.decorations.put(opDecorate, v, decorationBuiltIn, builtIn)
		w.interfaces = append(w.interfaces, v)
	}
	return v
}

// emit appends an instruction with a result to the function.
func (w *writer) emit(op uint32, t id, operands ...uint32) id {
	r := w.fresh()
	w.code.put(op, append([]uint32{t, r}, operands...)...)
	return r
}

// function writes the entry point's function.
func (w *writer) function(main id) {
	void, kind, start := w.fresh(), w.fresh(), w.fresh()
	w.types.put(opTypeVoid, void)
	w.types.put(opTypeFunction, kind, void)
	w.readInputs()
	for _, m := range w.prog.Lane {
		w.memories[m] = w.variable(w.wordArray(max(m.Size/4, 1), false))
	}
	w.prepare()
	first := w.code
	w.code = nil
	w.body(w.prog.Body)
	if w.limit != nil {
		w.report()
	}
	rest := w.code
	w.code = nil
	w.code.put(opFunction, void, main, 0, kind)
	w.code.put(opLabel, start)
	for _, part := range []section{w.variables, first, w.start, rest} {
		w.code = append(w.code, part...)
	}
	w.code.put(opReturn)
	w.code.put(opFunctionEnd)
}

// prepare writes what every invocation does first.
func (w *writer) prepare() {
	shares := w.limit != nil && w.readStatus()
	if zeroed := w.zeroWorkgroup(); zeroed || shares {
		w.barrier()
	}
}

// variable declares a variable of the function.
func (w *writer) variable(t id) id {
	v := w.fresh()
	w.variables.put(opVariable, w.pointer(classFunction, t), v, classFunction)
	return v
}

// readInputs loads the inputs once, at the start.
func (w *writer) readInputs() {
	vector := func(builtIn uint32, first flat.InputID) {
		v := w.emit(opLoad, w.unsigned3, w.input(builtIn, w.unsigned3))
		for i := range flat.InputID(3) {
			w.inputs[first+i] = w.emit(opCompositeExtract, w.scalar[types.U32], v, uint32(i))
		}
	}
	vector(builtInLocalInvocationID, flat.LocalX)
	vector(builtInWorkgroupID, flat.WorkgroupX)
	vector(builtInNumWorkgroups, flat.CountX)
	for _, i := range []flat.InputID{flat.LaneCount, flat.GroupCount, flat.GroupIndex, flat.LaneIndex} {
		if usesInput(w.prog.Body, i) {
			w.capability(groupNonUniform)
			w.inputs[i] = w.emit(opLoad, w.scalar[types.U32], w.input(subgroupInputs[i], w.scalar[types.U32]))
		}
	}
	w.inputs[flat.LocalIndex] = w.emit(opLoad, w.scalar[types.U32], w.input(builtInLocalInvocationIndex, w.scalar[types.U32]))
}

// usesInput says whether code uses an input.
func usesInput(b *flat.Body, id flat.InputID) bool {
	is := func(i *flat.Instr) bool { return i.Op == flat.Input && i.Input == id }
	for _, i := range b.Code {
		if slices.ContainsFunc(i.Args, is) {
			return true
		}
		if i.Access != nil && slices.ContainsFunc(i.Access.Terms, func(t flat.Term) bool { return is(t.Index) }) {
			return true
		}
		for _, inner := range []*flat.Body{i.Body, i.Else} {
			if inner != nil && usesInput(inner, id) {
				return true
			}
		}
	}
	return false
}

// zeroWorkgroup clears workgroup memory, every invocation its share, and says
// whether there was any; a barrier must follow.
func (w *writer) zeroWorkgroup() bool {
	s := w.prog.WorkgroupSize
	invocations := int64(s[0] * s[1] * s[2])
	for _, m := range w.prog.Workgroup {
		n := (m.Size + 3) / 4
		index := w.variable(w.scalar[types.U32])
		w.code.put(opStore, index, w.inputs[flat.LocalIndex])
		w.loop(func(exit func(cond id)) {
			at := w.emit(opLoad, w.scalar[types.U32], index)
			exit(w.emit(opUGreaterThanEqual, w.scalar[types.Bool], at, w.u32(n)))
			w.code.put(opStore, w.word(m, at), w.u32(0))
			w.code.put(opStore, index, w.emit(opIAdd, w.scalar[types.U32], at, w.u32(invocations)))
		})
	}
	return len(w.prog.Workgroup) > 0
}

func (w *writer) barrier() {
	semantics := w.u32(semanticsAcquireRelease | semanticsUniformMemory | semanticsWorkgroup)
	w.code.put(opControlBarrier, w.u32(scopeWorkgroup), w.u32(scopeWorkgroup), semantics)
}

func (w *writer) describe(i *flat.Instr) string { return fmt.Sprintf("the operation %s", i.Op) }
