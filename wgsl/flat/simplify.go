package flat

import (
	"math"
	"math/bits"
	"slices"

	"pxos/wgsl/types"
)

// simplify gives a simpler value that equals an instruction, or nil. It may
// change the instruction's operation to a cheaper one.
func simplify(n *Instr, constant func(types.Scalar, uint32) *Instr) *Instr {
	if len(n.Args) == 0 {
		return nil
	}
	all := true
	for _, a := range n.Args {
		all = all && a.Op == Const
	}
	if all {
		if b, ok := foldConstant(n); ok {
			return constant(n.Kind, b)
		}
	}
	switch n.Op {
	case Bitcast, Convert:
		if n.Args[0].Kind == n.Kind {
			return n.Args[0]
		}
		if n.Op == Convert && isWord(n.Kind) && isWord(n.Args[0].Kind) {
			n.Op = Bitcast
		}
	case Select:
		if n.Args[1] == n.Args[2] {
			return n.Args[1]
		}
		if n.Args[0].Op == Const {
			if n.Args[0].Bits != 0 {
				return n.Args[1]
			}
			return n.Args[2]
		}
	case Not:
		a := n.Args[0]
		if a.Op == Not {
			return a.Args[0]
		}
		// A float compares with NaN by no order, so only == and != turn around.
		if op, ok := opposite[a.Op]; ok && (a.Op == Eq || a.Op == Ne || isWord(a.Args[0].Kind)) {
			n.Op, n.Args = op, slices.Clone(a.Args)
		}
	}
	if len(n.Args) == 2 {
		return simplifyBinary(n, constant)
	}
	return nil
}

// opposite is the comparison that holds where another does not.
var opposite = map[Op]Op{Eq: Ne, Ne: Eq, Lt: Ge, Ge: Lt, Gt: Le, Le: Gt}

func isWord(k types.Scalar) bool { return k == types.I32 || k == types.U32 }

// simplifyBinary knows the neutral and the absorbing constants. Floats are left
// alone but for what is exact.
func simplifyBinary(n *Instr, constant func(types.Scalar, uint32) *Instr) *Instr {
	x, y := n.Args[0], n.Args[1]
	if x.Op == Const && commutes(n.Op) {
		x, y = y, x
		n.Args[0], n.Args[1] = x, y
	}
	if y.Op != Const {
		return nil
	}
	if n.Kind == types.Bool && (n.Op == And || n.Op == Or) {
		if (n.Op == And) == (y.Bits != 0) {
			return x
		}
		return y
	}
	if !isWord(n.Kind) {
		if n.Op == Mul && y.Bits == math.Float32bits(1) || n.Op == Div && y.Bits == math.Float32bits(1) {
			return x
		}
		return nil
	}
	switch {
	case y.Bits == 0 && (n.Op == Add || n.Op == Sub || n.Op == Or || n.Op == Xor || n.Op == Shl || n.Op == Shr):
		return x
	case y.Bits == 0 && (n.Op == Mul || n.Op == And):
		return y
	case y.Bits == 1 && (n.Op == Mul || n.Op == Div):
		return x
	case y.Bits == math.MaxUint32 && n.Op == And:
		return x
	case n.Kind == types.U32 && bits.OnesCount32(y.Bits) == 1 && n.Op == Div:
		n.Op, n.Args[1] = Shr, constant(types.U32, uint32(bits.TrailingZeros32(y.Bits)))
	case n.Kind == types.U32 && bits.OnesCount32(y.Bits) == 1 && n.Op == Rem:
		n.Op, n.Args[1] = And, constant(types.U32, y.Bits-1)
	}
	return nil
}

func commutes(op Op) bool {
	return op == Add || op == Mul || op == And || op == Or || op == Xor || op == Eq || op == Ne
}

// foldConstant computes an operation on constants, where it is simple to.
func foldConstant(n *Instr) (uint32, bool) {
	x := n.Args[0].Bits
	kind := n.Args[0].Kind
	if len(n.Args) == 1 {
		return foldUnary(n, kind, x)
	}
	if len(n.Args) != 2 {
		return 0, false
	}
	y := n.Args[1].Bits
	switch kind {
	case types.U32:
		return foldU32(n.Op, x, y)
	case types.I32:
		return foldI32(n.Op, int32(x), int32(y))
	case types.F32:
		return foldF32(n.Op, math.Float32frombits(x), math.Float32frombits(y))
	case types.Bool:
		switch n.Op {
		case And:
			return x & y, true
		case Or:
			return x | y, true
		case Eq:
			return truth(x == y), true
		case Ne:
			return truth(x != y), true
		}
	}
	return 0, false
}

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

func foldUnary(n *Instr, kind types.Scalar, x uint32) (uint32, bool) {
	switch {
	case n.Op == Not && kind == types.Bool:
		return 1 - x, true
	case n.Op == Not:
		return ^x, true
	case n.Op == Neg && isWord(kind):
		return -x, true
	case n.Op == Neg:
		return x ^ 1<<31, true
	case n.Op == Bitcast && kind != types.F16 && n.Kind != types.F16:
		return x, true
	case n.Op == Convert && isWord(kind) && isWord(n.Kind):
		return x, true
	case n.Op == Convert && kind == types.U32 && n.Kind == types.F32:
		return math.Float32bits(float32(x)), true
	case n.Op == Convert && kind == types.I32 && n.Kind == types.F32:
		return math.Float32bits(float32(int32(x))), true
	case n.Op == Convert && kind == types.Bool && isWord(n.Kind):
		return x, true
	}
	return 0, false
}

func foldU32(op Op, x, y uint32) (uint32, bool) {
	switch op {
	case Div:
		if y == 0 {
			return x, true
		}
		return x / y, true
	case Rem:
		if y == 0 {
			return 0, true
		}
		return x % y, true
	case Shr:
		return x >> (y & 31), true
	case Lt:
		return truth(x < y), true
	case Le:
		return truth(x <= y), true
	case Gt:
		return truth(x > y), true
	case Ge:
		return truth(x >= y), true
	case Min:
		return min(x, y), true
	case Max:
		return max(x, y), true
	}
	return foldWord(op, x, y)
}

func foldI32(op Op, x, y int32) (uint32, bool) {
	switch op {
	case Div:
		if y == 0 || x == math.MinInt32 && y == -1 {
			return uint32(x), true
		}
		return uint32(x / y), true
	case Rem:
		if y == 0 || y == -1 {
			return 0, true
		}
		return uint32(x % y), true
	case Shr:
		return uint32(x >> (uint32(y) & 31)), true
	case Lt:
		return truth(x < y), true
	case Le:
		return truth(x <= y), true
	case Gt:
		return truth(x > y), true
	case Ge:
		return truth(x >= y), true
	case Min:
		return uint32(min(x, y)), true
	case Max:
		return uint32(max(x, y)), true
	}
	return foldWord(op, uint32(x), uint32(y))
}

// foldWord does what is the same for both integer types.
func foldWord(op Op, x, y uint32) (uint32, bool) {
	switch op {
	case Add:
		return x + y, true
	case Sub:
		return x - y, true
	case Mul:
		return x * y, true
	case And:
		return x & y, true
	case Or:
		return x | y, true
	case Xor:
		return x ^ y, true
	case Shl:
		return x << (y & 31), true
	case Eq:
		return truth(x == y), true
	case Ne:
		return truth(x != y), true
	}
	return 0, false
}

func foldF32(op Op, x, y float32) (uint32, bool) {
	switch op {
	case Add:
		return math.Float32bits(x + y), true
	case Sub:
		return math.Float32bits(x - y), true
	case Mul:
		return math.Float32bits(x * y), true
	case Div:
		return math.Float32bits(x / y), true
	case Eq:
		return truth(x == y), true
	case Ne:
		return truth(x != y), true
	case Lt:
		return truth(x < y), true
	case Le:
		return truth(x <= y), true
	case Gt:
		return truth(x > y), true
	case Ge:
		return truth(x >= y), true
	}
	return 0, false
}
