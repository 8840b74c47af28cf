package resident

import (
	"fmt"
	"slices"

	"pxos/llm/model"
	"pxos/wgsl/gpu"
)

// uploader brings weights to the device and keeps the first error.
type uploader struct {
	b   *Backend
	err error
}

// data is a buffer with data in it.
func (u *uploader) data(data []byte) (o gpu.Buffer) {
	if u.err == nil {
		o, u.err = u.b.buffer(data)
	}
	return o
}

// empty is a buffer of zeros, of so many words.
func (u *uploader) empty(words int) gpu.Buffer {
	if u.err != nil {
		return nil
	}
	o, err := u.b.device.NewBuffer(4 * int64(words))
	if err != nil {
		u.err = fmt.Errorf("no memory for %d bytes more: %w", 4*words, err)
		return nil
	}
	u.b.buffers = append(u.b.buffers, o)
	return o
}

// floats is a buffer of what may not be there.
func (u *uploader) floats(f []float32) gpu.Buffer {
	if f == nil {
		return nil
	}
	return u.data(appendFloats(nil, f...))
}

// matrix uploads matrices of one type as one.
func (u *uploader) matrix(matrices ...*model.Matrix) matrix {
	if u.err != nil {
		return matrix{}
	}
	p := pack(matrices...)
	if most := u.b.device.Limits().MaxStorageBufferBindingSize; int64(len(p.weights)) > most {
		u.err = fmt.Errorf("a matrix of %d x %d takes %d bytes, the device binds %d at most", p.rows, p.cols, len(p.weights), most)
		return matrix{}
	}
	if len(p.scales) == 0 {
		p.scales = make([]byte, 4) // so that there is something to bind
	}
	return matrix{p.kind, p.rows, p.cols, u.data(p.weights), u.data(p.scales)}
}

// together uploads matrices as one where they are of one type, else each.
func (u *uploader) together(matrices ...*model.Matrix) []matrix {
	if !slices.ContainsFunc(matrices, func(m *model.Matrix) bool { return m.Type != matrices[0].Type }) {
		return []matrix{u.matrix(matrices...)}
	}
	var out []matrix
	for _, m := range matrices {
		out = append(out, u.matrix(m))
	}
	return out
}

// layer uploads a layer.
func (u *uploader) layer(to *layer, l *model.Layer) {
	to.attentionNorm, to.feedNorm = u.floats(l.AttentionNorm), u.floats(l.FeedNorm)
	to.postAttentionNorm, to.postFeedNorm = u.floats(l.PostAttentionNorm), u.floats(l.PostFeedNorm)
	if l.QueryNorm != nil {
		to.headNorms = u.floats(slices.Concat(l.QueryNorm, l.KeyNorm))
	}
	if l.QueryBias != nil || l.KeyBias != nil || l.ValueBias != nil {
		to.bias = u.floats(slices.Concat(orZeros(l.QueryBias, l.Query.Rows), orZeros(l.KeyBias, l.Key.Rows), orZeros(l.ValueBias, l.Value.Rows)))
	}
	to.qkv = u.together(l.Query, l.Key, l.Value)
	to.output = u.matrix(l.Output)
	if l.Experts == nil {
		to.gateUp, to.down = u.gateUp(l.Gate, l.Up), u.matrix(l.Down)
		return
	}
	to.router = u.matrix(l.Router)
	var gate, up, down []*model.Matrix
	for _, e := range l.Experts {
		gate, up, down = append(gate, e.Gate), append(up, e.Up), append(down, e.Down)
	}
	to.gateUp, to.down = []matrix{u.matrix(gate...), u.matrix(up...)}, u.matrix(down...)
}

// gateUp puts both into one where no room lies between the two in a row of their product.
func (u *uploader) gateUp(gate, up *model.Matrix) []matrix {
	if gate.Rows == padded(gate.Rows) {
		return u.together(gate, up)
	}
	return []matrix{u.matrix(gate), u.matrix(up)}
}

func orZeros(f []float32, n int) []float32 {
	if f == nil {
		return make([]float32, n)
	}
	return f
}

// cache are the keys and values of a sequence, by layer.
type cache struct {
	context      int
	keys, values []gpu.Buffer
}

// NewCache makes room for a sequence on the device, of 16 bits.
func (b *Backend) NewCache(context int) (model.Cache, error) {
	c := &cache{context: (context + lanes - 1) / lanes * lanes}
	for range b.layers {
		for _, k := range []struct {
			list  *[]gpu.Buffer
			width int
		}{{&c.keys, b.m.HeadKey}, {&c.values, b.m.HeadValue}} {
			o, err := b.device.NewBuffer(2 * int64(c.context) * int64(b.m.KV) * int64(k.width))
			if err != nil {
				_ = c.Close() // the error that counts is why there is none
				return nil, fmt.Errorf("no memory for a context of %d tokens on %s: %w", context, b.device.Name(), err)
			}
			*k.list = append(*k.list, o)
		}
	}
	return c, nil
}

// Close frees the memory.
func (c *cache) Close() error {
	var first error
	for _, o := range append(c.keys, c.values...) {
		if err := o.Close(); err != nil && first == nil {
			first = err
		}
	}
	c.keys, c.values = nil, nil
	return first
}
