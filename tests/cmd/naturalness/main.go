// Naturalness asks whether mistakes in code surprise the shipped model: one token of a line
// is changed in files of the Go library that the model has not seen, and the line is looked
// for among the most surprising ones of its file. A 5-gram model of the same files, with the
// same tokens, is asked the same.
//
// It imports llm and models.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/score"
	"pxos/llm/token"
	"pxos/llm/train"
	"pxos/models"
)

func main() {
	n := flag.Int("n", 500, "mutations")
	seed := flag.Uint64("seed", 1, "of the mutations")
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	if err := run(os.Stdout, *n, *seed, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "naturalness:", err)
		os.Exit(3)
	}
}

// Files of these numbers of lines are mutated.
const leastLines, mostLines = 40, 600

// ranks are where mutated lines came, as shares of the lines of their files.
type ranks struct {
	Scorer  string  `json:"scorer"`
	Measure string  `json:"measure"`
	Median  float64 `json:"median_rank"`
	Share   float64 `json:"median_share_of_file"`
	Tenth   float64 `json:"top_10_percent_share"`
	First   float64 `json:"first_share"`
	ranks   []int
	shares  []float64
}

// measures of a line by which files are sorted.
var measures = []struct {
	name string
	of   func(l line) float64
}{
	{"most bits of a token", func(l line) float64 { return l.Most }},
	{"bits a token", func(l line) float64 { return l.Bits / float64(max(l.tokens, 1)) }},
	{"bits a line", func(l line) float64 { return l.Bits }},
}

type line struct {
	score.Line
	tokens int
}

func run(w io.Writer, n int, seed uint64, asJSON bool) error {
	f, m, v, err := models.Load(models.Name)
	if err != nil {
		return err
	}
	defer f.Close()
	docs, err := train.Collect(os.DirFS(filepath.Join(runtime.GOROOT(), "src")), ".go")
	if err != nil {
		return err
	}
	grams, held := newNgrams(len(v.Tokens)), []train.Document(nil)
	encoder := v.NewEncoder()
	for _, d := range docs {
		switch lines := bytes.Count(d.Text, []byte("\n")); {
		case !train.HeldOut(d.Name):
			grams.add(append(append([]int{v.BOS}, encoder.Encode(string(d.Text))...), v.BOS))
		case lines >= leastLines && lines <= mostLines:
			held = append(held, d)
		}
	}
	fmt.Fprintf(os.Stderr, "5-grams counted; %d mutations in %d held-out files\n", n, len(held))
	results, err := experiment(m, v, grams, held, n, seed)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(w).Encode(results)
	}
	fmt.Fprintf(w, "%d mutations, seed %d: where the changed line comes among its file's lines, sorted by surprise\n", n, seed)
	fmt.Fprintf(w, "%-8s %-22s %12s %16s %8s %8s\n", "scorer", "measure", "median rank", "share of a file", "top 10%", "first")
	for _, r := range results {
		fmt.Fprintf(w, "%-8s %-22s %12.0f %15.1f%% %7.1f%% %7.1f%%\n", r.Scorer, r.Measure, r.Median, 100*r.Share, 100*r.Tenth, 100*r.First)
	}
	return nil
}

func experiment(m *model.Model, v *token.Vocabulary, grams *ngrams, held []train.Document, n int, seed uint64) ([]*ranks, error) {
	e := model.NewEngine(m, runtime.NumCPU(), kernel.CacheF16)
	defer e.Close()
	var results []*ranks
	for _, scorer := range []string{models.Name, "5-gram"} {
		for _, k := range measures {
			results = append(results, &ranks{Scorer: scorer, Measure: k.name})
		}
	}
	r, told := rand.New(rand.NewPCG(seed, 0)), time.Now()
	for done := 0; done < n; {
		changed, ok := mutate(r, string(held[r.IntN(len(held))].Text))
		if !ok {
			continue
		}
		tokens, err := score.Score(context.Background(), e, m, v, changed.text, m.Context, func(int, int) {})
		if err != nil {
			return nil, err
		}
		for i, t := range [][]score.Token{tokens, grams.score(v, changed.text)} {
			for k := range measures {
				results[i*len(measures)+k].add(changed, t, measures[k].of)
			}
		}
		if done++; time.Since(told) > 5*time.Second {
			told = time.Now()
			fmt.Fprintf(os.Stderr, "%d of %d\n", done, n)
		}
	}
	for _, x := range results {
		x.finish()
	}
	return results, nil
}

// add ranks the changed line among those that are not blank; of lines that are equal, it
// comes last.
func (x *ranks) add(m mutation, tokens []score.Token, of func(line) float64) {
	lines := score.Lines(m.text, tokens)
	counts := make([]int, len(lines))
	at, n := 0, 0
	for _, t := range tokens {
		for n < len(lines) && t.Offset >= at+lines[n].Bytes {
			at += lines[n].Bytes
			n++
		}
		if n < len(lines) {
			counts[n]++
		}
	}
	mine := of(line{lines[m.line-1], counts[m.line-1]})
	rank, all := 0, 0
	for i, l := range lines {
		if strings.TrimSpace(l.Text) == "" {
			continue
		}
		if all++; of(line{l, counts[i]}) >= mine {
			rank++
		}
	}
	x.ranks, x.shares = append(x.ranks, rank), append(x.shares, float64(rank)/float64(all))
}

func (x *ranks) finish() {
	for i, share := range x.shares {
		if share <= 0.1 {
			x.Tenth++
		}
		if x.ranks[i] == 1 {
			x.First++
		}
	}
	x.Tenth, x.First = x.Tenth/float64(len(x.ranks)), x.First/float64(len(x.ranks))
	slices.Sort(x.ranks)
	slices.Sort(x.shares)
	x.Median, x.Share = float64(x.ranks[len(x.ranks)/2]), x.shares[len(x.shares)/2]
}
