package pixelvm

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"pxos/wasm"
)

// Compiled compiles programs to WebAssembly, and has wazero make native code of them
// where it can (amd64, arm64) and interpret them elsewhere. Make it with NewCompiled.
type Compiled struct {
	runtime wazero.Runtime
	depth   int
	modules map[moduleKey]wazero.CompiledModule
	bounds  error // wazero's, for an address beyond the memory
}

// moduleKey is what code is made for.
type moduleKey struct {
	program *Verified
	sliced  bool
}

// NewCompiled makes an engine, whose runs have calls at most depth deep; 0 is
// DefaultDepth. It is for one goroutine at a time; Close it.
func NewCompiled(ctx context.Context, depth int) (*Compiled, error) {
	if depth == 0 {
		depth = DefaultDepth
	}
	e := &Compiled{runtime: wazero.NewRuntime(ctx), depth: depth, modules: map[moduleKey]wazero.CompiledModule{}}
	b := e.runtime.NewHostModuleBuilder(hostModule)
	add := func(name string, params, results []wasm.ValueType, f func(*nativeRun, api.Module, []uint64)) {
		b.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(ctx context.Context, m api.Module, stack []uint64) {
			f(ctx.Value(runKey{}).(*nativeRun), m, stack)
		}), apiTypes(params), apiTypes(results)).Export(name)
	}
	for i, name := range importNames {
		params, results := importTypes(i)
		add(name, params, results, hostFunctions[i])
	}
	for i, h := range HostOps {
		add(h.Name, valueTypes(types(h.Pops)), valueTypes(types(h.Pushes)), func(r *nativeRun, m api.Module, stack []uint64) { r.host(i, m, stack) })
	}
	_, err := b.Instantiate(ctx)
	if err == nil {
		e.bounds, err = boundsError(ctx, e.runtime)
	}
	if err != nil {
		return nil, errors.Join(err, e.runtime.Close(ctx))
	}
	return e, nil
}

// Close frees the engine's code.
func (e *Compiled) Close(ctx context.Context) error { return e.runtime.Close(ctx) }

// Forget frees the code of a program.
func (e *Compiled) Forget(ctx context.Context, p *Verified) (err error) {
	for _, sliced := range []bool{false, true} {
		k := moduleKey{p, sliced}
		if module, ok := e.modules[k]; ok {
			delete(e.modules, k)
			err = errors.Join(err, module.Close(ctx))
		}
	}
	return err
}

func apiTypes(list []wasm.ValueType) (out []api.ValueType) {
	for _, t := range list {
		out = append(out, byte(t))
	}
	return out
}

// runKey finds the run in the context of a host function.
type runKey struct{}

// nativeRun is one run.
type nativeRun struct {
	ctx   context.Context
	tiles int
	c     Config
	out   output
	fuel  int64 // that the program does not have yet
	ended *ending
}

// ending is what a host function ends the program with.
type ending struct {
	kind   TrapKind // NoTrap is HALT
	number int
	err    error // of a host call, or of the context
}

func (*ending) Error() string { return "the program ended" }

// end unwinds the program; wazero gives the panic back as an error.
func (r *nativeRun) end(kind TrapKind, number int, err error) {
	r.ended = &ending{kind, number, err}
	panic(r.ended)
}

// fuelSlice is how much fuel a program gets at once, so that its context is looked at.
const fuelSlice = 1 << 26

var hostFunctions = map[int]func(*nativeRun, api.Module, []uint64){
	importTrap:     func(r *nativeRun, _ api.Module, p []uint64) { r.end(TrapKind(p[0]), int(uint32(p[1])), nil) },
	importRefuel:   func(r *nativeRun, _ api.Module, p []uint64) { p[0] = r.refuel(int64(p[0]), int64(p[1])) },
	importPrint:    func(r *nativeRun, _ api.Module, p []uint64) { r.write(intText(p[0])) },
	importPrintF:   func(r *nativeRun, _ api.Module, p []uint64) { r.write(FloatText(p[0])) },
	importPrintCh:  func(r *nativeRun, _ api.Module, p []uint64) { r.write([]byte{byte(p[0])}) },
	importPrintStr: func(r *nativeRun, m api.Module, p []uint64) { r.writeMemory(m, p[0], p[1]) },
}

func (r *nativeRun) write(p []byte) {
	if !r.out.write(p) {
		r.end(OutputFull, 0, nil)
	}
}

// memory is the program's memory, nothing where it has none.
func (r *nativeRun) memory(m api.Module) []byte {
	if r.tiles == 0 {
		return nil
	}
	data, _ := m.Memory().Read(0, uint32(r.tiles)<<16) // all of it is there
	return data
}

func (r *nativeRun) writeMemory(m api.Module, from, n uint64) {
	memory := r.memory(m)
	if !within(from, n, len(memory)) {
		r.end(OutOfBounds, 0, nil)
	}
	r.write(memory[from : from+n])
}

// refuel gives a program more of its fuel to pay a cost with.
func (r *nativeRun) refuel(fuel, cost int64) uint64 {
	if err := r.ctx.Err(); err != nil {
		r.end(NoTrap, 0, err)
	}
	if total := fuel + r.fuel; total < cost {
		r.end(OutOfFuel, 0, nil)
	}
	if cost > wholeFuel { // for more bytes than any memory has
		r.fuel -= cost
		r.end(OutOfBounds, 0, nil)
	}
	n := min(r.fuel, max(fuelSlice, cost))
	r.fuel -= n
	return uint64(fuel + n)
}

func (r *nativeRun) host(call int, m api.Module, stack []uint64) {
	results, kind, err := CallHost(r.c.Host, call, append([]uint64(nil), stack[:len(HostOps[call].Pops)]...), r.memory(m))
	if kind != NoTrap {
		r.end(kind, 0, err)
	}
	copy(stack, results)
}

// Run runs a program. The depth of the config must be that of the engine, or 0. A context
// that can be cancelled costs some speed.
func (e *Compiled) Run(ctx context.Context, p *Verified, c Config) (result Result, err error) {
	if c.Depth != 0 && c.Depth != e.depth {
		return Result{}, fmt.Errorf("the engine was made for calls %d deep, not %d", e.depth, c.Depth)
	}
	c = c.WithDefaults()
	if err := c.CheckMemory(p.Program); err != nil {
		return Result{}, err
	}
	sliced := ctx.Done() != nil || c.Fuel > wholeFuel
	module, ok := e.modules[moduleKey{p, sliced}]
	if !ok {
		if module, err = e.runtime.CompileModule(ctx, p.native(e.depth, sliced)); err != nil {
			return Result{}, fmt.Errorf("compile the program: %w", err)
		}
		e.modules[moduleKey{p, sliced}] = module
	}
	r := &nativeRun{ctx: ctx, tiles: p.Tiles, c: c, fuel: c.Fuel, out: output{most: c.OutputBytes}}
	instance, err := e.runtime.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return Result{}, fmt.Errorf("instantiate the program: %w", err)
	}
	defer instance.Close(ctx)
	p.FillMemory(r.memory(instance))
	first := r.fuel
	if sliced {
		first = min(first, fuelSlice)
	}
	r.fuel -= first
	// Host functions find the run by the context; cancelling it is looked at with the fuel.
	inner := context.WithValue(context.WithoutCancel(ctx), runKey{}, r)
	values, err := instance.ExportedFunction("run").Call(inner, uint64(first)<<blockBits, 1)
	if err != nil {
		return r.failed(p, instance, e.bounds, err)
	}
	return Result{Values: p.nonNil(p.CanonicalValues(values[1:])), Fuel: c.Fuel - r.fuel - int64(values[0])>>blockBits, Output: r.out.data}, nil
}

// nonNil makes no results nil, as the other engines have it.
func (p *Program) nonNil(list []uint64) []uint64 {
	if len(list) == 0 {
		return nil
	}
	return list
}

// failed makes a trap of what wazero says.
func (r *nativeRun) failed(p *Verified, instance api.Module, bounds, err error) (Result, error) {
	function, block, fuel := p.position(instance.ExportedGlobal("position").Get())
	result := Result{Fuel: r.c.Fuel - r.fuel - fuel, Output: r.out.data}
	t := &Trap{Function: function, Block: block, Pixel: -1, Name: p.Functions[function].Name}
	if r.ended == nil && errors.Is(err, bounds) {
		r.ended = &ending{kind: OutOfBounds}
	}
	if r.ended != nil {
		if r.ended.kind == NoTrap {
			return result, r.ended.err
		}
		t.Kind, t.Number, t.Err = r.ended.kind, r.ended.number, r.ended.err
		return result, t
	}
	return result, fmt.Errorf("the engine failed: %w", err)
}
