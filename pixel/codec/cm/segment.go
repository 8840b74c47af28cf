package cm

import (
	"encoding/binary"
	"fmt"
)

// Segment is a stretch of data of one kind.
type Segment struct {
	Bytes     int
	Kind      kind
	Stride    int // bytes of a record, 0 for none
	Transform transform
}

// transform is what was done to a segment's bytes before they were coded.
type transform uint8

const (
	transformNone transform = iota
	// transformDelta32 replaces each 32-bit little-endian word by its difference to the
	// one before; a rest of 1 to 3 bytes stays.
	transformDelta32
	transformX86   // see addressForward
	transformARM64 // see armForward
	transforms
)

const (
	maxStride = 255
	// maxSegments bounds the list of a body: one for every 64 bytes of data, and some.
	segmentQuantum = 64
	someSegments   = 16
)

func maxSegments(raw int) int { return raw/segmentQuantum + someSegments }

// appendSegments writes a list: its length, then for each segment its bytes, kind and
// transform in one byte, and stride.
func appendSegments(out []byte, list []Segment) []byte {
	out = binary.AppendUvarint(out, uint64(len(list)))
	for _, s := range list {
		out = binary.AppendUvarint(out, uint64(s.Bytes))
		out = append(out, byte(s.Kind)|byte(s.Transform)<<4, byte(s.Stride))
	}
	return out
}

// takeSegments reads a list that covers raw bytes exactly.
func takeSegments(in []byte, raw int) (list []Segment, rest []byte, err error) {
	count, in, err := takeNumber(in, uint64(maxSegments(raw)))
	if err != nil {
		return nil, in, fmt.Errorf("number of segments: %w", err)
	}
	for left := raw; ; {
		if len(list) == int(count) {
			if left != 0 {
				return nil, in, fmt.Errorf("the segments leave %d bytes of %d: %w", left, raw, errBody)
			}
			return list, in, nil
		}
		var n uint64
		if n, in, err = takeNumber(in, uint64(left)); err != nil {
			return nil, in, fmt.Errorf("length of segment %d: %w", len(list), err)
		}
		if len(in) < 2 {
			return nil, in, fmt.Errorf("segment %d: %w", len(list), errShort)
		}
		s := Segment{Bytes: int(n), Kind: kind(in[0] & 15), Transform: transform(in[0] >> 4), Stride: int(in[1])}
		if s.Kind >= kinds || s.Transform >= transforms {
			return nil, in, fmt.Errorf("segment %d has kind %d and transform %d: %w", len(list), s.Kind, s.Transform, errBody)
		}
		list, in, left = append(list, s), in[2:], left-int(n)
	}
}

func takeNumber(in []byte, most uint64) (uint64, []byte, error) {
	n, size := binary.Uvarint(in)
	if size <= 0 {
		return 0, in, errShort
	}
	if n > most {
		return 0, in, fmt.Errorf("%d, at most %d: %w", n, most, errBody)
	}
	return n, in[size:], nil
}

// forward applies the segments' transforms in place.
func forward(data []byte, list []Segment) {
	for _, s := range list {
		part := data[:s.Bytes]
		switch s.Transform {
		case transformDelta32:
			deltaForward(part)
		case transformX86:
			addressForward(part, s.Kind != kindX32)
		case transformARM64:
			armForward(part)
		}
		data = data[s.Bytes:]
	}
}

// backward undoes forward.
func backward(data []byte, list []Segment) {
	for _, s := range list {
		part := data[:s.Bytes]
		switch s.Transform {
		case transformDelta32:
			deltaBackward(part)
		case transformX86:
			addressBackward(part, s.Kind != kindX32)
		case transformARM64:
			armBackward(part)
		}
		data = data[s.Bytes:]
	}
}

func word32(p []byte) uint32 { return binary.LittleEndian.Uint32(p) }

func deltaForward(p []byte) {
	last := uint32(0)
	for ; len(p) >= 4; p = p[4:] {
		v := binary.LittleEndian.Uint32(p)
		binary.LittleEndian.PutUint32(p, v-last)
		last = v
	}
}

func deltaBackward(p []byte) {
	last := uint32(0)
	for ; len(p) >= 4; p = p[4:] {
		last += binary.LittleEndian.Uint32(p)
		binary.LittleEndian.PutUint32(p, last)
	}
}
