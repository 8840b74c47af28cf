package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Pair is a key of the metadata with its value: a string, bool, int64, uint32, float32, or
// a slice of strings, int32s or float32s.
type Pair struct {
	Key   string
	Value any
}

// Write writes a file of version 3.
func Write(w io.Writer, pairs []Pair, tensors []Tensor) error {
	b := bufio.NewWriter(w)
	for i := range tensors {
		if err := tensors[i].whole(); err != nil {
			return err
		}
	}
	head, err := headOf(pairs, tensors)
	if err != nil {
		return err
	}
	if _, err := b.Write(head); err != nil {
		return err
	}
	for i := range tensors {
		t := &tensors[i]
		if _, err := b.Write(t.Data); err != nil {
			return err
		}
		if _, err := b.Write(make([]byte, pad(len(t.Data)))); err != nil {
			return err
		}
	}
	return b.Flush()
}

// pad is how many bytes follow n up to the next multiple of the alignment.
func pad(n int) int { return -n & (defaultAlign - 1) }

func headOf(pairs []Pair, tensors []Tensor) ([]byte, error) {
	b := binary.LittleEndian.AppendUint32([]byte("GGUF"), 3)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(tensors)))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(pairs)))
	for _, p := range pairs {
		b = appendText(b, p.Key)
		var err error
		if b, err = appendValue(b, p.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Key, err)
		}
	}
	offset := 0
	for i := range tensors {
		t := &tensors[i]
		row, err := t.Type.RowBytes(t.Shape[0])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		bytes := row * (t.Values() / t.Shape[0])
		b = appendText(b, t.Name)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(t.Shape)))
		for _, d := range t.Shape {
			b = binary.LittleEndian.AppendUint64(b, uint64(d))
		}
		b = binary.LittleEndian.AppendUint32(b, uint32(t.Type))
		b = binary.LittleEndian.AppendUint64(b, uint64(offset))
		offset += bytes + pad(bytes)
	}
	return append(b, make([]byte, pad(len(b)))...), nil
}

// whole says that a tensor has as many bytes as its shape takes.
func (t *Tensor) whole() error {
	row, err := t.Type.RowBytes(t.Shape[0])
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	if want := row * (t.Values() / t.Shape[0]); want != len(t.Data) {
		return fmt.Errorf("%s: %v of shape %v takes %d bytes, there are %d", t.Name, t.Type, t.Shape, want, len(t.Data))
	}
	return nil
}

func appendText(b []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(text))), text...)
}

func appendValue(b []byte, v any) ([]byte, error) {
	kind := func(k Kind) []byte { return binary.LittleEndian.AppendUint32(b, uint32(k)) }
	array := func(of Kind, n int) []byte {
		return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(kind(Array), uint32(of)), uint64(n))
	}
	switch v := v.(type) {
	case string:
		return appendText(kind(String), v), nil
	case bool:
		return append(kind(Bool), map[bool]byte{true: 1}[v]), nil
	case uint32:
		return binary.LittleEndian.AppendUint32(kind(Uint32), v), nil
	case int64:
		return binary.LittleEndian.AppendUint64(kind(Int64), uint64(v)), nil
	case float32:
		return binary.LittleEndian.AppendUint32(kind(Float32), math.Float32bits(v)), nil
	case []string:
		b = array(String, len(v))
		for _, text := range v {
			b = appendText(b, text)
		}
	case []int32:
		b = array(Int32, len(v))
		for _, n := range v {
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
	case []float32:
		b = array(Float32, len(v))
		for _, n := range v {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n))
		}
	default:
		return nil, fmt.Errorf("a value of the Go type %T cannot be written", v)
	}
	return b, nil
}
