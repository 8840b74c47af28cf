package pixelvm

// What engines in packages of their own need to know of a verified program.

// BlockCost is the fuel that is taken when control comes to a pixel of a function: the
// instructions of the basic block that starts there, 0 where none does.
func (v *Verified) BlockCost(function, pixel int) int {
	c := &v.functions[function]
	if n := c.block[pixel]; n >= 0 && c.blocks[n].start == pixel {
		return c.blocks[n].cost
	}
	return 0
}

// MaxStack is the most values that a function has on its stack.
func (v *Verified) MaxStack(function int) int { return v.functions[function].most }

// Trap is the trap of an instruction that was reached, nil for NoTrap.
func (v *Verified) Trap(kind TrapKind, function, pixel int) *Trap {
	if kind == NoTrap {
		return nil
	}
	c := &v.functions[function]
	return &Trap{Kind: kind, Function: function, Block: c.blocks[c.block[pixel]].start, Pixel: pixel, Name: v.Functions[function].Name}
}
