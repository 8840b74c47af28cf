package wgsl

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/spirv"
	"pxos/wgsl/texture"
)

// TestSPIRVIsValid gives spirv-val the SPIR-V of every case that runs, and of
// random programs.
func TestSPIRVIsValid(t *testing.T) {
	val := os.Getenv("SPIRV_VAL")
	if val == "" {
		var err error
		if val, err = exec.LookPath("spirv-val"); err != nil {
			t.Skip("no spirv-val here: install Debian's package spirv-tools, or name it in SPIRV_VAL")
		}
	}
	cases, err := Valid()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(number(t, "PXOS_RANDOM_SPIRV", 200)) {
		cases = append(cases, Random(seed))
	}
	// The validator takes one module a process.
	queue := make(chan *Case)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for c := range queue {
				if err := c.validate(val); err != nil {
					t.Errorf("%s: %v", c.ID(), err)
				}
			}
		}()
	}
	n := 0
	for _, c := range cases {
		if !c.CheckOnly {
			n++
			queue <- c
		}
	}
	close(queue)
	wait.Wait()
	t.Logf("%d modules", n)
	if n < 500 {
		t.Errorf("only %d modules", n)
	}
}

// validate writes the case as SPIR-V and asks the validator.
func (c *Case) validate(val string) error {
	p, err := c.prepare()
	if err != nil {
		return err
	}
	special, err := check.Specialize(p.module.IR, p.entry, c.Overrides, gpu.SoftwareLimits().Limits)
	if err != nil {
		return err
	}
	if err := texture.Lower(special); err != nil {
		return err
	}
	program, err := flat.Lower(special, p.entry)
	if err != nil {
		return err
	}
	module, err := spirv.Write(program)
	if err != nil {
		return err
	}
	run := exec.Command(val, "--target-env", "vulkan1.1", "-")
	run.Stdin = bytes.NewReader(module.Code)
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
