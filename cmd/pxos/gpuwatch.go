package main

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pxos/wgsl"
	"pxos/wgsl/builtin"
	"pxos/wgsl/check"
	"pxos/wgsl/job"
)

func gpuInfoCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "info", Short: "Show the backends, their limits and what WGSL features are there", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			out := c.OutOrStdout()
			for _, b := range wgsl.Backends {
				if err := showBackend(c, b); err != nil {
					return err
				}
			}
			fmt.Fprintf(out, "extensions: %s\n", strings.Join(check.Extensions, " "))
			fmt.Fprintf(out, "features:   %s\n", strings.Join(check.Features, " "))
			fmt.Fprintf(out, "built-ins:  %d\n", len(builtin.Rows()))
			fmt.Fprintf(out, "host:       %s/%s, %d CPUs; compiled shaders are kept in %s\n",
				runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), shaderCache())
			return nil
		},
	}
	return c
}

// showBackend shows a backend and its limits. That there is no driver is no
// failure.
func showBackend(c *cobra.Command, backend string) error {
	out := c.OutOrStdout()
	d, err := openDevice(c.Context(), backend)
	if err != nil {
		fmt.Fprintf(out, "%s: not here: %v\n", backend, err)
		return nil
	}
	l := d.Limits()
	fmt.Fprintf(out, "%s: %s\n", backend, d.Name())
	fmt.Fprintf(out, "  workgroup          %d x %d x %d, %d invocations, %d bytes of memory\n",
		l.MaxComputeWorkgroupSizeX, l.MaxComputeWorkgroupSizeY, l.MaxComputeWorkgroupSizeZ,
		l.MaxComputeInvocationsPerWorkgroup, l.MaxComputeWorkgroupStorageSize)
	fmt.Fprintf(out, "  dispatch           %d workgroups a dimension\n", l.MaxComputeWorkgroupsPerDimension)
	fmt.Fprintf(out, "  bindings           %d groups, %d storage and %d uniform buffers, at most %d bytes each\n",
		l.MaxBindGroups, l.MaxStorageBuffersPerShaderStage, l.MaxUniformBuffersPerShaderStage, l.MaxStorageBufferBindingSize)
	if backend == "vulkan" {
		adapters, err := wgsl.Adapters("")
		for i, a := range adapters {
			fmt.Fprintf(out, "  device %d           %s\n", i, a)
		}
		if err != nil {
			return err
		}
	}
	return d.Close()
}

// settle is how long a file must rest after a change: editors write in steps.
const settle = 100 * time.Millisecond

func gpuWatchCommand() *cobra.Command {
	f := &gpuRun{times: true, repeat: 1}
	c := &cobra.Command{
		Use: "watch FILE", Short: "Run a shader again whenever its file is saved", Args: oneArg("a WGSL file"),
		Long: `Runs the shader as "gpu run" does, and again after every change to its file;
errors are shown and the next change is awaited. With --out to a .png, the
picture is drawn in the terminal too. Ctrl-C ends it.`,
		RunE: func(c *cobra.Command, args []string) error { return watchShader(c, f, args[0]) },
	}
	f.register(c)
	return c
}

func watchShader(c *cobra.Command, f *gpuRun, file string) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close()
	// The folder is watched, since editors replace the file by renaming.
	if err := w.Add(filepath.Dir(file)); err != nil {
		return usage{err}
	}
	once := func() {
		fmt.Fprintf(c.ErrOrStderr(), "── %s\n", file)
		err := f.once(c, file)
		if err == nil {
			err = f.draw(c)
		}
		if err != nil {
			fmt.Fprintln(c.ErrOrStderr(), err)
		}
	}
	once()
	rest := time.NewTimer(time.Hour)
	rest.Stop()
	for {
		select {
		case <-c.Context().Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return nil
			}
			if filepath.Clean(e.Name) == filepath.Clean(file) && e.Op != fsnotify.Chmod {
				rest.Reset(settle)
			}
		case <-rest.C:
			once()
		case err := <-w.Errors:
			return err
		}
	}
}

// draw shows the pictures that were made, where standard output is a terminal.
func (f *gpuRun) draw(c *cobra.Command) error {
	screen, ok := c.OutOrStdout().(*os.File)
	if !ok || !term.IsTerminal(int(screen.Fd())) || os.Getenv("NO_COLOR") != "" {
		return nil
	}
	columns, rows, err := term.GetSize(int(screen.Fd()))
	if err != nil {
		return err
	}
	for _, s := range f.out {
		o, err := job.ParseOutput(s)
		if err != nil || filepath.Ext(o.File) != ".png" {
			continue
		}
		file, err := os.Open(o.File)
		if err != nil {
			return err
		}
		img, err := png.Decode(file)
		file.Close()
		if err != nil {
			return err
		}
		if err := job.DrawTerminal(screen, img, columns, max(rows-6, 4)); err != nil {
			return err
		}
	}
	return nil
}
