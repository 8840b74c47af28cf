package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/generate"
	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/sample"
	"pxos/llm/token"
)

func llmCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "llm", Short: "Language models in GGUF files, in pure Go",
		Long: "Reads GGUF of the architectures " + strings.Join(model.Architectures, ", ") + ",\nwith weights of the types " + typeNames() + ".",
	}
	c.AddCommand(llmInfo(), llmRun(), llmServe(), llmScore(), llmQuantize(), llmConvert(), llmPack(), llmTrain())
	return c
}

func typeNames() string {
	var list []string
	for _, t := range quant.Types {
		list = append(list, t.String())
	}
	return strings.Join(list, ", ")
}

// llmError sorts errors: a model that is refused is what is under test.
func llmError(err error) error {
	for _, k := range []error{gguf.ErrFormat, gguf.ErrKey, model.ErrModel, model.ErrWeights, token.ErrVocabulary} {
		if errors.Is(err, k) {
			return failed{err.Error()}
		}
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, model.ErrContext) {
		return usage{err}
	}
	return err
}

// modelInfo is what llm info says.
type modelInfo struct {
	File       string         `json:"file"`
	Version    uint32         `json:"gguf_version"`
	Bytes      int64          `json:"tensor_bytes"`
	Weights    int64          `json:"weights"`
	Types      map[string]int `json:"tensors_by_type"`
	Config     *model.Config  `json:"config,omitempty"`
	Refused    string         `json:"refused,omitempty"` // why it cannot be run
	CacheBytes int64          `json:"cache_bytes_of_whole_context"`
	Keys       int            `json:"metadata_keys"`
}

func llmInfo() *cobra.Command {
	var asJSON, check, tensors bool
	c := &cobra.Command{
		Use: "info FILE", Short: "Say what a model is, and whether it can be run", Args: oneArg(modelFiles),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := openModel(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if check {
				told := newTeller(c.ErrOrStderr(), "tensors looked at")
				if err := model.Check(f, told.count); err != nil {
					return llmError(err)
				}
			}
			i := describeModel(args[0], f)
			if asJSON {
				return writeJSON(c.OutOrStdout(), i)
			}
			i.show(c.OutOrStdout())
			if tensors {
				for _, t := range f.Tensors {
					fmt.Fprintf(c.OutOrStdout(), "%-5v %-20v %s\n", t.Type, t.Shape, t.Name)
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&check, "check", false, "look at every weight: all must be finite")
	c.Flags().BoolVar(&tensors, "tensors", false, "list the tensors")
	return c
}

func describeModel(path string, f *gguf.File) modelInfo {
	i := modelInfo{File: path, Version: f.Version, Types: map[string]int{}, Keys: len(f.Keys)}
	for k := range f.Tensors {
		t := &f.Tensors[k]
		i.Bytes += int64(len(t.Data))
		i.Weights += int64(t.Values())
		i.Types[t.Type.String()]++
	}
	m, err := model.Load(f)
	if err == nil {
		_, err = token.Read(f)
	}
	if m != nil {
		i.Config, i.CacheBytes = &m.Config, m.Bytes(kernel.CacheF16, m.Context)
	}
	if err != nil {
		i.Refused = err.Error()
	}
	return i
}

func (i *modelInfo) show(w io.Writer) {
	fmt.Fprintf(w, "%s  GGUF version %d, %d keys\n", i.File, i.Version, i.Keys)
	var types []string
	for name, n := range i.Types {
		types = append(types, fmt.Sprintf("%d %s", n, name))
	}
	sort.Strings(types)
	fmt.Fprintf(w, "weights    %.1f million in %.1f MB; tensors: %s\n", float64(i.Weights)/1e6, float64(i.Bytes)/1e6, strings.Join(types, ", "))
	if c := i.Config; c != nil {
		fmt.Fprintf(w, "model      %s (%s), %d layers, width %d, %d heads, %d of keys and values, %d wide\n", c.Name, c.Architecture, c.Layers, c.Width, c.Heads, c.KV, c.HeadKey)
		if c.Experts > 0 {
			fmt.Fprintf(w, "experts    %d, of which %d are used\n", c.Experts, c.UsedExpert)
		}
		fmt.Fprintf(w, "vocabulary %d\ncontext    %d tokens, %.1f MB of keys and values\n", c.Vocabulary, c.Context, float64(i.CacheBytes)/1e6)
	}
	if i.Refused != "" {
		fmt.Fprintln(w, "cannot run:", i.Refused)
	}
}

func llmQuantize() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use: "quantize IN OUT", Short: "Write a model's matrices in another type", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			t, err := quant.Parse(name)
			if err != nil {
				return usage{err}
			}
			f, err := openModel(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			told := newTeller(c.ErrOrStderr(), "tensors written")
			err = writeWhole(args[1], func(w io.Writer) error { return gguf.Quantize(w, f, t, told.count) })
			if err != nil {
				return llmError(err)
			}
			before, after, err := sizes(args[0], args[1])
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "%s  %v, %.1f MB of %.1f MB\n", args[1], t, float64(after)/1e6, float64(before)/1e6)
			}
			return err
		},
	}
	c.Flags().StringVar(&name, "type", "Q8_0", "of the matrices: "+typeNames())
	return c
}

// sizes are those of two files.
func sizes(a, b string) (before, after int64, err error) {
	x, err := os.Stat(a)
	if err != nil {
		return 0, 0, err
	}
	y, err := os.Stat(b)
	if err != nil {
		return 0, 0, err
	}
	return x.Size(), y.Size(), nil
}

// llmRunner are the flags of llm run.
type llmRunner struct {
	prompt           string
	most, context    int
	compute          engineFlags
	options          sample.Options
	special, verbose bool
	inPxOS, talk     bool
}

func llmRun() *cobra.Command {
	r, machine := &llmRunner{}, &programRun{}
	c := &cobra.Command{
		Use: "run MODEL", Short: "Let a model go on from a text", Args: oneArg(modelFiles),
		Long: "The prompt is -p TEXT, or standard input. What the model adds is written as it comes.\n" +
			"With --inside the same engine runs in ring 3 of pxOS, to the same tokens.",
		Example: "  pxos llm run model.gguf -p 'func main() {' -n 64\n  pxos llm run model.gguf --temperature 0.8 --top-p 0.95 --seed 7 < prompt.txt\n  pxos llm run pxlm --inside",
		RunE: func(c *cobra.Command, args []string) error {
			if err := r.options.Check(); err != nil {
				return usage{err}
			}
			if r.inPxOS {
				if r.special || r.talk || r.compute.chosen() {
					return usage{errors.New("--special, --chat, --gpu, --lookup and --cache do not go with --inside")}
				}
				return modelInside(c, machine, args[0], r.inside()...)
			}
			if r.talk && r.prompt != "" {
				return usage{errors.New("-p does not go with --chat")}
			}
			if r.prompt == "" && !r.talk {
				text, err := io.ReadAll(io.LimitReader(c.InOrStdin(), 64<<20))
				if err != nil {
					return err
				}
				r.prompt = string(text)
			}
			return llmError(r.run(c, args[0]))
		},
	}
	c.Flags().StringVarP(&r.prompt, "prompt", "p", "", "the text to go on from (default standard input)")
	c.Flags().IntVarP(&r.most, "tokens", "n", 256, "the most tokens to add")
	c.Flags().IntVar(&r.context, "context", 0, "tokens of prompt and answer together (default the model's, at most 4096)")
	r.compute.add(c)
	r.compute.addAhead(c)
	c.Flags().Float64Var(&r.options.Temperature, "temperature", 0, "0 takes the most likely")
	c.Flags().IntVar(&r.options.TopK, "top-k", 0, "choose among so many (0: all)")
	c.Flags().Float64Var(&r.options.TopP, "top-p", 0, "choose among those that come to this probability (0: all)")
	c.Flags().Float64Var(&r.options.MinP, "min-p", 0, "choose among those of this share of the most likely (0: all)")
	c.Flags().Float64Var(&r.options.Repetition, "repetition", 0, "penalty of what came before (1.1, say; 0: none)")
	c.Flags().Uint64Var(&r.options.Seed, "seed", 1, "of the choices")
	c.Flags().BoolVar(&r.special, "special", false, "names of control tokens in the prompt are these tokens")
	c.Flags().BoolVar(&r.verbose, "stats", false, "say how fast it was")
	c.Flags().BoolVar(&r.talk, "chat", false, "a conversation, by the model's chat template")
	c.Flags().BoolVar(&r.inPxOS, "inside", false, "in ring 3 of pxOS; without -p it asks for texts, a line each")
	c.Flags().StringVarP(&machine.machine.memory, "memory", "m", "", "of pxOS, such as 2G (default what the model takes)")
	machine.machine.smpFlag(c)
	return c
}

// defaultContext is the most that is taken for the context without being asked.
const defaultContext = 4096

func (r *llmRunner) run(c *cobra.Command, path string) error {
	f, m, v, err := loadModel(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := r.compute.parse(); err != nil {
		return err
	}
	if r.context == 0 {
		r.context = min(m.Context, defaultContext)
	}
	if err := enoughMemory(m.Bytes(r.compute.cache, r.context)); err != nil {
		return err
	}
	if r.talk {
		e, err := r.compute.open(c, m)
		if err != nil {
			return err
		}
		defer e.Close()
		return r.chat(c, e.NewSequence(r.context), v)
	}
	prompt := v.Encode(r.prompt, r.special)
	if len(prompt) >= r.context {
		return fmt.Errorf("the prompt has %d tokens, the context %d; what to do: --context N: %w", len(prompt), r.context, model.ErrContext)
	}
	if len(prompt) == 0 {
		return usage{errors.New("the prompt is empty: give -p TEXT or standard input")}
	}
	e, err := r.compute.open(c, m)
	if err != nil {
		return err
	}
	defer e.Close()
	return r.generate(c, e.NewSequence(r.context), v, prompt)
}

// enoughMemory refuses before memory is taken.
func enoughMemory(bytes int64) error {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return nil // where the system does not say it is not known
	}
	for line := range strings.Lines(string(text)) {
		var free int64
		if _, err := fmt.Sscanf(line, "MemAvailable: %d kB", &free); err == nil && bytes > free<<10 {
			return failed{fmt.Sprintf("the context takes %.1f GB of memory, %.1f GB are free; what to do: a smaller --context", float64(bytes)/1e9, float64(free<<10)/1e9)}
		}
	}
	return nil
}

// generate writes what the model adds.
func (r *llmRunner) generate(c *cobra.Command, s *model.Sequence, v *token.Vocabulary, prompt []int) error {
	w := bufio.NewWriter(c.OutOrStdout())
	stats, err := generate.Continue(c.Context(), s, v, prompt, r.context, generate.Options{Tokens: r.most, Ahead: r.compute.ahead, Sample: r.options, Now: time.Now}, func(text string) error {
		_, _ = w.WriteString(text) // Flush says what went wrong
		return w.Flush()
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := w.Flush(); err != nil {
		return err
	}
	if r.verbose {
		fmt.Fprintf(c.ErrOrStderr(), "%v; context %d of %d\n", stats, stats.Used, r.context)
	}
	return nil
}
