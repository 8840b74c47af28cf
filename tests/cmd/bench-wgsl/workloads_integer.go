package main

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

func mandelbrot(n int) *workload {
	out := make([]uint32, n*n)
	return &workload{
		name: "mandelbrot", text: mandelbrotText, entry: "main", out: 0,
		buffers: [][]byte{make([]byte, 4*n*n), words([]uint32{uint32(n), 0, 0, 0})}, kinds: []string{storage, uniform},
		workgroups: [3]uint32{uint32(n / 8), uint32(n / 8), 1},
		floats:     1, // one round more or less at the border, by rounding
		plain: func() func() []byte {
			scale := 3 / float32(n)
			for py := range n {
				for px := range n {
					cx, cy := float32(px)*scale-2.25, float32(py)*scale-1.5
					var x, y float32
					k := uint32(0)
					for k < 256 && x*x+y*y <= 4 {
						x, y = x*x-y*y+cx, 2*x*y+cy
						k++
					}
					out[py*n+px] = k
				}
			}
			return func() []byte { return words(out) }
		},
	}
}

// sha256 hashes messages of 55 bytes, which fill one block with their padding.
// The peer is a plain loop, not the standard library's assembly.
func sha256Block(k *[64]uint32, block []uint32) [8]uint32 {
	var w [64]uint32
	copy(w[:], block)
	for i := 16; i < 64; i++ {
		s0 := bits.RotateLeft32(w[i-15], -7) ^ bits.RotateLeft32(w[i-15], -18) ^ w[i-15]>>3
		s1 := bits.RotateLeft32(w[i-2], -17) ^ bits.RotateLeft32(w[i-2], -19) ^ w[i-2]>>10
		w[i] = w[i-16] + s0 + w[i-7] + s1
	}
	start := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	a, b, c, d, e, f, g, h := start[0], start[1], start[2], start[3], start[4], start[5], start[6], start[7]
	for i := range 64 {
		s1 := bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)
		t1 := h + s1 + (e&f ^ ^e&g) + k[i] + w[i]
		s0 := bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)
		t2 := s0 + (a&b ^ a&c ^ b&c)
		h, g, f, e, d, c, b, a = g, f, e, d+t1, c, b, a, t1+t2
	}
	for i, v := range []uint32{a, b, c, d, e, f, g, h} {
		start[i] += v
	}
	return start
}

// roundConstants are those of FIPS 180-4: the first bits of the cube roots of the
// first 64 primes.
func roundConstants() *[64]uint32 {
	var k [64]uint32
	n := 0
	for p := uint64(2); n < 64; p++ {
		prime := true
		for q := uint64(2); q*q <= p; q++ {
			prime = prime && p%q != 0
		}
		if !prime {
			continue
		}
		// The largest r with r³ <= p·2^96: the low 32 bits are the fraction.
		lo, hi := uint64(0), uint64(1)<<36
		for hi-lo > 1 {
			mid := (lo + hi) / 2
			if cubeAtMost(mid, p) {
				lo = mid
			} else {
				hi = mid
			}
		}
		k[n] = uint32(lo)
		n++
	}
	return &k
}

// cubeAtMost says whether r³ <= p·2^96.
func cubeAtMost(r, p uint64) bool {
	h1, l1 := bits.Mul64(r, r)
	h2, l2 := bits.Mul64(l1, r)
	h3 := h1*r + h2
	_ = l2
	return h3>>32 < p || h3>>32 == p && h3&0xffffffff == 0 && l2 == 0
}

func shaBlocks(rng *rand.Rand, n int) (blocks []uint32, first []byte) {
	for i := range n {
		message := make([]byte, 64)
		for k := range 55 {
			message[k] = byte(rng.Uint32())
		}
		if i == 0 {
			first = append(first, message[:55]...)
		}
		message[55] = 0x80
		binary.BigEndian.PutUint64(message[56:], 55*8)
		for k := range 16 {
			blocks = append(blocks, binary.BigEndian.Uint32(message[4*k:]))
		}
	}
	return blocks, first
}

func sha256Workload(rng *rand.Rand, n int) *workload {
	blocks, first := shaBlocks(rng, n)
	out := make([]uint32, 0, 8*n)
	k := roundConstants()
	digest := sha256Block(k, blocks[:16])
	if want := sha256.Sum256(first); binary.BigEndian.Uint32(want[:]) != digest[0] {
		panic("the plain SHA-256 is wrong")
	}
	return &workload{
		name: "sha256", text: sha256Text, entry: "main", out: 1, kinds: []string{readOnly, storage},
		buffers: [][]byte{words(blocks), make([]byte, 32*n)}, workgroups: [3]uint32{uint32(n / 64), 1, 1},
		plain: func() func() []byte {
			out = out[:0]
			for i := range n {
				d := sha256Block(k, blocks[16*i:][:16])
				out = append(out, d[:]...)
			}
			return func() []byte { return words(out) }
		},
	}
}

func prefix(rng *rand.Rand, n int) *workload {
	values, out := randomWords(rng, n), make([]uint32, n)
	return &workload{
		name: "prefix sum", text: prefixText, entry: "main", out: 1, kinds: []string{readOnly, storage},
		buffers: [][]byte{words(values), make([]byte, 4*n)}, workgroups: [3]uint32{uint32(n / 1024), 1, 1},
		plain: func() func() []byte {
			var sum uint32
			for i, v := range values {
				if i%1024 == 0 {
					sum = 0
				}
				sum += v
				out[i] = sum
			}
			return func() []byte { return words(out) }
		},
	}
}

func histogram(rng *rand.Rand, n int) *workload {
	values := randomWords(rng, n)
	return &workload{
		name: "histogram", text: histogramText, entry: "main", out: 1, kinds: []string{readOnly, storage},
		buffers: [][]byte{words(values), make([]byte, 1024)}, workgroups: [3]uint32{uint32(n / 4096), 1, 1},
		plain: func() func() []byte {
			var out [256]uint32
			for _, v := range values {
				out[v&255]++
				out[v>>8&255]++
				out[v>>16&255]++
				out[v>>24]++
			}
			return func() []byte { return words(out[:]) }
		},
	}
}

// bfs is one level over a random graph: a tenth of the vertices are at the level.
func bfs(rng *rand.Rand, vertices, degree int) *workload {
	starts := make([]uint32, vertices+1)
	var neighbours []uint32
	for v := range vertices {
		for range rng.IntN(2*degree + 1) {
			neighbours = append(neighbours, uint32(rng.IntN(vertices)))
		}
		starts[v+1] = uint32(len(neighbours))
	}
	levels, out := make([]uint32, vertices), make([]uint32, vertices)
	for v := range levels {
		levels[v] = 0xffffffff
		if rng.IntN(10) == 0 {
			levels[v] = 3
		}
	}
	return &workload{
		name: "bfs level", text: bfsText, entry: "main", out: 2, kinds: []string{readOnly, readOnly, storage, uniform},
		buffers:    [][]byte{words(starts), words(neighbours), words(levels), words([]uint32{3, uint32(vertices), 0, 0})},
		workgroups: [3]uint32{uint32(vertices / 64), 1, 1},
		plain: func() func() []byte {
			copy(out, levels)
			for v := range vertices {
				if out[v] != 3 {
					continue
				}
				for i := starts[v]; i < starts[v+1]; i++ {
					out[neighbours[i]] = min(out[neighbours[i]], 4)
				}
			}
			return func() []byte { return words(out) }
		},
	}
}
