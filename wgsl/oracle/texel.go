package oracle

import (
	"encoding/binary"
	"fmt"
	"math"

	"pxos/wgsl/ir"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// A texture is a buffer here (wgsl/texture). An observer is told of its texels.

// storesTexel says whether a function of the library writes a texture.
func storesTexel(f *ir.Function) bool { return f.Hidden && f.Name == "store" }

// tellTexel tells what the watched lane stored in a texture.
func (f *frame) tellTexel(e *ir.Call, args [][]value.Value) {
	p := f.own(args[0]).(*pointer)
	at := f.own(args[1]).(*value.Composite)
	words := f.own(args[2]).(*value.Composite)
	name := fmt.Sprintf("%s at (%d, %d, %d)", p.root.Name, at.Elems[0], at.Elems[1], at.Elems[2])
	f.tell(Event{Kind: Assign, Span: e.Span, Name: name, Value: texel(p.root.Handle, words)})
}

// texel is what the four words of a texel mean.
func texel(handle types.Type, words *value.Composite) value.Value {
	t, ok := handle.(types.Texture)
	if !ok || t.Elem == types.U32 {
		return words
	}
	out := &value.Composite{T: types.Vector{N: 4, Elem: t.Elem}}
	for _, w := range words.Elems {
		bits := uint32(w.(value.U32))
		if t.Elem == types.I32 {
			out.Elems = append(out.Elems, value.I32(bits))
		} else {
			out.Elems = append(out.Elems, value.F32(math.Float32frombits(bits)))
		}
	}
	return out
}

// changedTexel names a texel of a texture that differs by its place.
func changedTexel(old, new pointer) ChangedPart {
	width := int64(max(binary.LittleEndian.Uint32(old.root.bytes), 1))
	height := int64(max(binary.LittleEndian.Uint32(old.root.bytes[4:]), 1))
	i := old.offset/16 - texture.Header
	name := fmt.Sprintf("%s at (%d, %d, %d)", old.root.Name, i%width, i/width%height, i/(width*height))
	view := func(p pointer) value.Value { return texel(p.root.Handle, p.load().(*value.Composite)) }
	return ChangedPart{name, view(old), view(new)}
}
