package job

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pxos/wgsl/eval"
	"pxos/wgsl/gpu"
	"pxos/wgsl/types"
)

// maxFile bounds what is read for one binding.
const maxFile = 2 << 30

// DataError is a file whose contents do not fit what is asked of it.
type DataError struct {
	File    string
	Message string
}

func (e *DataError) Error() string { return e.File + ": " + e.Message }

// scalarOf is the type of the numbers in a resource: that of its first scalar.
func scalarOf(t types.Type) types.Scalar {
	switch t := t.(type) {
	case types.Array:
		return scalarOf(t.Elem)
	case *types.Struct:
		if len(t.Members) > 0 {
			return scalarOf(t.Members[0].Type)
		}
	case types.Atomic:
		return t.Elem
	}
	return types.Elem(t)
}

func kindOf(t types.Type) Kind {
	switch scalarOf(t) {
	case types.U32:
		return U32
	case types.I32:
		return I32
	case types.F32:
		return F32
	case types.F16:
		return F16
	}
	return Raw
}

// load gives the bytes that a binding starts with.
func (in Input) load(r gpu.Resource) ([]byte, error) {
	if in.File == "" {
		return in.filled(r)
	}
	info, err := os.Stat(in.File)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, &DataError{in.File, fmt.Sprintf("%d bytes; at most 2 GiB can be bound", info.Size())}
	}
	if isPicture(in.File) {
		return pixels(in.File, r)
	}
	data, err := os.ReadFile(in.File)
	if err != nil {
		return nil, err
	}
	ending := filepath.Ext(in.File)
	switch {
	case ending == ".npy":
		return decodeNPY(in.File, data, r, in.Kind)
	case in.Kind == Raw || in.Kind == "" || ending == ".bin":
		return data, nil
	}
	return parseNumbers(in.File, data, in.Kind)
}

// filled makes Bytes bytes, or as many as the type needs, of one word.
func (in Input) filled(r gpu.Resource) ([]byte, error) {
	n := in.Bytes
	if n == 0 {
		n = r.MinSize
	}
	if n > maxFile {
		return nil, &SpecError{fmt.Sprintf("%s: %d bytes asked for; at most 2 GiB can be bound", r.Name, n)}
	}
	out := make([]byte, n)
	if in.Fill == "" {
		return out, nil
	}
	kind := kindOf(r.Type)
	if kind == Raw {
		kind = U32
	}
	word, err := encodeNumber(nil, in.Fill, kind)
	if err != nil {
		return nil, &SpecError{fmt.Sprintf("fill=%s for %s: %v", in.Fill, r.Name, err)}
	}
	for at := 0; at+len(word) <= len(out); at += len(word) {
		copy(out[at:], word)
	}
	return out, nil
}

// parseNumbers reads numbers separated by blanks, commas or line ends; from # on
// a line is a remark.
func parseNumbers(file string, data []byte, kind Kind) ([]byte, error) {
	var out []byte
	for n, line := range bytes.Split(data, []byte{'\n'}) {
		if at := bytes.IndexByte(line, '#'); at >= 0 {
			line = line[:at]
		}
		fields := strings.FieldsFunc(string(line), func(r rune) bool {
			return r == ' ' || r == '\t' || r == ',' || r == '\r' || r == ';'
		})
		for _, f := range fields {
			var err error
			if out, err = encodeNumber(out, f, kind); err != nil {
				return nil, &DataError{file, fmt.Sprintf("line %d: %v", n+1, err)}
			}
		}
	}
	return out, nil
}

// encodeNumber appends a number in its little-endian form.
func encodeNumber(out []byte, text string, kind Kind) ([]byte, error) {
	switch kind {
	case U32:
		n, err := strconv.ParseUint(text, 0, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is not a u32", text)
		}
		return binary.LittleEndian.AppendUint32(out, uint32(n)), nil
	case I32:
		n, err := strconv.ParseInt(text, 0, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is not an i32", text)
		}
		return binary.LittleEndian.AppendUint32(out, uint32(int32(n))), nil
	case F32:
		f, err := strconv.ParseFloat(text, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is not an f32", text)
		}
		return binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(f))), nil
	case F16:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not an f16", text)
		}
		return binary.LittleEndian.AppendUint16(out, eval.FloatToHalf(f)), nil
	}
	return nil, fmt.Errorf("numbers need a type: u32, i32, f32 or f16")
}

// numberBytes is how many bytes a number of a kind takes.
func numberBytes(kind Kind) int {
	if kind == F16 {
		return 2
	}
	return 4
}

// printNumbers writes numbers as text, perLine on a line.
func printNumbers(data []byte, kind Kind, perLine int) []byte {
	var b bytes.Buffer
	size := numberBytes(kind)
	for i := 0; (i+1)*size <= len(data); i++ {
		if i > 0 {
			if i%perLine == 0 {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(formatNumber(data[i*size:], kind))
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func formatNumber(data []byte, kind Kind) string {
	switch kind {
	case I32:
		return strconv.FormatInt(int64(int32(binary.LittleEndian.Uint32(data))), 10)
	case F32:
		return strconv.FormatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(data))), 'g', -1, 32)
	case F16:
		return strconv.FormatFloat(float64(eval.HalfToFloat(binary.LittleEndian.Uint16(data))), 'g', 5, 64)
	}
	return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(data)), 10)
}
