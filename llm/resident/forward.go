package resident

import (
	"encoding/binary"
	"fmt"
	"math"

	"pxos/llm/model"
	"pxos/wgsl/gpu"
)

// vectors are some on the device as they are, and rounded to 8 bits.
type vectors struct {
	width                    int
	exact, rounded, rounding gpu.Buffer
}

// rooms are what batches are computed in; all but the first three are never seen by the host.
type rooms struct {
	stream gpu.Buffer    // [Batch, width]: embeddings, then what layers add to
	steps  gpu.Buffer    // lists of (row, place), each at a multiple of stepAlign
	turns  [2]gpu.Buffer // [Batch, pairs]
	rows   gpu.Buffer    // the numbers from 0 on, then the rows that are wanted

	normed, seen, through vectors
	qkv, back, gateUp     gpu.Buffer
	logits                gpu.Buffer
	scores, chosen, share gpu.Buffer // of experts
	each                  gpu.Buffer // what each expert gives
	qkvStride             int
	wide                  int // width of what goes through the feed-forward part
	perToken              int // vectors of that for each token
}

// stepAlign is what the offset of a list of steps is a multiple of, and wantedAt where in rows
// the wanted ones are: any device binds there.
const (
	stepAlign = 256
	wantedAt  = 256
)

// makeRooms takes the memory of batches.
func (b *Backend) makeRooms(u *uploader) {
	const n = model.Batch
	m, r := b.m, &b.room
	width := padded(m.Width)
	vectorsOf := func(count, width int) vectors {
		s := padded(width)
		return vectors{width, u.empty(count * s), u.empty(count * s / 4), u.empty(count * s / block * 2)}
	}
	r.stream, r.back, r.steps = u.empty(n*width), u.empty(n*width), u.empty(n*stepAlign/4)
	for i := range r.turns {
		r.turns[i] = u.empty(max(1, n*m.RoPE.Dimensions))
	}
	first := make([]uint32, n)
	for i := range first {
		first[i] = uint32(i)
	}
	r.rows = u.data(append(appendWords(nil, first...), make([]byte, 4*n)...))
	r.normed, r.seen = vectorsOf(n, m.Width), vectorsOf(n, m.Heads*m.HeadValue)
	r.qkvStride = padded((m.Heads+m.KV)*m.HeadKey + m.KV*m.HeadValue)
	r.qkv = u.empty(n * r.qkvStride)
	r.wide, r.perToken = m.FeedForward, 1
	if m.Experts > 0 {
		r.wide, r.perToken = m.ExpertWidth, m.UsedExpert
		r.scores, r.chosen, r.share = u.empty(n*m.Experts), u.empty(n*m.UsedExpert), u.empty(n*m.UsedExpert)
		r.each = u.empty(n * m.UsedExpert * width)
	}
	r.through, r.gateUp = vectorsOf(n*r.perToken, r.wide), u.empty(n*r.perToken*2*padded(r.wide))
}

// Forward computes a batch in one submission.
func (b *Backend) Forward(steps []model.Step) error {
	f := &forward{b: b, n: len(steps)}
	f.upload(steps)
	for i := range b.layers {
		f.layer(i)
	}
	wanted := f.heads(steps)
	if f.err != nil {
		return f.err
	}
	if err := gpu.Submit(b.ctx, b.device, f.calls); err != nil {
		return fmt.Errorf("%s: %w", b.device.Name(), err)
	}
	return f.results(steps, wanted)
}

// forward makes the calls of a batch and keeps the first error.
type forward struct {
	b         *Backend
	n         int // tokens
	calls     []gpu.Call
	sequences []sequence
	err       error
}

// sequence are the tokens of a batch that are of one text.
type sequence struct {
	cache *cache
	at    int64 // of its list in rooms.steps
	count int
}

// upload writes what only the host knows.
func (f *forward) upload(steps []model.Step) {
	r, pairs := &f.b.room, f.b.m.RoPE.Dimensions/2
	var stream []byte
	turns := [2][]byte{}
	lists := map[*cache][]byte{}
	for i, s := range steps {
		stream = append(appendFloats(stream, s.Input...), make([]byte, 4*(padded(len(s.Input))-len(s.Input)))...)
		for k, t := range s.Turns {
			for _, p := range t[:min(len(t), pairs)] {
				turns[k] = appendFloats(turns[k], p.Cos, p.Sin)
			}
		}
		c, ok := s.Cache.(*cache)
		if !ok {
			f.err = fmt.Errorf("step %d: the cache is of another backend", i)
			return
		}
		if lists[c] == nil {
			f.sequences = append(f.sequences, sequence{cache: c})
		}
		lists[c] = appendWords(lists[c], uint32(i), uint32(s.Place))
	}
	var all []byte
	for i := range f.sequences {
		s := &f.sequences[i]
		list := lists[s.cache]
		s.at, s.count = int64(len(all)), len(list)/8
		all = append(all, list...)
		all = append(all, make([]byte, -len(all)&(stepAlign-1))...)
	}
	f.write(r.stream, 0, stream)
	f.write(r.steps, 0, all)
	for k := range turns {
		f.write(r.turns[k], 0, turns[k])
	}
}

func (f *forward) write(to gpu.Buffer, offset int64, data []byte) {
	if f.err == nil && len(data) > 0 {
		f.err = to.Write(offset, data)
	}
}

// operands are the bindings that an entry point may want, by their numbers.
type operands map[int]gpu.Binding

// call adds a dispatch, of such operands as the entry point uses.
func (f *forward) call(text, entry string, o operands, groups ...int) {
	if f.err != nil {
		return
	}
	p, err := f.b.pipeline(text, entry)
	if err != nil {
		f.err = err
		return
	}
	d := gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}}
	for i, n := range groups {
		d.Workgroups[i] = uint32(n)
	}
	for _, want := range p.Resources() {
		b, ok := o[want.Binding]
		if !ok || b.Buffer == nil {
			f.err = fmt.Errorf("%s: nothing is given for %s", entry, want)
			return
		}
		b.Group, b.Binding = want.Group, want.Binding
		d.Bindings = append(d.Bindings, b)
	}
	f.calls = append(f.calls, gpu.Call{Pipeline: p, Dispatch: d})
}

// uniform is a binding of such words.
func (f *forward) uniform(words ...uint32) gpu.Binding {
	u, err := f.b.uniform(words...)
	if err != nil && f.err == nil {
		f.err = err
	}
	return gpu.Binding{Buffer: u}
}

// groupsOf is how many groups of a size n things take.
func groupsOf(n, size int) int { return (n + size - 1) / size }

// results reads what is wanted.
func (f *forward) results(steps []model.Step, wanted []int) error {
	m, r := f.b.m, &f.b.room
	for at, i := range wanted {
		if s := steps[i].State; s != nil {
			if err := readFloats(r.normed.exact, at*padded(m.Width), s); err != nil {
				return err
			}
		}
		if l := steps[i].Logits; l != nil {
			if err := readFloats(r.logits, at*m.Vocabulary, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// readFloats reads numbers from the one at a place on.
func readFloats(o gpu.Buffer, at int, to []float32) error {
	data := make([]byte, 4*len(to))
	if err := o.Read(4*int64(at), data); err != nil {
		return err
	}
	for i := range to {
		to[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return nil
}
