package pixelvm_test

import (
	"strings"
	"testing"

	. "pxos/pixelvm" // with all engines, of which one imports it
)

func BenchmarkFib(b *testing.B) {
	v := verified(b, strings.Replace(fibSource, "PUSH 20", "PUSH 30", 1))
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			for b.Loop() {
				if r, err := e.Run(ctx, v, Config{}); err != nil || r.Values[0] != 832040 {
					b.Fatal(r, err)
				}
			}
		})
	}
}
