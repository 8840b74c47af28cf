// Package cm codes bytes by context mixing: many models each guess the next bit from
// what they have seen in their own context, a mixer that learns weighs them, and an
// arithmetic coder writes what the guess did not know.
//
// The data is cut into segments by what they are (x86 code, tables, text): a segment
// names its kind, the width of its records and its transform; see Segment. The models
// are of that kind: for code an x86 decoder follows the bytes, so that contexts are
// instructions and their fields.
//
// It must import no other folder of pxOS. Invariants: no floats, so every CPU gives the
// same bits; encoder and decoder are the same model fed with the same bits; the memory
// taken is what MemoryBytes says, whatever the input.
package cm

import (
	"errors"
	"fmt"
)

// Effort is how much memory and time to spend.
type Effort uint8

// Efforts: Max has twice the memory of Default and more models.
const (
	Default Effort = iota
	Max
)

const (
	minTableBits = 16
	maxTableBits = 28
	// fixedBytes is what a model has beside history and table, generously.
	fixedBytes = 8 << 20
)

var errBody = errors.New("not a valid body")

// tableBits is the size of the hash table for n bytes of data: about 16 bytes a byte.
func tableBits(e Effort, n int) uint {
	bits := uint(18)
	most := uint(26)
	if e == Max {
		most = 27
	}
	for bits < most && 1<<bits < 24*n {
		bits++
	}
	return bits
}

// MostMemoryBytes bounds what MemoryBytes says of any block of so many bytes.
func MostMemoryBytes(e Effort, blockBytes, referenceBytes int) int64 {
	return memoryBytes(tableBits(e, blockBytes), blockBytes, referenceBytes)
}

func memoryBytes(bits uint, raw, reference int) int64 {
	return 1<<bits + 2*(int64(raw)+int64(reference)) + fixedBytes
}

// MemoryBytes is the memory that Decode takes for a body.
func MemoryBytes(body []byte, rawBytes, referenceBytes int) int64 {
	if len(body) == 0 || body[0] > maxTableBits {
		return fixedBytes
	}
	return memoryBytes(uint(body[0]), rawBytes, referenceBytes)
}

// Encode appends the body of data to dst. The reference may be nil.
func Encode(dst, data, reference []byte, e Effort) []byte {
	segments := detect(data)
	dst = append(dst, byte(tableBits(e, len(data))), byte(e))
	dst = appendSegments(dst, segments)
	history := append(make([]byte, 0, len(reference)+len(data)), reference...)
	transformed := append([]byte(nil), data...)
	forward(transformed, segments)
	m := newModel(history, tableBits(e, len(data)), e)
	c := newEncoder(dst)
	for _, s := range segments {
		m.enter(s)
		for _, b := range transformed[:s.Bytes] {
			m.encode(c, b)
		}
		transformed = transformed[s.Bytes:]
	}
	return c.flush()
}

// Decode gives the rawBytes bytes of a body, or an error. Bytes that were damaged come
// out as other bytes: a checksum is the caller's.
func Decode(body, reference []byte, rawBytes int) ([]byte, error) {
	if len(body) < 2 || body[0] < minTableBits || body[0] > maxTableBits || body[1] > byte(Max) {
		return nil, fmt.Errorf("byte 0: no table size and effort: %w", errBody)
	}
	bits, e := uint(body[0]), Effort(body[1])
	segments, rest, err := takeSegments(body[2:], rawBytes)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", len(body)-len(rest), err)
	}
	history := append(make([]byte, 0, len(reference)+rawBytes), reference...)
	m := newModel(history, bits, e)
	c := newDecoder(rest)
	for _, s := range segments {
		m.enter(s)
		for range s.Bytes {
			m.decode(c)
		}
		if c.exhausted() {
			return nil, fmt.Errorf("byte %d: %w: %w", len(body), errShort, errBody)
		}
	}
	data := m.history[len(reference):]
	backward(data, segments)
	return data, nil
}
