package hypervisor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"pxos/pixelvm"
	"pxos/pixelvm/golang"
	"pxos/wgsl"
	"pxos/wgsl/job"
)

// Machine runs what needs a machine: kernel and elf.
type Machine interface {
	// Run runs a program within its limits.
	Run(ctx context.Context, p Program) error
}

// Program is what a machine is to run.
type Program struct {
	Engine, File    string
	Arguments       []string
	Folder, Scratch string // of the host; "" for none
	Limits          Limits
}

// Request is what is run and with what.
type Request struct {
	Entry     string // "" for the only one, or main
	Arguments []string
	Input     io.Reader // read if the cartridge may have input
	Output    io.Writer
	Machine   Machine // nil where there is none
	// Folder is what the program may read, if the cartridge has that capability, and
	// Scratch where what it saves is written when it has ended well.
	Folder, Scratch string
	Now             func() time.Time
	Seed            uint64 // of random numbers
}

// ErrProgram is a program that failed: the cartridge's fault, not the laboratory's.
var ErrProgram = errors.New("the program failed")

// ErrGrant is a cartridge that wants what it was not given, or is given what it does not
// want: wrong use.
var ErrGrant = errors.New("not as granted")

// grants holds what is given against what the cartridge asks for.
func (c *Cartridge) grants(q Request) error {
	for _, g := range []struct {
		what         string
		asked, given bool
	}{{"folder", c.Capabilities.Folder, q.Folder != ""}, {"scratch", c.Capabilities.Scratch, q.Scratch != ""}} {
		if g.asked && !g.given {
			return fmt.Errorf("%w: %s asks for a folder as its %s, give one: --%s DIR", ErrGrant, c.Name, g.what, g.what)
		}
		if g.given && !g.asked {
			return fmt.Errorf("%w: %s does not ask for a folder as its %s", ErrGrant, c.Name, g.what)
		}
	}
	return nil
}

// Run runs an entry of a cartridge within its limits.
func (c *Cartridge) Run(ctx context.Context, q Request) error {
	e, err := c.Entry(q.Entry)
	if err == nil {
		err = c.grants(q)
	}
	if err != nil {
		return err
	}
	l := c.Limits.whole()
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(l.Seconds)*time.Second,
		fmt.Errorf("%w: it ran for more than %d seconds", ErrProgram, l.Seconds))
	defer cancel()
	switch e.Engine {
	case "pixelvm":
		err = c.runPixelVM(ctx, e, q, l)
	case "wgsl":
		err = c.inFolder(func(dir string) error { return c.runWGSL(ctx, e, q, l, dir) })
	default:
		if q.Machine == nil {
			return fmt.Errorf("%w: entry %q needs the engine %s, and there is no machine here", ErrGrant, e.Name, e.Engine)
		}
		err = c.inFolder(func(dir string) error {
			return q.Machine.Run(ctx, Program{e.Engine, filepath.Join(dir, e.File), q.Arguments, q.Folder, q.Scratch, l})
		})
	}
	if err != nil && ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), err)
	}
	return err
}

// RunFile runs an entry of a cartridge that is a file.
func RunFile(ctx context.Context, path string, q Request) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	c, err := Open(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return c.Run(ctx, q)
}

// SplitArguments takes [ENTRY] [-- ARGS] apart.
func SplitArguments(args []string) (entry string, arguments []string) {
	if len(args) > 0 && args[0] != "--" {
		entry, args = args[0], args[1:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	return entry, args
}

// inFolder gives the files in a folder that is gone afterwards.
func (c *Cartridge) inFolder(f func(dir string) error) error {
	dir, err := os.MkdirTemp("", "pxos-cart-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := place(dir, c.files); err != nil {
		return err
	}
	return f(dir)
}

// program makes a program of a file: a picture, a source, or Go.
func (c *Cartridge) program(e Entry) (*pixelvm.Verified, error) {
	data := c.files[e.File]
	var p *pixelvm.Program
	var err error
	switch filepath.Ext(e.File) {
	case ".go":
		p, err = golang.Compile(e.File, data, golang.Options{})
	case ".pxs":
		p, err = pixelvm.Assemble(string(data))
	default:
		p, err = decodeProgram(data)
	}
	if err == nil {
		var v *pixelvm.Verified
		if v, err = pixelvm.Verify(p); err == nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: %w", e.File, err, ErrCartridge)
}

// programPixels bounds the picture of a program.
const programPixels = 1 << 24

func decodeProgram(data []byte) (*pixelvm.Program, error) {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if config.Width*config.Height > programPixels {
		return nil, fmt.Errorf("a program of %d x %d pixels, at most %d", config.Width, config.Height, programPixels)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return pixelvm.Decode(pixelvm.FromPicture(m))
}

const tileBytes = 1 << 16

func (c *Cartridge) runPixelVM(ctx context.Context, e Entry, q Request, l Limits) error {
	v, err := c.program(e)
	if err != nil {
		return err
	}
	h, err := c.host(q, l)
	if err != nil {
		return err
	}
	if h.Folder != nil {
		defer h.Folder.Close()
	}
	engine, err := pixelvm.NewCompiled(ctx, 0)
	if err != nil {
		return err
	}
	defer engine.Close(context.WithoutCancel(ctx))
	r, err := engine.Run(ctx, v, pixelvm.Config{Fuel: l.Fuel, OutputBytes: l.OutputBytes, Tiles: l.MemoryMiB << 20 / tileBytes, Host: h})
	if _, werr := q.Output.Write(r.Output); werr != nil {
		return werr
	}
	for _, value := range r.Values {
		if _, werr := fmt.Fprintln(q.Output, int64(value)); werr != nil {
			return werr
		}
	}
	var trap *pixelvm.Trap
	if errors.As(err, &trap) || errors.Is(err, pixelvm.ErrMemory) {
		return fmt.Errorf("%w: %w", ErrProgram, err)
	}
	if err == nil && h.Scratch != nil {
		_, err = h.Scratch.Keep(q.Scratch)
	}
	return err
}

// host is what a program of the Pixel VM may reach.
func (c *Cartridge) host(q Request, l Limits) (*pixelvm.StandardHost, error) {
	may := c.Capabilities
	h := &pixelvm.StandardHost{Clock: may.Clock, Random: may.Random, TakesInput: may.Input, Start: q.Now(), Now: q.Now, Seed: q.Seed}
	for _, a := range q.Arguments {
		n, err := strconv.ParseInt(a, 0, 64)
		if err != nil {
			return nil, fmt.Errorf("argument %q: programs of the Pixel VM take numbers", a)
		}
		h.Arguments = append(h.Arguments, n)
	}
	var err error
	if may.Input && q.Input != nil {
		if h.Input, err = io.ReadAll(io.LimitReader(q.Input, int64(l.MemoryMiB)<<20)); err != nil {
			return nil, fmt.Errorf("read the input: %w", err)
		}
	}
	if q.Scratch != "" {
		h.Scratch = pixelvm.NewScratch(l.ScratchBytes)
	}
	if q.Folder == "" {
		return h, nil
	}
	if h.Folder, err = pixelvm.OpenDir(q.Folder); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGrant, err)
	}
	return h, nil
}

// runWGSL runs a shader on files of the cartridge; its output is what the entry names.
func (c *Cartridge) runWGSL(ctx context.Context, e Entry, q Request, l Limits, dir string) error {
	m, source, diagnostics := wgsl.Check(e.File, string(c.files[e.File]))
	if diagnostics.Failed() {
		return fmt.Errorf("%s: %s: %w", e.File, diagnostics.Render(source), ErrCartridge)
	}
	out := &limited{w: q.Output, left: l.OutputBytes}
	j := &job.Job{Module: m, Entry: e.Point, Stdout: out, Overrides: map[string]float64{}}
	if err := c.bindings(e, j, dir, int64(l.MemoryMiB)<<20); err != nil {
		return fmt.Errorf("entry %q: %w: %w", e.Name, err, ErrCartridge)
	}
	device, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		return err
	}
	defer device.Close()
	if _, err := j.Run(ctx, device); err != nil {
		return fmt.Errorf("%w: %w", ErrProgram, err)
	}
	return nil
}

// bindings reads what an entry says of a dispatch. Files are those of the cartridge, and
// output goes to the caller's writer alone.
func (c *Cartridge) bindings(e Entry, j *job.Job, dir string, memory int64) (err error) {
	workgroups := e.Workgroups
	if workgroups == "" {
		workgroups = "1"
	}
	if j.Workgroups, err = job.ParseWorkgroups(workgroups); err != nil {
		return err
	}
	for _, spec := range e.Bind {
		in, err := job.ParseInput(spec)
		if err != nil {
			return err
		}
		if in.File != "" {
			data, ok := c.files[in.File]
			if !ok {
				return fmt.Errorf("there is no file %q in the cartridge", in.File)
			}
			memory -= int64(len(data))
			in.File = filepath.Join(dir, filepath.FromSlash(in.File))
		}
		if memory -= in.Bytes; memory < 0 {
			return errors.New("its buffers take more memory than its limits have")
		}
		j.Inputs = append(j.Inputs, in)
	}
	if e.Out == "" {
		return nil
	}
	o, err := job.ParseOutput(e.Out)
	if err == nil && o.File != "-" {
		err = fmt.Errorf("out %q: write G:B=-:TYPE", e.Out)
	}
	j.Outputs = append(j.Outputs, o)
	return err
}

// limited refuses more output than the limits have.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, fmt.Errorf("%w: more output than its limits have", ErrProgram)
	}
	l.left -= len(p)
	return l.w.Write(p)
}
