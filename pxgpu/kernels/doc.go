// Package kernels holds the compute kernels of pxOS in WGSL: attention,
// activations and norms, and products with f32, Q8_0 and Q4_0 weights; each with
// a reference in float64 and a bound on its error that a test holds.
//
// The texts run on anything that runs WGSL; Runner runs them on a device of
// wgsl/gpu. It may import wgsl/ and nothing else of pxOS.
package kernels

import (
	"context"
	_ "embed" // the kernels' texts
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// The texts of the kernels.
var (
	//go:embed attention.wgsl
	AttentionWGSL string
	//go:embed activations.wgsl
	ActivationsWGSL string
	//go:embed matmul.wgsl
	MatmulWGSL string
)

// Runner runs the kernels on a device. It keeps the pipelines that it made, and
// may be used by several goroutines.
type Runner struct {
	device gpu.Device

	mu        sync.Mutex
	modules   map[string]*wgsl.Module
	pipelines map[string]gpu.Pipeline
}

// NewRunner makes a runner; the device stays the caller's.
func NewRunner(d gpu.Device) *Runner {
	return &Runner{device: d, modules: map[string]*wgsl.Module{}, pipelines: map[string]gpu.Pipeline{}}
}

// Close frees the pipelines.
func (r *Runner) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var first error
	for _, p := range r.pipelines {
		if err := p.Close(); err != nil && first == nil {
			first = err
		}
	}
	r.pipelines = map[string]gpu.Pipeline{}
	return first
}

// Pipeline gives an entry point of one of the texts, made on first use.
func (r *Runner) Pipeline(ctx context.Context, name, text, entry string) (gpu.Pipeline, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := name + " " + entry
	if p, ok := r.pipelines[key]; ok {
		return p, nil
	}
	m, ok := r.modules[name]
	if !ok {
		var err error
		if m, err = wgsl.Compile(name, text); err != nil {
			return nil, err
		}
		r.modules[name] = m
	}
	p, err := wgsl.NewPipeline(ctx, r.device, m, entry, nil)
	if err == nil {
		r.pipelines[key] = p
	}
	return p, err
}

// call is one dispatch: what each binding of group 0 starts with, and where the
// floats of the result are.
type call struct {
	pipeline   gpu.Pipeline
	bindings   map[int][]byte
	out        int
	workgroups [3]uint32
}

// run makes the buffers that the pipeline wants, dispatches, and reads the result.
func (r *Runner) run(ctx context.Context, c call) ([]float32, error) {
	var bindings []gpu.Binding
	defer func() {
		for _, b := range bindings {
			_ = b.Buffer.Close()
		}
	}()
	var result gpu.Buffer
	for _, want := range c.pipeline.Resources() {
		data, ok := c.bindings[want.Binding]
		if !ok {
			return nil, fmt.Errorf("%s is not given", want)
		}
		b, err := r.device.NewBuffer(int64(len(data)+3) / 4 * 4)
		if err != nil {
			return nil, err
		}
		bindings = append(bindings, gpu.Binding{Group: want.Group, Binding: want.Binding, Buffer: b})
		if err := b.Write(0, data); err != nil {
			return nil, err
		}
		if want.Binding == c.out {
			result = b
		}
	}
	if err := c.pipeline.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: c.workgroups}); err != nil {
		return nil, err
	}
	data := make([]byte, len(c.bindings[c.out]))
	if err := result.Read(0, data); err != nil {
		return nil, err
	}
	return floatsOf(data), nil
}

func bytesOf(f []float32) []byte {
	out := make([]byte, 0, 4*len(f))
	for _, v := range f {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

func floatsOf(data []byte) []float32 {
	out := make([]float32, len(data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out
}

func words(w ...uint32) []byte {
	var out []byte
	for _, v := range w {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func groupsOf(n, size int) uint32 { return uint32((n + size - 1) / size) }
