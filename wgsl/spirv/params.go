package spirv

import (
	"fmt"

	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// Params is what a dispatch passes to a module, a u32 each, as push constants
// from offset 0 on: the limits on rounds if the module has Loops, then the bytes
// bound to each of Sizes.
//
// The sizes are passed since OpArrayLength counts whole words only, and the last
// f16 of an array may lie in half a word.
const (
	// ParamRounds is one more than the rounds that an invocation may go.
	ParamRounds = iota
	// ParamMeetings is one more than the rounds of loops with barriers that a
	// workgroup may go.
	ParamMeetings
	limitParams
)

// MaxParams is how many words every Vulkan device takes as push constants.
const MaxParams = 32

// Words is how many parameters the module takes.
func (m *Module) Words() int {
	n := len(m.Sizes)
	if len(m.Loops) > 0 {
		n += limitParams
	}
	return n
}

// param loads a parameter, at the start of the function.
func (w *writer) param(n int) id {
	u := w.scalar[types.U32]
	if w.params == 0 {
		w.params = w.fresh()
	}
	return w.emit(opLoad, u, w.emit(opAccessChain, w.pointer(classPushConstant, u), w.params, w.u32(int64(n))))
}

// declareParams declares the push constants when all are known.
func (w *writer) declareParams(words int) {
	if w.params == 0 {
		return
	}
	block := w.fresh()
	members := []uint32{block}
	for n := range words {
		members = append(members, w.scalar[types.U32])
		w.decorations.put(opMemberDecorate, block, uint32(n), decorationOffset, uint32(4*n))
	}
	w.types.put(opTypeStruct, members...)
	w.decorations.put(opDecorate, block, decorationBlock)
	w.types.put(opVariable, w.pointer(classPushConstant, block), w.params, classPushConstant)
}

// early writes what is computed once, before everything else.
func (w *writer) early(write func() id) id {
	outer := w.code
	w.code = w.start
	v := write()
	w.start, w.code = w.code, outer
	return v
}

// bufferSize is the number of bytes bound to a buffer.
func (w *writer) bufferSize(m *flat.Memory) id {
	v, ok := w.sizes[m]
	if !ok {
		n := len(w.module.Sizes)
		if w.limit != nil {
			n += limitParams
		}
		if n >= MaxParams {
			w.fail(fmt.Sprintf("a shader with more than %d runtime-sized buffers", len(w.module.Sizes)))
		}
		v = w.early(func() id { return w.param(n) })
		w.module.Sizes = append(w.module.Sizes, m)
		w.sizes[m] = v
	}
	return v
}

// lastKey names the last index of a runtime-sized array.
type lastKey struct {
	mem          *flat.Memory
	base, stride int64
}

// lastIndex is the last index of the runtime-sized array that a term is about.
func (w *writer) lastIndex(m *flat.Memory, t flat.Term) id {
	key := lastKey{m, t.Base, t.Stride}
	v, ok := w.lasts[key]
	if !ok {
		size := w.bufferSize(m)
		v = w.early(func() id {
			b := bit{w}
			return b.sub(b.op(opUDiv, b.sub(size, t.Base), w.u32(t.Stride)), 1)
		})
		w.lasts[key] = v
	}
	return v
}
