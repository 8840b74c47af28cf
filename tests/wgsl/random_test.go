package wgsl

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// TestRandomProgramsAgree runs random programs on soft and oracle, which must
// give the same bits. PXOS_RANDOM_WGSL is how many, PXOS_RANDOM_SEED the first
// seed; each failure prints its seed and its text.
func TestRandomProgramsAgree(t *testing.T) {
	n, first := number(t, "PXOS_RANDOM_WGSL", 150), number(t, "PXOS_RANDOM_SEED", 0)
	var next, ran, failures atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			devices, err := twoDevices()
			if err != nil {
				t.Error(err)
				return
			}
			defer devices[0].Close()
			defer devices[1].Close()
			for failures.Load() < 3 {
				k := next.Add(1) - 1
				if k >= int64(n) {
					return
				}
				c := Random(uint64(int64(first) + k))
				if err := agree(c, devices); err != nil {
					failures.Add(1)
					t.Errorf("%s: %v\n%s", c.Name, err, c.Text)
				}
				if done := ran.Add(1); done%5000 == 0 {
					fmt.Printf("%d random programs ran\n", done)
				}
			}
		}()
	}
	wait.Wait()
	t.Logf("%d random programs ran on soft and oracle, %d differed or were refused", ran.Load(), failures.Load())
}

func number(t *testing.T, variable string, otherwise int) int {
	s := os.Getenv(variable)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func twoDevices() (devices [2]gpu.Device, err error) {
	for i, name := range []string{"soft", "oracle"} {
		if devices[i], err = wgsl.Open(context.Background(), name, wgsl.Options{Workers: 1 + i}); err != nil {
			return devices, err
		}
	}
	return devices, nil
}

// agree runs a case on both devices.
func agree(c *Case, devices [2]gpu.Device) error {
	p, err := c.prepare()
	if err != nil {
		return err
	}
	var results [2][][]byte
	for i, d := range devices {
		if results[i], err = p.on(context.Background(), d); err != nil {
			return fmt.Errorf("%s: %w", d.Name(), err)
		}
	}
	if why := p.compare(results[0], results[1]); why != "" {
		return fmt.Errorf("%s differs from %s: %s", devices[0].Name(), devices[1].Name(), why)
	}
	return nil
}
