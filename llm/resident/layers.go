package resident

import (
	"math"

	"pxos/llm/model"
	"pxos/wgsl/gpu"
)

// rowsAtOnce and vectorsAtOnce are what a workgroup of a product makes, lanes how wide the
// others are.
const (
	rowsAtOnce    = 8
	vectorsAtOnce = 4
	lanes         = 64
)

// product multiplies a matrix by n vectors, into columns from start on of rows of a stride.
func (f *forward) product(m matrix, in vectors, n int, out gpu.Buffer, stride, start int) {
	entry, groups := "four_", groupsOf(n, vectorsAtOnce)
	if n == 1 {
		entry, groups = "one_", 1
	}
	f.multiply(entry, m, in, n, out, stride, start, m.rows, 1, nil, groups)
}

// ofExperts multiplies, for each of n vectors, the rows of the expert that was chosen for it;
// so many in turn have the same input.
func (f *forward) ofExperts(m matrix, in vectors, n, repeat int, out gpu.Buffer, stride, start int) {
	f.multiply("chosen_", m, in, n, out, stride, start, m.rows/f.b.m.Experts, repeat, f.b.room.chosen, n)
}

func (f *forward) multiply(entry string, m matrix, in vectors, n int, out gpu.Buffer, stride, start, rows, repeat int, chosen gpu.Buffer, groups int) {
	shape := f.uniform(uint32(rows), uint32(padded(m.cols)/block), uint32(n), uint32(stride), uint32(start), uint32(repeat))
	f.call(string(m.kind), entry+string(m.kind), operands{0: of(m.weights), 1: of(m.scales), 2: of(in.rounded), 3: of(in.rounding), 4: of(in.exact), 5: of(out), 6: shape, 7: of(chosen)},
		groupsOf(rows, rowsAtOnce), groups)
}

// norm adds what may be there to the stream, and norms the rows of a list into normed.
func (f *forward) norm(weight, add gpu.Buffer, rows gpu.Binding, n int) {
	b, r := f.b, &f.b.room
	more, flag := add, uint32(1)
	if add == nil {
		more, flag = r.back, 0
	}
	shape := f.uniform(uint32(b.m.Width), uint32(padded(b.m.Width)), math.Float32bits(float32(b.m.Epsilon)), flag, 0)
	f.call("decoder", "norm", operands{0: shape, 1: of(r.stream), 2: of(more), 3: of(weight), 4: of(r.normed.exact), 5: of(r.normed.rounded), 6: of(r.normed.rounding), 7: rows}, 1, n)
}

// normBack norms back in place, where there is a weight for that.
func (f *forward) normBack(weight gpu.Buffer) {
	if weight == nil {
		return
	}
	b := f.b
	shape := f.uniform(uint32(b.m.Width), uint32(padded(b.m.Width)), math.Float32bits(float32(b.m.Epsilon)), 0, 0)
	f.call("decoder", "norm_self", operands{0: shape, 3: of(weight), 4: of(b.room.back)}, 1, f.n)
}

// layer adds the calls of a layer. What the layer before gave is still to be added to the stream.
func (f *forward) layer(i int) {
	l, r := &f.b.layers[i], &f.b.room
	all := of(r.rows)
	var before gpu.Buffer
	if i > 0 {
		before = r.back
	}
	f.norm(l.attentionNorm, before, all, f.n)
	start := 0
	for _, m := range l.qkv {
		f.product(m, r.normed, f.n, r.qkv, r.qkvStride, start)
		start += m.rows
	}
	f.attention(i)
	f.product(l.output, r.seen, f.n, r.back, padded(f.b.m.Width), 0)
	f.normBack(l.postAttentionNorm)
	f.norm(l.feedNorm, r.back, all, f.n)
	if f.b.m.Experts > 0 {
		f.experts(l)
	} else {
		start := 0
		for _, m := range l.gateUp {
			f.product(m, r.normed, f.n, r.gateUp, 2*padded(r.wide), start)
			start += padded(r.wide)
		}
		f.gated(f.n)
		f.product(l.down, r.through, f.n, r.back, padded(f.b.m.Width), 0)
	}
	f.normBack(l.postFeedNorm)
}

// gated makes what goes through the feed-forward part, of n vectors.
func (f *forward) gated(n int) {
	r := &f.b.room
	gelu := uint32(0)
	if f.b.m.GELU {
		gelu = 1
	}
	shape := f.uniform(uint32(r.wide), uint32(padded(r.wide)), 0, 0, gelu)
	f.call("decoder", "gated", operands{0: shape, 2: of(r.gateUp), 4: of(r.through.exact), 5: of(r.through.rounded), 6: of(r.through.rounding)},
		groupsOf(padded(r.wide)/block, lanes), n)
}

// experts is the feed-forward part of those that the router chooses.
func (f *forward) experts(l *layer) {
	m, r := f.b.m, &f.b.room
	n := f.n * m.UsedExpert
	f.product(l.router, r.normed, f.n, r.scores, m.Experts, 0)
	choose := f.uniform(uint32(f.n), uint32(m.Experts), uint32(m.UsedExpert), uint32(m.Experts), 0)
	f.call("decoder", "choose", operands{8: choose, 9: of(r.scores), 10: of(r.chosen), 11: of(r.share)}, groupsOf(f.n, lanes))
	for k, part := range l.gateUp {
		f.ofExperts(part, r.normed, n, m.UsedExpert, r.gateUp, 2*padded(r.wide), k*padded(r.wide))
	}
	f.gated(n)
	width := padded(m.Width)
	f.ofExperts(l.down, r.through, n, 1, r.each, width, 0)
	combine := f.uniform(uint32(f.n), uint32(m.Experts), uint32(m.UsedExpert), uint32(width), uint32(m.Width))
	f.call("decoder", "combine", operands{8: combine, 2: of(r.each), 4: of(r.back), 11: of(r.share)}, groupsOf(m.Width, lanes), f.n)
}

// attention places and attends, sequence by sequence, and rounds what was seen.
func (f *forward) attention(i int) {
	m, l, r := f.b.m, &f.b.layers[i], &f.b.room
	flag := func(set bool) uint32 {
		if set {
			return 1
		}
		return 0
	}
	out := padded(m.Heads * m.HeadValue)
	for _, s := range f.sequences {
		shape := f.uniform(uint32(m.Heads), uint32(m.KV), uint32(m.HeadKey), uint32(m.HeadValue), uint32(m.RoPE.Dimensions), flag(m.RoPE.Halves),
			flag(l.headNorms != nil), flag(l.bias != nil), uint32(r.qkvStride), uint32(out), uint32(s.cache.context), uint32(m.WindowOf(i)),
			math.Float32bits(float32(m.AttentionScale)), math.Float32bits(float32(m.AttentionCap)), math.Float32bits(float32(m.Epsilon)))
		o := operands{0: shape, 1: {Buffer: r.steps, Offset: s.at, Size: 8 * int64(s.count)}, 2: of(r.qkv), 3: of(orAny(l.bias, r.rows)), 4: of(orAny(l.headNorms, r.rows)),
			5: of(r.turns[m.Local(i)]), 6: of(s.cache.keys[i]), 7: of(s.cache.values[i]), 8: of(r.seen.exact)}
		f.call("attention", "place", o, m.Heads+2*m.KV, s.count)
		f.call("attention", "attend", o, m.Heads, s.count)
	}
	if l.output.kind.rounds() {
		shape := f.uniform(uint32(m.Heads*m.HeadValue), uint32(out), 0, 0, 0)
		f.call("decoder", "round_rows", operands{0: shape, 4: of(r.seen.exact), 5: of(r.seen.rounded), 6: of(r.seen.rounding)}, groupsOf(out/block, lanes), f.n)
	}
}

// orAny is a buffer, or where there is none another that is not looked at.
func orAny(o, other gpu.Buffer) gpu.Buffer {
	if o == nil {
		return other
	}
	return o
}

// of binds all of a buffer.
func of(o gpu.Buffer) gpu.Binding { return gpu.Binding{Buffer: o} }

// heads makes what is wanted of the last layer, of the steps whose numbers it gives.
func (f *forward) heads(steps []model.Step) (wanted []int) {
	m, r := f.b.m, &f.b.room
	logits := false
	var list []byte
	for i, s := range steps {
		if s.State != nil || s.Logits != nil {
			wanted, list = append(wanted, i), appendWords(list, uint32(i))
			logits = logits || s.Logits != nil
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	f.write(r.rows, wantedAt, list)
	f.norm(f.b.norm, r.back, gpu.Binding{Buffer: r.rows, Offset: wantedAt, Size: int64(len(list))}, len(wanted))
	if logits {
		f.roomForLogits(len(wanted))
		f.product(f.b.head, r.normed, len(wanted), r.logits, m.Vocabulary, 0)
	}
	return wanted
}

// roomForLogits makes room for those of n tokens, or of a whole batch.
func (f *forward) roomForLogits(n int) {
	r, size := &f.b.room, 4*int64(n)*int64(f.b.m.Vocabulary)
	if f.err != nil || r.logits != nil && r.logits.Size() >= size {
		return
	}
	if n > 1 {
		n = model.Batch
	}
	u := &uploader{b: f.b}
	r.logits = u.empty(n * f.b.m.Vocabulary)
	f.err = u.err
}
