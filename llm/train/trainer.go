package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// Config is how a model is trained. Together with the documents it decides every weight.
type Config struct {
	Shape  Shape   `json:"shape"`
	Seed   uint64  `json:"seed"`
	Steps  int     `json:"steps"`
	Batch  int     `json:"batch"`         // texts of a step, of a context's length each
	Rate   float64 `json:"learning_rate"` // the highest
	WarmUp int     `json:"warm_up"`       // steps in which it rises
	FIM    float64 `json:"fim"`           // share of texts made into ones to fill in
}

// Check says what is wrong.
func (c Config) Check() error {
	if err := c.Shape.Check(); err != nil {
		return err
	}
	switch {
	case c.Steps < 1 || c.Steps > 1<<30:
		return fmt.Errorf("steps is %d, it must be from 1 to %d", c.Steps, 1<<30)
	case c.Batch < 1 || c.Batch > 1<<16:
		return fmt.Errorf("batch is %d, it must be from 1 to %d", c.Batch, 1<<16)
	case c.WarmUp < 0 || c.WarmUp > c.Steps:
		return fmt.Errorf("warm_up is %d, it must be from 0 to the %d steps", c.WarmUp, c.Steps)
	case !(c.Rate > 0 && c.Rate <= 1):
		return fmt.Errorf("learning_rate is %g, it must be over 0 and at most 1", c.Rate)
	case !(c.FIM >= 0 && c.FIM <= 1):
		return fmt.Errorf("fim is %g, it must be from 0 to 1", c.FIM)
	}
	return nil
}

// AdamW and its bounds (Loshchilov and Hutter 2019, algorithm 2; values of GPT-3, appendix B).
const (
	beta1, beta2, adamEpsilon = 0.9, 0.95, 1e-8
	weightDecay               = 0.1
	clipAt                    = 1.0
	lastRate                  = 0.1 // of the highest
)

// shards is how many sums a step's gradient is made of: texts go to them in turn, and they
// are added in order, so that the number of workers changes no bit.
const shards = 8

// Point is a step's loss.
type Point struct {
	Step   int     `json:"step"`
	Tokens int64   `json:"tokens"`        // seen so far
	Loss   float64 `json:"loss"`          // nats a token
	Norm   float64 `json:"gradient_norm"` // before it was bounded
	Rate   float64 `json:"learning_rate"`
}

// Look is what held-out files cost at a step.
type Look struct {
	Step    int     `json:"step"`
	PerByte float64 `json:"bits_per_byte"`
	Bytes   int     `json:"bytes"`
}

// Trainer trains a model.
type Trainer struct {
	Config  Config
	History []Point
	Looks   []Look // at held-out files, kept with the history

	vocabulary []gguf.Pair
	corpus     *corpus
	weights    *parameters
	first, sec []float32 // moments
	decays     []bool
	gradients  []*parameters
	passes     []*pass
	encoders   []*token.Encoder
}

// New begins a training with so many workers. The vocabulary is of Vocabulary; the shape
// takes its size of it.
func New(c Config, vocabulary []gguf.Pair, docs []Document, workers int, progress func(done, all int)) (*Trainer, error) {
	v, err := ReadVocabulary(vocabulary)
	if err != nil {
		return nil, err
	}
	c.Shape.Vocabulary = len(v.Tokens)
	if err := c.Check(); err != nil {
		return nil, err
	}
	t := &Trainer{Config: c, vocabulary: vocabulary, weights: newParameters(c.Shape)}
	if t.corpus, err = newCorpus(v, docs, c, progress); err != nil {
		return nil, err
	}
	t.weights.start(c.Shape, c.Seed)
	t.first, t.sec, t.decays = make([]float32, len(t.weights.all)), make([]float32, len(t.weights.all)), t.weights.decays()
	for range min(shards, c.Batch) {
		t.gradients = append(t.gradients, newParameters(c.Shape))
	}
	for range max(1, min(workers, len(t.gradients))) {
		t.passes, t.encoders = append(t.passes, newPass(c.Shape)), append(t.encoders, v.NewEncoder())
	}
	return t, nil
}

// Tokens is how many there are to train on.
func (t *Trainer) Tokens() int { return len(t.corpus.ids) }

// Weights is how many there are.
func (t *Trainer) Weights() int { return len(t.weights.all) }

// Done is how many steps there were.
func (t *Trainer) Done() int { return len(t.History) }

// ErrDiverged is a loss that is no number.
var ErrDiverged = errors.New("the training came to a loss that is no number; a lower learning rate may help")

// Step makes one and says its loss. Interrupted, it leaves the weights as they were.
func (t *Trainer) Step(ctx context.Context) (Point, error) {
	c := t.Config
	n := len(t.History)
	starts := t.corpus.schedule(n, c.Batch)
	scale := 1 / float32(c.Batch*c.Shape.Context)
	losses := make([]float64, len(t.gradients))
	var next atomic.Int64
	var group sync.WaitGroup
	for w := range t.passes {
		group.Go(func() {
			for ctx.Err() == nil {
				shard := int(next.Add(1)) - 1
				if shard >= len(t.gradients) {
					return
				}
				g := t.gradients[shard]
				clear(g.all)
				for i := shard; i < c.Batch && ctx.Err() == nil; i += len(t.gradients) {
					losses[shard] += t.passes[w].loss(t.weights, t.corpus.text(t.encoders[w], n*c.Batch+i, starts[i]), g, scale)
				}
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return Point{}, err
	}
	var loss float64
	for _, l := range losses {
		loss += l
	}
	p := Point{Step: n, Tokens: int64(n+1) * int64(c.Batch*c.Shape.Context), Loss: loss / float64(c.Batch*c.Shape.Context), Rate: c.rate(n)}
	sum := t.gradients[0].all
	for _, g := range t.gradients[1:] {
		kernel.AddScaled(sum, g.all, 1)
	}
	var squares float64
	for _, g := range sum {
		squares += float64(g) * float64(g)
	}
	p.Norm = math.Sqrt(squares)
	if math.IsNaN(p.Loss+p.Norm) || math.IsInf(p.Loss+p.Norm, 0) {
		return p, fmt.Errorf("step %d: %w", n, ErrDiverged)
	}
	t.update(sum, p, n)
	t.History = append(t.History, p)
	return p, nil
}

// rate is a step's: a rise, then a cosine.
func (c Config) rate(step int) float64 {
	if step < c.WarmUp {
		return c.Rate * float64(step+1) / float64(c.WarmUp)
	}
	part := float64(step-c.WarmUp) / float64(max(c.Steps-c.WarmUp, 1))
	return c.Rate * (lastRate + (1-lastRate)*(1+math.Cos(math.Pi*min(part, 1)))/2)
}

// update changes the weights by a gradient.
func (t *Trainer) update(gradient []float32, p Point, step int) {
	clip := float32(min(1, clipAt/max(p.Norm, 1e-12)))
	correct1 := float32(1 / (1 - math.Pow(beta1, float64(step+1))))
	correct2 := float32(1 / (1 - math.Pow(beta2, float64(step+1))))
	rate, w := float32(p.Rate), t.weights.all
	for i, g := range gradient {
		g *= clip
		m, v := beta1*t.first[i]+(1-beta1)*g, beta2*t.sec[i]+(1-beta2)*g*g
		t.first[i], t.sec[i] = m, v
		if t.decays[i] {
			w[i] -= rate * weightDecay * w[i]
		}
		w[i] -= rate * m * correct1 / (float32(math.Sqrt(float64(v*correct2))) + adamEpsilon)
	}
}

// Export writes the model as it is now, its matrices of a type; more is said of it.
func (t *Trainer) Export(w io.Writer, of quant.Type, more ...gguf.Pair) error {
	return export(w, t.Config.Shape, t.weights, of, append(append([]gguf.Pair{}, t.vocabulary...), more...))
}
