package wasm

import (
	"encoding/binary"
	"math"
)

// Code is a run of instructions. The methods append; each is named after the
// instruction that it writes.
type Code struct{ bytes []byte }

// Len is the length in bytes.
func (c *Code) Len() int { return len(c.bytes) }

func (c *Code) raw(b ...byte) { c.bytes = append(c.bytes, b...) }

func (c *Code) unsigned(n int) { c.bytes = binary.AppendUvarint(c.bytes, uint64(n)) }

func (c *Code) signed(n int64) {
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if n == 0 && b&0x40 == 0 || n == -1 && b&0x40 != 0 {
			c.raw(b)
			return
		}
		c.raw(b | 0x80)
	}
}

// Op is an instruction without immediates: one byte, or 0xfd00 plus the number
// of a vector instruction, or 0xfc00 plus the number of a saturating conversion.
type Op uint16

// Do appends instructions without immediates.
func (c *Code) Do(ops ...Op) {
	for _, op := range ops {
		switch {
		case op >= vector:
			c.raw(0xfd)
			c.unsigned(int(op - vector))
		case op >= misc:
			c.raw(0xfc)
			c.unsigned(int(op - misc))
		default:
			c.raw(byte(op))
		}
	}
}

// I32Const pushes an i32.
func (c *Code) I32Const(n int32) {
	c.raw(0x41)
	c.signed(int64(n))
}

// I64Const pushes an i64.
func (c *Code) I64Const(n int64) {
	c.raw(0x42)
	c.signed(n)
}

// F32Const pushes an f32 given by its bits, so that a NaN stays what it is.
func (c *Code) F32Const(bits uint32) {
	c.raw(0x43)
	c.bytes = binary.LittleEndian.AppendUint32(c.bytes, bits)
}

// F64Const pushes an f64.
func (c *Code) F64Const(f float64) {
	c.raw(0x44)
	c.bytes = binary.LittleEndian.AppendUint64(c.bytes, math.Float64bits(f))
}

// V128Const pushes a vector of four 32-bit lanes.
func (c *Code) V128Const(a, b, d, e uint32) {
	c.raw(0xfd)
	c.unsigned(12)
	for _, x := range []uint32{a, b, d, e} {
		c.bytes = binary.LittleEndian.AppendUint32(c.bytes, x)
	}
}

// Get pushes a local.
func (c *Code) Get(local int) {
	c.raw(0x20)
	c.unsigned(local)
}

// Set pops into a local.
func (c *Code) Set(local int) {
	c.raw(0x21)
	c.unsigned(local)
}

// Tee copies the top of the stack into a local.
func (c *Code) Tee(local int) {
	c.raw(0x22)
	c.unsigned(local)
}

// GlobalGet pushes a global.
func (c *Code) GlobalGet(index int) {
	c.raw(0x23)
	c.unsigned(index)
}

// GlobalSet pops into a global.
func (c *Code) GlobalSet(index int) {
	c.raw(0x24)
	c.unsigned(index)
}

// Call calls a function by index.
func (c *Code) Call(index int) {
	c.raw(0x10)
	c.unsigned(index)
}

const noResult = 0x40

// Block opens a block without result; Br to it goes to its end.
func (c *Code) Block() { c.raw(0x02, noResult) }

// Loop opens a loop; Br to it goes to its start.
func (c *Code) Loop() { c.raw(0x03, noResult) }

// If pops a condition and opens a branch without result.
func (c *Code) If() { c.raw(0x04, noResult) }

// IfGives pops a condition and opens branches that both leave a value.
func (c *Code) IfGives(t ValueType) { c.raw(0x04, byte(t)) }

// Else opens the other branch.
func (c *Code) Else() { c.raw(0x05) }

// End closes a Block, Loop or If.
func (c *Code) End() { c.raw(0x0b) }

// Br jumps out of depth open constructs and to the next one.
func (c *Code) Br(depth int) {
	c.raw(0x0c)
	c.unsigned(depth)
}

// BrIf pops a condition and jumps if it is not zero.
func (c *Code) BrIf(depth int) {
	c.raw(0x0d)
	c.unsigned(depth)
}

// Mem appends a memory instruction: log2 of the alignment, and a constant offset
// in bytes.
func (c *Code) Mem(op Op, align int, offset uint32) {
	c.Do(op)
	c.unsigned(align)
	c.unsigned(int(offset))
}

// MemLane appends a memory instruction on one lane of a vector.
func (c *Code) MemLane(op Op, align int, offset uint32, lane int) {
	c.Mem(op, align, offset)
	c.raw(byte(lane))
}

// Atomic appends an instruction of the threads proposal on an aligned 32-bit word.
func (c *Code) Atomic(op byte, offset uint32) {
	c.raw(0xfe, op)
	c.unsigned(2)
	c.unsigned(int(offset))
}

// Lane appends an instruction that names a lane: extract_lane or replace_lane.
func (c *Code) Lane(op Op, lane int) {
	c.Do(op)
	c.raw(byte(lane))
}

// Shuffle32 appends i8x16.shuffle for four 32-bit lanes: 0 to 3 of the first
// operand, 4 to 7 of the second.
func (c *Code) Shuffle32(lanes [4]int) {
	c.raw(0xfd)
	c.unsigned(13)
	for _, l := range lanes {
		for b := range 4 {
			c.raw(byte(l*4 + b))
		}
	}
}

// MemoryFill appends memory.fill: pops address, byte value and length.
func (c *Code) MemoryFill() {
	c.raw(0xfc)
	c.unsigned(11)
	c.raw(0)
}

// MemoryCopy appends memory.copy: pops destination, source and length.
func (c *Code) MemoryCopy() {
	c.raw(0xfc)
	c.unsigned(10)
	c.raw(0, 0)
}

// BrTable pops an index and jumps by it, beyond the list by the last depth.
func (c *Code) BrTable(depths []int, last int) {
	c.raw(0x0e)
	c.unsigned(len(depths))
	for _, d := range depths {
		c.unsigned(d)
	}
	c.unsigned(last)
}

// CallIndirect pops an index into the table and calls the function there, which must
// have the type of f.
func (c *Code) CallIndirect(f *Function) {
	c.raw(0x11)
	c.unsigned(f.typ)
	c.raw(0)
}
