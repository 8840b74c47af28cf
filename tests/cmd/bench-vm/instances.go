package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"pxos/pixelvm"
	"pxos/pixelvm/golang"
	"pxos/pixelvm/shader"
)

// instances is how many there are of the program that runs many times at once.
const instances = 10_000

// instancesTimes are milliseconds for all of them, and the instructions that ran.
type instancesTimes struct {
	Program      string  `json:"program"`
	Instances    int     `json:"instances"`
	Instructions int64   `json:"instructions"`
	Fast         float64 `json:"fast_one_by_one"`
	Compiled     float64 `json:"compiled_one_by_one"`
	WGSL         float64 `json:"wgsl_at_once"`
	Backend      string  `json:"backend"`
}

// manyInstances times the points of the Mandelbrot set, an instance each, one by one and
// at once, and holds the fuel and the output of all to each other.
func (b *bench) manyInstances(ctx context.Context, compiled *pixelvm.Compiled) error {
	const name = "points"
	text, err := os.ReadFile(source(name))
	if err != nil {
		return err
	}
	p, err := golang.Compile(source(name), text, golang.Options{})
	if err != nil {
		return err
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		return err
	}
	e, err := shader.Open(ctx, b.backend, shader.Options{})
	if err != nil {
		return err
	}
	defer e.Close()
	configs := make([]pixelvm.Config, instances)
	for i := range configs {
		configs[i].Host = &pixelvm.StandardHost{Arguments: []int64{int64(i)}}
	}
	outputs := map[string][]byte{}
	note := func(engine string, i int, r pixelvm.Result, err error) error {
		outputs[engine] = fmt.Appendf(outputs[engine], "%s %d\n", r.Output, r.Fuel)
		if err != nil {
			return fmt.Errorf("instance %d on %s: %w", i, engine, err)
		}
		return nil
	}
	single := func(engine string, e pixelvm.Engine) func() error {
		return func() error {
			outputs[engine] = nil
			for i, c := range configs {
				r, err := e.Run(context.WithoutCancel(ctx), v, c)
				if err := note(engine, i, r, err); err != nil {
					return err
				}
			}
			return ctx.Err()
		}
	}
	t := &b.report.Instances
	*t = instancesTimes{Program: name, Instances: instances, Backend: b.backend}
	fmt.Fprintf(os.Stderr, "%d instances of %s\n", instances, name)
	if t.Fast, err = b.median(single("fast", pixelvm.Fast{})); err != nil {
		return err
	}
	if t.Compiled, err = b.median(single("compiled", compiled)); err != nil {
		return err
	}
	t.WGSL, err = b.median(func() error {
		outputs["wgsl"], t.Instructions = nil, 0
		list, err := e.RunAll(ctx, v, configs)
		for i, o := range list {
			t.Instructions += o.Fuel
			if err == nil {
				err = note("wgsl", i, o.Result, o.Err)
			}
		}
		return err
	})
	if err == nil && (!bytes.Equal(outputs["wgsl"], outputs["fast"]) || !bytes.Equal(outputs["wgsl"], outputs["compiled"])) {
		err = fmt.Errorf("the engines do not come to the same on %s", name)
	}
	return err
}
