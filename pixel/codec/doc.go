// Package codec compresses bytes without loss: programs first (ELF and PE for
// x86-64 and arm64, kernels, source text, tables), and any bytes at all.
//
// A stream is a header, blocks that can be decoded apart from each other and in
// parallel, and an end with the length and the SHA-256 of the whole; the format is
// written down in docs/pixel-format.md. Four levels: Stored, Fast (zstd), Default and
// Max (context mixing, package cm).
//
// It must import no other folder of pxOS than pixel. Invariants: what goes in comes
// out bit for bit on every CPU (nothing in the coder is a float); a header states the
// memory that decoding needs, and that is checked before it is taken; no input, however
// broken, panics; a block is never more than BlockOverhead bytes larger than its data.
package codec

import (
	"errors"
	"fmt"
)

// Level says how hard to try.
type Level uint8

// Levels, from the fastest to the smallest.
const (
	Stored  Level = iota // no compression
	Fast                 // zstd
	Default              // our models
	Max                  // our models with more memory and more of them
)

var levelNames = [...]string{"stored", "fast", "default", "max"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level %d", uint8(l))
}

// ParseLevel is the level of that name.
func ParseLevel(name string) (Level, error) {
	for i, n := range levelNames {
		if n == name {
			return Level(i), nil
		}
	}
	return 0, fmt.Errorf("level %q: give one of %v", name, levelNames)
}

// Errors by kind, for errors.Is. Every error of this package that is about the input
// wraps one of them and says at which byte.
var (
	// ErrFormat is input that is no stream of this format, or a damaged one.
	ErrFormat = errors.New("not a valid pixel stream")
	// ErrChecksum is input that decodes to other bytes than those that were encoded.
	ErrChecksum = errors.New("checksum differs")
	// ErrLimit is input that needs more memory or output than the caller allows.
	ErrLimit = errors.New("over the limit")
	// ErrReference is a stream that was made against another reference.
	ErrReference = errors.New("wrong reference")
)

// Options say how to encode. The zero value stores.
type Options struct {
	Level Level
	// BlockBytes is the most bytes in a block; 0 is the level's own: 4 MiB for Stored
	// and Fast, 64 MiB for Default and Max, whose models learn within a block.
	BlockBytes int
	// Workers is the number of blocks encoded at once, each with memory of its own; 0 is 1.
	Workers int
	// Reference is a text like the one to come, known to both sides; at most
	// MaxReferenceBytes. The stream carries its SHA-256.
	Reference []byte
	// Progress, if not nil, hears the number of bytes that are encoded so far, in one
	// goroutine at a time.
	Progress func(doneBytes int64)
}

// Limits bound what decoding may take.
type Limits struct {
	// MemoryBytes is the most memory for models and blocks; 0 is 2 GiB.
	MemoryBytes int64
	// OutputBytes is the most bytes that may come out; 0 is no limit for a Reader, and
	// 1 GiB for Decompress.
	OutputBytes int64
	// Reference is what the stream was encoded against.
	Reference []byte
	// Workers is the number of blocks decoded at once; 0 is 1.
	Workers int
	// Progress, if not nil, hears the number of bytes that are decoded so far.
	Progress func(doneBytes int64)
}

const (
	// MaxBlockBytes is the most bytes in a block.
	MaxBlockBytes = 256 << 20
	// MaxReferenceBytes is the most bytes of a reference.
	MaxReferenceBytes = 256 << 20
	// BlockOverhead is the most bytes by which EncodeBlock grows its data.
	BlockOverhead = 1

	defaultMemoryBytes = 2 << 30
	defaultOutputBytes = 1 << 30
	modestBlockBytes   = 4 << 20
	modelBlockBytes    = 64 << 20
)
