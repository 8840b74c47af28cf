package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"pxos/tests/webgpu"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

const (
	softName        = "soft"
	swiftShaderName = "SwiftShader"
	lavapipeName    = "lavapipe"
	overheadRounds  = 200
)

// bench is one run over the workloads.
type bench struct {
	work    []*workload
	repeat  int
	browser bool
	report  report
}

func median(d []float64) float64 {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[len(s)/2]
}

func since(t time.Time) float64 { return float64(time.Since(t).Nanoseconds()) / 1e6 }

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// measure fills the report.
func (b *bench) measure(ctx context.Context) error {
	b.report.Rows = make([]row, len(b.work))
	b.report.OverheadUS = map[string]float64{}
	if err := b.softAndGo(ctx); err != nil {
		return err
	}
	for _, p := range []struct{ name, variable string }{{swiftShaderName, "PXOS_SWIFTSHADER"}, {lavapipeName, "PXOS_LAVAPIPE"}} {
		if err := b.byVulkan(ctx, p.name, p.variable); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if b.browser {
		if err := b.inChromium(ctx); err != nil {
			return err
		}
	}
	for i := range b.report.Rows {
		b.report.Rows[i].ratios()
	}
	return nil
}

// softAndGo times both in turns, so that a busy neighbour meets both.
func (b *bench) softAndGo(ctx context.Context) error {
	d, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	for i, w := range b.work {
		progress("soft and Go: %s", w.name)
		var encode func() []byte
		times := make([]float64, 0, b.repeat)
		m, err := w.on(ctx, d, b.repeat, func() {
			start := time.Now()
			encode = w.plain()
			times = append(times, since(start))
		})
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		w.result = m.result
		if err := w.same(encode(), w.result); err != nil {
			return fmt.Errorf("%s: soft differs from Go: %w", w.name, err)
		}
		r := &b.report.Rows[i]
		r.Name, r.CompileMS, r.SoftMS, r.GoMS = w.name, m.compileMS, m.dispatchMS, median(times)
		if w.flops > 0 {
			r.GFlops = w.flops / r.SoftMS / 1e6
		}
	}
	return b.overhead(ctx, d, softName)
}

// overhead times a dispatch that computes next to nothing.
func (b *bench) overhead(ctx context.Context, d gpu.Device, name string) error {
	w := &workload{
		name: "empty", entry: "main", buffers: [][]byte{make([]byte, 4)}, workgroups: [3]uint32{1, 1, 1},
		text: "@group(0) @binding(0) var<storage, read_write> out: u32;\n@compute @workgroup_size(1) fn main() { out = 1u; }\n",
	}
	m, err := w.on(ctx, d, overheadRounds, nil)
	b.report.OverheadUS[name] = m.dispatchMS * 1000
	return err
}

// byVulkan times a driver named by an environment variable.
func (b *bench) byVulkan(ctx context.Context, name, variable string) error {
	driver := os.Getenv(variable)
	if driver == "" {
		b.report.Absent = append(b.report.Absent, name+" by Vulkan: "+variable+" does not name its library")
		return nil
	}
	d, err := wgsl.Open(ctx, "vulkan", wgsl.Options{Driver: driver})
	if errors.Is(err, wgsl.ErrNoVulkan) {
		b.report.Absent = append(b.report.Absent, name+" by Vulkan: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	for i, w := range b.work {
		progress("%s by Vulkan: %s", name, w.name)
		m, err := w.on(ctx, d, b.repeat, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		// llvmpipe ends loops after 65,535 rounds without a word; no workload has such.
		if err := w.same(w.result, m.result); err != nil {
			return fmt.Errorf("%s: differs from soft: %w", w.name, err)
		}
		r := &b.report.Rows[i]
		if name == lavapipeName {
			r.LavapipeMS, r.LavapipeCompileMS = m.dispatchMS, m.compileMS
		} else {
			r.SwiftShaderMS, r.SwiftShaderCompileMS = m.dispatchMS, m.compileMS
		}
	}
	return b.overhead(ctx, d, name)
}

// inChromium times SwiftShader behind Tint, and takes it where it is the faster.
func (b *bench) inChromium(ctx context.Context) error {
	progress("SwiftShader in Chromium")
	var jobs []webgpu.Job
	for _, w := range b.work {
		jobs = append(jobs, w.job(b.repeat))
	}
	results, err := webgpu.Run(ctx, jobs, 3*time.Minute, nil)
	if err != nil {
		return err
	}
	for i, got := range results {
		w, r := b.work[i], &b.report.Rows[i]
		if len(got.Errors) > 0 {
			return fmt.Errorf("%s: Chromium: %s", got.Name, got.Errors[0].Text)
		}
		if err := w.same(w.result, got.Data[w.out]); err != nil {
			return fmt.Errorf("%s: Chromium differs: %w", got.Name, err)
		}
		if ms := median(got.DispatchMS); r.SwiftShaderMS == 0 || ms < r.SwiftShaderMS {
			r.SwiftShaderMS, r.SwiftShaderCompileMS = ms, got.CompileMS
		}
	}
	return nil
}

// measured is what one executor did with a workload; the times are medians.
type measured struct {
	compileMS, dispatchMS float64
	result                []byte
}

// on times the workload on a device, with the other thing timed between its
// dispatches. Every dispatch finds the buffers as the first one did.
func (w *workload) on(ctx context.Context, d gpu.Device, repeat int, between func()) (m measured, err error) {
	start := time.Now()
	module, err := wgsl.Compile(w.name, w.text)
	if err != nil {
		return m, err
	}
	p, err := wgsl.NewPipeline(ctx, d, module, w.entry, nil)
	if err != nil {
		return m, err
	}
	defer p.Close()
	m.compileMS = since(start)
	var bindings []gpu.Binding
	for i, data := range w.buffers {
		b, err := d.NewBuffer(int64(len(data)))
		if err != nil {
			return m, err
		}
		defer b.Close()
		bindings = append(bindings, gpu.Binding{Binding: i, Buffer: b})
	}
	times := make([]float64, repeat+1)
	for k := range times {
		for i, b := range bindings {
			if err := b.Buffer.Write(0, w.buffers[i]); err != nil {
				return m, err
			}
		}
		start := time.Now()
		if err := p.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: w.workgroups}); err != nil {
			return m, err
		}
		times[k] = since(start)
		if between != nil && k > 0 {
			between()
		}
	}
	m.dispatchMS = median(times[1:])
	m.result = make([]byte, len(w.buffers[w.out]))
	return m, bindings[w.out].Buffer.Read(0, m.result)
}

func (w *workload) job(repeat int) webgpu.Job {
	j := webgpu.Job{Name: w.name, Code: w.text, Entry: w.entry, Workgroups: w.workgroups, Repeat: repeat}
	for i, data := range w.buffers {
		j.Bindings = append(j.Bindings, webgpu.Binding{Binding: i, Kind: w.kinds[i], Data: data})
	}
	return j
}
