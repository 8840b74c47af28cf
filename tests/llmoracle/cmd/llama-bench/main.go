// Command llama-bench times llama.cpp as its own program of that name does, as far as `make
// bench-llm-peer` asks it to: tokens a second of a prompt, or of tokens one after the other, for
// libraries that come without it. LLAMA_CPP names their folder.
//
// It may import llamacpp alone.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"pxos/tests/llmoracle/llamacpp"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "llama-bench:", err)
		os.Exit(3)
	}
}

// row is a measurement as llama-bench prints it.
type row struct {
	Prompt  int     `json:"n_prompt"`
	Tokens  int     `json:"n_gen"`
	Threads int     `json:"n_threads"`
	Average float64 `json:"avg_ts"` // tokens a second
}

func run() (err error) {
	path := flag.String("m", "", "the model")
	threads := flag.Int("t", 1, "threads")
	repeat := flag.Int("r", 5, "runs, of which the average is told")
	prompt := flag.Int("p", 512, "tokens of the prompt, 0 for none")
	tokens := flag.Int("n", 128, "tokens one after the other, 0 for none")
	format := flag.String("o", "json", "json")
	flag.Parse()
	if *format != "json" || *repeat < 1 || *threads < 1 {
		return errors.New("-o is json, -r and -t are 1 or more")
	}
	l, err := llamacpp.Open(os.Getenv("LLAMA_CPP"))
	if err != nil {
		return fmt.Errorf("LLAMA_CPP=%s: %w", os.Getenv("LLAMA_CPP"), err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	m, err := l.Load(*path, false)
	if err != nil {
		return err
	}
	defer m.Close()
	rows := []row{}
	for _, r := range []row{{Prompt: *prompt}, {Tokens: *tokens}} {
		if r.Prompt+r.Tokens == 0 {
			continue
		}
		r.Threads = *threads
		if r.Average, err = average(m, r, *repeat); err != nil {
			return err
		}
		rows = append(rows, r)
	}
	return json.NewEncoder(os.Stdout).Encode(rows)
}

// average is the mean of runs after one that is not counted.
func average(m *llamacpp.Model, r row, repeat int) (sum float64, err error) {
	for i := range repeat + 1 {
		rate, err := once(m, r)
		if err != nil {
			return 0, err
		}
		if i > 0 {
			sum += rate / float64(repeat)
		}
	}
	return sum, nil
}

// once is tokens a second of a run.
func once(m *llamacpp.Model, r row) (float64, error) {
	c, err := m.NewContext(r.Threads, false)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	list := make([]int, max(r.Prompt, r.Tokens))
	for i := range list {
		list[i] = (i*7919 + 3) % 30000
	}
	start := time.Now()
	if r.Prompt > 0 {
		_, err = c.Feed(list, 1)
	}
	for i := 0; i < r.Tokens && err == nil; i++ {
		_, err = c.Feed(list[i:i+1], 1)
	}
	return float64(len(list)) / time.Since(start).Seconds(), err
}
