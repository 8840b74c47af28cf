// Bench-score sets what the shipped model says that Go files cost beside what compressors
// make of the same files: those of the Go library that the model was not trained on. xz is
// also given the files that the model has seen, before those that it is measured on.
//
// It imports llm, models and pixel/measure.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/score"
	"pxos/llm/train"
	"pxos/models"
	"pxos/pixel/measure"
)

// bar is the most bits a byte that the model may come to.
const bar = 1.40

// row is what one way made of the files.
type row struct {
	Name    string  `json:"name"`
	Bytes   float64 `json:"bytes"`
	PerByte float64 `json:"bits_per_byte"`
}

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	rows, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-score:", err)
		os.Exit(3)
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(rows)
	} else {
		show(os.Stdout, rows)
	}
	if err != nil || rows[0].PerByte > bar {
		os.Exit(1)
	}
}

func show(w io.Writer, rows []row) {
	for _, r := range rows {
		fmt.Fprintf(w, "%-44s %10.0f bytes  %.3f bits a byte\n", r.Name, r.Bytes, r.PerByte)
	}
	verdict := "reached"
	if rows[0].PerByte > bar {
		verdict = "NOT reached"
	}
	fmt.Fprintf(w, "bar: the model at most %.2f bits a byte: %s\n", bar, verdict)
}

func run(ctx context.Context) ([]row, error) {
	docs, err := train.Collect(os.DirFS(filepath.Join(runtime.GOROOT(), "src")), ".go")
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "bench-score-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	var held, seen []train.Document
	size := 0
	for _, d := range docs {
		if train.HeldOut(d.Name) {
			held, size = append(held, d), size+len(d.Text)
		} else {
			seen = append(seen, d)
		}
	}
	fmt.Fprintf(os.Stderr, "%d files of %d bytes that the model has not seen\n", len(held), size)
	bits, err := byModel(ctx, held)
	if err != nil {
		return nil, err
	}
	rows := []row{{models.Name + ", each file for itself", bits / 8, 0}}
	for _, c := range []measure.Codec{compressor("gzip", "GZIP_PROGRAM", "-9"), compressor("zstd", "ZSTD", "-19"), compressor("xz", "XZ", "-9e")} {
		for _, together := range []bool{false, true} {
			r, err := compress(ctx, c, held, together, work)
			if err != nil {
				return nil, err
			}
			rows = append(rows, r)
		}
	}
	r, err := primed(ctx, compressor("xz", "XZ", "-9e"), seen, held, work)
	if err != nil {
		return nil, err
	}
	rows = append(rows, r)
	for i := range rows {
		rows[i].PerByte = 8 * rows[i].Bytes / float64(size)
	}
	return rows, nil
}

// compressor is a program that the environment names, or that PATH has.
func compressor(name, variable, level string) measure.Codec {
	path := os.Getenv(variable)
	if path == "" {
		var err error
		if path, err = exec.LookPath(name); err != nil {
			path = name // its failure will say that it is not there
		}
	}
	return measure.Filter(name+" "+level, path, level)
}

// byModel is what the model says that files cost.
func byModel(ctx context.Context, held []train.Document) (bits float64, err error) {
	f, m, v, err := models.Load(models.Name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	e := model.NewEngine(m, runtime.NumCPU(), kernel.CacheF16)
	defer e.Close()
	told := time.Now()
	for i, d := range held {
		tokens, err := score.Score(ctx, e, m, v, string(d.Text), m.Context, func(int, int) {})
		if err != nil {
			return 0, fmt.Errorf("%s: %w", d.Name, err)
		}
		if bits += score.Sum(tokens); time.Since(told) > 5*time.Second {
			told = time.Now()
			fmt.Fprintf(os.Stderr, "%d of %d files scored\n", i+1, len(held))
		}
	}
	return bits, nil
}

// compress is what a compressor makes of files, each for itself or one after the other.
func compress(ctx context.Context, c measure.Codec, docs []train.Document, together bool, work string) (row, error) {
	out := row{Name: c.Name + ", each file for itself"}
	groups := [][]train.Document{docs}
	if together {
		out.Name = c.Name + ", all in one"
	} else {
		groups = nil
		for i := range docs {
			groups = append(groups, docs[i:i+1])
		}
	}
	for _, g := range groups {
		n, err := packed(ctx, c, g, work)
		if err != nil {
			return out, err
		}
		out.Bytes += float64(n)
	}
	return out, nil
}

// primed is by how much more the held-out files make the file of those that the model has
// seen.
func primed(ctx context.Context, c measure.Codec, seen, held []train.Document, work string) (row, error) {
	out := row{Name: c.Name + ", all in one after the files of the training"}
	before, err := packed(ctx, c, seen, work)
	if err != nil {
		return out, err
	}
	all, err := packed(ctx, c, append(append([]train.Document{}, seen...), held...), work)
	out.Bytes = float64(all - before)
	return out, err
}

// packed is how many bytes a compressor makes of files in a row.
func packed(ctx context.Context, c measure.Codec, docs []train.Document, work string) (int64, error) {
	path := filepath.Join(work, "in")
	var text []byte
	for _, d := range docs {
		text = append(text, d.Text...)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return 0, err
	}
	r := measure.Run(ctx, c, path, work)
	if r.Err != "" {
		return 0, fmt.Errorf("%s: %s", c.Name, r.Err)
	}
	return r.PackedBytes, nil
}
