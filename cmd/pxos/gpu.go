package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/wgsl"
	"pxos/wgsl/check"
	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/job"
	"pxos/wgsl/oracle"
	"pxos/wgsl/report"
	"pxos/wgsl/spirv"
	"pxos/wgsl/syntax"
)

func gpuCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "gpu", Short: "Check and run WGSL compute shaders; look at the GPU of a running machine",
		RunE: func(*cobra.Command, []string) error {
			return usage{errors.New("say what to do: check, run, trace, fmt, info, watch, tables or top")}
		},
	}
	c.AddCommand(gpuCheckCommand(), gpuRunCommand(), gpuTraceCommand(), gpuFmtCommand(), gpuInfoCommand(), gpuWatchCommand(),
		gpuTablesCommand(), gpuTopCommand())
	return c
}

// readShader reads a WGSL file; "-" is standard input.
func readShader(c *cobra.Command, file string) (string, error) {
	var r io.Reader = c.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", usage{err}
		}
		defer f.Close()
		r = f
	}
	text, err := io.ReadAll(io.LimitReader(r, syntax.MaxSourceBytes+1))
	if err != nil {
		return "", usage{fmt.Errorf("%s: %w", file, err)}
	}
	return string(text), nil
}

func someFiles(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage{errors.New("give a WGSL file, or - for standard input")}
	}
	return nil
}

func gpuCheckCommand() *cobra.Command {
	var asJSON, asSARIF bool
	c := &cobra.Command{
		Use: "check FILE...", Short: "Check WGSL modules; exit code 1 if one has an error", Args: someFiles,
		RunE: func(c *cobra.Command, args []string) error {
			var files []report.File
			bad := 0
			for _, name := range args {
				text, err := readShader(c, name)
				if err != nil {
					return err
				}
				_, source, diagnostics := wgsl.Check(name, text)
				files = append(files, report.File{Source: source, Diagnostics: diagnostics})
				if diagnostics.Failed() {
					bad++
				}
			}
			if err := writeMessages(c, files, asJSON, asSARIF); err != nil {
				return err
			}
			if bad > 0 {
				return failed{fmt.Sprintf("%d of %d modules have errors", bad, len(args))}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the messages as JSON")
	c.Flags().BoolVar(&asSARIF, "sarif", false, "print the messages as SARIF 2.1.0")
	c.MarkFlagsMutuallyExclusive("json", "sarif")
	return c
}

func writeMessages(c *cobra.Command, files []report.File, asJSON, asSARIF bool) error {
	switch {
	case asJSON:
		return report.JSON(c.OutOrStdout(), files)
	case asSARIF:
		return report.SARIF(c.OutOrStdout(), files)
	}
	for _, f := range files {
		fmt.Fprint(c.OutOrStdout(), f.Diagnostics.Render(f.Source))
		if !f.Diagnostics.Failed() {
			fmt.Fprintf(c.OutOrStdout(), "%s: ok\n", f.Source.Name)
		}
	}
	return nil
}

func gpuFmtCommand() *cobra.Command {
	var write, list bool
	c := &cobra.Command{
		Use: "fmt FILE...", Short: "Lay WGSL modules out in the usual way", Args: someFiles,
		RunE: func(c *cobra.Command, args []string) error {
			for _, name := range args {
				text, err := readShader(c, name)
				if err != nil {
					return err
				}
				out, err := wgsl.Format(name, text)
				if err != nil {
					return failed{err.Error()}
				}
				switch {
				case list && out != text:
					fmt.Fprintln(c.OutOrStdout(), name)
				case list:
				case write && name != "-":
					if out != text {
						err = job.WriteWhole(name, []byte(out))
					}
				default:
					_, err = io.WriteString(c.OutOrStdout(), out)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVarP(&write, "write", "w", false, "write the result back to the file")
	c.Flags().BoolVarP(&list, "list", "l", false, "name the files whose layout differs")
	return c
}

// gpuRun are the flags of `gpu run` and `gpu watch`, of which `gpu trace` has some.
type gpuRun struct {
	entry, workgroups, backend string
	bind, out, override        []string
	rounds                     int64
	width, repeat              int
	asJSON, times              bool
}

func (f *gpuRun) register(c *cobra.Command) {
	f.registerDispatch(c)
	c.Flags().StringArrayVar(&f.out, "out", nil, "G:B=FILE[:type], - for standard output; .npy, .txt, .png or bytes (repeat it)")
	c.Flags().StringVar(&f.backend, "backend", "soft", "what runs it: "+strings.Join(wgsl.Backends, ", "))
	c.Flags().IntVar(&f.width, "width", 0, "width of a picture in pixels (default: it is square)")
}

// registerDispatch has the flags that say what is dispatched.
func (f *gpuRun) registerDispatch(c *cobra.Command) {
	c.Flags().StringVar(&f.entry, "entry", "", "compute entry point (the only one, if there is one)")
	c.Flags().StringVar(&f.workgroups, "workgroups", "1", "workgroups to dispatch: X, X,Y or X,Y,Z")
	c.Flags().StringArrayVar(&f.bind, "bind", nil, "G:B=FILE[:u32|i32|f32|f16|raw], G:B=size=BYTES[,fill=N]; textures: G:B=PICTURE, G:B=texture=WxH; G:B=sampler=linear,repeat (repeat it)")
	c.Flags().StringArrayVar(&f.override, "override", nil, "NAME=VALUE of an override, or its @id (repeat it)")
	c.Flags().Int64Var(&f.rounds, "max-rounds", 0, "limit on the loop rounds of one workgroup (default 2^34)")
}

func (f *gpuRun) job(c *cobra.Command, m *wgsl.Module) (*job.Job, error) {
	j := &job.Job{
		Module: m, Entry: f.entry, MaxRounds: f.rounds, Width: f.width, Repeat: f.repeat,
		Overrides: map[string]float64{}, Stdout: c.OutOrStdout(),
	}
	var err error
	if j.Workgroups, err = job.ParseWorkgroups(f.workgroups); err != nil {
		return nil, usage{err}
	}
	for _, s := range f.bind {
		in, err := job.ParseInput(s)
		if err != nil {
			return nil, usage{err}
		}
		j.Inputs = append(j.Inputs, in)
	}
	for _, s := range f.out {
		o, err := job.ParseOutput(s)
		if err != nil {
			return nil, usage{err}
		}
		j.Outputs = append(j.Outputs, o)
	}
	for _, s := range f.override {
		name, v, err := job.ParseOverride(s)
		if err != nil {
			return nil, usage{err}
		}
		j.Overrides[name] = v
	}
	return j, nil
}

// shaderCache is where compiled shaders are kept; none if there is no such place.
func shaderCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "pxos", "wgsl")
}

// openDevice opens a backend, its cache where the user's caches are.
func openDevice(ctx context.Context, backend string) (gpu.Device, error) {
	for _, b := range wgsl.Backends {
		if b == backend {
			return wgsl.Open(ctx, backend, wgsl.Options{CacheDir: shaderCache()})
		}
	}
	if backend == "vulkan" { // which other builds have
		return nil, usage{wgsl.ErrNoVulkan}
	}
	return nil, usage{fmt.Errorf("there is no backend %q; there are %s", backend, strings.Join(wgsl.Backends, ", "))}
}

// prepare checks a shader and reads the flags.
func (f *gpuRun) prepare(c *cobra.Command, file string) (*job.Job, error) {
	text, err := readShader(c, file)
	if err != nil {
		return nil, err
	}
	m, source, diagnostics := wgsl.Check(file, text)
	if diagnostics.Failed() {
		return nil, failed{strings.TrimRight(diagnostics.Render(source), "\n")}
	}
	fmt.Fprint(c.ErrOrStderr(), diagnostics.Render(source))
	return f.job(c, m)
}

// once checks and runs a shader.
func (f *gpuRun) once(c *cobra.Command, file string) error {
	j, err := f.prepare(c, file)
	if err != nil {
		return err
	}
	d, err := openDevice(c.Context(), f.backend)
	if err != nil {
		return err
	}
	defer d.Close()
	times, err := j.Run(c.Context(), d)
	if err != nil {
		return runFailure(err)
	}
	return f.showTimes(c, d, times)
}

// runFailure tells wrong use and a shader that failed from our own failure.
func runFailure(err error) error {
	var spec *job.SpecError
	var data *job.DataError
	var binding *gpu.BindingError
	var entry *wgsl.EntryError
	var runaway *gpu.RunawayError
	var pipeline *check.PipelineError
	var unsupported *flat.Error
	var uninterpreted *oracle.Error
	var unwritten *spirv.Unsupported
	var lacking *gpu.UnsupportedError
	switch {
	case errors.As(err, &spec), errors.As(err, &data), errors.As(err, &binding), errors.As(err, &entry), errors.Is(err, os.ErrNotExist):
		return usage{err}
	case errors.As(err, &runaway):
		return failed{err.Error()}
	case errors.As(err, &pipeline):
		return failed{strings.TrimRight(pipeline.Render(), "\n")}
	case errors.As(err, &unsupported), errors.As(err, &uninterpreted), errors.As(err, &unwritten), errors.As(err, &lacking):
		return failed{err.Error()}
	}
	return err
}

func (f *gpuRun) showTimes(c *cobra.Command, d gpu.Device, t *job.Times) error {
	if f.asJSON {
		ns := make([]int64, len(t.Dispatch))
		for i, x := range t.Dispatch {
			ns[i] = x.Nanoseconds()
		}
		return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{
			"device": d.Name(), "compile_ns": t.Compile.Nanoseconds(), "dispatch_ns": ns,
		})
	}
	if f.times {
		fmt.Fprintf(c.ErrOrStderr(), "device    %s\ncompile   %v\n", d.Name(), t.Compile.Round(time.Microsecond))
		for _, x := range t.Dispatch {
			fmt.Fprintf(c.ErrOrStderr(), "dispatch  %v\n", x.Round(time.Microsecond))
		}
	}
	return nil
}

func gpuRunCommand() *cobra.Command {
	f := &gpuRun{}
	c := &cobra.Command{
		Use: "run FILE", Short: "Run a compute shader on data from files", Args: oneArg("a WGSL file, or - for standard input"),
		Long: `Runs a compute entry point once. Bindings come from files (.npy, numbers as
text, or bytes) or are filled; results go to files. Without bindings it says
what the shader wants.`,
		Example: `  pxos gpu run mandelbrot.wgsl --workgroups 64,64 --bind 0:0=size=4M --out 0:0=mandelbrot.png
  pxos gpu run sum.wgsl --bind 0:0=in.npy --bind 0:1=size=4 --out 0:1=-:f32`,
		RunE: func(c *cobra.Command, args []string) error { return f.once(c, args[0]) },
	}
	f.register(c)
	c.Flags().BoolVar(&f.asJSON, "json", false, "print the device and the times as JSON")
	c.Flags().BoolVar(&f.times, "time", false, "print what compiling and dispatching took")
	c.Flags().IntVar(&f.repeat, "repeat", 1, "dispatch so often, on the same buffers")
	return c
}
