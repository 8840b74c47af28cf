package gguf

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"pxos/llm/quant"
)

// Quantize writes a file whose matrices have another type; vectors and matrices whose rows
// have no whole number of blocks stay as they are. The metadata are the same.
func Quantize(w io.Writer, f *File, t quant.Type, progress func(done, all int)) error {
	pairs, err := f.pairs()
	if err != nil {
		return err
	}
	out := make([]Tensor, len(f.Tensors))
	for i := range f.Tensors {
		out[i] = f.Tensors[i]
		if _, err := t.RowBytes(out[i].Shape[0]); err == nil && len(out[i].Shape) > 1 {
			out[i].Type = t
		}
	}
	head, err := headOf(pairs, out)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if _, err := b.Write(head); err != nil {
		return err
	}
	for i := range out {
		n, err := convert(b, &f.Tensors[i], out[i].Type)
		if err == nil {
			_, err = b.Write(make([]byte, pad(n)))
		}
		if err != nil {
			return err
		}
		progress(i+1, len(out))
	}
	return b.Flush()
}

// convert writes a tensor in another type, row by row, and gives its bytes.
func convert(w io.Writer, x *Tensor, t quant.Type) (int, error) {
	if x.Type == t {
		return w.Write(x.Data)
	}
	cols := x.Shape[0]
	from, _ := x.Type.RowBytes(cols) // both were looked at
	to, _ := t.RowBytes(cols)
	values, row := make([]float32, cols), make([]byte, to)
	n := 0
	for at := 0; at < len(x.Data); at += from {
		quant.Decode(x.Type, values, x.Data[at:at+from])
		for i, v := range values {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return n, fmt.Errorf("weight %d of row %d of the tensor %q is %g: %w", i, at/from, x.Name, v, ErrFormat)
			}
		}
		quant.Encode(t, row, values)
		if _, err := w.Write(row); err != nil {
			return n, err
		}
		n += to
	}
	return n, nil
}

// pairs are a file's metadata as Write takes them.
func (f *File) pairs() (out []Pair, err error) {
	for _, key := range f.Keys {
		v := f.values[key]
		if key == "general.alignment" {
			continue // Write has its own
		}
		switch x := v.Any.(type) {
		case int64:
			out = append(out, Pair{key, number(v.Kind, x)})
		case float64:
			out = append(out, Pair{key, float32(x)})
		case string, bool, []string:
			out = append(out, Pair{key, x})
		case []float64:
			list := make([]float32, len(x))
			for i, n := range x {
				list[i] = float32(n)
			}
			out = append(out, Pair{key, list})
		case []int64:
			list := make([]int32, len(x))
			for i, n := range x {
				if n != int64(int32(n)) {
					return nil, fmt.Errorf("%w: %s has the number %d, which is not written", ErrKey, key, n)
				}
				list[i] = int32(n)
			}
			out = append(out, Pair{key, list})
		default:
			return nil, fmt.Errorf("%w: %s is of a kind that is not written", ErrKey, key)
		}
	}
	return out, nil
}

// number is a whole number as it is written: as uint32 if it was no larger.
func number(k Kind, n int64) any {
	if k != Int64 && n >= 0 && n <= math.MaxUint32 {
		return uint32(n)
	}
	return n
}
