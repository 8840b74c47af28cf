package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/wgsl/oracle"
	"pxos/wgsl/oracle/trace"
)

// signOfLife is how often a trace that shows nothing says that it runs.
const signOfLife = time.Second

// gpuTrace are the flags of `gpu trace`.
type gpuTrace struct {
	run               gpuRun
	invocation, lines string
	limit             int64
	asJSON            bool
}

func gpuTraceCommand() *cobra.Command {
	f := &gpuTrace{}
	c := &cobra.Command{
		Use: "trace FILE", Short: "Show what one invocation of a shader does, line by line",
		Args: oneArg("a WGSL file, or - for standard input"),
		Long: `Runs a compute entry point on the oracle and shows each step of one invocation:
the line, and what it computed, wrote or decided. All workgroups before its own
run first, since they may write what it reads; those behind it do not run.

With --json each step is an object on a line of its own, and the last object has
the kind "end".`,
		Example: `  pxos gpu trace sum.wgsl --bind 0:0=in.npy --bind 0:1=size=4 --invocation 5
  pxos gpu trace sum.wgsl --bind 0:0=size=64 --lines 12:20 --json`,
		RunE: func(c *cobra.Command, args []string) error { return f.trace(c, args[0]) },
	}
	f.run.registerDispatch(c)
	c.Flags().StringVar(&f.invocation, "invocation", "0,0,0", "global_invocation_id: X, X,Y or X,Y,Z")
	c.Flags().StringVar(&f.lines, "lines", "", "show the steps of these lines only: FROM:TO, FROM: or LINE")
	c.Flags().Int64Var(&f.limit, "limit", 10000, "show at most so many steps; the others are counted")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object for each step")
	return c
}

func (f *gpuTrace) trace(c *cobra.Command, file string) error {
	o := trace.Options{Limit: f.limit, JSON: f.asJSON}
	at, err := parseInvocation(f.invocation)
	if err == nil {
		o.From, o.To, err = parseLines(f.lines)
	}
	if err == nil && f.limit < 0 {
		err = fmt.Errorf("--limit %d: give 0 or more", f.limit)
	}
	if err != nil {
		return usage{err}
	}
	j, err := f.run.prepare(c, file)
	if err != nil {
		return err
	}
	r := trace.New(j.Module.Source, at, c.OutOrStdout(), o)
	d := oracle.OpenWatched(at, r)
	defer d.Close()
	quiet := showProgress(c.Context(), c.ErrOrStderr(), r, signOfLife)
	_, failed := j.Run(c.Context(), d)
	quiet()
	if r.Progress().Workgroups > 0 {
		if err := r.End(failed); err != nil {
			return err
		}
	}
	if failed != nil {
		return runFailure(failed)
	}
	return nil
}

// showProgress says that a trace runs while it shows nothing, until stop.
func showProgress(ctx context.Context, w io.Writer, r *trace.Recorder, every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		before := int64(-1)
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			p := r.Progress()
			if p.Shown == before || p.Shown == 0 {
				fmt.Fprintf(w, "… running: workgroup %d of %d, step %d of the invocation\n", p.Workgroups, p.Count, p.Steps)
			}
			before = p.Shown
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// parseInvocation reads X, X,Y or X,Y,Z.
func parseInvocation(s string) (at [3]uint32, err error) {
	parts := strings.Split(s, ",")
	if len(parts) > len(at) {
		return at, fmt.Errorf("--invocation %s: write X, X,Y or X,Y,Z", s)
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return at, fmt.Errorf("--invocation %s: %q is not the number of an invocation; write X, X,Y or X,Y,Z", s, p)
		}
		at[i] = uint32(n)
	}
	return at, nil
}

// parseLines reads FROM:TO, FROM: or a line; 0 as the last line is no bound.
func parseLines(s string) (from, to int, err error) {
	if s == "" {
		return 0, 0, nil
	}
	wrong := fmt.Errorf("--lines %s: write FROM:TO, FROM: or one line, counted from 1", s)
	first, last, span := strings.Cut(s, ":")
	if from, err = strconv.Atoi(first); err != nil || from < 1 {
		return 0, 0, wrong
	}
	switch {
	case !span:
		return from, from, nil
	case last == "":
		return from, 0, nil
	}
	if to, err = strconv.Atoi(last); err != nil || to < from {
		return 0, 0, wrong
	}
	return from, to, nil
}
