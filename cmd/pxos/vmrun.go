package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/pixelvm"
	"pxos/pixelvm/shader"
	"pxos/wgsl"
)

// vmRunner is what pxos vm run was told.
type vmRunner struct {
	engine, backend string
	config          pixelvm.Config
	host            pixelvm.StandardHost
	grants          []string
	input           string
	folder, scratch string
	instances       int // 0 is one that is not given its number
	stats           bool
}

func vmRun() *cobra.Command {
	r := &vmRunner{}
	c := &cobra.Command{
		Use: "run FILE", Short: "Run a program", Args: oneArg("a program"),
		Long: `Run a program, on one of four engines that come to the same: compiled (to native code), fast (an
interpreter), oracle (a plain one), and wgsl, an interpreter in WGSL that runs --instances at
once on a GPU or on the CPU's vector units. The other engines run instances one by one. Each is
given its number as the first argument, and their outputs follow each other in order.`,
		RunE: func(c *cobra.Command, args []string) error {
			v, err := loadVerified(args[0])
			if err != nil {
				return err
			}
			if c.Flags().Changed("instances") && r.instances < 1 {
				return usage{fmt.Errorf("--instances %d: give 1 or more", r.instances)}
			}
			if r.instances > 0 && (r.folder != "" || r.scratch != "") {
				return usage{errors.New("--folder and --scratch are for one instance")}
			}
			if err := r.prepare(); err != nil {
				return err
			}
			return r.run(c, v)
		},
	}
	c.Flags().StringVar(&r.engine, "engine", "compiled", "oracle, fast, compiled or wgsl")
	c.Flags().StringVar(&r.backend, "backend", "soft", "of the engine wgsl: "+strings.Join(wgsl.Backends, ", "))
	c.Flags().IntVar(&r.instances, "instances", 0, "run so many, each with its number as the first argument")
	c.Flags().BoolVar(&r.stats, "stats", false, "say how many instructions ran, and how long")
	r.flags(c)
	return c
}

// flags are what a program may have, for all commands that run one.
func (r *vmRunner) flags(c *cobra.Command) {
	c.Flags().Int64Var(&r.config.Fuel, "fuel", 0, "instructions that may run (default 2^40)")
	c.Flags().IntVar(&r.config.OutputBytes, "output", 64<<20, "bytes that may be written")
	c.Flags().IntVar(&r.config.Tiles, "tiles", 0, "memory that may be taken, 64 KiB each (default 4096)")
	c.Flags().StringArrayVar(&r.grants, "grant", nil, "a host call that is granted: clock, random")
	c.Flags().StringVar(&r.input, "input", "", "a file that the program may read")
	c.Flags().StringVar(&r.folder, "folder", "", "a folder whose files the program may read")
	c.Flags().StringVar(&r.scratch, "scratch", "", "a folder for the files that it saves; they are written when it has ended well")
	c.Flags().Int64SliceVar(&r.host.Arguments, "arg", nil, "numbers for the program")
	c.Flags().Uint64Var(&r.host.Seed, "seed", 1, "of random")
}

// prepare makes the host of what was granted.
func (r *vmRunner) prepare() (err error) {
	r.host.Start, r.host.Now = time.Now(), time.Now
	for _, g := range r.grants {
		switch g {
		case "clock":
			r.host.Clock = true
		case "random":
			r.host.Random = true
		default:
			return usage{fmt.Errorf("--grant %s: give clock or random", g)}
		}
	}
	if r.input != "" {
		if r.host.Input, err = os.ReadFile(r.input); err != nil {
			return usage{err}
		}
		r.host.TakesInput = true
	}
	if r.scratch != "" {
		r.host.Scratch = pixelvm.NewScratch(r.config.OutputBytes)
	}
	if r.folder != "" {
		if r.host.Folder, err = pixelvm.OpenDir(r.folder); err != nil {
			return usage{err}
		}
	}
	return nil
}

// keep writes what a program saved.
func (r *vmRunner) keep(w io.Writer) error {
	if r.host.Scratch == nil {
		return nil
	}
	names, err := r.host.Scratch.Keep(r.scratch)
	for _, name := range names {
		fmt.Fprintln(w, filepath.Join(r.scratch, name))
	}
	return err
}

// configs are those of the instances; each has a host of its own.
func (r *vmRunner) configs() []pixelvm.Config {
	list := make([]pixelvm.Config, max(1, r.instances))
	for n := range list {
		h := r.host
		if r.instances > 0 {
			h.Arguments = append([]int64{int64(n)}, h.Arguments...)
			h.Seed += uint64(n)
		}
		list[n] = r.config
		list[n].Host = &h
	}
	return list
}

// run runs the instances and shows what they came to; the first failure is the error.
func (r *vmRunner) run(c *cobra.Command, v *pixelvm.Verified) error {
	start, w := time.Now(), c.OutOrStdout()
	told := newTeller(c.ErrOrStderr(), "instances ended")
	list, err := r.outcomes(c.Context(), v, told)
	if err != nil {
		return err
	}
	var fuel int64
	var failures []error
	for n, o := range list {
		which := "result"
		if r.instances > 0 {
			which = fmt.Sprintf("instance %d", n)
		}
		if _, err := w.Write(o.Output); err != nil {
			return err
		}
		for _, value := range o.Values {
			fmt.Fprintf(w, "%s: %d (0x%x)\n", which, int64(value), value)
		}
		if fuel += o.Fuel; o.Err != nil {
			err := vmError(o.Err)
			if r.instances > 0 {
				err = vmError(fmt.Errorf("instance %d: %w", n, o.Err))
			}
			failures = append(failures, err)
		}
	}
	if r.stats {
		s := time.Since(start).Seconds()
		fmt.Fprintf(c.ErrOrStderr(), "%d instructions, %.1f ms, %.0f million a second\n", fuel, s*1000, float64(fuel)/s/1e6)
	}
	switch n := len(failures); {
	case n == 0:
		return r.keep(c.ErrOrStderr())
	case n == 1:
		return failures[0]
	default:
		return failed{fmt.Sprintf("%v; and %d more of %d instances failed", failures[0], n-1, len(list))}
	}
}

// outcomes runs the instances on the engine that was asked for.
func (r *vmRunner) outcomes(ctx context.Context, v *pixelvm.Verified, told *teller) (list []shader.Outcome, err error) {
	var e pixelvm.Engine
	switch r.engine {
	case "oracle":
		e = pixelvm.Oracle{}
	case "fast":
		e = pixelvm.Fast{}
	case "compiled":
		compiled, err := pixelvm.NewCompiled(ctx, 0)
		if err != nil {
			return nil, err
		}
		defer compiled.Close(context.WithoutCancel(ctx))
		e = compiled
	case "wgsl":
		s, err := shader.Open(ctx, r.backend, shader.Options{Progress: told.count})
		if err != nil {
			return nil, err
		}
		list, err := s.RunAll(ctx, v, r.configs())
		return list, errors.Join(err, s.Close())
	default:
		return nil, usage{fmt.Errorf("--engine %s: give oracle, fast, compiled or wgsl", r.engine)}
	}
	configs := r.configs()
	for n, config := range configs {
		result, err := e.Run(ctx, v, config)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		list = append(list, shader.Outcome{Result: result, Err: err})
		told.count(n+1, len(configs))
	}
	return list, nil
}
