package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"pxos/architect"
	"pxos/memory"
)

func lessonsCommand() *cobra.Command {
	var path string
	var asJSON bool
	c := &cobra.Command{
		Use: "lessons", Short: "Show what proven repairs have taught", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withMemory(path, func(s *memory.Store) error {
				list, err := s.Lessons(c.Context(), "")
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(c.OutOrStdout(), list)
				}
				for _, l := range list {
					fmt.Fprintf(c.OutOrStdout(), "%d  class %d, used %d times, from cycle %d\n   %s\n   sign: %s\n", l.ID, l.Class, l.Uses, l.Cycle, l.Text, l.Signature)
				}
				if len(list) == 0 {
					fmt.Fprintln(c.OutOrStdout(), "no lesson yet: pxos evolve --bug tests/corpus/02-bar0-wrong-index teaches one")
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&path, "memory", "", "memory file (default .cache/memory.db)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func withMemory(path string, do func(*memory.Store) error) error {
	l, err := openLab()
	if err != nil {
		return err
	}
	s, err := l.openMemory(path)
	if err != nil {
		return err
	}
	if s == nil {
		return usage{fmt.Errorf("--memory none holds nothing to show")}
	}
	defer s.Close()
	return do(s)
}

func cyclesCommand() *cobra.Command {
	var path string
	var asJSON, replay bool
	c := &cobra.Command{
		Use: "cycles [ID]", Short: "List recorded cycles, tell one again, or run it again",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withMemory(path, func(s *memory.Store) error {
				if len(args) == 0 {
					return listCycles(c, s, asJSON)
				}
				id, err := strconv.ParseInt(args[0], 10, 64)
				if err != nil {
					return usage{fmt.Errorf("%q is no cycle number", args[0])}
				}
				if replay {
					return replayCycle(c, s, id)
				}
				return tellCycle(c, s, id, asJSON)
			})
		},
	}
	c.Flags().StringVar(&path, "memory", "", "memory file (default .cache/memory.db)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&replay, "replay", false, "judge every recorded candidate again, from the kept source, and compare")
	return c
}

// replayCycle runs a cycle of our kernel again and compares.
func replayCycle(c *cobra.Command, s *memory.Store, id int64) error {
	l, err := openLab()
	if err != nil {
		return err
	}
	kept, err := s.Cycle(c.Context(), id)
	if err != nil {
		return usage{err}
	}
	p := architect.PxOS(l.root, l.tools)
	if kept.Project != p.Name {
		return usage{fmt.Errorf("cycle %d is of project %s; only cycles of %s can be run again here", id, kept.Project, p.Name)}
	}
	w := newWatcher(c.ErrOrStderr(), false)
	_, diff, err := architect.Replay(c.Context(), p, kept, architect.Options{WorkDir: l.work(), Watch: w.event})
	w.done()
	if err != nil {
		return err
	}
	for _, d := range diff {
		fmt.Fprintln(c.OutOrStdout(), d)
	}
	if len(diff) > 0 {
		return failed{"the cycle went otherwise this time"}
	}
	fmt.Fprintln(c.OutOrStdout(), "the same diagnosis, the same answer of every gate")
	return nil
}

func listCycles(c *cobra.Command, s *memory.Store, asJSON bool) error {
	list, err := s.Cycles(c.Context(), 50)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(c.OutOrStdout(), list)
	}
	for _, x := range list {
		fmt.Fprintf(c.OutOrStdout(), "%4d  %s  %-8s class %2d  %-10s %s\n", x.ID, x.Started.Local().Format("2006-01-02 15:04"), x.Project, x.Class, x.Outcome, x.Signature)
	}
	return nil
}

func tellCycle(c *cobra.Command, s *memory.Store, id int64, asJSON bool) error {
	x, err := s.Cycle(c.Context(), id)
	if err != nil {
		return usage{err}
	}
	var r architect.Record
	if err := json.Unmarshal(x.Record, &r); err != nil {
		return fmt.Errorf("cycle %d: %w", id, err)
	}
	r.ID = x.ID
	if asJSON {
		return writeJSON(c.OutOrStdout(), r)
	}
	w := newWatcher(c.OutOrStdout(), true)
	for _, step := range r.Steps {
		if step.Phase == architect.PhaseFix {
			for i := range r.Attempts {
				w.event(architect.Event{Phase: architect.PhaseFix, Attempt: &r.Attempts[i]})
			}
		}
		w.event(architect.Event{Phase: step.Phase, Text: step.Text})
	}
	showRecord(c.OutOrStdout(), &r)
	return nil
}
