// Command llm runs language models inside pxOS, by the engine that runs them on the host:
// it goes on from a text, asks for texts at a prompt, or serves the model by OpenAI's HTTP
// interface. It runs on Linux too.
//
// It may import llm and models. Invariant: its exit codes are those of "pxos llm".
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"pxos/llm/chat"
	"pxos/llm/generate"
	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/serve"
	"pxos/llm/token"
	"pxos/models"
)

const use = `llm [-model FILE] [-n TOKENS] -p TEXT      goes on from a text
llm [-model FILE] [-n TOKENS]              asks for texts and goes on from each
llm [-model FILE] -serve ADDRESS           serves by OpenAI's HTTP interface
`

// job is what is asked for.
type job struct {
	model, prompt, serve string
	ids                  bool
	context, slots       int
	options              generate.Options
}

func main() {
	chat.Child()
	os.Exit(run())
}

func run() int {
	j := job{options: generate.Options{Now: time.Now}}
	flag.StringVar(&j.model, "model", models.Name, "a GGUF file, a picture of one, or "+models.Name)
	flag.StringVar(&j.prompt, "p", "", "the text to go on from")
	flag.StringVar(&j.serve, "serve", "", "address to serve at, such as 127.0.0.1:8080")
	flag.BoolVar(&j.ids, "ids", false, "print the numbers of the tokens, not their text")
	flag.IntVar(&j.options.Tokens, "n", 64, "the most tokens to add")
	flag.IntVar(&j.context, "context", 0, "tokens of prompt and answer (default the model's, at most 4096)")
	flag.IntVar(&j.slots, "slots", 2, "texts that the server computes at once")
	flag.Float64Var(&j.options.Sample.Temperature, "temperature", 0, "0 takes the most likely")
	flag.IntVar(&j.options.Sample.TopK, "top-k", 0, "choose among so many (0: all)")
	flag.Float64Var(&j.options.Sample.TopP, "top-p", 0, "choose among those that come to this probability (0: all)")
	flag.Float64Var(&j.options.Sample.MinP, "min-p", 0, "choose among those of this share of the most likely (0: all)")
	flag.Float64Var(&j.options.Sample.Repetition, "repetition", 0, "penalty of what came before (0: none)")
	flag.Uint64Var(&j.options.Sample.Seed, "seed", 1, "of the choices")
	flag.Usage = func() { fmt.Fprint(os.Stderr, use); flag.PrintDefaults() }
	flag.Parse()
	err := j.options.Sample.Check()
	if err == nil && (flag.NArg() > 0 || j.context < 0 || j.slots < 1) {
		err = errors.New("the arguments are not those of this program")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "llm:", err)
		flag.Usage()
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err = j.run(ctx); err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "llm:", err)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, model.ErrContext):
		return 2
	case errors.Is(err, gguf.ErrFormat), errors.Is(err, gguf.ErrKey), errors.Is(err, model.ErrModel), errors.Is(err, model.ErrWeights), errors.Is(err, token.ErrVocabulary):
		return 1
	}
	return 3
}

// mostContext is the most that is taken without being asked.
const mostContext = 4096

func (j *job) run(ctx context.Context) error {
	f, m, v, err := models.Load(j.model)
	if err != nil {
		return err
	}
	defer f.Close()
	if j.context == 0 {
		j.context = min(m.Context, mostContext)
	}
	e := model.NewEngine(m, runtime.NumCPU(), kernel.CacheF16)
	defer e.Close()
	switch {
	case j.serve != "":
		return j.listen(ctx, e, v)
	case j.prompt != "":
		return j.answer(ctx, e.NewSequence(j.context), v, j.prompt)
	}
	return j.ask(ctx, e.NewSequence(j.context), v)
}

// ask takes texts at a prompt, a line each, until there are no more.
func (j *job) ask(ctx context.Context, s *model.Sequence, v *token.Vocabulary) error {
	fmt.Printf("%s, %d tokens of context: it goes on from what you type; Ctrl-D ends.\n", models.NameOf(j.model), j.context)
	in := bufio.NewScanner(os.Stdin)
	for fmt.Print("> "); in.Scan() && ctx.Err() == nil; fmt.Print("> ") {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		if err := j.answer(ctx, s, v, in.Text()); err != nil {
			fmt.Fprintln(os.Stderr, "llm:", err)
		}
	}
	fmt.Println()
	return in.Err()
}

// answer goes on from one text, and says how fast.
func (j *job) answer(ctx context.Context, s *model.Sequence, v *token.Vocabulary, text string) error {
	s.Cut(0)
	prompt := v.Encode(text, false)
	if len(prompt) >= j.context {
		return fmt.Errorf("the text has %d tokens, the context %d: %w", len(prompt), j.context, model.ErrContext)
	}
	if !j.ids {
		fmt.Print(text)
	}
	stats, err := generate.Continue(ctx, s, v, prompt, j.context, j.options, func(text string) error {
		if j.ids {
			return nil
		}
		_, err := fmt.Print(text)
		return err
	})
	if j.ids {
		fmt.Println(stats.IDs)
	} else {
		fmt.Println()
	}
	fmt.Fprintf(os.Stderr, "%v; context %d of %d\n", stats, stats.Used, j.context)
	return err
}

// listen serves until it is interrupted.
func (j *job) listen(ctx context.Context, e *model.Engine, v *token.Vocabulary) error {
	scheduler := serve.New(e, v, serve.Options{Slots: j.slots, Waiting: 64, Context: j.context})
	defer scheduler.Close()
	server := serve.NewServer(scheduler, v, models.NameOf(j.model), "", time.Now, rand.Text)
	defer server.Close()
	web := &http.Server{Addr: j.serve, Handler: server, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = web.Close() // ListenAndServe says what there is to say
	}()
	fmt.Fprintf(os.Stderr, "llm: %s at http://%s/v1\n", models.NameOf(j.model), j.serve)
	if err := web.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
