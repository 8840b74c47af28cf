package codec

import (
	"bytes"
	"fmt"
)

// Lost is a stretch of a damaged stream from which nothing could be had.
type Lost struct {
	StreamOffset int64 // where the damage begins in the stream
	DataOffset   int64 // how much had come out before
	// Bytes is how much is missing there, -1 if that cannot be known.
	Bytes int64
	Err   error // why
}

// Salvage gives every block of a damaged stream that is whole, in order, and what was
// lost between them. The data of lost blocks is left out, not filled. An error means
// that nothing at all could be had.
func Salvage(stream []byte, l Limits) (data []byte, lost []Lost, err error) {
	if l.OutputBytes == 0 {
		l.OutputBytes = defaultOutputBytes
	}
	z, err := NewReader(bytes.NewReader(stream), l)
	if err != nil {
		return nil, nil, err
	}
	at := z.at
	for at < int64(len(stream)) && stream[at] != endMark {
		block, next, problem := z.salvageBlock(stream, at, l.OutputBytes-int64(len(data)))
		if problem == nil {
			data, at = append(data, block...), next
			continue
		}
		found := Lost{StreamOffset: at, DataOffset: int64(len(data)), Bytes: -1, Err: problem}
		if head, err := headAt(stream, at, z.head); err == nil {
			found.Bytes = int64(head.raw) // the head is whole, so its length is known
		}
		lost = append(lost, found)
		at = nextHead(stream, at+1, z.head)
	}
	if at >= int64(len(stream)) {
		lost = append(lost, Lost{int64(len(stream)), int64(len(data)), -1, fmt.Errorf("byte %d: the end is missing: %w", len(stream), ErrFormat)})
	}
	return data, lost, nil
}

// headAt is the head of a block at a place of the stream.
func headAt(stream []byte, at int64, h header) (blockHead, error) {
	if at+blockHeadBytes > int64(len(stream)) || stream[at] != blockMark {
		return blockHead{}, fmt.Errorf("byte %d: no head of a block: %w", at, ErrFormat)
	}
	return decodeBlockHead(stream[at:at+blockHeadBytes], h, at)
}

// nextHead is the next place with a head whose checksum fits, or the end.
func nextHead(stream []byte, at int64, h header) int64 {
	for ; at < int64(len(stream)); at++ {
		if _, err := headAt(stream, at, h); err == nil {
			return at
		}
	}
	return at
}

// salvageBlock decodes the block at a place, if no more than most bytes come out.
func (z *Reader) salvageBlock(stream []byte, at, most int64) (data []byte, next int64, err error) {
	head, err := headAt(stream, at, z.head)
	if err != nil {
		return nil, 0, err
	}
	next = at + blockHeadBytes + int64(head.coded)
	if next > int64(len(stream)) {
		return nil, 0, fmt.Errorf("byte %d: it ends within a block: %w", len(stream), ErrFormat)
	}
	if int64(head.raw) > most {
		return nil, 0, fmt.Errorf("byte %d: %d more bytes, %d are allowed: %w", at, head.raw, most, ErrLimit)
	}
	coded := stream[at+blockHeadBytes : next]
	if need := BlockMemoryBytes(coded, head.raw, len(z.limits.Reference)) + int64(len(coded)); need > z.head.memoryBytes {
		return nil, 0, fmt.Errorf("byte %d: a block needs %d bytes of memory, the header says %d: %w", at, need, z.head.memoryBytes, ErrFormat)
	}
	data, err = DecodeBlock(coded, z.limits.Reference, head.raw)
	if err == nil && crc(data) != head.crc {
		err = fmt.Errorf("byte %d: a block decodes to CRC %08x and says %08x: %w", at, crc(data), head.crc, ErrChecksum)
	}
	return data, next, err
}
