package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"pxos/llm/score"
	"pxos/models"
)

// llmScorer are the flags of llm score.
type llmScorer struct {
	model            string
	compute          engineFlags
	top              int
	asJSON, byTokens bool
}

// scoreReport is what llm score says of a file.
type scoreReport struct {
	File    string        `json:"file"`
	Model   string        `json:"model"`
	Bytes   int           `json:"bytes"`
	Bits    float64       `json:"bits"`
	PerByte float64       `json:"bits_per_byte"`
	Lines   []score.Line  `json:"lines"`
	Tokens  []score.Token `json:"tokens"`
}

func llmScore() *cobra.Command {
	s := &llmScorer{}
	c := &cobra.Command{
		Use: "score FILE...", Short: "Say how surprising code is, by line and token", Args: cobra.MinimumNArgs(1),
		Long: "Says what each line costs a model, in bits a byte: what it has not seen the like of costs most.\n" +
			"The shipped model knows the Go standard library and no other language.",
		Example: "  pxos llm score main.go\n  pxos llm score --top 10 *.go\n  git show HEAD:main.go | pxos llm score -",
		RunE: func(c *cobra.Command, args []string) error {
			return s.run(c.Context(), c, args)
		},
	}
	c.Flags().StringVar(&s.model, "model", models.Name, modelFiles)
	s.compute.add(c)
	c.Flags().IntVar(&s.top, "top", 0, "only so many lines, the most surprising first, of all files")
	c.Flags().BoolVar(&s.byTokens, "tokens", false, "the tokens of each line, with their bits")
	c.Flags().BoolVar(&s.asJSON, "json", false, "report as JSON")
	return c
}

// scoredBytes is the most of a file that is scored.
const scoredBytes = 16 << 20

func (s *llmScorer) run(ctx context.Context, c *cobra.Command, files []string) error {
	if err := s.compute.parse(); err != nil {
		return err
	}
	f, m, v, err := loadModel(s.model)
	if err != nil {
		return err
	}
	defer f.Close()
	e, err := s.compute.open(c, m)
	if err != nil {
		return err
	}
	defer e.Close()
	var reports []scoreReport
	for _, name := range files {
		text, err := readText(c, name)
		if err != nil {
			return err
		}
		tokens, err := score.Score(ctx, e.Engine, m, v, text, min(m.Context, defaultContext), newTeller(c.ErrOrStderr(), "tokens of "+name).count)
		if err != nil {
			return llmError(fmt.Errorf("%s: %w", name, err))
		}
		bits := score.Sum(tokens)
		reports = append(reports, scoreReport{name, models.NameOf(s.model), len(text), bits, bits / float64(max(len(text), 1)), score.Lines(text, tokens), tokens})
	}
	return s.report(c.OutOrStdout(), reports)
}

// readText reads a file that is to be scored.
func readText(c *cobra.Command, name string) (string, error) {
	in := c.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", usage{err}
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, scoredBytes+1))
	switch {
	case err != nil:
		return "", usage{err}
	case len(text) > scoredBytes:
		return "", usage{fmt.Errorf("%s has more than %d MiB", name, scoredBytes>>20)}
	case !utf8.Valid(text):
		return "", usage{fmt.Errorf("%s is no text: it is not UTF-8", name)}
	}
	return string(text), nil
}

func (s *llmScorer) report(w io.Writer, reports []scoreReport) error {
	if s.asJSON {
		return writeJSON(w, reports)
	}
	var bits float64
	var size int
	for _, r := range reports {
		bits, size = bits+r.Bits, size+r.Bytes
	}
	if s.top > 0 {
		s.most(w, reports)
	} else {
		for _, r := range reports {
			s.file(w, r, len(reports) > 1)
		}
	}
	_, err := fmt.Fprintf(w, "%.3f bits a byte, %d bytes as %.0f, by %s\n", bits/float64(max(size, 1)), size, bits/8, models.NameOf(s.model))
	return err
}

// file shows all lines of a file: bits a byte, as a number and a bar.
func (s *llmScorer) file(w io.Writer, r scoreReport, named bool) {
	if named {
		fmt.Fprintf(w, "%s  %.3f bits a byte\n", r.File, r.PerByte)
	}
	colours := isTerminal(w)
	next, end := 0, 0
	for _, l := range r.Lines {
		fmt.Fprintf(w, "%5d %6.2f %s %s\n", l.Number, l.PerByte(), costBar(l.PerByte(), colours), tabs(l.Text))
		if !s.byTokens {
			continue
		}
		var parts []string
		for end += l.Bytes; next < len(r.Tokens) && r.Tokens[next].Offset < end; next++ {
			parts = append(parts, fmt.Sprintf("%q %.1f", r.Tokens[next].Text, r.Tokens[next].Bits))
		}
		fmt.Fprintln(w, "                   ", strings.Join(parts, "  "))
	}
}

// most shows the lines with the most surprising tokens.
func (s *llmScorer) most(w io.Writer, reports []scoreReport) {
	type place struct {
		file string
		score.Line
	}
	var all []place
	for _, r := range reports {
		for _, l := range r.Lines {
			all = append(all, place{r.File, l})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Most > all[j].Most })
	for _, p := range all[:min(s.top, len(all))] {
		fmt.Fprintf(w, "%5.1f bits at once, %5.2f a byte  %s:%d: %s\n", p.Most, p.PerByte(), p.file, p.Number, tabs(strings.TrimSpace(p.Text)))
	}
}

// fullBar is the bits a byte at which a bar is full.
const fullBar = 6.0

// costBar is a value as a bar of five characters.
func costBar(value float64, colours bool) string {
	n := min(5, max(0, int(value/fullBar*5+0.5)))
	text := strings.Repeat("█", n) + strings.Repeat("·", 5-n)
	if !colours {
		return text
	}
	colour := [...]int{244, 71, 107, 179, 172, 160}[n] // grey, greens, yellow, orange, red
	return fmt.Sprintf("\x1b[38;5;%dm%s\x1b[m", colour, text)
}

func tabs(s string) string { return strings.ReplaceAll(s, "\t", "    ") }
