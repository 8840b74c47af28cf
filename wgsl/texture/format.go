package texture

import (
	"encoding/binary"
	"math"
	"strings"

	"pxos/wgsl/eval"
	"pxos/wgsl/types"
)

// Channel is how a channel of a texel is kept.
type Channel uint8

// The kinds of channels. Packed formats have channels of different sizes.
const (
	Unorm Channel = iota
	Snorm
	Uint
	Sint
	Float
	Packed
)

// Format is a texel format (WebGPU, GPUTextureFormat). Those that are compressed
// in blocks are not known.
type Format struct {
	Name     string
	Kind     Channel
	Channels int
	Bytes    int  // of a texel
	SRGB     bool // colours are kept by the sRGB transfer function
	Swapped  bool // blue comes first
	Depth    bool
}

var channelKinds = map[string]Channel{"unorm": Unorm, "snorm": Snorm, "uint": Uint, "sint": Sint, "float": Float}

// FormatOf finds a format by its name.
func FormatOf(name string) (Format, bool) {
	f := Format{Name: name}
	switch name {
	case "rgb10a2unorm", "rgb10a2uint":
		f.Kind, f.Channels, f.Bytes = Packed, 4, 4
		return f, true
	case "rg11b10ufloat":
		f.Kind, f.Channels, f.Bytes = Packed, 3, 4
		return f, true
	case "depth32float", "depth24plus":
		f.Kind, f.Channels, f.Bytes, f.Depth = Float, 1, 4, true
		return f, true
	case "depth16unorm":
		f.Kind, f.Channels, f.Bytes, f.Depth = Unorm, 1, 2, true
		return f, true
	}
	base, srgb := strings.CutSuffix(name, "-srgb")
	f.SRGB = srgb
	at := strings.IndexAny(base, "0123456789")
	if at < 1 {
		return f, false
	}
	letters, rest := base[:at], base[at:]
	switch letters {
	case "r", "rg", "rgba":
	case "bgra":
		f.Swapped = true
	default:
		return f, false
	}
	bits := strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyz")
	kind, known := channelKinds[rest[len(bits):]]
	size, sized := map[string]int{"8": 1, "16": 2, "32": 4}[bits]
	f.Kind, f.Channels, f.Bytes = kind, len(letters), size*len(letters)
	switch {
	case !known || !sized,
		size == 1 && kind == Float, size == 4 && (kind == Unorm || kind == Snorm),
		(srgb || f.Swapped) && (kind != Unorm || size != 1 || f.Channels != 4):
		return f, false
	}
	return f, true
}

// Elem is the type of a channel in a shader.
func (f Format) Elem() types.Scalar {
	switch {
	case f.Kind == Uint || f.Name == "rgb10a2uint":
		return types.U32
	case f.Kind == Sint:
		return types.I32
	}
	return types.F32
}

// quantizer is the function of texture.wgsl that makes of a value what the format
// can hold.
func (f Format) quantizer() string {
	switch f.Name {
	case "rgb10a2unorm":
		return "to_unorm10"
	case "rgb10a2uint":
		return "to_uint10"
	case "rg11b10ufloat":
		return "to_ufloat11"
	}
	bits := map[int]string{1: "8", 2: "16", 4: "32"}[f.Bytes/f.Channels]
	return "to_" + [...]string{"unorm", "snorm", "uint", "sint", "float"}[f.Kind] + bits
}

// Decode reads a texel of the format as the four words that a shader sees.
func (f Format) Decode(b []byte) [4]uint32 {
	out := [4]uint32{3: 1}
	if f.Elem() == types.F32 {
		out[3] = math.Float32bits(1)
	}
	if f.Kind == Packed {
		return f.decodePacked(binary.LittleEndian.Uint32(b), out)
	}
	size := f.Bytes / f.Channels
	for i := range f.Channels {
		v := f.decodeChannel(b[i*size:][:size], size)
		if f.SRGB && i < 3 {
			v = math.Float32bits(float32(toLinear(float64(math.Float32frombits(v)))))
		}
		out[i] = v
	}
	if f.Swapped {
		out[0], out[2] = out[2], out[0]
	}
	return out
}

// word reads size bytes; signed extends the sign.
func word(b []byte, size int, signed bool) uint32 {
	var v uint32
	for i := range size {
		v |= uint32(b[i]) << (8 * i)
	}
	if shift := 32 - 8*size; signed {
		v = uint32(int32(v<<shift) >> shift)
	}
	return v
}

func (f Format) decodeChannel(b []byte, size int) uint32 {
	most := float64(uint64(1)<<(8*size) - 1)
	switch f.Kind {
	case Unorm:
		return math.Float32bits(float32(float64(word(b, size, false)) / most))
	case Snorm:
		return math.Float32bits(float32(max(float64(int32(word(b, size, true)))/math.Floor(most/2), -1)))
	case Float:
		if size == 2 {
			return math.Float32bits(float32(eval.HalfToFloat(uint16(word(b, 2, false)))))
		}
	}
	return word(b, size, f.Kind == Sint)
}

func (f Format) decodePacked(v uint32, out [4]uint32) [4]uint32 {
	switch f.Name {
	case "rg11b10ufloat":
		small := func(bits uint32) uint32 { return math.Float32bits(float32(eval.HalfToFloat(uint16(bits)))) }
		out[0], out[1], out[2] = small(v&0x7ff<<4), small(v>>11&0x7ff<<4), small(v>>22<<5)
	default:
		for i := range 4 {
			n, most := v>>(10*i)&0x3ff, uint32(1023)
			if i == 3 {
				n, most = v>>30, 3
			}
			out[i] = n
			if f.Name == "rgb10a2unorm" {
				out[i] = math.Float32bits(float32(n) / float32(most))
			}
		}
	}
	return out
}

// Encode writes the words of a texel in the format. Floats are clamped and
// rounded to the nearest, integers clamped.
func (f Format) Encode(texel [4]uint32, b []byte) {
	if f.Kind == Packed {
		binary.LittleEndian.PutUint32(b, f.encodePacked(texel))
		return
	}
	if f.Swapped {
		texel[0], texel[2] = texel[2], texel[0]
	}
	size := f.Bytes / f.Channels
	for i := range f.Channels {
		v := texel[i]
		if f.SRGB && i < 3 {
			v = math.Float32bits(float32(fromLinear(float64(math.Float32frombits(v)))))
		}
		v = f.encodeChannel(v, size)
		for k := range size {
			b[i*size+k] = byte(v >> (8 * k))
		}
	}
}

func (f Format) encodeChannel(v uint32, size int) uint32 {
	x, most := float64(math.Float32frombits(v)), float64(uint64(1)<<(8*size)-1)
	switch f.Kind {
	case Unorm:
		return uint32(math.RoundToEven(clamp01(x) * most))
	case Snorm:
		half := math.Floor(most / 2)
		return uint32(int32(math.RoundToEven(max(min(clean(x), 1), -1) * half)))
	case Uint:
		return min(v, uint32(most))
	case Sint:
		limit := int32(uint32(1)<<(8*size-1) - 1)
		return uint32(max(min(int32(v), limit), -limit-1))
	}
	if size == 2 {
		return uint32(eval.FloatToHalf(x))
	}
	return v
}

func (f Format) encodePacked(t [4]uint32) uint32 {
	x := func(i int) float64 { return float64(math.Float32frombits(t[i])) }
	switch f.Name {
	case "rg11b10ufloat":
		small := func(i int, drop uint32) uint32 { return uint32(eval.FloatToHalf(max(clean(x(i)), 0))) >> drop }
		return small(0, 4)&0x7ff | small(1, 4)&0x7ff<<11 | small(2, 5)&0x3ff<<22
	case "rgb10a2uint":
		return min(t[0], 1023) | min(t[1], 1023)<<10 | min(t[2], 1023)<<20 | min(t[3], 3)<<30
	}
	steps := func(i int, most float64) uint32 { return uint32(math.RoundToEven(clamp01(x(i)) * most)) }
	return steps(0, 1023) | steps(1, 1023)<<10 | steps(2, 1023)<<20 | steps(3, 3)<<30
}

// clean is the number, 0 for a NaN.
func clean(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

func clamp01(x float64) float64 { return max(min(clean(x), 1), 0) }

// toLinear and fromLinear are the transfer function of IEC 61966-2-1.
func toLinear(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func fromLinear(x float64) float64 {
	x = clamp01(x)
	if x <= 0.0031308 {
		return 12.92 * x
	}
	return 1.055*math.Pow(x, 1/2.4) - 0.055
}
