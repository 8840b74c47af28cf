package codec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Writer encodes what is written to it as one stream. Close ends the stream and must be
// called; it does not close the writer below.
type Writer struct {
	below   io.Writer
	options Options
	head    header
	buffer  []byte
	queue   []chan encoded
	sum     hash.Hash
	total   int64
	done    int64
	err     error
	closed  bool
}

// encoded is a block on its way out.
type encoded struct {
	raw  int
	data []byte
	err  error
}

// NewWriter starts a stream on w. Its header is written at once.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	if o.Level > Max {
		return nil, fmt.Errorf("%v: there is no such level", o.Level)
	}
	if o.BlockBytes == 0 {
		o.BlockBytes = modestBlockBytes
		if o.Level >= Default {
			o.BlockBytes = modelBlockBytes
		}
	}
	if o.BlockBytes < 1 || o.BlockBytes > MaxBlockBytes {
		return nil, fmt.Errorf("blocks of %d bytes: give 1 to %d: %w", o.BlockBytes, MaxBlockBytes, ErrLimit)
	}
	if len(o.Reference) > MaxReferenceBytes {
		return nil, fmt.Errorf("a reference of %d bytes: at most %d: %w", len(o.Reference), MaxReferenceBytes, ErrLimit)
	}
	o.Workers = max(o.Workers, 1)
	h := header{level: o.Level, blockBytes: o.BlockBytes, memoryBytes: levelMemoryBytes(o.Level, o.BlockBytes, len(o.Reference))}
	if len(o.Reference) > 0 {
		sum := sha256.Sum256(o.Reference)
		h.reference = &sum
	}
	if _, err := w.Write(h.encode()); err != nil {
		return nil, err
	}
	return &Writer{below: w, options: o, head: h, sum: sha256.New()}, nil
}

// Write takes bytes; blocks go out as they fill.
func (w *Writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, errors.New("write to a closed pixel stream")
	}
	n := 0
	for w.err == nil && len(p) > 0 {
		k := min(len(p), w.options.BlockBytes-len(w.buffer))
		w.buffer = append(w.buffer, p[:k]...)
		w.sum.Write(p[:k])
		n, w.total, p = n+k, w.total+int64(k), p[k:]
		if len(w.buffer) == w.options.BlockBytes {
			w.start()
		}
	}
	return n, w.err
}

// start hands the buffer to a worker and waits for the oldest one if all are busy.
func (w *Writer) start() {
	out := make(chan encoded, 1)
	data, o := w.buffer, w.options
	w.buffer = nil
	w.queue = append(w.queue, out)
	go func() {
		block, err := EncodeBlock(o.Level, data, o.Reference)
		if err != nil {
			out <- encoded{err: err}
			return
		}
		head := blockHead{raw: len(data), coded: len(block), crc: crc(data)}
		out <- encoded{raw: len(data), data: append(head.encode(), block...)}
	}()
	for len(w.queue) >= w.options.Workers {
		w.finish()
	}
}

// finish writes the oldest block.
func (w *Writer) finish() {
	b := <-w.queue[0]
	w.queue = w.queue[1:]
	if w.err != nil {
		return
	}
	if w.err = b.err; w.err == nil {
		_, w.err = w.below.Write(b.data)
	}
	if w.done += int64(b.raw); w.err == nil && w.options.Progress != nil {
		w.options.Progress(w.done)
	}
}

// Close writes what is left and the end of the stream.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	w.closed = true
	if len(w.buffer) > 0 && w.err == nil {
		w.start()
	}
	for len(w.queue) > 0 {
		w.finish()
	}
	if w.err != nil {
		return w.err
	}
	out := binary.LittleEndian.AppendUint64([]byte{endMark}, uint64(w.total))
	out = w.sum.Sum(out)
	out = binary.LittleEndian.AppendUint32(out, crc(out))
	_, w.err = w.below.Write(out)
	return w.err
}

// Compress is the stream of data. Its block is as large as the data, so that its
// header asks for no more memory than it needs.
func Compress(data []byte, o Options) ([]byte, error) {
	if o.BlockBytes == 0 && o.Level >= Default {
		o.BlockBytes = min(max(len(data), 1), modelBlockBytes)
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, o)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
