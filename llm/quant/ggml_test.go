package quant

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"strings"
	"testing"
)

// TestTable holds the decoders to what ggml made of random blocks, as tests/llmoracle wrote
// it down: to the bit, but for the sign of a zero.
func TestTable(t *testing.T) {
	text, err := os.ReadFile("testdata/ggml.txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[Type]int{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Fields(line)
		typ, err := Parse(parts[0])
		if err != nil {
			t.Fatal(err)
		}
		raw, err := hex.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		want, err := hex.DecodeString(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		if info, _ := typ.Info(); len(raw) != info.BlockBytes || len(want) != 4*info.BlockValues {
			t.Fatalf("%v: %d bytes of %d values", typ, len(raw), len(want)/4)
		}
		got := make([]float32, len(want)/4)
		Decode(typ, got, raw)
		for i, v := range got {
			if w := math.Float32frombits(binary.LittleEndian.Uint32(want[4*i:])); v != w {
				t.Errorf("%v, value %d of %x is %g, ggml has %g", typ, i, raw, v, w)
			}
		}
		blocks[typ]++
	}
	for _, typ := range Types {
		if typ != F32 && blocks[typ] < 10 {
			t.Errorf("%v has %d blocks", typ, blocks[typ])
		}
	}
}
