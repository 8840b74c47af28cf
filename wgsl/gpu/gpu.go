// Package gpu is what every executor of compute shaders offers: devices with
// buffers, pipelines made of a checked module, and dispatches.
//
// The shapes follow WebGPU, so that what runs here runs there. Everything that
// can be wrong with a dispatch is checked here, once for all executors, before
// any of them starts. It may import wgsl/syntax, types, ir, check and texture; no executor.
// Source: WebGPU (W3C), sections "Limits", "Buffers", "Compute Passes".
package gpu

import (
	"context"
	"errors"
	"fmt"
	"os"

	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
)

// Device runs compute shaders. Its methods may be called by several goroutines.
type Device interface {
	// Name tells what runs the shaders.
	Name() string
	// Limits are what programs and dispatches are checked against.
	Limits() Limits
	// NewBuffer makes a buffer of size bytes, all zero.
	NewBuffer(size int64) (Buffer, error)
	// NewPipeline prepares a compute entry point of a specialized module
	// (check.Specialize).
	NewPipeline(ctx context.Context, m *ir.Module, entry string) (Pipeline, error)
	Close() error
}

// Buffer is device memory.
type Buffer interface {
	// Size is the size in bytes.
	Size() int64
	// Write copies data to offset. It fails if it does not fit.
	Write(offset int64, data []byte) error
	// Read copies from offset into data. It fails if there is not so much.
	Read(offset int64, data []byte) error
	Close() error
}

// Shared is a buffer whose memory the host may use while a dispatch runs, with
// atomic operations on aligned words: a shader that polls sees what is stored, and
// the other way round. The soft executor's buffers are of this kind.
type Shared interface {
	Buffer
	// Bytes is the memory itself, good until Close.
	Bytes() []byte
}

// Importer is a device that makes buffers of files, such as memory that other
// processes share. The soft executor is one on Linux.
type Importer interface {
	// ImportBuffer makes a buffer of the first size bytes of a file, a multiple of
	// the page size.
	ImportBuffer(f *os.File, size int64) (Buffer, error)
}

// Sharer is a device whose buffers are shared with the host where that is asked for.
type Sharer interface {
	NewSharedBuffer(size int64) (Shared, error)
}

// NewSharedBuffer makes a buffer that the host may use while a dispatch runs.
func NewSharedBuffer(d Device, size int64) (Shared, error) {
	if s, ok := d.(Sharer); ok {
		return s.NewSharedBuffer(size)
	}
	b, err := d.NewBuffer(size)
	if err != nil {
		return nil, err
	}
	s, ok := b.(Shared)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the memory of %s cannot be shared with the host", d.Name()), b.Close())
	}
	return s, nil
}

// Pipeline is an entry point ready to run.
type Pipeline interface {
	// Resources are the buffers that it wants.
	Resources() []Resource
	// Dispatch runs the workgroups and returns when all are done.
	Dispatch(ctx context.Context, d Dispatch) error
	Close() error
}

// Dispatch is one run of a pipeline.
type Dispatch struct {
	Bindings   []Binding
	Workgroups [3]uint32
	// MaxRounds bounds how often all loops together may go round, for each
	// workgroup; 0 is DefaultMaxRounds. By Vulkan it is for each invocation, and 0
	// is less.
	MaxRounds int64
}

// DefaultMaxRounds bounds the loop rounds of one workgroup where a dispatch does
// not say otherwise.
const DefaultMaxRounds = 1 << 34

// Binding gives a resource a texture, a sampler, or a buffer: Size bytes of it from
// Offset on, where Size 0 means all that follows.
type Binding struct {
	Group, Binding int
	Buffer         Buffer
	Offset, Size   int64
	Texture        *Texture
	Sampler        *Sampler
}

// Bytes is the size of what is bound.
func (b Binding) Bytes() int64 {
	if b.Size == 0 {
		return b.Buffer.Size() - b.Offset
	}
	return b.Size
}

// RunawayError says that a shader went past its limit on work.
type RunawayError struct {
	Source *syntax.Source
	Span   syntax.Span // the loop
	Rounds int64
	// Counted says what the rounds are those of; empty is all loops of one workgroup.
	Counted string
}

func (e *RunawayError) Error() string {
	p := e.Source.Position(e.Span.Start)
	counted := e.Counted
	if counted == "" {
		counted = "all loops of one workgroup"
	}
	return fmt.Sprintf("%s:%d:%d: the shader was ended in this loop, after %d rounds of %s: does the loop end? What to do: raise the limit on work if it does",
		e.Source.Name, p.Line, p.Column, e.Rounds, counted)
}

// BindingError says what is wrong with the bindings or sizes of a dispatch.
type BindingError struct{ Message string }

func (e *BindingError) Error() string { return e.Message }

// UnsupportedError says what a shader needs that a device does not have.
type UnsupportedError struct{ Message string }

func (e *UnsupportedError) Error() string { return e.Message }
