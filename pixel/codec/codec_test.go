package codec

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// samples are data of every kind that the codec tells apart, by name.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 70000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var text bytes.Buffer
	for text.Len() < 50000 {
		text.WriteString([]string{"func ", "return ", "x := ", "\n\t", "if err != nil ", "{}", "(a, b int)"}[r.IntN(7)])
	}
	table := make([]byte, 40002)
	for i, at := 0, uint32(0x1000); i+4 <= len(table); i += 4 {
		at += uint32(r.IntN(100))
		table[i], table[i+1], table[i+2] = byte(at), byte(at>>8), byte(at>>16)
	}
	return map[string][]byte{"nothing": {}, "one byte": {7}, "zeros": make([]byte, 100000), "noise": noise, "text": text.Bytes(),
		"table": table, "text and noise": append(text.Bytes(), noise...)}
}

func TestRoundTrip(t *testing.T) {
	for name, data := range samples() {
		for level := Stored; level <= Max; level++ {
			for _, reference := range [][]byte{nil, append([]byte("other"), data...)} {
				stream, err := Compress(data, Options{Level: level, BlockBytes: 30000, Workers: 2, Reference: reference})
				if err != nil {
					t.Fatalf("%s, %v: %v", name, level, err)
				}
				got, err := Decompress(stream, Limits{Reference: reference, Workers: 2})
				if err != nil || !bytes.Equal(got, data) {
					t.Errorf("%s, %v, %d bytes of reference: %d bytes of %d come back, %v", name, level, len(reference), len(got), len(data), err)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	data := samples()["text"][:2000]
	for level := Stored; level <= Max; level++ {
		stream, err := Compress(data, Options{Level: level})
		if err != nil {
			t.Fatal(err)
		}
		for n := range stream {
			if _, err := Decompress(stream[:n], Limits{}); !errors.Is(err, ErrFormat) {
				t.Fatalf("%v cut to %d bytes: %v", level, n, err)
			}
		}
		for i := range stream {
			bad := bytes.Clone(stream)
			bad[i] ^= 1 << (i % 8)
			// A bit that no decoder looks at may change; the data may not.
			if got, err := Decompress(bad, Limits{}); err == nil && !bytes.Equal(got, data) {
				t.Fatalf("%v with byte %d changed decodes to %d other bytes", level, i, len(got))
			}
		}
		if _, err := Decompress(append(stream, 0), Limits{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%v with a byte more: %v", level, err)
		}
		if _, err := Decompress(stream, Limits{OutputBytes: int64(len(data)) - 1}); !errors.Is(err, ErrLimit) {
			t.Errorf("%v over the output limit: %v", level, err)
		}
	}
	stream, err := Compress(data, Options{Level: Default, Reference: []byte("a")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decompress(stream, Limits{Reference: []byte("b")}); !errors.Is(err, ErrReference) {
		t.Errorf("with another reference: %v", err)
	}
	if _, err := Decompress(stream, Limits{MemoryBytes: 1 << 20, Reference: []byte("a")}); !errors.Is(err, ErrLimit) {
		t.Errorf("with too little memory: %v", err)
	}
}

func TestSalvage(t *testing.T) {
	data := samples()["text"][:20000]
	const block = 3000
	for _, level := range []Level{Stored, Fast, Default} {
		stream, err := Compress(data, Options{Level: level, BlockBytes: block})
		if err != nil {
			t.Fatal(err)
		}
		if got, lost, err := Salvage(stream, Limits{}); err != nil || len(lost) > 0 || !bytes.Equal(got, data) {
			t.Errorf("%v, undamaged: %d bytes, %v, %v", level, len(got), lost, err)
		}
		bad := bytes.Clone(stream)
		bad[len(bad)/2] ^= 4 // within some block
		got, lost, err := Salvage(bad, Limits{})
		if err != nil || len(lost) != 1 || len(got) != len(data)-block {
			t.Fatalf("%v, a bit changed: %d bytes of %d, %v, %v", level, len(got), len(data), lost, err)
		}
		at := lost[0].DataOffset
		if at%block != 0 || !bytes.Equal(got[:at], data[:at]) || !bytes.Equal(got[at:], data[at+block:]) {
			t.Errorf("%v: other bytes come out around what was lost, %v", level, lost)
		}
		got, lost, err = Salvage(stream[:len(stream)*2/3], Limits{})
		if err != nil || len(lost) == 0 || len(got) < len(data)/3 || !bytes.HasPrefix(data, got) {
			t.Errorf("%v, cut off: %d bytes, %v, %v", level, len(got), lost, err)
		}
	}
}
