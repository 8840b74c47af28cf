package codec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"pxos/pixel/codec/cm"
)

// levelMemoryBytes is what decoding one block of a stream may take.
func levelMemoryBytes(l Level, blockBytes, referenceBytes int) int64 {
	memory := 2 * int64(blockBytes) // raw and coded
	switch l {
	case Fast:
		memory += int64(blockBytes) + zstdBytes
	case Default, Max:
		memory += cm.MostMemoryBytes(effort(l), blockBytes, referenceBytes)
	}
	return memory
}

// Reader decodes a stream. It gives no byte of a block before the block's checksum was
// compared, and io.EOF only after the digest of the whole was.
type Reader struct {
	below  io.Reader
	limits Limits
	head   header
	at     int64 // bytes of the stream that were taken
	queue  []chan decoded
	ended  bool // all blocks are in the queue
	total  int64
	digest [sha256.Size]byte
	out    []byte
	sum    hash.Hash
	given  int64
	asked  int64 // raw bytes of all blocks so far
	err    error
}

// decoded is a block on its way to the reader.
type decoded struct {
	data []byte
	err  error
}

// NewReader reads the header of a stream and checks it against the limits.
func NewReader(r io.Reader, l Limits) (*Reader, error) {
	if l.MemoryBytes == 0 {
		l.MemoryBytes = defaultMemoryBytes
	}
	l.Workers = max(l.Workers, 1)
	z := &Reader{below: r, limits: l, sum: sha256.New()}
	p := make([]byte, headerBytes, headerBytes+sha256.Size+4)
	if err := z.take(p, "the header"); err != nil {
		return nil, err
	}
	if bytes.Equal(p[:4], magic[:]) {
		p = p[:headerSize(p)]
		if err := z.take(p[headerBytes:], "the header"); err != nil {
			return nil, err
		}
	}
	var err error
	if z.head, err = decodeHeader(p); err != nil {
		return nil, err
	}
	if z.head.memoryBytes > l.MemoryBytes {
		return nil, fmt.Errorf("byte 8: decoding needs %d MiB, %d are allowed: %w", z.head.memoryBytes>>20, l.MemoryBytes>>20, ErrLimit)
	}
	return z, z.checkReference()
}

func (z *Reader) checkReference() error {
	want := z.head.reference
	if want == nil {
		z.limits.Reference = nil
		return nil
	}
	if got := sha256.Sum256(z.limits.Reference); got != *want {
		return fmt.Errorf("byte 16: encoded against a reference with SHA-256 %x, given one with %x: %w", *want, got, ErrReference)
	}
	return nil
}

// Level is the level that the stream's header names.
func (z *Reader) Level() Level { return z.head.level }

// MemoryBytes is what decoding a block of the stream takes, by its header.
func (z *Reader) MemoryBytes() int64 { return z.head.memoryBytes }

// take reads exactly len(p) bytes.
func (z *Reader) take(p []byte, what string) error {
	n, err := io.ReadFull(z.below, p)
	z.at += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("byte %d: it ends within %s: %w", z.at, what, ErrFormat)
	}
	return err
}

// Read gives decoded bytes.
func (z *Reader) Read(p []byte) (int, error) {
	for len(z.out) == 0 {
		if z.err != nil {
			return 0, z.err
		}
		z.err = z.next()
	}
	n := copy(p, z.out)
	z.out = z.out[n:]
	return n, nil
}

// next puts the next block's bytes into out.
func (z *Reader) next() error {
	for !z.ended && len(z.queue) < z.limits.Workers {
		if err := z.start(); err != nil {
			return err
		}
	}
	if len(z.queue) == 0 {
		return z.finish()
	}
	b := <-z.queue[0]
	z.queue = z.queue[1:]
	if b.err != nil {
		return b.err
	}
	z.out = b.data
	z.sum.Write(b.data)
	z.given += int64(len(b.data))
	if z.limits.Progress != nil {
		z.limits.Progress(z.given)
	}
	return nil
}

// start reads one block, or the end, and hands the block to a worker.
func (z *Reader) start() error {
	var p [max(blockHeadBytes, endBytes)]byte
	at := z.at
	if err := z.take(p[:1], "the mark of a block"); err != nil {
		return err
	}
	switch p[0] {
	case endMark:
		if err := z.take(p[1:endBytes], "the end"); err != nil {
			return err
		}
		if got, want := crc(p[:endBytes-4]), binary.LittleEndian.Uint32(p[endBytes-4:]); got != want {
			return fmt.Errorf("byte %d: the end has CRC %08x and says %08x: %w", at, got, want, ErrChecksum)
		}
		z.total, z.ended = int64(binary.LittleEndian.Uint64(p[1:])), true
		copy(z.digest[:], p[9:])
		return nil
	case blockMark:
	default:
		return fmt.Errorf("byte %d: 0x%02x is no mark of a block or the end: %w", at, p[0], ErrFormat)
	}
	if err := z.take(p[1:blockHeadBytes], "a block's head"); err != nil {
		return err
	}
	head, err := decodeBlockHead(p[:blockHeadBytes], z.head, at)
	if err != nil {
		return err
	}
	if z.asked += int64(head.raw); z.limits.OutputBytes > 0 && z.asked > z.limits.OutputBytes {
		return fmt.Errorf("byte %d: %d bytes come out so far, %d are allowed: %w", at, z.asked, z.limits.OutputBytes, ErrLimit)
	}
	return z.work(head, at)
}

// work reads the bytes of a block and decodes them in the background.
func (z *Reader) work(head blockHead, at int64) error {
	coded, err := z.coded(head.coded)
	if err != nil {
		return err
	}
	need := BlockMemoryBytes(coded, head.raw, len(z.limits.Reference)) + int64(len(coded))
	if need > z.head.memoryBytes {
		return fmt.Errorf("byte %d: a block needs %d bytes of memory, the header says %d: %w", at, need, z.head.memoryBytes, ErrFormat)
	}
	out := make(chan decoded, 1)
	z.queue = append(z.queue, out)
	reference := z.limits.Reference
	go func() {
		data, err := DecodeBlock(coded, reference, head.raw)
		if err != nil {
			err = fmt.Errorf("byte %d: %w", at, err)
		} else if got := crc(data); got != head.crc {
			err = fmt.Errorf("byte %d: a block decodes to CRC %08x and says %08x: %w", at, got, head.crc, ErrChecksum)
		}
		out <- decoded{data, err}
	}()
	return nil
}

// coded reads n bytes and takes memory only as they come.
func (z *Reader) coded(n int) ([]byte, error) {
	var b bytes.Buffer
	got, err := io.Copy(&b, io.LimitReader(z.below, int64(n)))
	z.at += got
	if err == nil && got < int64(n) {
		err = fmt.Errorf("byte %d: it ends within a block: %w", z.at, ErrFormat)
	}
	return b.Bytes(), err
}

func (z *Reader) finish() error {
	if z.given != z.total {
		return fmt.Errorf("byte %d: %d bytes came out, the end says %d: %w", z.at, z.given, z.total, ErrFormat)
	}
	if got := z.sum.Sum(nil); !bytes.Equal(got, z.digest[:]) {
		return fmt.Errorf("byte %d: the whole has SHA-256 %x and says %x: %w", z.at, got, z.digest, ErrChecksum)
	}
	return io.EOF
}

// Close waits for blocks in work; the reader below stays open.
func (z *Reader) Close() error {
	for _, c := range z.queue {
		<-c
	}
	z.queue, z.err, z.out = nil, errors.New("read from a closed pixel stream"), nil
	return nil
}

// Decompress is the data of a stream that is whole and nothing more.
func Decompress(stream []byte, l Limits) ([]byte, error) {
	if l.OutputBytes == 0 {
		l.OutputBytes = defaultOutputBytes
	}
	below := bytes.NewReader(stream)
	z, err := NewReader(below, l)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var out bytes.Buffer
	if _, err := io.Copy(&out, z); err != nil {
		return nil, err
	}
	if below.Len() > 0 {
		return nil, fmt.Errorf("byte %d: %d bytes follow the end of the stream: %w", z.at, below.Len(), ErrFormat)
	}
	return out.Bytes(), nil
}
