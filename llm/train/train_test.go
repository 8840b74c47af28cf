package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/quant"
)

var tiny = Shape{Vocabulary: 50, Context: 70, Layers: 2, Width: 16, Heads: 2, FeedForward: 24}

// reference is the loss of a text in float64, by the engine's own oracle on what is
// exported.
func reference(t *testing.T, s Shape, p *parameters, ids []int) (loss float64) {
	t.Helper()
	var b bytes.Buffer
	if err := export(&b, s, p, quant.F32, nil); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	r := model.NewReference(m, s.Context)
	for i, id := range ids[:len(ids)-1] {
		logits, err := r.Next(id)
		if err != nil {
			t.Fatal(err)
		}
		most, sum := slices.Max(logits), 0.0
		for _, l := range logits {
			sum += math.Exp(l - most)
		}
		loss += math.Log(sum) + most - logits[ids[i+1]]
	}
	return loss
}

// shaken are weights of which all matter.
func shaken(s Shape, r *rand.Rand) *parameters {
	p := newParameters(s)
	p.start(s, 1)
	for i := range p.all {
		p.all[i] += float32(r.NormFloat64()) * 0.2
	}
	return p
}

// TestGradient holds the gradient to differences of the loss in float64, for weights of
// every kind, in texts shorter and longer than a block of the attention.
func TestGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 7, 64, 65, 70} {
		p := shaken(tiny, r)
		ids := make([]int, n+1)
		for i := range ids {
			ids[i] = r.IntN(tiny.Vocabulary)
		}
		pass, g := newPass(tiny), newParameters(tiny)
		const scale = 0.5
		got, want := pass.loss(p, ids, g, scale), reference(t, tiny, p, ids)
		if math.Abs(got-want) > 1e-5*want {
			t.Errorf("%d tokens: loss %g, the reference %g", n, got, want)
		}
		var bits float64
		for _, b := range pass.bits(p, ids) {
			bits += b
		}
		if math.Abs(bits*math.Ln2-want) > 1e-5*want {
			t.Errorf("%d tokens: %g bits, the reference %g", n, bits, want/math.Ln2)
		}
		var most float64
		for _, v := range g.all {
			most = max(most, math.Abs(float64(v)))
		}
		for range 60 {
			i := r.IntN(len(p.all))
			const step = 1.0 / 256
			value := p.all[i]
			at := func(by float32) float64 { p.all[i] = value + by*step; return reference(t, tiny, p, ids) }
			// Of the fourth order: what is left is below the bound.
			slope := (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * step) * scale
			p.all[i] = value
			if math.Abs(float64(g.all[i])-slope) > 1e-4*most {
				t.Errorf("%d tokens: weight %d has gradient %g, by differences %g (the largest is %g)", n, i, g.all[i], slope, most)
			}
		}
	}
}

// files are some to train on.
func files() fstest.MapFS {
	out := fstest.MapFS{}
	for i := range 60 {
		text := fmt.Sprintf("package p%d\n\n// F%d adds %d.\nfunc F%d(x int) int {\n\treturn x + %d\n}\n", i, i, i*i, i, i*i)
		out[fmt.Sprintf("d%d/f%d.go", i%7, i)] = &fstest.MapFile{Data: []byte(text)}
		out[fmt.Sprintf("d%d/f%d_test.go", i%7, i)] = &fstest.MapFile{Data: []byte("not this")}
	}
	return out
}

var small = Config{Shape: Shape{Context: 48, Layers: 2, Width: 16, Heads: 2, FeedForward: 32}, Seed: 7, Steps: 60, Batch: 10, Rate: 1e-2, WarmUp: 4, FIM: 0.3}

func trainer(t *testing.T, c Config, workers int) *Trainer {
	t.Helper()
	docs, err := Collect(files(), ".go")
	if err != nil {
		t.Fatal(err)
	}
	v, err := Vocabulary(docs, 300, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := New(c, v, docs, workers, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func steps(t *testing.T, tr *Trainer, n int) {
	t.Helper()
	for range n {
		if _, err := tr.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTraining trains: the loss falls far below that of tokens at random, to the same bits
// with one worker, with three, and through a checkpoint.
func TestTraining(t *testing.T) {
	one := trainer(t, small, 1)
	steps(t, one, small.Steps)
	first, last := one.History[0].Loss, one.History[small.Steps-1].Loss
	if random := math.Log(float64(one.Config.Shape.Vocabulary)); math.Abs(first-random) > 0.3 || last > 0.65*random {
		t.Errorf("the loss went from %.2f to %.2f", first, last)
	}
	three := trainer(t, small, 3)
	steps(t, three, 20)
	path := filepath.Join(t.TempDir(), "checkpoint")
	if err := three.Save(path); err != nil {
		t.Fatal(err)
	}
	steps(t, three, 5) // which do not count
	again := trainer(t, small, 2)
	if err := again.Resume(path); err != nil {
		t.Fatal(err)
	}
	steps(t, again, small.Steps-20)
	if !slices.Equal(one.weights.all, again.weights.all) || !slices.Equal(one.History, again.History) {
		t.Error("workers or a pause changed the weights")
	}
	held := 0
	docs, _ := Collect(files(), ".go")
	for _, d := range docs {
		if HeldOut(d.Name) {
			held++
		}
	}
	if len(docs) != 60 || held == 0 || held > 12 {
		t.Errorf("%d documents, %d held out", len(docs), held)
	}
}

// TestCheckpointRefused gives checkpoints that are cut, changed, or another's.
func TestCheckpointRefused(t *testing.T) {
	tr := trainer(t, small, 1)
	steps(t, tr, 1)
	path := filepath.Join(t.TempDir(), "checkpoint")
	if err := tr.Save(path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(tr *Trainer, data []byte, what string) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := slices.Clone(tr.weights.all)
		if err := tr.Resume(path); !errors.Is(err, ErrCheckpoint) || !slices.Equal(before, tr.weights.all) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range 50 {
		n := rand.IntN(len(good))
		refused(tr, good[:n], "cut")
		bad := slices.Clone(good)
		bad[n] ^= 1
		refused(tr, bad, "changed")
	}
	other := small
	other.Seed++
	refused(trainer(t, other, 1), good, "another's")
}

// TestFillIn has every text of the training still have its length, and those to fill in
// their marks in order.
func TestFillIn(t *testing.T) {
	c := small
	c.FIM = 1
	tr := trainer(t, c, 1)
	for n, at := range tr.corpus.schedule(0, 40) {
		ids := tr.corpus.text(tr.encoders[0], n, at)
		p, s, m := slices.Index(ids, tr.corpus.prefix), slices.Index(ids, tr.corpus.suffix), slices.Index(ids, tr.corpus.middle)
		if len(ids) != c.Shape.Context+1 || p != 0 || s >= 0 && s < p || m >= 0 && m < s {
			t.Errorf("%d tokens, marks at %d, %d, %d", len(ids), p, s, m)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	s := Shape{Vocabulary: 2048, Context: 512, Layers: 6, Width: 128, Heads: 4, FeedForward: 384}
	p, g, pass := newParameters(s), newParameters(s), newPass(s)
	p.start(s, 1)
	ids := make([]int, s.Context+1)
	for i := range ids {
		ids[i] = rand.IntN(s.Vocabulary)
	}
	for b.Loop() {
		pass.loss(p, ids, g, 1)
	}
	b.ReportMetric(float64(b.N*s.Context)/b.Elapsed().Seconds(), "tokens/s")
}
