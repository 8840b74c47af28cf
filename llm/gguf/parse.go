package gguf

import (
	"encoding/binary"
	"fmt"
	"math"

	"pxos/llm/quant"
)

// Bounds of what is plausible; a file beyond them is refused with the place.
const (
	maxName    = 1 << 16 // bytes of a key or a tensor's name
	maxDims    = 4
	maxTensors = 1 << 20
	maxKeys    = 1 << 20
	maxDepth   = 4 // of arrays in arrays
	maxAlign   = 1 << 20

	defaultAlign = 32
)

// parser goes over the head of a file. After its first error it does nothing.
type parser struct {
	data []byte
	at   int
	err  error
}

// Parse reads a file that lies in memory; the tensors' data are parts of it.
func Parse(data []byte) (*File, error) {
	p := &parser{data: data}
	f := &File{values: map[string]Value{}, names: map[string]int{}}
	tensors, keys := p.head(f)
	for i := 0; i < keys && p.err == nil; i++ {
		p.pair(f)
	}
	var offsets []uint64
	for i := 0; i < tensors && p.err == nil; i++ {
		offsets = append(offsets, p.tensor(f))
	}
	if p.err == nil {
		p.place(f, offsets)
	}
	if p.err != nil {
		return nil, p.err
	}
	return f, nil
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("byte %d: %s: %w", p.at, fmt.Sprintf(format, args...), ErrFormat)
	}
}

// take gives n bytes, nil if there are not so many.
func (p *parser) take(n int, what string) []byte {
	if p.err != nil {
		return nil
	}
	if n > len(p.data)-p.at {
		p.fail("the file ends within %s: %d bytes are wanted, %d are left", what, n, len(p.data)-p.at)
		return nil
	}
	p.at += n
	return p.data[p.at-n : p.at]
}

func (p *parser) u32(what string) uint32 {
	if b := p.take(4, what); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (p *parser) u64(what string) uint64 {
	if b := p.take(8, what); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// count reads how many of something there are, each of which takes some bytes at least.
func (p *parser) count(what string, most, each int) int {
	n := p.u64(what)
	if left := uint64(len(p.data)-p.at) / uint64(each); n > left || n > uint64(most) {
		p.fail("%s is %d; the bytes that are left have room for %d, and %d are the most", what, n, left, most)
		return 0
	}
	return int(n)
}

func (p *parser) text(what string, most int) string {
	return string(p.take(p.count("the length of "+what, most, 1), what))
}

func (p *parser) head(f *File) (tensors, keys int) {
	if b := p.take(4, "the mark"); p.err == nil && string(b) != "GGUF" {
		p.at = 0
		p.fail("it begins with %q, not with GGUF", b)
		return 0, 0
	}
	f.Version = p.u32("the version")
	if p.err == nil && f.Version != 2 && f.Version != 3 {
		if swapped := f.Version>>24 | f.Version>>8&0xFF00; f.Version&0xFFFF == 0 && swapped < 16 {
			p.fail("the file is big-endian; what to do: convert it to little-endian")
		} else {
			p.fail("version %d; 2 and 3 are read", f.Version)
		}
		return 0, 0
	}
	tensors = p.count("the number of tensors", maxTensors, 8+4+4+8)
	return tensors, p.count("the number of keys", maxKeys, 8+4+1)
}

// pair reads a key and its value.
func (p *parser) pair(f *File) {
	key := p.text("a key", maxName)
	if _, twice := f.values[key]; twice {
		p.fail("the key %q is there twice", key)
	}
	v := p.value(key, Kind(p.u32("the kind of "+key)))
	if p.err == nil {
		f.Keys = append(f.Keys, key)
		f.values[key] = v
	}
}

func (p *parser) value(key string, k Kind) Value {
	if k == Array {
		of := Kind(p.u32("the kind of the values of " + key))
		return Value{Kind: k, Of: of, Any: p.array(key, of, 0)}
	}
	return Value{Kind: k, Any: p.scalar(key, k)}
}

// scalar reads a value that is no array: whole numbers as int64, except for one beyond it.
func (p *parser) scalar(key string, k Kind) any {
	switch k {
	case String:
		return p.text("the text "+key, math.MaxInt32)
	case Bool:
		b := p.take(1, key)
		if b != nil && b[0] > 1 {
			p.fail("the bool %s is %d", key, b[0])
		}
		return b != nil && b[0] == 1
	case Float32:
		return float64(math.Float32frombits(p.u32(key)))
	case Float64:
		return math.Float64frombits(p.u64(key))
	}
	if k > Float64 {
		p.fail("%s is of the %v, which there is none of", key, k)
		return nil
	}
	b := p.take(k.bytes(), key)
	if b == nil {
		return int64(0)
	}
	n := whole(b, k)
	if k == Uint64 && n < 0 {
		return uint64(n)
	}
	return n
}

// whole is a whole number of a kind.
func whole(b []byte, k Kind) int64 {
	switch k {
	case Uint8:
		return int64(b[0])
	case Int8:
		return int64(int8(b[0]))
	case Uint16:
		return int64(binary.LittleEndian.Uint16(b))
	case Int16:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case Uint32:
		return int64(binary.LittleEndian.Uint32(b))
	case Int32:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

// array reads an array: []string, []bool, []float64, []int64, or []any of arrays.
func (p *parser) array(key string, of Kind, depth int) any {
	if of > Float64 || depth == maxDepth {
		p.fail("%s is an array of %v, %d deep", key, of, depth)
		return nil
	}
	each := of.bytes()
	if of == Array {
		each = 4 + 8
	}
	n := p.count("the length of "+key, math.MaxInt32, each)
	switch of {
	case String:
		return list(p, n, func() string { return p.text("a text of "+key, math.MaxInt32) })
	case Bool:
		return list(p, n, func() bool { return p.scalar(key, Bool).(bool) })
	case Float32, Float64:
		return list(p, n, func() float64 { return p.scalar(key, of).(float64) })
	case Array:
		return list(p, n, func() any { return p.array(key, Kind(p.u32("the kind of values in "+key)), depth+1) })
	}
	return list(p, n, func() int64 {
		b := p.take(of.bytes(), key)
		if b == nil {
			return 0
		}
		v := whole(b, of)
		if of == Uint64 && v < 0 {
			p.fail("%s has the number %d, which is beyond 2^63", key, uint64(v))
		}
		return v
	})
}

// list reads n values; n was held against what is left.
func list[T any](p *parser, n int, read func() T) []T {
	out := make([]T, 0, n)
	for i := 0; i < n && p.err == nil; i++ {
		out = append(out, read())
	}
	return out
}

// tensor reads what is said of a tensor, and gives its offset.
func (p *parser) tensor(f *File) uint64 {
	t := Tensor{Name: p.text("a tensor's name", maxName)}
	if _, twice := f.names[t.Name]; twice {
		p.fail("the tensor %q is there twice", t.Name)
	}
	dims := p.u32("the dimensions of " + t.Name)
	if dims < 1 || dims > maxDims {
		p.fail("%q has %d dimensions, from 1 to %d are possible", t.Name, dims, maxDims)
		return 0
	}
	values := uint64(1)
	for range dims {
		d := p.u64("a dimension of " + t.Name)
		// Beyond the bits of the file there can be no values.
		if d == 0 || d > math.MaxInt32 || d > 8*uint64(len(p.data))/values {
			p.fail("%q has a dimension of %d, which with the others is more than the file can hold, or none", t.Name, d)
			return 0
		}
		values *= d
		t.Shape = append(t.Shape, int(d))
	}
	t.Type = quant.Type(p.u32("the type of " + t.Name))
	if _, err := t.Type.RowBytes(t.Shape[0]); err != nil && p.err == nil {
		p.fail("%q: %v", t.Name, err)
	}
	offset := p.u64("the offset of " + t.Name)
	if p.err == nil {
		f.names[t.Name] = len(f.Tensors)
		f.Tensors = append(f.Tensors, t)
	}
	return offset
}

// place gives each tensor its data.
func (p *parser) place(f *File, offsets []uint64) {
	align := defaultAlign
	if _, ok := f.values["general.alignment"]; ok {
		n, err := f.Int("general.alignment", 8, maxAlign)
		if err != nil || n&(n-1) != 0 {
			p.fail("general.alignment is not a power of two from 8 to %d", maxAlign)
			return
		}
		align = n
	}
	start := (p.at + align - 1) &^ (align - 1)
	var extents []extent
	for i := range f.Tensors {
		t := &f.Tensors[i]
		row, _ := t.Type.RowBytes(t.Shape[0]) // was looked at
		bytes := row * (t.Values() / t.Shape[0])
		if offsets[i]%uint64(align) != 0 {
			p.fail("%q lies at %d, which is no multiple of %d", t.Name, offsets[i], align)
			return
		}
		if left := len(p.data) - start; left < bytes || offsets[i] > uint64(left-bytes) {
			p.fail("%q of %d bytes at %d lies beyond the file's end: there are %d", t.Name, bytes, offsets[i], max(0, left))
			return
		}
		from := start + int(offsets[i])
		t.Data = p.data[from : from+bytes : from+bytes]
		extents = append(extents, extent{t.Name, from, from + bytes})
	}
	if why := overlap(extents); why != "" {
		p.fail("%s", why)
	}
}
