package llmoracle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pxos/llm/quant"
)

// tablePath is a table of blocks and what ggml makes of them, for the tests of pxOS, which
// have no ggml.
var tablePath = filepath.Join("..", "..", "llm", "quant", "testdata", "ggml.txt")

// TestTable holds the table to ggml. With PXOS_UPDATE it is written anew.
func TestTable(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var b bytes.Buffer
	b.WriteString("# A type, a block, and the float32s that ggml's dequantize_row functions make of it, both as hexadecimal bytes.\n" +
		"# Written by tests/llmoracle/table_test.go from llama.cpp v0.4.0's libggml-base, which node-llama-cpp 3.21.1 ships.\n")
	for _, weights := range quant.Types {
		if weights == quant.F32 {
			continue
		}
		g := ggmlOf(t, weights)
		info, _ := weights.Info()
		for range map[int]int{1: 100, 32: 30, 256: 10}[info.BlockValues] {
			raw, values := make([]byte, info.BlockBytes), make([]float32, info.BlockValues)
			for ok := false; !ok; ok = !slices.ContainsFunc(values, func(v float32) bool { return !finite(v) }) {
				for i := range raw {
					raw[i] = byte(r.Uint32())
				}
				g.decode(&raw[0], &values[0], int64(len(values)))
			}
			var bits []byte
			for _, v := range values {
				bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(v))
			}
			fmt.Fprintf(&b, "%v %x %x\n", weights, raw, bits)
		}
	}
	if os.Getenv("PXOS_UPDATE") != "" {
		if err := os.WriteFile(tablePath, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(tablePath)
	if err != nil || !bytes.Equal(have, b.Bytes()) {
		t.Errorf("%s is not what ggml makes of these blocks (%v)", tablePath, err)
	}
	t.Logf("%d bytes", len(have))
}
