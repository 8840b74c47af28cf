//go:build vulkan

package wgsl

import (
	"context"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// TestRandomProgramsByVulkan runs PXOS_RANDOM_VULKAN random programs on the Vulkan
// device and on soft, which must give the same bits, from the seed
// PXOS_RANDOM_SEED on.
func TestRandomProgramsByVulkan(t *testing.T) {
	n, first := number(t, "PXOS_RANDOM_VULKAN", 0), number(t, "PXOS_RANDOM_SEED", 0)
	if n == 0 {
		t.Skip("PXOS_RANDOM_VULKAN says how many programs to run, PXOS_VULKAN on which driver")
	}
	var devices [2]gpu.Device
	for i, name := range []string{"soft", "vulkan"} {
		d, err := wgsl.Open(context.Background(), name, wgsl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		devices[i] = d
	}
	failures := 0
	for k := 0; k < n && failures < 5; k++ {
		c := Random(uint64(first + k))
		if err := agree(c, devices); err != nil {
			failures++
			t.Errorf("%s: %v\n%s", c.Name, err, c.Text)
		}
	}
	t.Logf("%d random programs on %s", n, devices[1].Name())
}
