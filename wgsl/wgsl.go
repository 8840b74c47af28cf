// Package wgsl checks and runs WebGPU Shading Language in pure Go: no GPU, no
// driver, no cgo.
//
// It is the front of the packages beneath it. Check reads a module and reports
// every mistake with its place. Open gives a device: "soft" compiles shaders to
// WebAssembly with SIMD and runs them on all cores; "oracle" interprets them
// slowly and plainly, one statement of all invocations after the other. NewPipeline
// makes an entry point ready to be dispatched on a device.
//
// It must not import anything of pxOS outside of wgsl/.
package wgsl

import (
	"context"
	"fmt"
	"strings"

	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/oracle"
	"pxos/wgsl/soft"
	"pxos/wgsl/syntax"
	"pxos/wgsl/texture"
	"pxos/wgsl/vulkan"
)

// Module is a checked WGSL module.
type Module struct {
	Source *syntax.Source
	IR     *ir.Module
}

// Check parses and checks a module. The module is nil where a diagnostic is an
// error; warnings may come with a module. The name is shown in messages.
func Check(name, text string) (*Module, *syntax.Source, syntax.Diagnostics) {
	m, source, diagnostics := check.Source(name, text, check.Options{})
	if m == nil {
		return nil, source, diagnostics
	}
	return &Module{source, m}, source, diagnostics
}

// CheckError is what MustCheck and Compile fail with: the rendered messages.
type CheckError struct {
	Source      *syntax.Source
	Diagnostics syntax.Diagnostics
}

func (e *CheckError) Error() string {
	return strings.TrimRight(e.Diagnostics.Render(e.Source), "\n")
}

// Compile is Check with an error of type *CheckError in place of diagnostics.
func Compile(name, text string) (*Module, error) {
	m, source, diagnostics := Check(name, text)
	if diagnostics.Failed() {
		return nil, &CheckError{source, diagnostics}
	}
	return m, nil
}

// Format lays a module out in the usual way; it must parse.
func Format(name, text string) (string, error) {
	source := syntax.NewSource(name, text)
	file, diagnostics := syntax.Parse(source)
	if diagnostics.Failed() {
		return "", &CheckError{source, diagnostics}
	}
	return syntax.Format(file), nil
}

// Entry describes a compute entry point.
type Entry struct {
	Name      string
	Resources []gpu.Resource
}

// ComputeEntries lists the compute entry points with the buffers that they want.
func (m *Module) ComputeEntries() []Entry {
	var out []Entry
	for _, f := range m.IR.EntryPoints() {
		if f.Stage == ir.Compute {
			resources, _ := gpu.Resources(m.IR, f)
			out = append(out, Entry{f.Name, resources})
		}
	}
	return out
}

// entry finds an entry point by name; the empty name is the only one there is.
func (m *Module) entry(name string) (string, error) {
	var names []string
	for _, e := range m.ComputeEntries() {
		if e.Name == name {
			return name, nil
		}
		names = append(names, e.Name)
	}
	switch {
	case len(names) == 0:
		return "", &EntryError{m.Source.Name + " has no compute entry point"}
	case name == "" && len(names) == 1:
		return names[0], nil
	case name == "":
		return "", &EntryError{fmt.Sprintf("%s has the entry points %s: choose one", m.Source.Name, strings.Join(names, ", "))}
	}
	return "", &EntryError{fmt.Sprintf("%s has no compute entry point %q; it has %s", m.Source.Name, name, strings.Join(names, ", "))}
}

// EntryError says that the module has no such entry point to run, or several.
type EntryError struct{ Message string }

func (e *EntryError) Error() string { return e.Message }

// Backends are the names that Open knows. "vulkan" is among them in a build with
// -tags vulkan.
var Backends = backends()

func backends() []string {
	out := []string{"soft", "oracle"}
	if vulkan.Built {
		out = append(out, "vulkan")
	}
	return out
}

// Options of a device.
type Options struct {
	// CacheDir keeps compiled shaders between runs; empty keeps none. Soft only.
	CacheDir string
	// Workers is the number of workgroups that run at the same time; 0 is one for
	// each CPU. Soft only.
	Workers int
	// Driver is the library of the Vulkan driver, or of its loader; empty is what
	// PXOS_VULKAN names, else libvulkan.so.1. Vulkan only.
	Driver string
}

// ErrNoVulkan says that this binary was built without Vulkan.
var ErrNoVulkan = vulkan.ErrNotBuilt

// Adapters names the devices of a Vulkan driver by their index, of which
// PXOS_VULKAN_DEVICE chooses one. The driver is as in Options.
func Adapters(driver string) ([]string, error) { return vulkan.Adapters(driver) }

// Open makes a device of one of the Backends.
func Open(ctx context.Context, backend string, o Options) (gpu.Device, error) {
	switch backend {
	case "soft":
		return soft.Open(ctx, soft.Options{CacheDir: o.CacheDir, Workers: o.Workers})
	case "oracle":
		return oracle.Open(), nil
	case "vulkan":
		return vulkan.Open(ctx, o.Driver)
	}
	return nil, fmt.Errorf("there is no backend %q; there are %s", backend, strings.Join(Backends, ", "))
}

// NewPipeline makes a compute entry point ready for a device: overrides get their
// values, by name or by the number of @id. The empty entry name is the only one.
func NewPipeline(ctx context.Context, d gpu.Device, m *Module, entry string, overrides map[string]float64) (gpu.Pipeline, error) {
	name, err := m.entry(entry)
	if err != nil {
		return nil, err
	}
	special, err := check.Specialize(m.IR, name, overrides, d.Limits().Limits)
	if err != nil {
		return nil, err
	}
	if err := texture.Lower(special); err != nil {
		return nil, err
	}
	return d.NewPipeline(ctx, special, name)
}
