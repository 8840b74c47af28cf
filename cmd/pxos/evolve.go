package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"pxos/architect"
	"pxos/architect/source"
	"pxos/memory"
)

// evolveFlags are the options of evolve.
type evolveFlags struct {
	bug, corpus, project, memory string
	good                         string
	noHistory, apply, asJSON     bool
	seed                         uint64
	budget, workers              int
	llmURL, llmModel             string
	verbose, rank                bool
}

func evolveCommand() *cobra.Command {
	var f evolveFlags
	c := &cobra.Command{
		Use: "evolve", Short: "Find, prove and remember a repair for a kernel that does not come up",
		Long: `Takes the kernel of this repository (or --project FILE.toml, or every bug of
--corpus DIR) through the loop: build, boot, explain, repair, prove, remember.
Your files are not changed unless you say --apply.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(positive("budget", f.budget), positive("workers", f.workers)); err != nil {
				return err
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			if f.corpus != "" {
				return l.evolveCorpus(c, &f)
			}
			return l.evolveOne(c, &f)
		},
	}
	c.Flags().StringVar(&f.bug, "bug", "", "seed this bug first: a folder with bug.patch and truth.toml")
	c.Flags().StringVar(&f.corpus, "corpus", "", "run every bug of this folder and print a table")
	c.Flags().StringVar(&f.project, "project", "", "a kernel that is not ours: its project.toml")
	c.Flags().StringVar(&f.memory, "memory", "", "memory file (default .cache/memory.db; \"none\" keeps nothing)")
	c.Flags().StringVar(&f.good, "good", "HEAD", "last good git revision, for the history proposer")
	c.Flags().BoolVar(&f.noHistory, "no-history", false, "do not compare with the last good revision")
	c.Flags().BoolVar(&f.apply, "apply", false, "write the proven repair into your files")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print the record as JSON")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "orders candidates of equal score")
	c.Flags().IntVar(&f.budget, "budget", 400, "candidates that may be built for one bug")
	c.Flags().IntVar(&f.workers, "workers", 2, "candidates that are tried at once")
	c.Flags().StringVar(&f.llmURL, "llm", os.Getenv("PXOS_LLM_URL"), "base URL of an OpenAI-compatible server (key: PXOS_LLM_KEY)")
	c.Flags().StringVar(&f.llmModel, "llm-model", os.Getenv("PXOS_LLM_MODEL"), "model to ask for")
	c.Flags().BoolVar(&f.rank, "rank", false, "with --corpus: only tell at which place of the search's list the true repair stands")
	c.Flags().BoolVar(&f.verbose, "verbose", false, "show every candidate")
	c.MarkFlagsMutuallyExclusive("bug", "corpus", "project")
	return c
}

// openMemory opens the memory that the flags name; nil for none.
func (l *lab) openMemory(name string) (*memory.Store, error) {
	switch name {
	case "none":
		return nil, nil
	case "":
		name = l.memory()
	}
	return memory.Open(name)
}

// proposers are asked in this order.
func (l *lab) proposers(f *evolveFlags, good *source.Tree) []architect.Proposer {
	list := []architect.Proposer{architect.Lessons{}}
	if f.llmURL != "" {
		m := architect.ModelFromEnv()
		m.URL, m.Model = f.llmURL, f.llmModel
		list = append(list, architect.Model{ModelConfig: m})
	}
	if good != nil {
		list = append(list, architect.History{Good: *good, WorkDir: l.work()})
	}
	return append(list, architect.Search{Limit: 5000})
}

func (l *lab) options(f *evolveFlags, store *memory.Store, good *source.Tree) architect.Options {
	return architect.Options{Seed: f.seed, Workers: f.workers, MaxBuilds: f.budget, Memory: store, WorkDir: l.work(), Proposers: l.proposers(f, good)}
}

// evolveOne takes one source through the loop.
func (l *lab) evolveOne(c *cobra.Command, f *evolveFlags) error {
	p := architect.PxOS(l.root, l.tools)
	if f.project != "" {
		var err error
		if p, err = architect.LoadProject(f.project, l.tools); err != nil {
			return usage{err}
		}
	}
	tree, err := p.Load()
	if err != nil {
		return err
	}
	store, err := l.openMemory(f.memory)
	if err != nil {
		return err
	}
	if store != nil {
		defer store.Close()
	}
	good := l.lastGood(c, p, f, tree)
	o := l.options(f, store, good)
	if f.bug != "" {
		b, err := architect.LoadBug(f.bug)
		if err != nil {
			return usage{err}
		}
		o.Label = b.Name
		if tree, err = tree.Apply(b.Patch, []string{"."}); err != nil {
			return usage{fmt.Errorf("%s: %w", f.bug, err)}
		}
	}
	if f.project == "" && f.bug != "" {
		whole, err := p.Load()
		if err != nil {
			return err
		}
		if o.Tests, _, err = architect.Known(c.Context(), p, whole, l.work()); err != nil {
			return err
		}
	}
	var kept *architect.Record
	w := newWatcher(c.ErrOrStderr(), f.verbose)
	o.Watch = w.event
	if store != nil { // who wants no memory wants nothing kept
		k, err := newKeeper()
		if err != nil {
			return err
		}
		k.watch(p)
		defer func() { k.finish(c.Context(), c.ErrOrStderr(), p.Name, kept) }()
	}
	r, mended, err := architect.Run(c.Context(), p, tree, o)
	w.done()
	if err != nil {
		return err
	}
	kept = r
	return l.finishOne(c, f, p, r, mended)
}

// lastGood is the source at the last good revision, nil if it is not wanted or
// cannot be had. Files that git does not know are taken as they are.
func (l *lab) lastGood(c *cobra.Command, p *architect.Project, f *evolveFlags, tree source.Tree) *source.Tree {
	if f.noHistory {
		return nil
	}
	known := func(path string) bool { _, ok := tree.File(path); return ok }
	good, err := architect.GitRevision(c.Context(), p.Root, f.good, p.Roots, known)
	if err != nil {
		fmt.Fprintf(c.ErrOrStderr(), "%-9s not used: %v\n", "history", err)
		return nil
	}
	changes := map[string]string{}
	for _, path := range good.Paths() {
		changes[path], _ = good.File(path)
	}
	whole := tree.With(changes)
	return &whole
}

// finishOne shows the result and, on request, applies the repair.
func (l *lab) finishOne(c *cobra.Command, f *evolveFlags, p *architect.Project, r *architect.Record, mended source.Tree) error {
	if f.asJSON {
		if err := writeJSON(c.OutOrStdout(), r); err != nil {
			return err
		}
	} else {
		showRecord(c.OutOrStdout(), r)
	}
	switch r.Outcome {
	case architect.OutcomeUnrepaired:
		return failed{"no repair was found within the budget: the diagnosis above is what is known"}
	case architect.OutcomeHealthy:
		return nil
	}
	if !f.apply {
		return nil
	}
	return applyPatch(c.Context(), c.ErrOrStderr(), p.Root, r)
}

// applyPatch hands the repair to git, which refuses what does not fit.
func applyPatch(ctx context.Context, w io.Writer, root string, r *architect.Record) error {
	cmd := exec.CommandContext(ctx, "git", "apply", "--whitespace=nowarn", "-")
	cmd.Dir = root
	cmd.Stdin = strings.NewReader(r.Diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the repair does not fit your files: %s\nwhat to do: was the bug seeded by --bug? Then your files never had it", strings.TrimSpace(string(out)))
	}
	fmt.Fprintln(w, "applied: look at it with git diff, and commit it")
	return nil
}

// evolveCorpus runs every bug and prints the table.
func (l *lab) evolveCorpus(c *cobra.Command, f *evolveFlags) error {
	bugs, err := architect.LoadCorpus(f.corpus)
	if err != nil {
		return usage{err}
	}
	p := architect.PxOS(l.root, l.tools)
	good, err := p.Load()
	if err != nil {
		return err
	}
	if f.rank {
		return l.rankCorpus(c, f, p, good, bugs)
	}
	store, err := l.openMemory(f.memory)
	if err != nil {
		return err
	}
	if store != nil {
		defer store.Close()
	}
	tests, _, err := architect.Known(c.Context(), p, good, l.work())
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if !f.asJSON {
		fmt.Fprintf(out, "%-27s %-5s %-6s %-10s %-6s %8s %6s %6s %7s  %s\n", "bug", "class", "said", "outcome", "repair", "tried", "boots", "proof", "seconds", "how")
	}
	var scores []architect.Score
	for _, b := range bugs {
		var past *source.Tree
		if !f.noHistory {
			past = &good
		}
		o := l.options(f, store, past)
		o.Tests = tests
		w := newWatcher(c.ErrOrStderr(), f.verbose)
		o.Watch = w.event
		s, _, err := architect.RunBug(c.Context(), p, good, b, o)
		w.done()
		if err != nil {
			return err
		}
		scores = append(scores, s)
		if !f.asJSON {
			fmt.Fprintf(out, "%-27s %5d %-6s %-10s %-6s %8d %6d %6d %7.1f  %s\n", s.Bug, s.Class, said(s), s.Outcome, quality(s), s.Attempts,
				s.Boots, s.ProofBoot, float64(s.ElapsedMS)/1000, s.Note)
		}
	}
	return showScores(out, scores, f.asJSON)
}

// rankCorpus tells where the true repair of each bug stands, one boot a bug.
func (l *lab) rankCorpus(c *cobra.Command, f *evolveFlags, p *architect.Project, good source.Tree, bugs []architect.Bug) error {
	for _, b := range bugs {
		broken, err := good.Apply(b.Patch, []string{"."})
		if err != nil {
			return usage{fmt.Errorf("%s: %w", b.Name, err)}
		}
		rank, total, err := architect.Rank(c.Context(), p, good, broken, l.options(f, nil, nil))
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%-27s %6d of %d\n", b.Name, rank, total)
	}
	return nil
}

// said is the class that was diagnosed; a bug that a lesson recognised is not
// booted and so not diagnosed.
func said(s architect.Score) string {
	switch {
	case s.Outcome == architect.OutcomePrevented:
		return "-"
	case s.CauseRight:
		return fmt.Sprintf("%d ok", s.Said)
	}
	return fmt.Sprintf("%d NO", s.Said)
}

func quality(s architect.Score) string {
	switch {
	case !s.Repaired:
		return "-"
	case s.Exact:
		return "exact"
	case s.Placed:
		return "placed"
	}
	return "WRONG"
}

// summary is the last lines of a corpus run.
type summary struct {
	Schema        string            `json:"schema"`
	Scores        []architect.Score `json:"scores"`
	CausesRight   int               `json:"causes_right"`
	Prevented     int               `json:"prevented"`
	Repaired      int               `json:"repaired"`
	Exact         int               `json:"exact"`
	Wrong         int               `json:"wrong"`
	MedianSeconds float64           `json:"median_seconds"`
	MedianBoots   int               `json:"median_boots"`
}

func showScores(out io.Writer, scores []architect.Score, asJSON bool) error {
	s := summary{Schema: "pxos.corpus/1", Scores: scores}
	var times, boots []int
	for _, x := range scores {
		if x.Outcome == architect.OutcomePrevented {
			s.Prevented++
		} else if x.CauseRight {
			s.CausesRight++
		}
		if x.Repaired {
			s.Repaired++
		}
		if x.Exact {
			s.Exact++
		}
		if x.Wrong {
			s.Wrong++
		}
		times = append(times, int(x.ElapsedMS))
		boots = append(boots, x.Boots)
	}
	sort.Ints(times)
	sort.Ints(boots)
	s.MedianSeconds = float64(times[len(times)/2]) / 1000
	s.MedianBoots = boots[len(boots)/2]
	if asJSON {
		if err := writeJSON(out, s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "\n%d of %d causes right, %d prevented before boot, %d repaired and proven (%d give back the original), %d wrong repairs accepted; median %.1f s and %d boots to the repair\n",
			s.CausesRight, len(scores), s.Prevented, s.Repaired, s.Exact, s.Wrong, s.MedianSeconds, s.MedianBoots)
	}
	if s.Repaired < len(scores) || s.Wrong > 0 {
		return failed{fmt.Sprintf("%d of %d bugs were not repaired rightly", len(scores)-s.Repaired+s.Wrong, len(scores))}
	}
	return nil
}

// relative shortens a path for display.
func relative(root, path string) string {
	if r, err := filepath.Rel(root, path); err == nil && !strings.HasPrefix(r, "..") {
		return r
	}
	return path
}
