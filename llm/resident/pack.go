package resident

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"pxos/llm/model"
	"pxos/llm/quant"
)

// kind is how the device has weights; product.wgsl says how each looks.
type kind string

const (
	kindQ8   kind = "q8"
	kindQ8x  kind = "q8x"
	kindQ4   kind = "q4"
	kindQ4x  kind = "q4x"
	kindF16  kind = "f16"
	kindBF16 kind = "bf16"
	kindF32  kind = "f32s"
)

// block is how many columns lie together.
const block = 32

var kinds = map[quant.Type]kind{
	quant.F32: kindF32, quant.F16: kindF16, quant.BF16: kindBF16, quant.Q8_0: kindQ8, quant.Q5_0: kindQ8,
	quant.Q5_1: kindQ8x, quant.Q5_K: kindQ8x, quant.Q6_K: kindQ8x, quant.Q4_0: kindQ4, quant.Q4_1: kindQ4x, quant.Q4_K: kindQ4x,
}

// rounds says that vectors are rounded for weights of a kind.
func (k kind) rounds() bool { return k.wordByWord() || k == kindQ8x || k == kindQ4x }

// wordByWord says that lanes take a word each of every block: of those types the CPU's results
// come to the bit.
func (k kind) wordByWord() bool { return k == kindQ8 || k == kindQ4 }

// source is the shader of the kind's products.
func (k kind) source() string {
	first, step := "lane", "lanes"
	if k.wordByWord() {
		first, step = "0u", "1u"
	}
	return productText + strings.NewReplacer("KIND", string(k), "FIRST", first, "STEP", step).Replace(entriesText)
}

// blockBytes are what weights of a block take, scales what its scales are.
func (k kind) blockBytes() (weights, scales int) {
	switch k {
	case kindQ8:
		return block, 1
	case kindQ8x:
		return block, 3
	case kindQ4:
		return block / 2, 1
	case kindQ4x:
		return block / 2, 2
	case kindF32:
		return 4 * block, 0
	}
	return 2 * block, 0
}

// padded is n up to a whole number of blocks.
func padded(n int) int { return (n + block - 1) / block * block }

// packed are matrices of one kind and width, their rows one after the other.
type packed struct {
	kind            kind
	rows, cols      int
	weights, scales []byte
}

// pack packs matrices that are of the same type and width.
func pack(matrices ...*model.Matrix) packed {
	first := matrices[0]
	p := packed{kind: kinds[first.Type], cols: first.Cols}
	for _, m := range matrices {
		p.rows += m.Rows
	}
	bytes, scales := p.kind.blockBytes()
	blocks := p.rows * padded(p.cols) / block
	p.weights, p.scales = make([]byte, 0, blocks*bytes), make([]byte, 0, blocks*scales*4)
	for _, m := range matrices {
		rowBytes := len(m.Data) / m.Rows
		for n := range m.Rows {
			p.row(m.Type, m.Data[n*rowBytes:][:rowBytes])
		}
	}
	return p
}

// row adds a row of weights.
func (p *packed) row(t quant.Type, row []byte) {
	info, _ := t.Info()
	if !p.kind.rounds() {
		p.weights = append(p.weights, row...)
		p.weights = append(p.weights, make([]byte, (padded(p.cols)-p.cols)*info.BlockBytes)...)
		return
	}
	var w whole
	for ; len(row) > 0; row = row[info.BlockBytes:] {
		for part := range info.BlockValues / block {
			w.read(t, row[:info.BlockBytes], part)
			p.block(&w)
		}
	}
}

// block adds 32 weights.
func (p *packed) block(w *whole) {
	put := func(f float32) { p.scales = binary.LittleEndian.AppendUint32(p.scales, math.Float32bits(f)) }
	put(w.scale[0])
	switch p.kind {
	case kindQ4, kindQ4x:
		if p.kind == kindQ4x {
			put(w.offset)
		}
		for i := range block / 2 {
			p.weights = append(p.weights, byte(w.q[i])|byte(w.q[i+block/2])<<4)
		}
		return
	case kindQ8x:
		put(w.scale[1])
		put(w.offset)
	}
	for _, q := range w.q {
		p.weights = append(p.weights, byte(q))
	}
}

// whole are 32 weights as whole numbers: q times the scale of its half, and an offset.
type whole struct {
	q      [block]int8
	scale  [2]float32
	offset float32
}

// read takes the numbers of one part of a block apart; llm/quant says how types look.
func (w *whole) read(t quant.Type, b []byte, part int) {
	w.offset = 0
	one := func(scale float32) { w.scale = [2]float32{scale, scale} }
	switch t {
	case quant.Q8_0:
		one(quant.Half(b))
		for i := range w.q {
			w.q[i] = int8(b[2+i])
		}
	case quant.Q4_0:
		one(quant.Half(b))
		w.halves(b[2:], 0) // with 8 added
	case quant.Q4_1:
		one(quant.Half(b))
		w.offset = quant.Half(b[2:])
		w.halves(b[4:], 0)
	case quant.Q5_0:
		one(quant.Half(b))
		w.halves(b[6:], binary.LittleEndian.Uint32(b[2:]))
		for i := range w.q {
			w.q[i] -= 16
		}
	case quant.Q5_1:
		one(quant.Half(b))
		w.offset = quant.Half(b[2:])
		w.halves(b[8:], binary.LittleEndian.Uint32(b[4:]))
	case quant.Q4_K:
		w.partK(b, b[16:], nil, part)
	case quant.Q5_K:
		w.partK(b, b[48:], b[16:48], part)
	case quant.Q6_K:
		w.partQ6(b, part)
	default:
		panic(fmt.Sprintf("resident: weights of %v are no whole numbers", t))
	}
}

// halves are 32 numbers of 4 bits, the first 16 the lower halves of bytes, and a fifth bit of each.
func (w *whole) halves(b []byte, fifth uint32) {
	for i := range block / 2 {
		w.q[i] = int8(b[i]&15 | byte(fifth>>i&1<<4))
		w.q[i+16] = int8(b[i]>>4 | byte(fifth>>(i+16)&1<<4))
	}
}

// partK is a part of Q4_K or Q5_K.
func (w *whole) partK(b, low, high []byte, part int) {
	scale, least := quant.ScaleMin(b[4:], part)
	d := quant.Half(b) * float32(scale)
	w.scale, w.offset = [2]float32{d, d}, -quant.Half(b[2:])*float32(least)
	for i := range w.q {
		q := low[part/2*32+i] >> (part % 2 * 4) & 15
		if high != nil {
			q |= high[i] >> part & 1 << 4
		}
		w.q[i] = int8(q)
	}
}

// partQ6 is 32 weights of Q6_K.
func (w *whole) partQ6(b []byte, part int) {
	low, high, scales, d := b[:128], b[128:192], b[192:208], quant.Half(b[208:])
	half, quarter := part/4, part%4
	w.scale = [2]float32{d * float32(int8(scales[2*part])), d * float32(int8(scales[2*part+1]))}
	for i := range w.q {
		q := low[half*64+quarter%2*32+i] >> (quarter / 2 * 4) & 15
		q |= high[half*32+i] >> (2 * quarter) & 3 << 4
		w.q[i] = int8(q) - 32
	}
}
