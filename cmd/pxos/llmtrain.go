package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/gguf"
	"pxos/llm/quant"
	"pxos/llm/train"
)

// llmTrainer are the flags of llm train.
type llmTrainer struct {
	config                   train.Config
	vocabulary, workers      int
	ending, name, of         string
	out, checkpoint, picture string
	heldBytes, every         int
	asJSON                   bool

	c *cobra.Command
}

func llmTrain() *cobra.Command {
	t := &llmTrainer{}
	c := &cobra.Command{
		Use: "train FOLDER", Short: "Train a small model on source code", Args: oneArg("a folder of source files"),
		Long: "Makes a vocabulary of the files, trains a transformer on them and writes it as GGUF.\n" +
			"One file of twenty, chosen by its name, is held out; what these cost is said as bits a byte.\n" +
			"Interrupted, it goes on from its checkpoint to the same weights.",
		Example: "  pxos llm train $(go env GOROOT)/src -o tiny.gguf --plot loss.png --steps 3000",
		RunE: func(c *cobra.Command, args []string) error {
			t.c = c
			return t.run(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVarP(&t.out, "output", "o", "model.gguf", "the model")
	f.StringVar(&t.name, "name", "pxlm", "what the model is called")
	f.StringVar(&t.of, "type", "Q8_0", "of the matrices")
	f.StringVar(&t.checkpoint, "checkpoint", "", "file to go on from (default the output's name with .checkpoint)")
	f.StringVar(&t.picture, "plot", "", "write the losses as a PNG")
	f.StringVar(&t.ending, "ending", ".go", "of the files")
	f.IntVar(&t.vocabulary, "vocabulary", 2048, "tokens")
	f.IntVar(&t.config.Shape.Context, "context", 512, "tokens of a text")
	f.IntVar(&t.config.Shape.Layers, "layers", 6, "blocks")
	f.IntVar(&t.config.Shape.Width, "width", 128, "of the residual stream")
	f.IntVar(&t.config.Shape.Heads, "heads", 4, "of the attention")
	f.IntVar(&t.config.Shape.FeedForward, "feed-forward", 384, "width of that part")
	f.IntVar(&t.config.Steps, "steps", 3000, "updates of the weights")
	f.IntVar(&t.config.Batch, "batch", 8, "texts of a step; their gradients are added up")
	f.IntVar(&t.config.WarmUp, "warm-up", 100, "steps in which the learning rate rises")
	f.Float64Var(&t.config.Rate, "rate", 3e-3, "the highest learning rate; it falls by a cosine to a tenth")
	f.Float64Var(&t.config.FIM, "fim", 0.25, "share of the texts in which a middle is to be filled in")
	f.Uint64Var(&t.config.Seed, "seed", 1, "decides everything that is left to chance")
	f.IntVar(&t.workers, "threads", runtime.NumCPU(), "that compute; they change no bit of the result")
	f.IntVar(&t.every, "every", 250, "steps between looks at held-out files, and checkpoints")
	f.IntVar(&t.heldBytes, "held-out", 1<<30, "bytes of held-out files that the last look reads")
	f.BoolVar(&t.asJSON, "json", false, "report as JSON")
	return c
}

func (t *llmTrainer) run(ctx context.Context, folder string) error {
	of, err := quant.Parse(t.of)
	if err != nil {
		return usage{err}
	}
	if t.checkpoint == "" {
		t.checkpoint = t.out + ".checkpoint"
	}
	tr, docs, err := t.begin(folder)
	if err != nil {
		return err
	}
	if err := t.train(ctx, tr, docs, time.Now()); err != nil {
		return err
	}
	h, err := tr.HeldOut(ctx, docs, t.heldBytes)
	if err != nil {
		return err
	}
	about := []gguf.Pair{{Key: "general.name", Value: t.name}, {Key: "general.license", Value: "as the source that it was trained on"},
		{Key: "pxos.training", Value: fmt.Sprintf("%d steps of %d tokens, seed %d", tr.Done(), tr.Config.Batch*tr.Config.Shape.Context, tr.Config.Seed)}}
	if err := writeWhole(t.out, func(w io.Writer) error { return tr.Export(w, of, about...) }); err != nil {
		return err
	}
	return t.report(tr, h)
}

// begin reads the files and makes ready.
func (t *llmTrainer) begin(folder string) (*train.Trainer, []train.Document, error) {
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return nil, nil, usage{fmt.Errorf("%s is no folder", folder)}
	}
	docs, err := train.Collect(os.DirFS(folder), t.ending)
	if err != nil {
		return nil, nil, err
	}
	all, held := 0, 0
	for _, d := range docs {
		all += len(d.Text)
		if train.HeldOut(d.Name) {
			held++
		}
	}
	fmt.Fprintf(t.c.ErrOrStderr(), "%d files of %.2f MB, %d of them held out\n", len(docs), float64(all)/1e6, held)
	vocabulary, err := train.Vocabulary(docs, t.vocabulary, newTeller(t.c.ErrOrStderr(), "files cut into words").count)
	if err != nil {
		return nil, nil, usage{err}
	}
	tr, err := train.New(t.config, vocabulary, docs, t.workers, newTeller(t.c.ErrOrStderr(), "files written as tokens").count)
	if err != nil {
		return nil, nil, usage{err}
	}
	fmt.Fprintf(t.c.ErrOrStderr(), "%d tokens of %.2f bytes to train on, %d weights\n", tr.Tokens(), float64(all)*float64(len(docs)-held)/float64(max(len(docs), 1))/float64(tr.Tokens()), tr.Weights())
	if err := tr.Resume(t.checkpoint); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, usage{fmt.Errorf("%w; what to do: remove it, or name another with --checkpoint", err)}
	}
	if n := tr.Done(); n > 0 {
		fmt.Fprintf(t.c.ErrOrStderr(), "going on from step %d of %s\n", n, t.checkpoint)
	}
	return tr, docs, nil
}

// sampleBytes is how much of the held-out files is looked at on the way.
const sampleBytes = 200_000

// train makes the steps that are left.
func (t *llmTrainer) train(ctx context.Context, tr *train.Trainer, docs []train.Document, start time.Time) error {
	began, told := tr.Done(), time.Now()
	for tr.Done() < tr.Config.Steps {
		p, err := tr.Step(ctx)
		if err != nil {
			if ctx.Err() != nil && tr.Done() > 0 {
				return errors.Join(fmt.Errorf("interrupted at step %d; the same command goes on from there: %w", tr.Done(), err), tr.Save(t.checkpoint))
			}
			return err
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			each := time.Since(start).Seconds() / float64(tr.Done()-began)
			left := time.Duration(each * float64(tr.Config.Steps-tr.Done()) * float64(time.Second))
			fmt.Fprintf(t.c.ErrOrStderr(), "step %d of %d: loss %.3f, %.0f tokens/s, %s left\n", tr.Done(), tr.Config.Steps, p.Loss, float64(tr.Config.Batch*tr.Config.Shape.Context)/each, left.Round(time.Second))
		}
		if tr.Done()%t.every != 0 {
			continue
		}
		if err := t.look(ctx, tr, docs); err != nil {
			return err
		}
	}
	return nil
}

// look says what some held-out files cost, saves, and draws.
func (t *llmTrainer) look(ctx context.Context, tr *train.Trainer, docs []train.Document) error {
	h, err := tr.HeldOut(ctx, docs, sampleBytes)
	if err != nil {
		return err
	}
	tr.Looks = append(tr.Looks, train.Look{Step: tr.Done(), PerByte: h.PerByte(), Bytes: h.Bytes})
	fmt.Fprintf(t.c.ErrOrStderr(), "step %d: held out %.3f bits a byte (of %d bytes)\n", tr.Done(), h.PerByte(), h.Bytes)
	if err := os.MkdirAll(filepath.Dir(t.checkpoint), 0o755); err != nil {
		return err
	}
	if err := tr.Save(t.checkpoint); err != nil {
		return err
	}
	return t.draw(tr)
}

func (t *llmTrainer) draw(tr *train.Trainer) error {
	if t.picture == "" {
		return nil
	}
	return writeWhole(t.picture, func(w io.Writer) error { return drawLosses(w, tr.History, tr.Looks) })
}

// trainReport is what llm train says at its end.
type trainReport struct {
	Config    train.Config  `json:"config"`
	Output    string        `json:"output"`
	Bytes     int64         `json:"bytes"`
	Weights   int           `json:"weights"`
	Tokens    int           `json:"corpus_tokens"`
	HeldOut   train.Held    `json:"held_out"`
	PerByte   float64       `json:"held_out_bits_per_byte"`
	Looks     []train.Look  `json:"looks"`
	LossCurve []train.Point `json:"loss_curve"`
}

func (t *llmTrainer) report(tr *train.Trainer, h train.Held) error {
	if err := t.draw(tr); err != nil {
		return err
	}
	info, err := os.Stat(t.out)
	if err != nil {
		return err
	}
	w := t.c.OutOrStdout()
	if t.asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(trainReport{tr.Config, t.out, info.Size(), tr.Weights(), tr.Tokens(), h, h.PerByte(), tr.Looks, tr.History})
	}
	_, err = fmt.Fprintf(w, "%s  %.2f MB, %d weights, held out %.3f bits a byte (%d tokens of %d bytes)\n", t.out, float64(info.Size())/1e6, tr.Weights(), h.PerByte(), h.Tokens, h.Bytes)
	return err
}
