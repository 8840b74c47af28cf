package seed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"testing"

	"pxos/pixel"
)

func TestExpandAndRecognise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := r.Uint32() & 0xFFFFFF
		for _, p := range []pixel.Pixel{pixel.SeedOf(Constant, n&0xFF), pixel.SeedOf(Gradient, n&0xFFFF), pixel.SeedOf(Pattern, n)} {
			tile, err := Expand(p, nil)
			if err != nil || len(tile) != pixel.TileBytes {
				t.Fatalf("%v: %d bytes, %v", p, len(tile), err)
			}
			q, ok := Recognise(tile)
			again, err := Expand(q, nil)
			if !ok || err != nil || !bytes.Equal(again, tile) {
				t.Errorf("the tile of %v is recognised as %v, %v, %v", p, q, ok, err)
			}
			tile[r.IntN(len(tile))] ^= 1
			if q, ok := Recognise(tile); ok {
				t.Errorf("the tile of %v with a byte changed is recognised as %v", p, q)
			}
		}
	}
}

// TestForEver holds tiles against digests that must never change.
func TestForEver(t *testing.T) {
	for p, want := range map[pixel.Pixel]string{
		pixel.SeedOf(Constant, 0):        "de2f256064a0af797747c2b97505dc0b9f3df0de4f489eac731c23ae9ca9cc31",
		pixel.SeedOf(Gradient, 0x0503):   "2fc03c97f550e6295460d2eff30fde786986452881bb7aa21fe9bc4e7fce440e",
		pixel.SeedOf(Pattern, 0x010203):  "b6d251cf86bf395d0060817ad2df5b74ee666e7c0da2911406c97bb737a9704a",
		pixel.SeedOf(Random, 0x00000007): "ccf5943c6c514320eb6a681df9e22cf3b6cd7dd90eb1385df4ac01244dc310a7",
	} {
		tile, err := Expand(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(tile)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%v makes a tile with SHA-256 %s, want %s", p, got, want)
		}
	}
}

type prelude map[uint8]int

func (p prelude) Tile(program uint8, argument uint16) ([]byte, error) {
	n, ok := p[program]
	if !ok {
		return nil, errors.New("no such program")
	}
	return bytes.Repeat([]byte{byte(argument)}, n), nil
}

func TestPrograms(t *testing.T) {
	p := prelude{1: pixel.TileBytes, 2: 5}
	if _, err := Expand(pixel.SeedOf(Program, 0x010007), nil); !errors.Is(err, ErrPrelude) {
		t.Errorf("without a prelude: %v", err)
	}
	tile, err := Expand(pixel.SeedOf(Program, 0x010007), p)
	if err != nil || tile[65535] != 7 {
		t.Errorf("a program: %v", err)
	}
	for _, bad := range []pixel.Pixel{pixel.SeedOf(Program, 0x020000), pixel.SeedOf(Program, 0x030000), pixel.SeedOf(Constant, 0x010000), pixel.SeedOf(63, 0), pixel.AddressOf([32]byte{})} {
		if _, err := Expand(bad, p); err == nil {
			t.Errorf("%v is expanded", bad)
		}
	}
}
