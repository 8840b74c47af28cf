package convert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"

	"pxos/llm/quant"
)

// ErrFolder is a folder that cannot be converted.
var ErrFolder = errors.New("not a model that can be converted")

// refuse is an error of the folder.
func refuse(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrFolder)
}

// Bounds of a safetensors file. That of the header is the format's own.
const (
	maxHeader     = 100_000_000
	maxDimensions = 8
	lengthBytes   = 8
)

// widths are the bytes of a value, by the names that safetensors has for types. Those that
// are not in dtypes may be there as buffers that are passed over.
var widths = map[string]int64{
	"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "C64": 8,
	"I64": 8, "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}

// dtypes are those that weights may have.
var dtypes = map[string]quant.Type{"F32": quant.F32, "F16": quant.F16, "BF16": quant.BF16}

// shard is a safetensors file.
type shard struct {
	name    string
	r       io.ReaderAt
	tensors []tensor // in the order of their bytes
}

// tensor is one of a shard's.
type tensor struct {
	name     string
	dtype    string
	shape    []int // the outermost dimension first
	from, to int64 // in the file
	in       *shard
}

// readShard reads the head of a file of so many bytes. Every tensor lies within it, they
// follow each other without gaps, and each has the bytes that its shape takes.
func readShard(name string, r io.ReaderAt, size int64) (*shard, error) {
	s := &shard{name: name, r: r}
	header, err := readHeader(r, size)
	if err == nil {
		err = s.parse(header)
	}
	if err == nil {
		err = s.place(lengthBytes+int64(len(header)), size)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	var b [lengthBytes]byte
	if size < lengthBytes {
		return nil, refuse("it has %d bytes, a safetensors file has %d at least", size, lengthBytes)
	}
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > maxHeader || n > uint64(size-lengthBytes) {
		hint := ""
		if bytes.HasPrefix(b[:], []byte("version ")) { // how a pointer of Git LFS begins
			hint = "; it is a pointer of Git LFS; what to do: git lfs pull"
		}
		return nil, refuse("byte 0: the header has %d bytes; %d are the most, and %d are there%s", n, maxHeader, size-lengthBytes, hint)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(io.NewSectionReader(r, lengthBytes, int64(n)), header); err != nil {
		return nil, err
	}
	return header, nil
}

// parse reads the JSON of the header. Its keys are read one by one, since a map would hide
// those that come twice.
func (s *shard) parse(header []byte) error {
	d := json.NewDecoder(bytes.NewReader(header))
	d.DisallowUnknownFields()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return refuse("byte %d: the header is no JSON object (%v)", lengthBytes, err)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return refuse("byte %d: %v", lengthBytes+d.InputOffset(), err)
		}
		name, _ := t.(string) // the decoder lets keys be nothing else
		if seen[name] {
			return refuse("the tensor %q is there twice", name)
		}
		seen[name] = true
		if name == "__metadata__" {
			var notes map[string]string
			err = d.Decode(&notes)
		} else {
			err = s.entry(d, name)
		}
		if errors.Is(err, ErrFolder) {
			return err
		}
		if err != nil {
			return refuse("%q, before byte %d: %v", name, lengthBytes+d.InputOffset(), err)
		}
	}
	if _, err := d.Token(); err != nil {
		return refuse("byte %d: the header does not end: %v", lengthBytes+d.InputOffset(), err)
	}
	if rest := strings.Trim(string(header[d.InputOffset():]), " \t\r\n"); rest != "" {
		return refuse("byte %d: something follows the header's object", lengthBytes+d.InputOffset())
	}
	return nil
}

// entry reads what is said of a tensor; from and to count from the end of the header.
func (s *shard) entry(d *json.Decoder, name string) error {
	var e struct {
		Type    string  `json:"dtype"`
		Shape   []int64 `json:"shape"`
		Offsets []int64 `json:"data_offsets"`
	}
	if err := d.Decode(&e); err != nil {
		return err
	}
	width, ok := widths[e.Type]
	if !ok {
		return refuse("%q has the dtype %q, which is not known", name, e.Type)
	}
	if len(e.Shape) > maxDimensions || len(e.Offsets) != 2 {
		return refuse("%q has %d dimensions and %d offsets; %d are the most, and two", name, len(e.Shape), len(e.Offsets), maxDimensions)
	}
	t := tensor{name: name, dtype: e.Type, from: e.Offsets[0], to: e.Offsets[1], in: s}
	bytes := width
	for _, n := range e.Shape {
		if n < 0 || n > math.MaxInt32 || n > 0 && bytes > math.MaxInt64/n {
			return refuse("%q has the shape %v", name, e.Shape)
		}
		bytes *= n
		t.shape = append(t.shape, int(n))
	}
	if t.from < 0 || t.to < t.from || t.to-t.from != bytes {
		return refuse("%q of %s and the shape %v takes %d bytes, its data_offsets are %v", name, e.Type, e.Shape, bytes, e.Offsets)
	}
	s.tensors = append(s.tensors, t)
	return nil
}

// place holds the offsets against the file and makes them places in it.
func (s *shard) place(start, size int64) error {
	sort.SliceStable(s.tensors, func(a, b int) bool {
		x, y := &s.tensors[a], &s.tensors[b]
		return x.from < y.from || x.from == y.from && x.to < y.to
	})
	at, before := int64(0), "the header"
	for i := range s.tensors {
		t := &s.tensors[i]
		if t.to > size-start {
			return refuse("%q ends at byte %d of the data, there are %d; what to do: fetch the file again", t.name, t.to, size-start)
		}
		switch {
		case t.from < at:
			return refuse("%q overlaps with %s", t.name, before)
		case t.from > at:
			return refuse("%d bytes between %s and %q belong to no tensor", t.from-at, before, t.name)
		}
		at, before = t.to, fmt.Sprintf("%q", t.name)
		t.from += start
		t.to += start
	}
	if at != size-start {
		return refuse("%d bytes at the end belong to no tensor", size-start-at)
	}
	return nil
}
