package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"pxos/llm/kernel"
	"pxos/llm/model"
	ongpu "pxos/llm/resident"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// engineFlags say what computes a model.
type engineFlags struct {
	threads   int
	gpu       string
	cacheName string
	ahead     int
	cache     kernel.CacheType
}

func (f *engineFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.threads, "threads", runtime.NumCPU(), "that compute")
	c.Flags().StringVar(&f.cacheName, "cache", kernel.CacheF16.String(), "how keys and values are kept: F16, Q8_0 or F32")
	c.Flags().StringVar(&f.gpu, "gpu", "", "compute by WGSL, the model in the device's memory: "+strings.Join(wgsl.Backends, ", "))
}

// addAhead is for commands that go on from texts.
func (f *engineFlags) addAhead(c *cobra.Command) {
	c.Flags().IntVar(&f.ahead, "lookup", 0, "tokens that are guessed at once, from what came before; the text stays the same (8, say; 0: none)")
}

// engine is what computes, to be closed.
type engine struct {
	*model.Engine
	device gpu.Device
}

// Close closes the device too.
func (e *engine) Close() error {
	err := e.Engine.Close()
	if e.device != nil {
		err = errors.Join(err, e.device.Close())
	}
	return err
}

// chosen says that something is asked for that the engine inside pxOS does not have.
func (f *engineFlags) chosen() bool {
	return f.gpu != "" || f.ahead != 0 || f.cacheName != kernel.CacheF16.String()
}

// parse says what is wrong with the flags.
func (f *engineFlags) parse() (err error) {
	if f.threads < 1 {
		return usage{fmt.Errorf("--threads %d: 1 or more are wanted", f.threads)}
	}
	if f.ahead < 0 || f.ahead >= model.Batch {
		return usage{fmt.Errorf("--lookup %d: 0 to %d are wanted", f.ahead, model.Batch-1)}
	}
	if f.cache, err = kernel.ParseCache(f.cacheName); err != nil {
		return usage{fmt.Errorf("--cache: %w", err)}
	}
	if f.gpu != "" && f.cache != kernel.CacheF16 {
		return usage{fmt.Errorf("--cache %v does not go with --gpu, whose caches are F16", f.cache)}
	}
	return nil
}

// open makes the engine of a model.
func (f *engineFlags) open(c *cobra.Command, m *model.Model) (*engine, error) {
	if f.gpu == "" {
		return &engine{Engine: model.NewEngine(m, f.threads, f.cache)}, nil
	}
	d, err := openDevice(c.Context(), f.gpu)
	if err != nil {
		return nil, err
	}
	told := newTeller(c.ErrOrStderr(), "layers on "+d.Name())
	b, err := ongpu.New(c.Context(), d, m, told.count)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return &engine{model.NewEngineOn(m, b), d}, nil
}
