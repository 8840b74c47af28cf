package eval

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Some rules are broken by one constant operand whatever the others are: a divisor
// of zero, a shift by too much, clamp with exchanged bounds. The checker and
// pipeline creation ask here where an expression cannot be folded as a whole.

// CheckDivisor checks the right operand of an operator whose left operand, of type
// left, is known only when the shader runs.
func CheckDivisor(op syntax.BinaryOp, left types.Type, right value.Value) error {
	if op != syntax.Div && op != syntax.Rem && op != syntax.Shl && op != syntax.Shr {
		return nil
	}
	k := types.Elem(left)
	c := calc{text: func() string { return op.String() + " " + right.String() }}
	for i := 0; i < max(1, types.Components(right.Type())); i++ {
		y := component(right, i)
		switch {
		case (op == syntax.Div || op == syntax.Rem) && k.IsInteger() && integer(y) == 0:
			c.fail("make sure that the divisor is not 0", "division by zero")
		case (op == syntax.Shl || op == syntax.Shr) && k != types.AbstractInt && integer(y) >= 32:
			c.fail("shift by less than the bit width", "the shift amount %s is not below the bit width 32 of %s", y, k)
		}
	}
	_, err := c.result(nil)
	return err
}

// CheckPartial checks the constant arguments of a call; those known only when the
// shader runs are nil. First is the type of the first argument.
func CheckPartial(id builtin.ID, first types.Type, args []value.Value) error {
	known := make([]value.Value, 0, len(args))
	for _, a := range args {
		if a != nil {
			known = append(known, a)
		}
	}
	c := calc{text: func() string { return id.String() + "(…, " + listing(known) + ")" }}
	has := func(list ...int) bool {
		for _, i := range list {
			if args[i] == nil {
				return false
			}
		}
		return true
	}
	switch {
	case id == builtin.Clamp && has(1, 2):
		c.pairs(args[1], args[2], checkClamp)
	case id == builtin.ExtractBits && has(1, 2):
		checkField(&c, args[1], args[2])
	case id == builtin.InsertBits && has(2, 3):
		checkField(&c, args[2], args[3])
	case id == builtin.Smoothstep && has(0, 1):
		c.pairs(args[0], args[1], func(c *calc, low, high value.Value) {
			if float(low) == float(high) {
				c.fail("use two different edges", "the edges are equal")
			}
		})
	case id == builtin.Ldexp && has(1):
		c.pairs(args[1], args[1], func(c *calc, e, _ value.Value) { c.checkExponent(types.Elem(first), e) })
	case id == builtin.SubgroupShuffle && has(1):
		c.lane(args[1], 128)
	case (id == builtin.SubgroupShuffleDown || id == builtin.SubgroupShuffleUp || id == builtin.SubgroupShuffleXor) && has(1):
		c.lane(args[1], 128)
	case id == builtin.SubgroupBroadcast && has(1):
		c.lane(args[1], 128)
	case id == builtin.QuadBroadcast && has(1):
		c.lane(args[1], 4)
	}
	_, err := c.result(nil)
	return err
}

// pairs checks the components of two values side by side.
func (c *calc) pairs(x, y value.Value, check func(c *calc, x, y value.Value)) {
	for i := 0; i < max(1, types.Components(x.Type())); i++ {
		check(c, component(x, i), component(y, i))
	}
}

// checkExponent refuses an exponent of ldexp past the bias of the type by two.
func (c *calc) checkExponent(k types.Scalar, e value.Value) {
	if n := integer(e); n > bias(k)+1 {
		c.fail("use a smaller exponent", "the exponent %d is greater than %d", n, bias(k)+1)
	}
}

func (c *calc) lane(v value.Value, limit int64) {
	if n := integer(v); n < 0 || n >= limit {
		c.fail("choose an invocation inside the range", "%d is not in [0, %d)", n, limit)
	}
}
