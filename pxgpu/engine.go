package pxgpu

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	mailbox "pxos/pxgpu/runtime"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// Engine is what executes the WGSL of devices: the mailbox runtime and the kernels
// that programs run. All devices of a process may share one; each has memory of its
// own in it.
type Engine struct {
	device  gpu.Device
	program *mailbox.Program

	mu      sync.Mutex
	modules map[string]*wgsl.Module
	kernels map[int]gpu.Pipeline // by number of the program
}

// NewEngine compiles the runtime for an executor, whose buffers must be shared with
// the host (gpu.Shared) and made of files (gpu.Importer). The executor stays the
// caller's.
func NewEngine(ctx context.Context, d gpu.Device) (*Engine, error) {
	if _, ok := d.(gpu.Importer); !ok {
		return nil, fmt.Errorf("pxgpu: %s cannot share memory with a machine", d.Name())
	}
	program, err := mailbox.Compile(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("pxgpu: the mailbox runtime: %w", err)
	}
	return &Engine{device: d, program: program, modules: map[string]*wgsl.Module{}, kernels: map[int]gpu.Pipeline{}}, nil
}

// defaultEngine is the soft executor, opened at first use and kept for the life of
// the process. Code is kept between runs where the user's caches are.
var defaultEngine = sync.OnceValues(func() (*Engine, error) {
	var o wgsl.Options
	if dir, err := os.UserCacheDir(); err == nil {
		o.CacheDir = filepath.Join(dir, "pxos", "wgsl")
	}
	ctx := context.Background()
	d, err := wgsl.Open(ctx, "soft", o)
	if err != nil && o.CacheDir != "" { // a cache that cannot be written is no reason to have no GPU
		d, err = wgsl.Open(ctx, "soft", wgsl.Options{})
	}
	if err != nil {
		return nil, fmt.Errorf("pxgpu: %w", err)
	}
	return NewEngine(ctx, d)
})

// kernel gives the pipeline of a program that is always there.
func (e *Engine) kernel(ctx context.Context, number int) (gpu.Pipeline, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p, ok := e.kernels[number]; ok {
		return p, nil
	}
	all := mailbox.Kernels()
	if number < 1 || number > len(all) {
		return nil, fmt.Errorf("pxgpu: no kernel %d", number)
	}
	k := all[number-1]
	m, ok := e.modules[k.File]
	if !ok {
		var err error
		if m, err = wgsl.Compile(k.File, k.Text); err != nil {
			return nil, err
		}
		e.modules[k.File] = m
	}
	p, err := wgsl.NewPipeline(ctx, e.device, m, k.Entry, nil)
	if err == nil {
		e.kernels[number] = p
	}
	return p, err
}

// compile makes a pipeline of a program's text, which has one entry point.
func (e *Engine) compile(ctx context.Context, text string) (gpu.Pipeline, error) {
	m, err := wgsl.Compile("program.wgsl", text)
	if err != nil {
		return nil, err
	}
	entries := m.ComputeEntries()
	if len(entries) != 1 {
		return nil, errors.New("a program has exactly one compute entry point")
	}
	return wgsl.NewPipeline(ctx, e.device, m, entries[0].Name, nil)
}
