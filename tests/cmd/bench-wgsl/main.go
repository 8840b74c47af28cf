// Command bench-wgsl times compute shaders on the soft executor beside plain Go on
// one thread, SwiftShader and lavapipe, all in one run, and checks that all
// computed the same.
//
// SwiftShader is reached by two roads: WebGPU in headless Chromium, and, in a
// build with -tags vulkan, Vulkan with the SPIR-V of wgsl/spirv; the faster one
// counts. lavapipe needs that build too. A peer that is not there is told of.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
)

func main() {
	repeat := flag.Int("repeat", 7, "timed dispatches of each, the median counts")
	browser := flag.Bool("browser", true, "time SwiftShader in Chromium too")
	only := flag.String("run", "", "only the workloads whose names match this regular expression")
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil || *repeat < 1 {
		fmt.Fprintln(os.Stderr, "bench-wgsl: -run wants a regular expression, -repeat a number from 1 on")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := &bench{repeat: *repeat, browser: *browser}
	for _, w := range workloads() {
		if pattern.MatchString(w.name) {
			b.work = append(b.work, w)
		}
	}
	if err := b.measure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench-wgsl:", err)
		os.Exit(3)
	}
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(b.report)
		return
	}
	b.report.show()
}

// report is all that was measured.
type report struct {
	Rows []row `json:"rows"`
	// OverheadUS is the median time of a dispatch of one workgroup that does next to
	// nothing, microseconds, by executor.
	OverheadUS map[string]float64 `json:"dispatch_overhead_us"`
	// Absent says why a peer was not measured.
	Absent []string `json:"absent,omitempty"`
}

// row is what was measured of one workload, milliseconds; 0 was not measured.
type row struct {
	Name      string  `json:"name"`
	CompileMS float64 `json:"compile_ms"`
	SoftMS    float64 `json:"soft_ms"`
	GoMS      float64 `json:"go_ms"`
	GFlops    float64 `json:"soft_gflops,omitempty"`
	// SwiftShaderMS is the faster of its two roads.
	SwiftShaderMS        float64 `json:"swiftshader_ms,omitempty"`
	SwiftShaderCompileMS float64 `json:"swiftshader_compile_ms,omitempty"`
	LavapipeMS           float64 `json:"lavapipe_ms,omitempty"`
	LavapipeCompileMS    float64 `json:"lavapipe_compile_ms,omitempty"`
	OverGo               float64 `json:"speed_over_go"`
	OverSwiftShader      float64 `json:"speed_over_swiftshader,omitempty"`
	OverLavapipe         float64 `json:"speed_over_lavapipe,omitempty"`
}

func (r *row) ratios() {
	r.OverGo = r.GoMS / r.SoftMS
	r.OverSwiftShader = r.SwiftShaderMS / r.SoftMS
	r.OverLavapipe = r.LavapipeMS / r.SoftMS
}

// show prints the table: times, then how many times as fast soft is as each peer.
func (r *report) show() {
	fmt.Printf("%-14s%9s%10s%10s%13s%11s%9s%9s%9s%9s\n",
		"", "soft", "Go", "SwiftSh.", "lavapipe", "compile", "GFLOP/s", "x Go", "x SwSh.", "x lavap.")
	ms := func(v float64) string { return absent(v, "%.2f ms") }
	times := func(v float64) string { return absent(v, "%.2f") }
	for _, w := range r.Rows {
		fmt.Printf("%-14s%9s%10s%10s%13s%11s%9s%9s%9s%9s\n", w.Name, ms(w.SoftMS), ms(w.GoMS), absent(w.SwiftShaderMS, "%.1f ms"),
			absent(w.LavapipeMS, "%.1f ms"), ms(w.CompileMS), times(w.GFlops), times(w.OverGo), times(w.OverSwiftShader), times(w.OverLavapipe))
	}
	fmt.Print("\ndispatch of one workgroup that does next to nothing:")
	for _, name := range []string{softName, swiftShaderName, lavapipeName} {
		if v := r.OverheadUS[name]; v > 0 {
			fmt.Printf("  %s %.1f us", name, v)
		}
	}
	fmt.Println()
	for _, why := range r.Absent {
		fmt.Println("not measured:", why)
	}
}

func absent(v float64, format string) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
