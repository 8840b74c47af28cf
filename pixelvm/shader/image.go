package shader

import (
	"encoding/binary"
	"slices"

	"pxos/pixelvm"
)

// image is a program as the shader reads it.
type image struct {
	program *pixelvm.Verified
	code    []byte // two words a pixel: the instruction, and its arm above the cost of its block
	callees []byte // functions
	table   []byte
	starts  []int // of each function, its first pixel
	slots   int   // that the entry function needs
}

// costBits are those of the second word that say what a block costs.
const costBits = 24

// calleeWords is the size of Callee.
const calleeWords = 5

func newImage(v *pixelvm.Verified) *image {
	m := &image{program: v}
	at := 0
	for i := range v.Functions {
		m.starts = append(m.starts, at)
		at += len(v.Functions[i].Code)
	}
	signatures := map[string]uint32{}
	for i := range v.Functions {
		f := &v.Functions[i]
		locals := len(f.Params) + len(f.Locals)
		key := string(f.Params) + ">" + string(f.Results)
		if _, ok := signatures[key]; !ok {
			signatures[key] = uint32(len(signatures))
		}
		m.callees = words(m.callees, uint32(m.starts[i]), uint32(len(f.Params)), uint32(locals), uint32(v.MaxStack(i)), signatures[key])
		m.function(i, locals)
		if i == v.Entry {
			m.slots = locals + 1 + v.MaxStack(i)
		}
	}
	for _, n := range v.Table {
		m.table = words(m.table, uint32(n))
	}
	return m
}

// function adds the code of a function: jumps name pixels of the whole program, and RET
// how many results there are and how many locals.
func (m *image) function(n, locals int) {
	f := &m.program.Functions[n]
	_, armOf := arms()
	ops := pixelvm.Ops()
	for at := 0; at < len(f.Code); at++ {
		px := f.Code[at]
		op := ops[slices.IndexFunc(ops, func(o pixelvm.Op) bool { return o.Code == px.Op() })]
		switch {
		case op.Operand == pixelvm.JumpOperand:
			px = pixelvm.Instruction(op.Code, m.starts[n]+px.Operand())
		case op.Code == pixelvm.RET:
			px = pixelvm.Instruction(op.Code, locals<<5|len(f.Results))
		}
		m.code = words(m.code, uint32(px), uint32(armOf[op.Code])<<costBits|uint32(m.program.BlockCost(n, at)))
		if op.Operand == pixelvm.WideOperand {
			m.code = words(m.code, uint32(f.Code[at+1]), 0, uint32(f.Code[at+2]), 0)
			at += 2
		}
	}
}

// place is the function that a pixel of the whole program is in, and which of its it is.
func (m *image) place(pc uint32) (function, pixel int) {
	n, found := slices.BinarySearch(m.starts, int(pc))
	if !found {
		n--
	}
	return n, int(pc) - m.starts[n]
}

func words(b []byte, list ...uint32) []byte {
	for _, w := range list {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}
