// Package gguf reads and writes GGUF files, versions 2 and 3: what a model says of itself,
// and its tensors.
//
// A file is mapped, and everything in it is checked before anything is taken for it:
// lengths against what is left, names, shapes, types, offsets, overlaps. It may import
// llm/quant. Invariants: a File's tensors lie within it and apart; reading one never
// fails; memory that is taken is bounded by the size of the file.
// Source: the GGUF specification (ggml/docs/gguf.md).
package gguf

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"pxos/llm/quant"
)

// ErrFormat is a file that is no valid GGUF.
var ErrFormat = errors.New("not a valid GGUF file")

// File is a GGUF file.
type File struct {
	Version uint32
	Keys    []string // of the metadata, in the file's order
	Tensors []Tensor // in the file's order
	values  map[string]Value
	names   map[string]int
	unmap   func() error
}

// Tensor is one of a file's.
type Tensor struct {
	Name string
	// Shape has the innermost dimension first: a matrix of n rows of k weights is k, n.
	Shape []int
	Type  quant.Type
	Data  []byte
}

// Values is how many there are.
func (t *Tensor) Values() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Kind is the type of a value of the metadata, by its number in the file.
type Kind uint32

// Kinds.
const (
	Uint8 Kind = iota
	Int8
	Uint16
	Int16
	Uint32
	Int32
	Float32
	Bool
	String
	Array
	Uint64
	Int64
	Float64
)

var kindNames = [...]string{"uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array", "uint64", "int64", "float64"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint32(k))
}

// bytes is the least that a value of a kind takes in a file.
func (k Kind) bytes() int {
	switch k {
	case Uint8, Int8, Bool:
		return 1
	case Uint16, Int16:
		return 2
	case Uint32, Int32, Float32:
		return 4
	}
	return 8
}

// Value is a value of the metadata: an int64, uint64, float64, bool or string, or a slice
// of these, by its kind.
type Value struct {
	Kind Kind
	Of   Kind // of an array's values
	Any  any
}

// Tensor finds a tensor by its name; ok is false if there is none.
func (f *File) Tensor(name string) (t *Tensor, ok bool) {
	i, ok := f.names[name]
	if !ok {
		return nil, false
	}
	return &f.Tensors[i], true
}

// Value is a value of the metadata.
func (f *File) Value(key string) (Value, bool) {
	v, ok := f.values[key]
	return v, ok
}

// ErrKey is metadata that is not there, or is of another kind.
var ErrKey = errors.New("metadata")

func get[T any](f *File, key, want string) (T, error) {
	v, ok := f.values[key]
	if !ok {
		return *new(T), fmt.Errorf("%w: there is no %s", ErrKey, key)
	}
	t, ok := v.Any.(T)
	if !ok {
		return t, fmt.Errorf("%w: %s is of the kind %v, it must be %s", ErrKey, key, v.Kind, want)
	}
	return t, nil
}

// String is a text of the metadata.
func (f *File) String(key string) (string, error) { return get[string](f, key, "a string") }

// Strings is a list of texts.
func (f *File) Strings(key string) ([]string, error) {
	return get[[]string](f, key, "an array of strings")
}

// Bool is a truth value.
func (f *File) Bool(key string) (bool, error) { return get[bool](f, key, "a bool") }

// Int is a whole number of any kind, from least to most.
func (f *File) Int(key string, least, most int) (int, error) {
	n, err := get[int64](f, key, "a whole number")
	if err == nil && (n < int64(least) || n > int64(most)) {
		err = fmt.Errorf("%w: %s is %d, from %d to %d are possible", ErrKey, key, n, least, most)
	}
	return int(n), err
}

// Float is a number of any kind.
func (f *File) Float(key string) (float64, error) {
	if n, err := get[int64](f, key, "a number"); err == nil {
		return float64(n), nil
	}
	return get[float64](f, key, "a number")
}

// Ints is a list of whole numbers, Floats one of numbers with a point.
func (f *File) Ints(key string) ([]int64, error) {
	return get[[]int64](f, key, "an array of whole numbers")
}

// Floats is a list of numbers with a point.
func (f *File) Floats(key string) ([]float64, error) {
	return get[[]float64](f, key, "an array of floats")
}

// Open maps a file and reads what is at its head. Close it when its tensors are not needed
// any more.
func Open(path string) (*File, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Parse(data)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), unmap())
	}
	f.unmap = unmap
	return f, nil
}

// Close unmaps the file; its tensors' data must not be touched any more.
func (f *File) Close() error {
	if f.unmap == nil {
		return nil
	}
	for i := range f.Tensors {
		f.Tensors[i].Data = nil
	}
	unmap := f.unmap
	f.unmap = nil
	return unmap()
}

// readFile is mapFile where files cannot be mapped.
func readFile(path string) ([]byte, func() error, error) {
	data, err := os.ReadFile(path)
	return data, func() error { return nil }, err
}

// overlap says which tensors share bytes, "" for none.
func overlap(list []extent) string {
	slices.SortFunc(list, func(a, b extent) int { return min(max(a.from-b.from, -1), 1) })
	for i := 1; i < len(list); i++ {
		if a, b := list[i-1], list[i]; a.to > b.from {
			return fmt.Sprintf("tensors %q and %q overlap", a.name, b.name)
		}
	}
	return ""
}

// extent is where a tensor lies.
type extent struct {
	name     string
	from, to int
}
