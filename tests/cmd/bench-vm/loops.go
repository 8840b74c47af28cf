package main

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"

	"pxos/pixelvm"
	"pxos/wasm"
)

// loopNames are loops that are written twice: for the machine, and in WebAssembly as a
// person would write it.
var loopNames = []string{"integers", "floats", "memory"}

const rounds = 20_000_000

// machineLoops are sources for the machine.
var machineLoops = map[string]string{
	// x = x * 6364136223846793005 + 1442695040888963407
	"integers": `
memory 0
func main () (i64)
    local x i64
    local n i64
    PUSHW 20000000
    SET n
loop:
    GET x
    PUSHW 6364136223846793005
    MUL
    PUSHW 1442695040888963407
    ADD
    SET x
    GET n
    PUSH 1
    SUB
    TEE n
    JNZ loop
    GET x
    RET
end`,
	// x = x * 0.999 + 0.5
	"floats": `
memory 0
func main () (f64)
    local x f64
    local n i64
    PUSHW 20000000
    SET n
loop:
    GET x
    PUSHF 0.999
    FMUL
    PUSHF 0.5
    FADD
    SET x
    GET n
    PUSH 1
    SUB
    TEE n
    JNZ loop
    GET x
    RET
end`,
	// m[(n * 8) & 65528] += n
	"memory": `
memory 1
func main () (i64)
    local a i64
    local n i64
    PUSHW 20000000
    SET n
loop:
    GET n
    PUSH 3
    SHL
    PUSH 65528
    AND
    TEE a
    GET a
    LOAD
    GET n
    ADD
    STORE
    GET n
    PUSH 1
    SUB
    TEE n
    JNZ loop
    PUSH 8
    LOAD
    RET
end`,
}

// handLoop is a loop in WebAssembly.
func handLoop(name string) []byte {
	m := &wasm.Module{}
	m.Memory("memory", 1, 1)
	result := wasm.I64
	if name == "floats" {
		result = wasm.F64
	}
	f := m.NewFunction(nil, []wasm.ValueType{result})
	x, n, a := f.NewLocal(result), f.NewLocal(wasm.I64), f.NewLocal(wasm.I32)
	f.I64Const(rounds)
	f.Set(n)
	f.Loop()
	switch name {
	case "integers":
		f.Get(x)
		f.I64Const(6364136223846793005)
		f.Do(wasm.I64Mul)
		f.I64Const(1442695040888963407)
		f.Do(wasm.I64Add)
		f.Set(x)
	case "floats":
		f.Get(x)
		f.F64Const(0.999)
		f.Do(wasm.F64Mul)
		f.F64Const(0.5)
		f.Do(wasm.F64Add)
		f.Set(x)
	default:
		f.Get(n)
		f.Do(wasm.I32WrapI64)
		f.I32Const(3)
		f.Do(wasm.I32Shl)
		f.I32Const(65528)
		f.Do(wasm.I32And)
		f.Tee(a)
		f.Get(a)
		f.Mem(wasm.I64Load, 3, 0)
		f.Get(n)
		f.Do(wasm.I64Add)
		f.Mem(wasm.I64Store, 3, 0)
	}
	f.Get(n)
	f.I64Const(1)
	f.Do(wasm.I64Sub)
	f.Tee(n)
	f.I64Const(0)
	f.Do(wasm.I64Ne)
	f.BrIf(0)
	f.End()
	if name == "memory" {
		f.I32Const(8)
		f.Mem(wasm.I64Load, 3, 0)
	} else {
		f.Get(x)
	}
	m.ExportFunc("run", f)
	return m.Encode()
}

// loops times each loop both ways, and compares the results.
func (b *bench) loops(ctx context.Context, compiled *pixelvm.Compiled) error {
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer r.Close(ctx)
	for _, name := range loopNames {
		p, err := pixelvm.Assemble(machineLoops[name])
		if err != nil {
			return err
		}
		v, err := pixelvm.Verify(p)
		if err != nil {
			return err
		}
		module, err := r.CompileModule(ctx, handLoop(name))
		if err != nil {
			return err
		}
		var ours, theirs uint64
		var l loopTimes
		if l.VM, err = b.median(func() error {
			result, err := compiled.Run(context.Background(), v, pixelvm.Config{})
			if err == nil {
				ours = result.Values[0]
			}
			return err
		}); err != nil {
			return err
		}
		if l.Hand, err = b.median(func() error {
			m, err := r.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(""))
			if err != nil {
				return err
			}
			result, err := m.ExportedFunction("run").Call(ctx)
			if err == nil {
				theirs = result[0]
			}
			return err
		}); err != nil {
			return err
		}
		if ours != theirs {
			return fmt.Errorf("the loop %s gives %x on the machine and %x in WebAssembly", name, ours, theirs)
		}
		b.report.Loops[name] = l
	}
	return nil
}
