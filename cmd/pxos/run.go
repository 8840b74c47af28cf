package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/architect"
	"pxos/architect/source"
	"pxos/architect/trial"
	"pxos/fault"
)

// storyBug is the bug of the story: the first one this project ever had.
const storyBug = "tests/corpus/01-bar0-never-stored"

func runCommand() *cobra.Command {
	var bug string
	f, cart := &programRun{}, &cartRun{}
	c := &cobra.Command{
		Use: "run [FILE [ARGS...]]", Short: "Run a static Linux program in pxOS, or a cartridge; without one, the whole loop once, live",
		Long: "With FILE, a static linux/amd64 program (CGO_ENABLED=0 go build makes one), boots pxOS and runs it in ring 3: what it prints is\n" +
			"printed, its exit status is ours; with -v, what it writes in a directory of this host stays there. A FILE that ends in .px.png is a cartridge: run CART [ENTRY] [-- ARGS] ('pxos cart'),\n" +
			"with --inside in ring 3 of pxOS. Without FILE, tells the whole story once: build, boot, fault, explain, repair, prove, remember.",
		Example: "  pxos run ./hello one two\n  pxos run --smp 4 --trace ./hello\n  pxos run --add testdata:/data -e DEBUG=1 ./prog\n  pxos run -v ./out:/mnt ./prog\n  pxos run --inside build/cartridges/mandelbrot.px.png",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && isCartridge(args[0]) {
				return cart.run(c, f, args[0], args[1:])
			}
			if *cart != (cartRun{}) {
				return usage{errors.New("--folder, --scratch and --inside are for cartridges")}
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			if len(args) > 0 {
				return f.run(c, l, args[0], args[1:])
			}
			s := &story{lab: l, w: c.OutOrStdout(), start: time.Now()}
			return s.tell(c, filepath.Join(l.root, bug))
		},
	}
	c.Flags().SetInterspersed(false) // what follows FILE is the program's
	c.Flags().StringVar(&bug, "bug", storyBug, "without FILE: the bug to build in, a folder of tests/corpus")
	f.flags(c)
	cart.flags(c)
	c.Flags().StringVarP(&f.directory, "workdir", "w", "/root", "the program's working directory")
	return c
}

// story tells a cycle phase by phase.
type story struct {
	lab     *lab
	w       io.Writer
	start   time.Time
	chapter int
	watch   *watcher
	page    string
}

func (s *story) head(title string) {
	s.chapter++
	if isTerminal(s.w) {
		fmt.Fprintf(s.w, "\n\x1b[1m%d  %s\x1b[0m  \x1b[2m%.1f s\x1b[0m\n", s.chapter, title, time.Since(s.start).Seconds())
		return
	}
	fmt.Fprintf(s.w, "\n%d  %s  (%.1f s)\n", s.chapter, title, time.Since(s.start).Seconds())
}

func (s *story) say(format string, args ...any) { fmt.Fprintf(s.w, "   "+format+"\n", args...) }

func (s *story) tell(c *cobra.Command, bugDir string) error {
	bug, err := architect.LoadBug(bugDir)
	if err != nil {
		return usage{err}
	}
	p := architect.PxOS(s.lab.root, s.lab.tools)
	good, err := p.Load()
	if err != nil {
		return err
	}
	s.head("BUILD  the pxOS kernel, with a bug in it")
	tests, _, err := architect.Known(c.Context(), p, good, s.lab.work())
	if err != nil {
		return err
	}
	s.say("the kernel as it stands builds, boots and passes %d self-tests: that is the measure", len(tests))
	s.say("now with the bug: %s", bug.Truth.Cause)
	store, err := s.lab.openMemory(filepath.Join(s.lab.cache, "story.db"))
	if err != nil {
		return err
	}
	defer store.Close()
	s.page = filepath.Join(s.lab.root, "build", "report.html")
	s.watch = newWatcher(s.w, false)
	broken, err := good.Apply(bug.Patch, []string{"."})
	if err != nil {
		return err
	}
	r, mended, err := architect.Run(c.Context(), p, broken, architect.Options{
		Seed: 1, Label: bug.Name, Memory: store, WorkDir: s.lab.work(), Tests: tests, GRUBFirst: true, Watch: s.event,
		// The story is told whole every time: lessons are kept, not asked.
		Proposers: []architect.Proposer{architect.Search{Limit: 5000}}, Forget: true,
	})
	s.watch.done()
	if err != nil {
		return err
	}
	if r.Accepted() == nil {
		return failed{"no candidate was proven: " + r.Outcome}
	}
	return s.ending(c, p, r, mended)
}

// event tells one event of the cycle.
func (s *story) event(e architect.Event) {
	switch {
	case e.Attempt != nil:
		s.watch.event(e)
	case e.Phase == architect.PhaseBuild:
		s.say("%s", e.Text)
	case e.Phase == architect.PhaseBoot:
		s.head("BOOT  through GRUB, on an emulated q35 with a pxGPU")
		s.say("%s", e.Text)
		s.lastWords(e.Result)
	case e.Phase == architect.PhaseAnalyze:
		s.head("ANALYZE  the machine is held at the moment of its death")
		s.explain(e.Result)
		s.head("FIX  candidates, aimed by the diagnosis, held against the gates")
	case e.Phase == architect.PhaseFix:
		s.watch.done()
		s.say("%s", e.Text)
	case e.Phase == architect.PhaseRemember:
		s.head("LEARN  the lesson is kept")
		s.say("%s", e.Text)
	}
}

// lastWords shows the end of the serial line.
func (s *story) lastWords(r *trial.Result) {
	d := r.Diagnosis
	for _, line := range d.Serial[max(0, len(d.Serial)-3):] {
		s.say("  COM1  %s", line)
	}
}

func (s *story) explain(r *trial.Result) {
	var text bytes.Buffer
	if err := fault.Render(&text, r.Diagnosis, width(s.w), isTerminal(s.w)); err != nil {
		s.say("%v", err)
	}
	fmt.Fprint(s.w, sections(text.String(), 5))
	err := writeWhole(s.page, func(w io.Writer) error { return fault.RenderHTML(w, r.Diagnosis) })
	if err != nil {
		s.say("the page could not be written: %v", err)
		return
	}
	s.say("source, registers, descriptor tables and suspects: %s", relative(s.lab.root, s.page))
}

// sections keeps the head of a rendered diagnosis and its first n sections:
// cause, how it was found, what to do, chain, walk. The page has them all.
func sections(text string, n int) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(escapes.ReplaceAllString(line, ""), "── ") {
			if n--; n < 0 {
				break
			}
		}
		out.WriteString(line)
	}
	return out.String()
}

// escapes are the colours of a terminal.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// ending boots the mended kernel once more, as a user would.
func (s *story) ending(c *cobra.Command, p *architect.Project, r *architect.Record, mended source.Tree) error {
	a := r.Accepted()
	s.head("PROVE  the accepted repair")
	s.say("%s, in %s", a.Note, a.Function)
	fmt.Fprintf(s.w, "\n%s\n", r.Diff)
	s.say("it came up on the machine that failed, through GRUB, and on %d other machines; every self-test", len(p.Matrix))
	s.say("passed, none was lost, and an audit of the page tables from outside found nothing")
	s.head("BOOT  the mended kernel")
	result, err := architect.BootOn(c.Context(), p, mended, p.Proof, s.lab.work())
	if err != nil {
		return err
	}
	showReport(s.w, result.Report, result.Outcome.Elapsed)
	showVerdict(s.w, result)
	fmt.Fprintf(s.w, "\n%d candidates tried, %d boots, %.1f s in all. Your files are as they were.\n", len(r.Attempts), r.Boots+1, time.Since(s.start).Seconds())
	fmt.Fprintf(s.w, "the page: %s   next: pxos evolve --help\n", relative(s.lab.root, s.page))
	return nil
}
