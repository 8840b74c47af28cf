package pixelvm

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"

	"pxos/wasm"
)

// While compiled code runs, its fuel is shifted left, so that one number says how much
// there is and in which basic block the program is: a sum and a store before the first
// access to memory of a block, and no bounds check but WebAssembly's own, which has the
// same rule. Where that fails, the number says where and with how much fuel.

// blockBits are those of a position that are the block; all pixels of a program have a
// number of so many (maxCode).
const blockBits = 22

// wholeFuel is the most fuel that a program can have at once.
const wholeFuel = 1 << 40

// firstBlocks numbers the blocks of all functions: each has those from its number on.
func (v *Verified) firstBlocks() (first []int) {
	n := 0
	for i := range v.functions {
		first = append(first, n)
		n += len(v.functions[i].blocks)
	}
	return first
}

// position takes a position apart.
func (v *Verified) position(at uint64) (function, block int, fuel int64) {
	n := int(at & (1<<blockBits - 1))
	for i := range v.functions {
		if blocks := v.functions[i].blocks; n < len(blocks) {
			return i, blocks[n].start, int64(at) >> blockBits
		}
		n -= len(v.functions[i].blocks)
	}
	return 0, 0, 0 // before the first block
}

// boundsError is the error that wazero gives for an address beyond the memory. It has no
// name outside of it, so a module that makes it is run.
func boundsError(ctx context.Context, r wazero.Runtime) (error, error) {
	m := &wasm.Module{}
	m.Memory("memory", 1, 1)
	f := m.NewFunction(nil, []wasm.ValueType{wasm.I64})
	f.I32Const(-1)
	f.Mem(wasm.I64Load, 0, 0)
	m.ExportFunc("run", f)
	instance, err := r.InstantiateWithConfig(ctx, m.Encode(), wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("the runtime runs no module: %w", err)
	}
	_, err = instance.ExportedFunction("run").Call(ctx)
	if bounds := errors.Unwrap(err); bounds != nil {
		return bounds, instance.Close(ctx)
	}
	return nil, errors.Join(fmt.Errorf("the runtime gives no error of its own for an address beyond the memory: %v", err), instance.Close(ctx))
}
