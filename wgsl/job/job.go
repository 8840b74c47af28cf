package job

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
	"pxos/wgsl/types"
)

// Job is one dispatch.
type Job struct {
	Module     *wgsl.Module
	Entry      string
	Workgroups [3]uint32
	Inputs     []Input
	Outputs    []Output
	Overrides  map[string]float64
	MaxRounds  int64
	Width      int // of pictures, pixels
	Repeat     int // dispatches, for times; 0 is one
	Stdout     io.Writer
}

// Times are what a job took.
type Times struct {
	Compile  time.Duration   // module to machine code
	Dispatch []time.Duration // one for each repeat
}

// Run does the job on a device.
func (j *Job) Run(ctx context.Context, d gpu.Device) (*Times, error) {
	start := time.Now()
	p, err := wgsl.NewPipeline(ctx, d, j.Module, j.Entry, j.Overrides)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	times := &Times{Compile: time.Since(start)}
	bindings, err := j.bind(d, p.Resources())
	defer func() {
		for _, b := range bindings {
			release(b)
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := j.checkOutputs(p.Resources()); err != nil {
		return nil, err
	}
	for range max(j.Repeat, 1) {
		start := time.Now()
		err := p.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: j.Workgroups, MaxRounds: j.MaxRounds})
		if err != nil {
			return nil, err
		}
		times.Dispatch = append(times.Dispatch, time.Since(start))
	}
	return times, j.write(p.Resources(), bindings)
}

// bind fills the buffers. What no input names is an error that tells what the
// shader wants; a binding that is only written gets its least size.
func (j *Job) bind(d gpu.Device, resources []gpu.Resource) ([]gpu.Binding, error) {
	var out []gpu.Binding
	used := map[int]bool{}
	for _, r := range resources {
		at := -1
		for i, in := range j.Inputs {
			if in.Group == r.Group && in.Binding == r.Binding {
				if at >= 0 {
					return out, &SpecError{fmt.Sprintf("--bind %d:%d is given twice", in.Group, in.Binding)}
				}
				at = i
			}
		}
		if at < 0 {
			return out, &SpecError{fmt.Sprintf("nothing is bound to %s; the shader wants\n%s", r, Wants(resources))}
		}
		used[at] = true
		b, err := j.Inputs[at].open(d, r)
		if err != nil {
			return out, err
		}
		b.Group, b.Binding = r.Group, r.Binding
		out = append(out, b)
	}
	for i, in := range j.Inputs {
		if !used[i] {
			return out, &SpecError{fmt.Sprintf("--bind %d:%d: the entry point has no such binding; it wants\n%s", in.Group, in.Binding, Wants(resources))}
		}
	}
	return out, nil
}

// open makes what an input gives a resource.
func (in Input) open(d gpu.Device, r gpu.Resource) (b gpu.Binding, err error) {
	switch want := r.Handle.(type) {
	case types.Texture:
		b.Texture, err = in.texture(d, r, want)
		return b, err
	case types.Sampler:
		if in.Sampler == nil {
			return b, &SpecError{fmt.Sprintf("%s wants a sampler: write --bind %d:%d=sampler=linear,repeat, say", r, r.Group, r.Binding)}
		}
		b.Sampler, err = gpu.NewSampler(d, *in.Sampler)
		return b, err
	}
	if in.Sampler != nil || in.Texture != nil && (in.File == "" || *in.Texture != TextureInput{}) {
		return b, &SpecError{fmt.Sprintf("%s wants a buffer", r)}
	}
	data, err := in.load(r)
	if err != nil {
		return b, err
	}
	if b.Buffer, err = d.NewBuffer(int64(len(data)+3) / 4 * 4); err != nil {
		return b, err
	}
	if err := b.Buffer.Write(0, data); err != nil {
		_ = b.Buffer.Close()
		return b, err
	}
	return b, nil
}

func release(b gpu.Binding) {
	switch {
	case b.Texture != nil:
		_ = b.Texture.Close()
	case b.Sampler != nil:
		_ = b.Sampler.Close()
	default:
		_ = b.Buffer.Close()
	}
}

// Wants lists resources for people, one on a line.
func Wants(resources []gpu.Resource) string {
	if len(resources) == 0 {
		return "  no buffers"
	}
	lines := make([]string, len(resources))
	for i, r := range resources {
		lines[i] = fmt.Sprintf("  %s  // %s", r, needs(r))
	}
	return strings.Join(lines, "\n")
}

// needs tells the size of a resource, or what to write for a texture or sampler.
func needs(r gpu.Resource) string {
	switch t := r.Handle.(type) {
	case types.Texture:
		if t.Kind == types.StorageTexture {
			return fmt.Sprintf("%d:%d=texture=WIDTHxHEIGHT, or a picture", r.Group, r.Binding)
		}
		return fmt.Sprintf("%d:%d=FILE.png, or texture=WIDTHxHEIGHT", r.Group, r.Binding)
	case types.Sampler:
		return fmt.Sprintf("%d:%d=sampler=linear,repeat, say", r.Group, r.Binding)
	}
	if a, ok := runtimeArray(r.Type); ok {
		return fmt.Sprintf("at least %d bytes, %d for each element", r.MinSize, types.Stride(a))
	}
	return fmt.Sprintf("%d bytes", r.MinSize)
}

// runtimeArray finds the runtime-sized array of a resource, which may be the last
// member of its structure.
func runtimeArray(t types.Type) (types.Array, bool) {
	if s, ok := t.(*types.Struct); ok && len(s.Members) > 0 {
		t = s.Members[len(s.Members)-1].Type
	}
	a, ok := t.(types.Array)
	return a, ok && a.IsRuntimeSized()
}

func find(resources []gpu.Resource, group, binding int) int {
	for i, r := range resources {
		if r.Group == group && r.Binding == binding {
			return i
		}
	}
	return -1
}

// checkOutputs refuses a wrong output before anything runs.
func (j *Job) checkOutputs(resources []gpu.Resource) error {
	for _, o := range j.Outputs {
		if find(resources, o.Group, o.Binding) < 0 {
			return &SpecError{fmt.Sprintf("--out %d:%d: the entry point has no such binding; it has\n%s", o.Group, o.Binding, Wants(resources))}
		}
		if o.File == "-" {
			continue
		}
		if info, err := os.Stat(filepath.Dir(o.File)); err != nil || !info.IsDir() {
			return &SpecError{fmt.Sprintf("--out %d:%d: there is no folder %s", o.Group, o.Binding, filepath.Dir(o.File))}
		}
	}
	return nil
}

// write brings the results out.
func (j *Job) write(resources []gpu.Resource, bindings []gpu.Binding) error {
	for _, o := range j.Outputs {
		i := find(resources, o.Group, o.Binding)
		text, err := j.result(o, resources[i], bindings[i])
		if err != nil {
			return fmt.Errorf("--out %d:%d: %w", o.Group, o.Binding, err)
		}
		if o.File == "-" {
			_, err = j.Stdout.Write(text)
		} else {
			err = WriteWhole(o.File, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// result is what a binding holds, in the form that the output asks for.
func (j *Job) result(o Output, r gpu.Resource, b gpu.Binding) ([]byte, error) {
	if b.Texture != nil {
		return encodeTexture(o, b.Texture)
	}
	if b.Sampler != nil {
		return nil, &SpecError{r.Name + " is a sampler, which has no contents"}
	}
	data := make([]byte, b.Buffer.Size())
	if err := b.Buffer.Read(0, data); err != nil {
		return nil, err
	}
	return j.encode(o, r, data)
}

// encode gives a result the form that the file's name and kind ask for.
func (j *Job) encode(o Output, r gpu.Resource, data []byte) ([]byte, error) {
	kind := o.Kind
	if kind == "" {
		kind = kindOf(r.Type)
	}
	switch ending := filepath.Ext(o.File); {
	case ending == ".npy":
		number := 1
		if kind != Raw {
			number = numberBytes(kind)
		}
		return encodeNPY(data, kind, shapeOf(r.Type, len(data), number)), nil
	case ending == ".png":
		return picture(data, r.Type, j.Width, 0)
	case o.File == "-" || ending == ".txt" || o.Kind != "" && o.Kind != Raw && ending != ".bin":
		if kind == Raw {
			return data, nil
		}
		perLine := 8
		if shape := shapeOf(r.Type, len(data), numberBytes(kind)); shape != nil {
			perLine = shape[1]
		}
		return printNumbers(data, kind, perLine), nil
	}
	return data, nil
}

// WriteWhole writes a file under a temporary name and renames it.
func WriteWhole(file string, data []byte) error {
	t, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	_, err = t.Write(data)
	if e := t.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(t.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(t.Name(), file)
	}
	if err != nil {
		_ = os.Remove(t.Name())
	}
	return err
}
