package codec

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"testing"
)

// FuzzDecompress gives a reader any stream: an error of a known kind, or data that
// stays under the limits.
func FuzzDecompress(f *testing.F) {
	reference := []byte("a reference of some length, for those who need one")
	data := append(bytes.Repeat([]byte("some text and "), 20), 0, 1, 2, 3, 200, 201, 255)
	for level := Stored; level <= Max; level++ {
		for _, r := range [][]byte{nil, reference} {
			stream, err := Compress(data, Options{Level: level, Reference: r, BlockBytes: 4096})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(stream)
			f.Add(stream[:len(stream)/2])
		}
	}
	const most = 1 << 16
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, err := Decompress(stream, Limits{MemoryBytes: 64 << 20, OutputBytes: most, Reference: reference})
		if len(got) > most {
			t.Errorf("%d bytes came out, %d are allowed", len(got), most)
		}
		known := errors.Is(err, ErrFormat) || errors.Is(err, ErrChecksum) || errors.Is(err, ErrLimit) || errors.Is(err, ErrReference)
		if err != nil && !known {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}

var rounds = flag.Int("rounds", 300, "random texts that TestRandomRoundTrips codes and decodes")

// TestRandomRoundTrips codes random texts: pieces of samples, noise, runs and repeats,
// at every level, against references that are like them or not.
func TestRandomRoundTrips(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var pieces [][]byte
	for _, name := range []string{"zeros", "noise", "text", "table"} {
		pieces = append(pieces, samples()[name])
	}
	random := func() (p []byte) {
		for range r.IntN(6) {
			from := pieces[r.IntN(len(pieces))]
			if len(p) > 0 && r.IntN(3) == 0 {
				from = p
			}
			at := r.IntN(len(from))
			p = append(p, from[at:min(len(from), at+r.IntN(1+r.IntN(500)))]...)
		}
		return p
	}
	for range *rounds {
		data, reference := random(), []byte(nil)
		switch r.IntN(3) {
		case 0:
			reference = random()
		case 1:
			reference = bytes.Clone(data)
			for i := range reference {
				if r.IntN(50) == 0 {
					reference[i]++
				}
			}
		}
		level := Level(r.IntN(int(Max) + 1))
		block, err := EncodeBlock(level, data, reference)
		if err != nil || len(block) > len(data)+BlockOverhead {
			t.Fatalf("%v: %d bytes become %d, %v", level, len(data), len(block), err)
		}
		got, err := DecodeBlock(block, reference, len(data))
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%v: %d bytes of %d come back, %v", level, len(got), len(data), err)
		}
	}
}
