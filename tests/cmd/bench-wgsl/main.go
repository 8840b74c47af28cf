// Command bench-wgsl times compute shaders on the soft executor beside SwiftShader
// (by WebGPU in headless Chromium) and beside plain Go on one thread, all in one
// run, and checks that the three computed the same.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"pxos/tests/webgpu"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

func main() {
	repeat := flag.Int("repeat", 7, "timed dispatches of each, the median counts")
	browser := flag.Bool("browser", true, "time SwiftShader in Chromium too")
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	rows, err := measure(ctx, *repeat, *browser)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-wgsl:", err)
		os.Exit(3)
	}
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(rows)
		return
	}
	show(rows)
}

// row is what was measured of one workload, milliseconds.
type row struct {
	Name           string  `json:"name"`
	CompileMS      float64 `json:"compile_ms"`
	SoftMS         float64 `json:"soft_ms"`
	GoMS           float64 `json:"go_ms"`
	SwiftShaderMS  float64 `json:"swiftshader_ms,omitempty"`
	GFlops         float64 `json:"soft_gflops,omitempty"`
	OverGo         float64 `json:"speed_over_go"`
	OverSwift      float64 `json:"speed_over_swiftshader,omitempty"`
	SwiftCompileMS float64 `json:"swiftshader_compile_ms,omitempty"`
}

func show(rows []row) {
	fmt.Printf("%-14s %10s %10s %10s %12s %9s %9s %13s\n", "", "compile", "soft", "Go", "SwiftShader", "GFLOP/s", "over Go", "over SwiftSh.")
	for _, r := range rows {
		fmt.Printf("%-14s %7.1f ms %7.2f ms %7.2f ms %9.2f ms %9.2f %9.2f %13.1f\n",
			r.Name, r.CompileMS, r.SoftMS, r.GoMS, r.SwiftShaderMS, r.GFlops, r.OverGo, r.OverSwift)
	}
}

func median(d []float64) float64 {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[len(s)/2]
}

func since(t time.Time) float64 { return float64(time.Since(t).Nanoseconds()) / 1e6 }

func measure(ctx context.Context, repeat int, browser bool) ([]row, error) {
	d, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	work := workloads()
	rows := make([]row, len(work))
	var jobs []webgpu.Job
	for i, w := range work {
		fmt.Fprintf(os.Stderr, "soft and Go: %s\n", w.name)
		if rows[i], err = w.soft(ctx, d, repeat); err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		times := make([]float64, repeat)
		var encode func() []byte
		for k := range times {
			start := time.Now()
			encode = w.plain()
			times[k] = since(start)
		}
		want := encode()
		rows[i].GoMS = median(times)
		rows[i].OverGo = rows[i].GoMS / rows[i].SoftMS
		if err := w.same(want, w.result); err != nil {
			return nil, fmt.Errorf("%s: soft differs from Go: %w", w.name, err)
		}
		jobs = append(jobs, w.job(repeat))
	}
	if !browser {
		return rows, nil
	}
	fmt.Fprintln(os.Stderr, "SwiftShader, in Chromium")
	results, err := webgpu.Run(ctx, jobs, 3*time.Minute, nil)
	if err != nil {
		return nil, err
	}
	for i, got := range results {
		if len(got.Errors) > 0 {
			return nil, fmt.Errorf("%s: Chromium: %s", got.Name, got.Errors[0].Text)
		}
		if err := work[i].same(work[i].result, got.Data[work[i].out]); err != nil {
			return nil, fmt.Errorf("%s: Chromium differs: %w", got.Name, err)
		}
		rows[i].SwiftShaderMS = median(got.DispatchMS)
		rows[i].SwiftCompileMS = got.CompileMS
		rows[i].OverSwift = rows[i].SwiftShaderMS / rows[i].SoftMS
	}
	return rows, nil
}

// soft times the workload on a device; the first dispatch gives the result.
func (w *workload) soft(ctx context.Context, d gpu.Device, repeat int) (row, error) {
	r := row{Name: w.name}
	start := time.Now()
	m, err := wgsl.Compile(w.name, w.text)
	if err != nil {
		return r, err
	}
	p, err := wgsl.NewPipeline(ctx, d, m, w.entry, nil)
	if err != nil {
		return r, err
	}
	defer p.Close()
	r.CompileMS = since(start)
	var bindings []gpu.Binding
	for i, data := range w.buffers {
		b, err := d.NewBuffer(int64(len(data)))
		if err != nil {
			return r, err
		}
		defer b.Close()
		if err := b.Write(0, data); err != nil {
			return r, err
		}
		bindings = append(bindings, gpu.Binding{Binding: i, Buffer: b})
	}
	times := make([]float64, repeat)
	for k := range repeat + 1 {
		start := time.Now()
		if err := p.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: w.workgroups}); err != nil {
			return r, err
		}
		if k > 0 {
			times[k-1] = since(start)
			continue
		}
		w.result = make([]byte, len(w.buffers[w.out]))
		if err := bindings[w.out].Buffer.Read(0, w.result); err != nil {
			return r, err
		}
	}
	r.SoftMS = median(times)
	if w.flops > 0 {
		r.GFlops = w.flops / r.SoftMS / 1e6
	}
	return r, nil
}

func (w *workload) job(repeat int) webgpu.Job {
	j := webgpu.Job{Name: w.name, Code: w.text, Entry: w.entry, Workgroups: w.workgroups, Repeat: repeat}
	for i, data := range w.buffers {
		j.Bindings = append(j.Bindings, webgpu.Binding{Binding: i, Kind: w.kinds[i], Data: data})
	}
	return j
}
