package random

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestBlock is the example of RFC 8439, 2.3.2.
func TestBlock(t *testing.T) {
	var key [8]uint32
	for i := range key {
		key[i] = uint32(4*i) | uint32(4*i+1)<<8 | uint32(4*i+2)<<16 | uint32(4*i+3)<<24
	}
	var out [64]byte
	Block(&out, &key, 1, [3]uint32{0x09000000, 0x4a000000, 0})
	want := "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
	if got := hex.EncodeToString(out[:]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestSequence: a seed gives one sequence however it is read, and another another.
func TestSequence(t *testing.T) {
	read := func(seed uint64, chunks ...int) []byte {
		var s Source
		s.Mix([4]uint64{seed, 2, 3, 4})
		var all []byte
		for len(all) < 1000 {
			for _, n := range chunks {
				b := make([]byte, n)
				s.Bytes(b)
				all = append(all, b...)
			}
		}
		return all[:1000]
	}
	a, b, c := read(1, 1000), read(1, 1, 2, 31, 32, 33, 64, 100), read(5, 1000)
	if !bytes.Equal(a, b) {
		t.Error("the sequence depends on how it is read")
	}
	if bytes.Equal(a, c) {
		t.Error("two seeds give one sequence")
	}
	ones := 0
	for _, v := range a {
		for ; v != 0; v &= v - 1 {
			ones++
		}
	}
	if ones < 3700 || ones > 4300 { // 4000 ± 4.7 standard deviations
		t.Errorf("%d of 8000 bits are set", ones)
	}
}
