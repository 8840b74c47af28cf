// Command bench-llm times language models of random weights in shapes that people run:
// tokens a second of prefill and decoding, what share of the memory's bandwidth decoding
// reaches, and memory. Where llama.cpp's llama-bench is on the PATH it is timed beside, on
// the same files in the same run.
//
// It may import everything; nothing imports it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
)

// shapes are those of SmolLM 135M and TinyLlama 1.1B.
var shapes = map[string]model.Shape{
	"135M": {Architecture: "llama", Layers: 30, Width: 576, FeedForward: 1536, Heads: 9, KV: 3, Head: 64, Vocabulary: 49152, Context: 2048, Tied: true},
	"1.1B": {Architecture: "llama", Layers: 22, Width: 2048, FeedForward: 5632, Heads: 32, KV: 4, Head: 64, Vocabulary: 32000, Context: 2048},
}

func main() { os.Exit(run()) }

func run() int {
	names := flag.String("models", "135M,1.1B", "shapes, with commas between them")
	types := flag.String("types", "Q8_0,Q4_0,Q4_K,F16", "types of weights")
	repeat := flag.Int("repeat", 3, "runs of each, the median counts")
	threads := flag.Int("threads", min(2, runtime.NumCPU()), "the most threads")
	asJSON := flag.Bool("json", false, "print JSON")
	measured := flag.String("measure", "", "measure this file alone, as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := &bench{repeat: *repeat, threads: *threads}
	if *measured != "" {
		l, err := b.measure(ctx, *measured)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(l)
		}
		return told(err)
	}
	err := b.all(ctx, strings.Split(*names, ","), strings.Split(*types, ","))
	if err == nil && *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(b.report)
	} else if err == nil {
		b.report.show(os.Stdout)
	}
	return told(err)
}

// told is the exit code of an error, which it says.
func told(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-llm:", err)
		return 3
	}
	return 0
}

// report is all that was measured.
type report struct {
	Bandwidth map[int]float64 `json:"bandwidth_bytes_s"` // by threads
	Rows      []line          `json:"rows"`
}

type line struct {
	Model      string  `json:"model"`
	Type       string  `json:"type"`
	Threads    int     `json:"threads"`
	Peak       int64   `json:"peak_bytes"`
	Bytes      int64   `json:"weight_bytes"`
	Prefill128 float64 `json:"prefill_128_tokens_s"`
	Prefill512 float64 `json:"prefill_512_tokens_s"`
	Decode     float64 `json:"decode_64_tokens_s"`
	Ceiling    float64 `json:"decode_share_of_bandwidth"`
	// Of llama-bench, 0 where it is not on the PATH.
	PeerPrefill128 float64 `json:"llama_prefill_128_tokens_s,omitempty"`
	PeerPrefill512 float64 `json:"llama_prefill_512_tokens_s,omitempty"`
	PeerDecode     float64 `json:"llama_decode_64_tokens_s,omitempty"`
}

type bench struct {
	repeat, threads int
	report          report
}

func (b *bench) all(ctx context.Context, names, types []string) error {
	b.report.Bandwidth = map[int]float64{}
	for n := 1; n <= b.threads; n++ {
		b.report.Bandwidth[n] = bandwidth(n)
	}
	dir, err := os.MkdirTemp("", "bench-llm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, name := range names {
		shape, ok := shapes[name]
		if !ok {
			return fmt.Errorf("there is no shape %q", name)
		}
		for _, typ := range types {
			t, err := quant.Parse(typ)
			if err != nil {
				return err
			}
			if shape.Width%256 != 0 && (t == quant.Q4_K || t == quant.Q5_K || t == quant.Q6_K) {
				fmt.Fprintf(os.Stderr, "%s has no %s: its width is no multiple of 256\n", name, typ)
				continue
			}
			if err := b.one(ctx, name, shape, t, filepath.Join(dir, "model.gguf")); err != nil {
				return err
			}
		}
	}
	return nil
}

// one measures a model on every number of threads.
func (b *bench) one(ctx context.Context, name string, shape model.Shape, t quant.Type, path string) error {
	fmt.Fprintf(os.Stderr, "%s %v: making the weights\n", name, t)
	shape.Extra = []gguf.Pair{{Key: "tokenizer.ggml.model", Value: "no_vocab"}, {Key: "llama.vocab_size", Value: uint32(shape.Vocabulary)}} // as llama.cpp wants it
	pairs, tensors, err := model.Random(shape, t, 1)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(gguf.Write(file, pairs, tensors), file.Close()); err != nil {
		return err
	}
	tensors = nil
	runtime.GC()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for n := 1; n <= b.threads; n++ {
		fmt.Fprintf(os.Stderr, "%s %v: %d threads\n", name, t, n)
		var l line
		// In a process of its own, whose memory is that of the model alone.
		c := exec.CommandContext(ctx, self, "-measure", path, "-threads", fmt.Sprint(n), "-repeat", fmt.Sprint(b.repeat))
		c.Stderr = os.Stderr
		text, err := c.Output()
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err != nil {
			return fmt.Errorf("%s %v: %w", name, t, err)
		}
		l.Model, l.Type, l.Threads = name, t.String(), n
		l.Ceiling = l.Decode * float64(l.Bytes) / b.report.Bandwidth[n]
		b.peer(ctx, &l, path)
		b.report.Rows = append(b.report.Rows, l)
	}
	return nil
}

// measure is what a child does: a model's file, by so many threads.
func (b *bench) measure(ctx context.Context, path string) (l line, err error) {
	f, err := gguf.Open(path)
	if err != nil {
		return l, err
	}
	defer f.Close()
	m, err := model.Load(f)
	if err != nil {
		return l, err
	}
	for i := range f.Tensors {
		// The embedding is read a row at a time, unless it is the head too.
		if f.Tensors[i].Name != "token_embd.weight" || m.Head == m.Embedding {
			l.Bytes += int64(len(f.Tensors[i].Data))
		}
	}
	e := model.NewEngine(m, b.threads, kernel.CacheF16)
	defer e.Close()
	if l.Prefill128, err = b.prefill(ctx, e, 128); err != nil {
		return l, err
	}
	if l.Prefill512, err = b.prefill(ctx, e, 512); err != nil {
		return l, err
	}
	if l.Decode, err = b.decode(ctx, e); err != nil {
		return l, err
	}
	l.Peak, err = peakMemory()
	return l, err
}

// peakMemory is the most that this process had at once, the file's pages included.
func peakMemory() (bytes int64, err error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for part := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(part, "VmHWM: %d kB", &bytes); n == 1 {
			return bytes << 10, nil
		}
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}

// median is the median of what is measured.
func (b *bench) median(f func() (float64, error)) (float64, error) {
	var list []float64
	for range b.repeat {
		v, err := f()
		if err != nil {
			return 0, err
		}
		list = append(list, v)
	}
	slices.Sort(list)
	return list[len(list)/2], nil
}

func tokens(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = (i*7919 + 3) % 30000
	}
	return out
}

func (b *bench) prefill(ctx context.Context, e *model.Engine, n int) (float64, error) {
	return b.median(func() (float64, error) {
		s, start := e.NewSequence(n), time.Now()
		defer s.Close()
		_, err := s.Feed(tokens(n))
		return float64(n) / time.Since(start).Seconds(), errors.Join(err, ctx.Err())
	})
}

func (b *bench) decode(ctx context.Context, e *model.Engine) (float64, error) {
	const n = 64
	return b.median(func() (float64, error) {
		s := e.NewSequence(2 * n)
		defer s.Close()
		if _, err := s.Feed(tokens(1)); err != nil {
			return 0, err
		}
		start := time.Now()
		for i := range n {
			if _, err := s.Feed(tokens(i + 1)[i:]); err != nil {
				return 0, err
			}
		}
		return n / time.Since(start).Seconds(), ctx.Err()
	})
}

// peer times llama-bench on the same file.
func (b *bench) peer(ctx context.Context, l *line, path string) {
	program, err := exec.LookPath("llama-bench")
	if err != nil {
		return
	}
	for _, c := range []struct {
		flag, n string
		to      *float64
	}{{"-p", "128", &l.PeerPrefill128}, {"-p", "512", &l.PeerPrefill512}, {"-n", "64", &l.PeerDecode}} {
		args := []string{"-m", path, "-t", fmt.Sprint(l.Threads), "-r", fmt.Sprint(b.repeat), "-o", "json", "-p", "0", "-n", "0"}
		peer := exec.CommandContext(ctx, program, append(args, c.flag, c.n)...)
		peer.Stderr = os.Stderr
		text, err := peer.Output()
		var rows []struct {
			Average float64 `json:"avg_ts"`
		}
		if err == nil {
			err = json.Unmarshal(text, &rows)
		}
		if err != nil || len(rows) == 0 {
			fmt.Fprintf(os.Stderr, "llama-bench: %v\n", err)
			return
		}
		*c.to = rows[0].Average
	}
}

func (r *report) show(w io.Writer) {
	for n, v := range r.Bandwidth {
		fmt.Fprintf(w, "memory, %d threads: %.1f GB/s read\n", n, v/1e9)
	}
	fmt.Fprintf(w, "%-6s %-5s %7s %8s %12s %12s %10s %8s %8s\n", "model", "type", "threads", "MB", "prefill 128", "prefill 512", "decode 64", "ceiling", "peak MB")
	for _, l := range r.Rows {
		fmt.Fprintf(w, "%-6s %-5s %7d %8.1f %12.1f %12.1f %10.1f %7.0f%% %8.1f\n", l.Model, l.Type, l.Threads, float64(l.Bytes)/1e6, l.Prefill128, l.Prefill512, l.Decode, 100*l.Ceiling, float64(l.Peak)/1e6)
		if l.PeerDecode > 0 {
			fmt.Fprintf(w, "%-29s %12.2f %12.2f %10.2f  of llama.cpp\n", "", l.Prefill128/l.PeerPrefill128, l.Prefill512/l.PeerPrefill512, l.Decode/l.PeerDecode)
		}
	}
}
