package main

import (
	_ "embed" // the shaders
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"

	"pxos/pxgpu/kernels"
)

var (
	//go:embed shaders/matmul.wgsl
	matmulText string
	//go:embed shaders/mandelbrot.wgsl
	mandelbrotText string
	//go:embed shaders/sha256.wgsl
	sha256Text string
	//go:embed shaders/prefix.wgsl
	prefixText string
	//go:embed shaders/histogram.wgsl
	histogramText string
	//go:embed shaders/bfs.wgsl
	bfsText string
)

// workload is one program, its data, and the same in plain Go on one thread.
type workload struct {
	name, text, entry string
	buffers           [][]byte // bindings 0, 1, …
	kinds             []string
	out               int // the binding that is compared
	workgroups        [3]uint32
	flops             float64
	// plain computes the same; what it returns encodes the result, untimed.
	plain  func() func() []byte
	floats float64 // results are floats; relative error allowed
	result []byte
}

const (
	readOnly = "read-only-storage"
	storage  = "storage"
	uniform  = "uniform"
)

func words(w []uint32) []byte {
	out := make([]byte, 0, 4*len(w))
	for _, v := range w {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func floatBytes(f []float32) []byte {
	out := make([]byte, 0, 4*len(f))
	for _, v := range f {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

// same compares two results.
func (w *workload) same(a, b []byte) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d bytes against %d", len(a), len(b))
	}
	for i := 0; i+4 <= len(a); i += 4 {
		x, y := binary.LittleEndian.Uint32(a[i:]), binary.LittleEndian.Uint32(b[i:])
		if w.floats > 0 {
			p, q := float64(math.Float32frombits(x)), float64(math.Float32frombits(y))
			if !(math.Abs(p-q) <= w.floats*math.Max(1, math.Abs(p))) {
				return fmt.Errorf("element %d: %g against %g", i/4, p, q)
			}
		} else if x != y {
			return fmt.Errorf("element %d: %d against %d", i/4, x, y)
		}
	}
	return nil
}

func workloads() []*workload {
	rng := rand.New(rand.NewPCG(7, 7))
	return []*workload{matmul(rng, 256), matmul(rng, 512), tiled(rng, 512), attention(rng), mandelbrot(512),
		sha256Workload(rng, 1<<15), prefix(rng, 1<<21), histogram(rng, 1<<20), bfs(rng, 1<<17, 8)}
}

func randomFloats(rng *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(rng.NormFloat64())
	}
	return out
}

func randomWords(rng *rand.Rand, n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = rng.Uint32()
	}
	return out
}

func matmul(rng *rand.Rand, n int) *workload {
	a, b := randomFloats(rng, n*n), randomFloats(rng, n*n)
	c := make([]float32, n*n)
	return &workload{
		name: fmt.Sprintf("matmul %d", n), text: matmulText, entry: "main", out: 2, floats: 1e-3,
		buffers: [][]byte{floatBytes(a), floatBytes(b), make([]byte, 4*n*n), words([]uint32{uint32(n), 0, 0, 0})},
		kinds:   []string{readOnly, readOnly, storage, uniform}, workgroups: [3]uint32{uint32(n / 8), uint32(n / 8), 1},
		flops: 2 * float64(n) * float64(n) * float64(n),
		plain: func() func() []byte {
			for y := range n {
				for x := range n {
					var sum float32
					for k := range n {
						sum += a[y*n+k] * b[k*n+x]
					}
					c[y*n+x] = sum
				}
			}
			return func() []byte { return floatBytes(c) }
		},
	}
}

// tiled is the product kernel of pxgpu/kernels, weights by rows.
func tiled(rng *rand.Rand, n int) *workload {
	x, w := randomFloats(rng, n*n), randomFloats(rng, n*n)
	c := make([]float32, n*n)
	return &workload{
		name: fmt.Sprintf("tiled %d", n), text: kernels.MatmulWGSL, entry: "matmul_f32", out: 2, floats: 1e-3,
		buffers: [][]byte{floatBytes(x), floatBytes(w), make([]byte, 4*n*n), words([]uint32{uint32(n), uint32(n), uint32(n), 0})},
		kinds:   []string{readOnly, readOnly, storage, uniform}, workgroups: [3]uint32{uint32(n / 32), uint32(n / 16), 1},
		flops: 2 * float64(n) * float64(n) * float64(n),
		plain: func() func() []byte {
			for i := range n {
				for j := range n {
					var sum float32
					row, weights := x[i*n:][:n], w[j*n:][:n]
					for k := range row {
						sum += row[k] * weights[k]
					}
					c[i*n+j] = sum
				}
			}
			return func() []byte { return floatBytes(c) }
		},
	}
}

func attention(rng *rand.Rand) *workload {
	s := kernels.AttentionShape{Queries: 512, Keys: 512, Heads: 4, KVHeads: 4, HeadDim: 64}
	n := s.Queries * s.Heads * s.HeadDim
	q, k, v := randomFloats(rng, n), randomFloats(rng, n), randomFloats(rng, n)
	shape := words([]uint32{512, 512, 4, 4, 64, 0, math.Float32bits(float32(s.Scale())), 0})
	return &workload{
		name: "attention 512", text: kernels.AttentionWGSL, entry: "attention", out: 3, floats: 1e-4,
		buffers: [][]byte{floatBytes(q), floatBytes(k), floatBytes(v), make([]byte, 4*n), shape},
		kinds:   []string{readOnly, readOnly, readOnly, storage, uniform}, workgroups: [3]uint32{8, 4, 1},
		flops: 4 * float64(s.Queries) * float64(s.Keys) * float64(s.HeadDim) * float64(s.Heads),
		plain: func() func() []byte {
			out := plainAttention(q, k, v, s)
			return func() []byte { return floatBytes(out) }
		},
	}
}

// plainAttention is the plain loop in f32: scores, softmax, sum.
func plainAttention(q, k, v []float32, s kernels.AttentionShape) []float32 {
	out := make([]float32, len(q))
	scores := make([]float32, s.Keys)
	scale := float32(s.Scale())
	for i := range s.Queries {
		for h := range s.Heads {
			row := q[(i*s.Heads+h)*s.HeadDim:][:s.HeadDim]
			highest, total := float32(math.Inf(-1)), float32(0)
			for j := range scores {
				var sum float32
				key := k[(j*s.Heads+h)*s.HeadDim:][:s.HeadDim]
				for c := range row {
					sum += row[c] * key[c]
				}
				scores[j] = sum * scale
				highest = max(highest, scores[j])
			}
			for j := range scores {
				scores[j] = float32(math.Exp(float64(scores[j] - highest)))
				total += scores[j]
			}
			sum := out[(i*s.Heads+h)*s.HeadDim:][:s.HeadDim]
			for j, p := range scores {
				p /= total
				value := v[(j*s.Heads+h)*s.HeadDim:][:s.HeadDim]
				for c := range sum {
					sum[c] += p * value[c]
				}
			}
		}
	}
	return out
}
