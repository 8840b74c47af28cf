package resident

import (
	"context"
	_ "embed" // the shaders
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"pxos/llm/model"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// The shaders. The product's entry points are made of one text for each kind of weights.
var (
	//go:embed product.wgsl
	productText string
	//go:embed entries.wgsl
	entriesText string
	//go:embed common.wgsl
	commonText string
	//go:embed decoder.wgsl
	decoderText string
	//go:embed attention.wgsl
	attentionText string
)

// widestHead is the widest head that attention.wgsl has room for.
const widestHead = 256

// Backend keeps a model on a device. It is for one goroutine at a time; the device may have other
// work.
type Backend struct {
	ctx       context.Context // of what the device does
	device    gpu.Device
	m         *model.Model
	modules   map[string]*wgsl.Module
	pipelines map[string]gpu.Pipeline
	buffers   []gpu.Buffer
	uniforms  map[string]gpu.Buffer

	layers []layer
	norm   gpu.Buffer // of the head
	head   matrix
	room   rooms
}

// matrix is one in the device's memory.
type matrix struct {
	kind            kind
	rows, cols      int
	weights, scales gpu.Buffer
}

// layer is a block of the model; what it does not have is zero.
type layer struct {
	attentionNorm, feedNorm         gpu.Buffer
	postAttentionNorm, postFeedNorm gpu.Buffer
	headNorms, bias                 gpu.Buffer
	qkv                             []matrix // parts of the rows of one product
	output                          matrix
	router                          matrix
	gateUp                          []matrix // gate and up, or both in one where that can be
	down                            matrix
}

// New brings a model into a device's memory. The device stays the caller's; what ends ctx ends
// what it computes.
func New(ctx context.Context, d gpu.Device, m *model.Model, progress func(done, all int)) (*Backend, error) {
	if m.HeadKey > widestHead || m.HeadValue > widestHead || m.HeadKey%2 != 0 || m.HeadValue%2 != 0 {
		return nil, fmt.Errorf("heads of %d and %d: on a GPU there is room for even ones up to %d", m.HeadKey, m.HeadValue, widestHead)
	}
	b := &Backend{ctx: ctx, device: d, m: m, modules: map[string]*wgsl.Module{}, pipelines: map[string]gpu.Pipeline{}, uniforms: map[string]gpu.Buffer{}}
	if err := b.load(progress); err != nil {
		return nil, errors.Join(fmt.Errorf("on %s: %w", d.Name(), err), b.Close())
	}
	return b, nil
}

// load uploads everything and makes room for batches.
func (b *Backend) load(progress func(done, all int)) error {
	u := &uploader{b: b}
	b.layers = make([]layer, len(b.m.Layers))
	for i := range b.m.Layers {
		u.layer(&b.layers[i], &b.m.Layers[i])
		if u.err != nil {
			return fmt.Errorf("layer %d: %w", i, u.err)
		}
		progress(i+1, len(b.m.Layers)+1)
	}
	b.norm, b.head = u.floats(b.m.Norm), u.matrix(b.m.Head)
	b.makeRooms(u)
	progress(len(b.m.Layers)+1, len(b.m.Layers)+1)
	return u.err
}

// Close frees the device's memory, but for caches that are not closed.
func (b *Backend) Close() error {
	var all error
	for _, p := range b.pipelines {
		all = errors.Join(all, p.Close())
	}
	for _, o := range b.buffers {
		all = errors.Join(all, o.Close())
	}
	b.pipelines, b.buffers = nil, nil
	return all
}

// pipeline gives an entry point, made when it is first wanted.
func (b *Backend) pipeline(text, entry string) (gpu.Pipeline, error) {
	if p, ok := b.pipelines[entry]; ok {
		return p, nil
	}
	m, ok := b.modules[text]
	if !ok {
		source := map[string]string{"decoder": commonText + decoderText, "attention": commonText + attentionText}[text]
		if source == "" { // a kind of weights
			source = kind(text).source()
		}
		var err error
		if m, err = wgsl.Compile(text+".wgsl", source); err != nil {
			return nil, err
		}
		b.modules[text] = m
	}
	p, err := wgsl.NewPipeline(b.ctx, b.device, m, entry, nil)
	if err == nil {
		b.pipelines[entry] = p
	}
	return p, err
}

// uniform is a buffer of such words, made once for all that want the same.
func (b *Backend) uniform(words ...uint32) (gpu.Buffer, error) {
	data := appendWords(nil, words...)
	if u, ok := b.uniforms[string(data)]; ok {
		return u, nil
	}
	u, err := b.buffer(data)
	if err == nil {
		b.uniforms[string(data)] = u
	}
	return u, err
}

// buffer is one with data in it.
func (b *Backend) buffer(data []byte) (gpu.Buffer, error) {
	o, err := b.device.NewBuffer(int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("no memory for %d bytes more: %w", len(data), err)
	}
	b.buffers = append(b.buffers, o)
	return o, o.Write(0, data)
}

func appendWords(data []byte, words ...uint32) []byte {
	for _, w := range words {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	return data
}

func appendFloats(data []byte, floats ...float32) []byte {
	for _, f := range floats {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(f))
	}
	return data
}
