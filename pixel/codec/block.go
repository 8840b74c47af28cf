package codec

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"pxos/pixel/codec/cm"
)

// The methods of a block: the first byte of what EncodeBlock gives.
const (
	methodStored   = 0
	methodZstd     = 1
	methodModels   = 2 // package cm
	methodZstdRaw  = 3 // zstd with the reference as its dictionary
	methodModelRef = 4 // package cm with a reference
)

// EncodeBlock encodes data as one block without header or checksum: one byte for the
// method, then what the method makes of it. It is for those who keep length and digest
// themselves. A reference may be nil.
func EncodeBlock(level Level, data, reference []byte) ([]byte, error) {
	if len(data) > MaxBlockBytes {
		return nil, fmt.Errorf("a block of %d bytes: at most %d: %w", len(data), MaxBlockBytes, ErrLimit)
	}
	if len(reference) > MaxReferenceBytes {
		return nil, fmt.Errorf("a reference of %d bytes: at most %d: %w", len(reference), MaxReferenceBytes, ErrLimit)
	}
	if level > Max {
		return nil, fmt.Errorf("%v: there is no such level", level)
	}
	var out []byte
	switch {
	case level == Stored || len(data) == 0:
	case level == Fast && len(reference) > 0:
		packed, err := zstdAgainst(data, reference)
		if err != nil {
			return nil, err
		}
		out = packed
	case level == Fast:
		out = zstdEncoder().EncodeAll(data, []byte{methodZstd})
	case len(reference) > 0:
		out = cm.Encode([]byte{methodModelRef}, data, reference, effort(level))
	default:
		out = cm.Encode([]byte{methodModels}, data, nil, effort(level))
	}
	if out == nil || len(out) > len(data) {
		out = append(append(make([]byte, 0, len(data)+1), methodStored), data...)
	}
	return out, nil
}

func effort(l Level) cm.Effort {
	if l == Max {
		return cm.Max
	}
	return cm.Default
}

// DecodeBlock decodes what EncodeBlock made of rawBytes bytes, with the same reference.
// It takes no more memory than BlockMemoryBytes says.
func DecodeBlock(block, reference []byte, rawBytes int) ([]byte, error) {
	if len(block) == 0 {
		return nil, fmt.Errorf("an empty block: %w", ErrFormat)
	}
	if rawBytes < 0 || rawBytes > MaxBlockBytes {
		return nil, fmt.Errorf("a block claims %d bytes, at most %d: %w", rawBytes, MaxBlockBytes, ErrLimit)
	}
	body := block[1:]
	var out []byte
	var err error
	switch block[0] {
	case methodStored:
		if len(body) != rawBytes {
			return nil, fmt.Errorf("a stored block has %d bytes and claims %d: %w", len(body), rawBytes, ErrFormat)
		}
		return append(make([]byte, 0, rawBytes), body...), nil
	case methodZstd:
		out, err = zstdDecode(body, nil, rawBytes)
	case methodZstdRaw:
		out, err = zstdDecode(body, reference, rawBytes)
	case methodModels:
		out, err = cm.Decode(body, nil, rawBytes)
	case methodModelRef:
		out, err = cm.Decode(body, reference, rawBytes)
	default:
		return nil, fmt.Errorf("a block has method %d, which this version does not know: %w", block[0], ErrFormat)
	}
	if err != nil {
		return nil, fmt.Errorf("a block of %d bytes for %d: %w: %v", len(block), rawBytes, ErrFormat, err)
	}
	if len(out) != rawBytes {
		return nil, fmt.Errorf("a block gives %d bytes and claims %d: %w", len(out), rawBytes, ErrFormat)
	}
	return out, nil
}

// BlockMemoryBytes is the memory that DecodeBlock takes for a block, beside the block
// itself, by what its first bytes say.
func BlockMemoryBytes(block []byte, rawBytes, referenceBytes int) int64 {
	if len(block) == 0 {
		return 0
	}
	memory := int64(rawBytes)
	switch block[0] {
	case methodZstd, methodZstdRaw:
		memory += int64(rawBytes) + zstdBytes
	case methodModels, methodModelRef:
		memory += cm.MemoryBytes(block[1:], rawBytes, referenceBytes)
	}
	return memory
}

// zstdBytes is what a decoder of zstd has of its own, generously.
const zstdBytes = 1 << 20

// zstdEncoder is shared: EncodeAll may be called by many at once.
var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

// zstdAgainst encodes with the reference as a dictionary of plain content.
func zstdAgainst(data, reference []byte) ([]byte, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithEncoderDictRaw(dictionaryID, reference), zstd.WithWindowSize(window(len(data)+len(reference))))
	if err != nil {
		return nil, err
	}
	defer e.Close()
	return e.EncodeAll(data, []byte{methodZstdRaw}), nil
}

// dictionaryID names the reference inside a zstd frame; any number but 0 does.
const dictionaryID = 1

// window is the smallest window of zstd that spans n bytes.
func window(n int) int {
	w := zstd.MinWindowSize
	for w < n && w < zstd.MaxWindowSize {
		w *= 2
	}
	return w
}

func zstdDecode(body, reference []byte, rawBytes int) ([]byte, error) {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(2*(rawBytes+len(reference)) + zstd.MinWindowSize)), // the window spans both
		zstd.WithDecodeAllCapLimit(true)}
	if len(reference) > 0 {
		options = append(options, zstd.WithDecoderDictRaw(dictionaryID, reference))
	}
	d, err := zstd.NewReader(nil, options...)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(body, make([]byte, 0, rawBytes))
}
