package shader

import (
	"testing"

	"pxos/wgsl"
)

func TestSource(t *testing.T) {
	if _, err := wgsl.Compile("pixelvm.wgsl", Source()); err != nil {
		t.Fatal(err)
	}
}
