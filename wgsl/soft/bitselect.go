package soft

import "pxos/wasm"

// bitselect takes v128.bitselect's operands from the stack, a, b and a mask,
// and leaves a's bits where the mask has ones and b's where it has zeros.
//
// It does not write v128.bitselect. wazero 1.12's compiler for amd64 makes a
// sequence of that, which changes a temporary in place and then reads another
// operand; where the operand must be reloaded into the register that it is
// wanted in, the temporary is thrown out of it and comes back unchanged
// (docs/rationale.md). Each of these four instructions changes its temporary
// last.
func bitselect(f *wasm.Function, b, mask int) {
	f.Set(mask)
	f.Set(b)
	f.Get(mask)
	f.Do(wasm.V128And)
	f.Get(b)
	f.Get(mask)
	f.Do(wasm.V128AndNot, wasm.V128Or)
}

func (g *generator) bitselect() {
	b, mask := g.temp(wasm.V128), g.temp(wasm.V128)
	bitselect(g.Function, b, mask)
	g.giveBack(wasm.V128, b)
	g.giveBack(wasm.V128, mask)
}
