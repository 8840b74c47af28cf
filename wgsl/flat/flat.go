// Package flat turns the typed tree of one entry point into flat code: every
// function inlined, every value a scalar, every access an address made of terms.
// It is the form in which code for lanes is generated.
//
// Flat code is structured: bodies of instructions, with If, Loop and Block as
// the only control flow and Break as the only jump, always outwards. A value is
// the instruction that computes it and is computed once; what changes is kept in
// slots (one scalar each) or in memory. A pure instruction cannot trap, so it may
// be moved or computed for nothing: integer division and float conversion have
// WGSL's total meaning, and every index is clamped to its array.
//
// The package may import wgsl/syntax, types, value, builtin, ir and check (for
// its prelude); no executor. Invariants: a value is defined in the body that uses
// it or in one around it, before the use; a Break's target encloses it.
package flat

import (
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// Op is what an instruction does.
type Op uint8

// The operations. Unless it says otherwise, arguments and result have the kind
// of the instruction.
const (
	Nop Op = iota

	Const // Bits
	Input // an Input of the invocation, u32

	Add
	Sub
	Mul
	Div // integers: x/0 is x, MIN/-1 is MIN
	Rem // integers: x%0 is 0; floats: x - y*trunc(x/y)
	Neg
	And
	Or
	Xor
	Not // bitwise for integers, logical for bool
	Shl // by a u32, modulo 32
	Shr // by a u32, modulo 32; arithmetic for i32

	Eq // result bool, arguments of any one kind; so to Ge
	Ne
	Lt
	Le
	Gt
	Ge

	Select // Args: condition, value if true, value if false
	Fma    // Args: x, y, z: x*y + z of f64, rounded once more
	Min    // b < a ? b : a
	Max    // a < b ? b : a
	Abs
	Floor
	Ceil
	Trunc
	Round // half to even
	Sqrt
	CountLeadingZeros
	CountTrailingZeros
	CountOneBits

	Convert // from the argument's kind, with WGSL's meaning
	Bitcast // between i32, u32 and f32; of f16 to u32 and back by its 16 bits

	Get // the value of Slot
	Set // Slot = Args[0]

	BufferSize // bytes bound to Mem, u32
	Load       // Parts scalars at consecutive component offsets of Access
	Part       // component Index of a Load with several parts
	Store      // Args: the parts
	Zero       // zeroes the whole of Mem (lane memory)
	Atomic     // AtomicOp at Access with Args; gives the old value
	Exchanged  // whether the AtomicCompareExchange in Args[0] stored

	Subgroup // SubgroupOp over the active lanes

	If      // Args[0] bool: Body, else Else
	Block   // Body; Break leaves it
	Loop    // Body again and again; Break leaves it
	Break   // leaves Target
	Barrier // all invocations of the workgroup meet
)

// InputID is a value that an invocation is given.
type InputID uint8

// The inputs, all u32.
const (
	LocalX InputID = iota
	LocalY
	LocalZ
	LocalIndex
	WorkgroupX
	WorkgroupY
	WorkgroupZ
	CountX // num_workgroups
	CountY
	CountZ
	LaneIndex  // subgroup_invocation_id
	LaneCount  // subgroup_size
	GroupIndex // subgroup_id
	GroupCount // num_subgroups
)

// AtomicOp is a read-modify-write.
type AtomicOp uint8

// The atomic operations.
const (
	AtomicLoad AtomicOp = iota
	AtomicStore
	AtomicAdd
	AtomicSub
	AtomicMax
	AtomicMin
	AtomicAnd
	AtomicOr
	AtomicXor
	AtomicExchange
	AtomicCompareExchange
)

// SubgroupOp is an operation over the lanes of a subgroup.
type SubgroupOp uint8

// The subgroup operations.
const (
	SubgroupAdd SubgroupOp = iota
	SubgroupMul
	SubgroupMin
	SubgroupMax
	SubgroupAnd
	SubgroupOr
	SubgroupXor
	SubgroupExclusiveAdd
	SubgroupExclusiveMul
	SubgroupInclusiveAdd
	SubgroupInclusiveMul
	SubgroupBallot // of a bool, u32: lane n is bit n
	SubgroupElect  // bool
	SubgroupFirst
	SubgroupShuffle     // Args: value, lane
	SubgroupShuffleXor  // Args: value, mask
	SubgroupShuffleUp   // Args: value, delta
	SubgroupShuffleDown // Args: value, delta
)

// Instr is an instruction, and the value that it computes.
type Instr struct {
	Op   Op
	Kind types.Scalar
	Args []*Instr

	Bits   uint32 // Const: the value; f16 by the bits of the f32 that holds it
	Input  InputID
	Slot   *Slot
	Access *Access
	Parts  int // Load
	Index  int // Part
	Atomic AtomicOp
	Lanes  SubgroupOp
	Body   *Body  // If, Block, Loop
	Else   *Body  // If; may be nil
	Target *Instr // Break: the Block or Loop
	Span   syntax.Span

	// What the passes found out.
	Uses   int
	Level  Level
	Stride int32 // Affine: the step from lane to lane
	Whole  bool  // Set: lanes that do not take part never read the slot again
	Below  int64 // Get: the value, taken as u32, is less than this wherever it is used by an access; 0 is not known
	Split  bool  // lanes may leave this Block or Loop apart, or this If decides apart
	home   *Body
	order  int
	ID     int // numbers the values of a program from 1
}

// Body is a run of instructions.
type Body struct {
	Code []*Instr
	// owner is the If, Block or Loop that the body belongs to; nil at the top.
	owner *Instr
}

// Slot is a scalar that changes: a component of a variable.
type Slot struct {
	Name string
	Kind types.Scalar
	// Init is the Set that starts the slot's life and comes before all its uses.
	Init   *Instr
	ID     int
	Level  Level
	Stride int32
	gets   []*Instr
	sets   []*Instr
}

// MemoryKind is where memory lies.
type MemoryKind uint8

// The kinds of memory.
const (
	// Buffer is a bound buffer.
	Buffer MemoryKind = iota
	// Workgroup is shared by the invocations of a workgroup.
	Workgroup
	// Lane is an invocation's own; its offsets count scalars of four bytes.
	Lane
	// Table holds constants.
	Table
)

// Memory is a region that accesses name.
type Memory struct {
	Kind     MemoryKind
	Name     string
	Group    int // Buffer
	Binding  int // Buffer
	ReadOnly bool
	Size     int64  // bytes; for a Buffer the least that must be bound
	Data     []byte // Table
	ID       int    // numbers the memories of one kind from 0
}

// Access is an address inside a memory: Offset plus the clamped terms. Bytes,
// but scalars of four bytes for Lane memory.
type Access struct {
	Mem    *Memory
	Offset int64
	Terms  []Term
}

// Term adds min(Index, Len-1) * Stride to an address. Index is i32 or u32 and
// taken as u32. Len is Count, or for a runtime-sized array the number of whole
// strides from Base to the end of the bound buffer.
type Term struct {
	Index  *Instr
	Count  int64 // 0: runtime-sized
	Base   int64
	Stride int64
}

// Level says how a value differs between the lanes of a group.
type Level uint8

// The levels.
const (
	Unknown Level = iota // not reached
	Uniform              // the same in all lanes
	Affine               // lane n has the value of lane 0 plus n times Stride, modulo 2^32
	Varying
)

// Program is the flat code of an entry point.
type Program struct {
	Entry         string
	WorkgroupSize [3]int
	Body          *Body
	Buffers       []*Memory
	Workgroup     []*Memory
	Lane          []*Memory
	Tables        []*Memory
	Slots         []*Slot
	Values        int // the largest ID
	HasBarrier    bool
	Source        *syntax.Source
}

// Pure says whether the instruction has no effect and depends on nothing but its
// arguments, so that it may be moved, merged and dropped.
func (i *Instr) Pure() bool {
	switch i.Op {
	case Const, Input, BufferSize, Part:
		return true
	}
	return i.Op >= Add && i.Op <= Bitcast
}

// HasResult says whether the instruction computes a value.
func (i *Instr) HasResult() bool {
	switch i.Op {
	case Nop, Set, Store, Zero, If, Block, Loop, Break, Barrier:
		return false
	case Atomic:
		return i.Atomic != AtomicStore
	}
	return true
}

// IsConst says whether the value is this constant.
func (i *Instr) IsConst(bits uint32) bool { return i.Op == Const && i.Bits == bits }

// Owner is the If, Block or Loop that the body belongs to; nil at the top.
func (b *Body) Owner() *Instr { return b.owner }

// NewBody makes the body of an instruction that a later stage adds.
func NewBody(owner *Instr, code ...*Instr) *Body {
	b := &Body{Code: code, owner: owner}
	for _, i := range code {
		i.home = b
	}
	return b
}

// WrapTail moves the instructions from position from on into a Block of their
// own at the end of the body; what breaks out of the body's Block leaves the new
// one instead, which is the same, since nothing follows it.
func (b *Body) WrapTail(from int) {
	block := &Instr{Op: Block, Split: b.owner.Split, home: b}
	block.Body = &Body{Code: append([]*Instr(nil), b.Code[from:]...), owner: block}
	b.Code = append(b.Code[:from:from], block)
	retarget(block.Body, b.owner, block)
}

func retarget(b *Body, from, to *Instr) {
	for _, i := range b.Code {
		i.home = b
		if i.Op == Break && i.Target == from {
			i.Target = to
		}
		eachBody(i, func(inner *Body) { retarget(inner, from, to) })
	}
}
