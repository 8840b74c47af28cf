package wgsl

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/check"
	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/spirv"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// Limits of one fuzzed run.
const (
	fuzzElements    = 4
	fuzzRounds      = 512
	fuzzInvocations = 64
	fuzzBytes       = 1 << 16 // of buffers and of workgroup variables
)

// fuzzDevices are opened once in each process.
var fuzzDevices = sync.OnceValue(func() (devices []gpu.Device) {
	for _, name := range []string{"soft", "oracle"} {
		d, err := wgsl.Open(context.Background(), name, wgsl.Options{Workers: 1})
		if err != nil {
			panic(err)
		}
		devices = append(devices, d)
	}
	return devices
})

// FuzzRun takes any bytes from the scanner to the executors: what is accepted is
// specialized, written as SPIR-V, and run by soft and oracle with small buffers.
// Nothing may panic; what does not run says why.
func FuzzRun(f *testing.F) {
	cases, err := Valid()
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range cases {
		f.Add(c.Text)
	}
	for seed := range uint64(20) {
		f.Add(Random(seed).Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := wgsl.Compile("fuzz.wgsl", text)
		if err != nil {
			return
		}
		for _, e := range m.IR.EntryPoints() {
			if e.Stage != ir.Compute {
				continue
			}
			limits := gpu.SoftwareLimits()
			limits.MaxComputeInvocationsPerWorkgroup = fuzzInvocations
			limits.MaxComputeWorkgroupStorageSize = fuzzBytes
			special, err := check.Specialize(m.IR, e.Name, nil, limits.Limits)
			if err != nil || privateBytes(special) > fuzzBytes {
				continue
			}
			if err := texture.Lower(special); err != nil {
				t.Fatal(err)
			}
			if program, err := flat.Lower(special, e.Name); err == nil {
				_, _ = spirv.Write(program)
			}
			for _, d := range fuzzDevices() {
				runAny(t, d, special, e.Name)
			}
		}
	})
}

// privateBytes is what the variables of one invocation take.
func privateBytes(m *ir.Module) (n int64) {
	for _, v := range m.Globals {
		if v.Space == types.Private {
			n += types.SizeOf(v.Type)
		}
	}
	for _, f := range m.Functions {
		ir.Statements(f.Body, func(s ir.Stmt) {
			if d, ok := s.(*ir.DeclareVar); ok {
				n += types.SizeOf(d.Var.Type)
			}
		})
	}
	return n
}

// bindHandle makes an empty texture, or a sampler.
func bindHandle(d gpu.Device, r gpu.Resource) (b gpu.Binding, err error) {
	b.Group, b.Binding = r.Group, r.Binding
	if t, ok := r.Handle.(types.Texture); ok {
		b.Texture, err = gpu.NewTexture(d, textureFor(t))
	} else {
		b.Sampler, err = gpu.NewSampler(d, samplerFor(r))
	}
	return b, err
}

// runAny runs one workgroup on a device. A failure must be of a kind that is told
// to people.
func runAny(t *testing.T, d gpu.Device, m *ir.Module, entry string) {
	ctx := context.Background()
	p, err := d.NewPipeline(ctx, m, entry)
	if err != nil {
		if strings.Contains(err.Error(), "not accepted") {
			t.Fatal(err)
		}
		return
	}
	defer p.Close()
	dispatch := gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}, MaxRounds: fuzzRounds}
	for _, r := range p.Resources() {
		if r.Handle != nil {
			b, err := bindHandle(d, r)
			if err != nil {
				t.Fatal(err)
			}
			defer release(b)
			dispatch.Bindings = append(dispatch.Bindings, b)
			continue
		}
		size := r.MinSize
		if a, ok := runtimeArray(r.Type); ok {
			size += (fuzzElements - 1) * types.Stride(a)
		}
		if size > fuzzBytes {
			return
		}
		b, err := d.NewBuffer(types.RoundUp(4, size))
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		dispatch.Bindings = append(dispatch.Bindings, gpu.Binding{Group: r.Group, Binding: r.Binding, Buffer: b})
	}
	var runaway *gpu.RunawayError
	var bound *gpu.BindingError
	if err := p.Dispatch(ctx, dispatch); err != nil && !errors.As(err, &runaway) && !errors.As(err, &bound) {
		t.Fatalf("%s: %v", d.Name(), err)
	}
}
