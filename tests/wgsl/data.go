package wgsl

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"

	"pxos/wgsl/eval"
	"pxos/wgsl/gpu"
	"pxos/wgsl/types"
)

// bytesFor makes the bytes that a binding starts with: zero where its name begins
// with out, else numbers from the case's name: small and large integers, floats
// from -8 to 8 with some whole ones.
func (c *Case) bytesFor(r gpu.Resource) []byte {
	size := r.MinSize
	if a, ok := runtimeArray(r.Type); ok {
		size += (c.Elements - 1) * types.Stride(a)
	}
	size = types.RoundUp(16, size)
	data := make([]byte, size)
	if strings.HasPrefix(r.Name, "out") {
		return data
	}
	h := fnv.New64a()
	h.Write([]byte(c.Name + r.Name))
	rng := rand.New(rand.NewPCG(h.Sum64(), 1))
	eachScalar(r.Type, size, 0, func(at int64, kind types.Scalar) {
		switch kind {
		case types.F32:
			binary.LittleEndian.PutUint32(data[at:], math.Float32bits(niceFloat(rng)))
		case types.F16:
			binary.LittleEndian.PutUint16(data[at:], eval.FloatToHalf(float64(niceFloat(rng))))
		default:
			n := rng.Uint32()
			if rng.IntN(3) > 0 {
				n = uint32(int32(n) >> (12 + rng.IntN(16)))
			}
			binary.LittleEndian.PutUint32(data[at:], n)
		}
	})
	return data
}

func niceFloat(rng *rand.Rand) float32 {
	f := float32(rng.Float64()*16 - 8)
	if rng.IntN(4) == 0 {
		f = float32(math.Round(float64(f)))
	}
	return f
}

func runtimeArray(t types.Type) (types.Array, bool) {
	if s, ok := t.(*types.Struct); ok && len(s.Members) > 0 {
		t = s.Members[len(s.Members)-1].Type
	}
	a, ok := t.(types.Array)
	return a, ok && a.IsRuntimeSized()
}

// eachScalar calls f with the place and kind of every scalar of a value of type t
// at offset at, inside size bytes; padding is passed over.
func eachScalar(t types.Type, size, at int64, f func(int64, types.Scalar)) {
	switch t := t.(type) {
	case types.Scalar:
		f(at, t)
	case types.Atomic:
		f(at, t.Elem)
	case types.Vector:
		for i := range int64(t.N) {
			f(at+i*types.SizeOf(t.Elem), t.Elem)
		}
	case types.Matrix:
		for i := range int64(t.Cols) {
			eachScalar(t.Column(), size, at+i*types.Stride(t), f)
		}
	case types.Array:
		n := t.Len
		if t.IsRuntimeSized() {
			n = (size - at) / types.Stride(t)
		}
		for i := range n {
			eachScalar(t.Elem, size, at+i*types.Stride(t), f)
		}
	case *types.Struct:
		for i := range t.Members {
			eachScalar(t.Members[i].Type, size, at+t.Members[i].Offset, f)
		}
	}
}

// difference finds the first scalar that differs by more than the case allows.
func (c *Case) difference(t types.Type, a, b []byte) (at int64, differs bool) {
	at = -1
	eachScalar(t, int64(len(a)), 0, func(i int64, kind types.Scalar) {
		if at < 0 && !c.equal(kind, a[i:], b[i:]) {
			at = i
		}
	})
	return at, at >= 0
}

func (c *Case) equal(kind types.Scalar, a, b []byte) bool {
	switch kind {
	case types.F32:
		x := math.Float32frombits(binary.LittleEndian.Uint32(a))
		y := math.Float32frombits(binary.LittleEndian.Uint32(b))
		return c.close(float64(x), float64(y), int64(ordered(math.Float32bits(x)))-int64(ordered(math.Float32bits(y))))
	case types.F16:
		x, y := binary.LittleEndian.Uint16(a), binary.LittleEndian.Uint16(b)
		steps := int64(ordered(uint32(x)<<16))>>16 - int64(ordered(uint32(y)<<16))>>16
		return c.close(float64(eval.HalfToFloat(x)), float64(eval.HalfToFloat(y)), steps)
	}
	return binary.LittleEndian.Uint32(a) == binary.LittleEndian.Uint32(b)
}

// ordered maps the bits of a float so that neighbours differ by one.
func ordered(bits uint32) int32 {
	if bits&(1<<31) != 0 {
		return -int32(bits & math.MaxInt32)
	}
	return int32(bits)
}

// close compares floats: the steps between them, the absolute error, or both NaN.
func (c *Case) close(x, y float64, steps int64) bool {
	if math.IsNaN(x) || math.IsNaN(y) {
		return math.IsNaN(x) && math.IsNaN(y)
	}
	return max(steps, -steps) <= c.ULP || math.Abs(x-y) <= c.Abs
}
