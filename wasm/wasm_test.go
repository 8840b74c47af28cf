package wasm

import (
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
)

// TestModuleRuns builds a module with a loop, a vector, memory and a call, and
// runs it.
func TestModuleRuns(t *testing.T) {
	m := &Module{}
	helper := m.NewFunction([]ValueType{I32}, []ValueType{I32})
	helper.Get(0)
	helper.I32Const(-100000)
	helper.Do(I32Add)
	f := m.NewFunction([]ValueType{I32}, []ValueType{I32})
	m.Memory("memory", 1, 1)
	m.ExportFunc("run", f)
	sum := f.NewLocal(I32)
	f.Loop()
	f.Get(sum)
	f.Get(0)
	f.Do(I32Add)
	f.Set(sum)
	f.Get(0)
	f.I32Const(1)
	f.Do(I32Sub)
	f.Tee(0)
	f.BrIf(0)
	f.End()
	f.I32Const(16)
	f.Get(sum)
	f.Do(I32x4Splat)
	f.V128Const(1, 2, 3, 4)
	f.Do(I32x4Mul)
	f.Mem(V128Store, 4, 0)
	f.I32Const(0)
	f.Mem(I32Load, 2, 16+8)
	f.Call(helper.Index())
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	instance, err := r.Instantiate(ctx, m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	got, err := instance.ExportedFunction("run").Call(ctx, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if want := uint32(3*500500 - 100000); uint32(got[0]) != want {
		t.Errorf("run(1000) = %d, want %d", uint32(got[0]), want)
	}
}

// TestSignedNumbers writes numbers at the borders of LEB128.
func TestSignedNumbers(t *testing.T) {
	for n, want := range map[int64]string{
		0: "\x00", 63: "\x3f", 64: "\xc0\x00", -1: "\x7f", -64: "\x40", -65: "\xbf\x7f", 1 << 31: "\x80\x80\x80\x80\x08",
	} {
		var c Code
		c.signed(n)
		if string(c.bytes) != want {
			t.Errorf("%d is %x, want %x", n, c.bytes, want)
		}
	}
}
