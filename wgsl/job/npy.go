package job

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"pxos/wgsl/gpu"
	"pxos/wgsl/types"
)

// The .npy format of NumPy: a magic, a version, the length of a header, the
// header as a Python dictionary, then the numbers. Source: NumPy Enhancement
// Proposal 1.

const npyMagic = "\x93NUMPY"

// maxNPYHeader bounds the header; NumPy's own are under 200 bytes.
const maxNPYHeader = 1 << 16

var npyTypes = map[string]Kind{"<u4": U32, "<i4": I32, "<f4": F32, "<f2": F16, "|u1": Raw}

var (
	npyDescr   = regexp.MustCompile(`'descr'\s*:\s*'([^']*)'`)
	npyFortran = regexp.MustCompile(`'fortran_order'\s*:\s*True`)
)

// decodeNPY gives the numbers of a .npy file, which must be those that the
// binding holds, unless the kind is raw.
func decodeNPY(file string, data []byte, r gpu.Resource, kind Kind) ([]byte, error) {
	header, body, err := splitNPY(data)
	if err != nil {
		return nil, &DataError{file, err.Error()}
	}
	descr := npyDescr.FindStringSubmatch(header)
	if descr == nil {
		return nil, &DataError{file, "its header names no type ('descr')"}
	}
	have, known := npyTypes[descr[1]]
	if !known {
		return nil, &DataError{file, fmt.Sprintf("numbers of type %s; u32 (<u4), i32 (<i4), f32 (<f4), f16 (<f2) and bytes (|u1) can be bound: convert it with astype", descr[1])}
	}
	if npyFortran.MatchString(header) {
		return nil, &DataError{file, "columns come first in it (fortran_order): save it with numpy.ascontiguousarray"}
	}
	if kind == "" {
		kind = kindOf(r.Type)
	}
	if kind != Raw && have != Raw && have != kind {
		return nil, &DataError{file, fmt.Sprintf("numbers of type %s, but %s holds %s: convert it, or add :raw to take the bits as they are", have, r.Name, kind)}
	}
	return body, nil
}

// splitNPY takes header and numbers apart.
func splitNPY(data []byte) (header string, body []byte, err error) {
	if len(data) < 10 || string(data[:6]) != npyMagic {
		return "", nil, fmt.Errorf("not a .npy file: it does not begin with \\x93NUMPY")
	}
	n, start := int64(binary.LittleEndian.Uint16(data[8:])), int64(10)
	if data[6] > 1 {
		if len(data) < 12 {
			return "", nil, fmt.Errorf("the header is cut off")
		}
		n, start = int64(binary.LittleEndian.Uint32(data[8:])), 12
	}
	if n > maxNPYHeader || start+n > int64(len(data)) {
		return "", nil, fmt.Errorf("the header is cut off, or longer than %d bytes", maxNPYHeader)
	}
	return string(data[start : start+n]), data[start+n:], nil
}

// encodeNPY writes numbers with a shape; a shape of nil is one dimension.
func encodeNPY(data []byte, kind Kind, shape []int) []byte {
	descr := "|u1"
	for d, k := range npyTypes {
		if k == kind {
			descr = d
		}
	}
	if shape == nil {
		size := 1
		if kind != Raw {
			size = numberBytes(kind)
		}
		shape = []int{len(data) / size}
	}
	dims := make([]string, len(shape))
	for i, n := range shape {
		dims[i] = strconv.Itoa(n)
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }", descr, strings.Join(dims, ", "))
	for (10+len(header)+1)%64 != 0 {
		header += " "
	}
	header += "\n"
	var b bytes.Buffer
	b.WriteString(npyMagic)
	b.Write([]byte{1, 0})
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(header))))
	b.WriteString(header)
	b.Write(data)
	return b.Bytes()
}

// shapeOf is the shape of a resource's numbers: elements, then components.
func shapeOf(t types.Type, bytes, number int) []int {
	a, ok := t.(types.Array)
	if !ok {
		return nil
	}
	stride := int(types.Stride(a))
	n := stride / number
	if n <= 1 || stride%number != 0 {
		return nil
	}
	return []int{bytes / stride, n}
}
