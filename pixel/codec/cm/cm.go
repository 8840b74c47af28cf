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
	memory := 1<<bits + 2*(int64(raw)+int64(reference)) + fixedBytes
	if reference > 0 {
		memory += 4<<alignBits(reference) + movesBytes
	}
	return memory
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
	j := job{segments: detect(data), before: detect(reference), effort: e, bits: tableBits(e, len(data))}
	j.transformed = append([]byte(nil), data...)
	forward(j.transformed, j.segments)
	return j.encode(dst, reference)
}

// job is what a body is made from, and its header.
type job struct {
	bits             uint
	effort           Effort
	segments, before []Segment
	transformed      []byte
}

const headerBytes = 2

func (j *job) encode(dst, reference []byte) []byte {
	dst = append(dst, byte(j.bits), byte(j.effort))
	dst = appendSegments(dst, j.segments)
	if len(reference) > 0 {
		dst = appendSegments(dst, j.before)
	}
	m := j.model(reference, len(j.transformed))
	c := newEncoder(dst)
	data := j.transformed
	for i, s := range j.segments {
		m.enter(i, s)
		for _, b := range data[:s.Bytes] {
			code(m, c, b)
		}
		data = data[s.Bytes:]
	}
	return c.flush()
}

// model is a model that knows the reference, with room for n bytes of data.
func (j *job) model(reference []byte, n int) *model {
	history := append(make([]byte, 0, len(reference)+n), reference...)
	forward(history, j.before)
	m := newModel(history, j.bits, j.effort)
	m.refer(len(j.segments), j.before)
	return m
}

// Decode gives the rawBytes bytes of a body, or an error. Bytes that were damaged come
// out as other bytes: a checksum is the caller's.
func Decode(body, reference []byte, rawBytes int) ([]byte, error) {
	j, rest, err := takeHeader(body, len(reference), rawBytes)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", len(body)-len(rest), err)
	}
	m := j.model(reference, rawBytes)
	c := newDecoder(rest)
	for i, s := range j.segments {
		m.enter(i, s)
		for range s.Bytes {
			code(m, c, 0)
		}
		if c.exhausted() {
			return nil, fmt.Errorf("byte %d: %w: %w", len(body), errShort, errBody)
		}
	}
	data := m.history[len(reference):]
	backward(data, j.segments)
	return data, nil
}

func takeHeader(body []byte, reference, raw int) (j job, rest []byte, err error) {
	if len(body) < headerBytes || body[0] < minTableBits || body[0] > maxTableBits || body[1] > byte(Max) {
		return j, body, fmt.Errorf("no table size and effort: %w", errBody)
	}
	j.bits, j.effort = uint(body[0]), Effort(body[1])
	if most := tableBits(j.effort, raw); j.bits > most {
		return j, body, fmt.Errorf("a table of 2^%d bytes, at most 2^%d for %d bytes: %w", j.bits, most, raw, errBody)
	}
	if j.segments, rest, err = takeSegments(body[headerBytes:], raw); err != nil || reference == 0 {
		return j, rest, err
	}
	j.before, rest, err = takeSegments(rest, reference)
	return j, rest, err
}
