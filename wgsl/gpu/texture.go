package gpu

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"strings"

	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// Limits of textures (WebGPU, "Limits", column Default).
const (
	maxDimension1D = 8192
	maxDimension2D = 8192
	maxDimension3D = 2048
	maxLayers      = 256
)

// TextureDescriptor describes a texture (WebGPU, GPUTextureDescriptor).
type TextureDescriptor struct {
	Dimension string // "1d", "2d" or "3d"; empty is "2d"
	Format    string // such as "rgba8unorm"
	Width     int
	Height    int // 0 is 1
	Layers    int // of a 2d texture, or the depth of a 3d one; 0 is 1
	Levels    int // 0 is 1
	Samples   int // 0 is 1, else 4
}

// Texture is an image that shaders sample, load and store. It lies in a buffer, by
// the layout of wgsl/texture.
type Texture struct {
	Descriptor TextureDescriptor
	format     texture.Format
	buffer     Buffer
	starts     []int // of the levels, in texels
}

// NewTexture makes a texture, all zero.
func NewTexture(d Device, t TextureDescriptor) (*Texture, error) {
	if t.Dimension == "" {
		t.Dimension = "2d"
	}
	for _, n := range []*int{&t.Height, &t.Layers, &t.Levels, &t.Samples} {
		if *n == 0 {
			*n = 1
		}
	}
	f, ok := texture.FormatOf(t.Format)
	if !ok {
		return nil, &BindingError{fmt.Sprintf("there is no texel format %q: write one such as rgba8unorm or r32float", t.Format)}
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	out := &Texture{Descriptor: t, format: f}
	texels := texture.Header
	for level := range t.Levels {
		out.starts = append(out.starts, texels)
		w, h, layers := out.Size(level)
		texels += w * h * layers * t.Samples
	}
	var err error
	if out.buffer, err = d.NewBuffer(16 * int64(texels)); err != nil {
		return nil, fmt.Errorf("a texture of %d texels: %w", texels, err)
	}
	return out, out.buffer.Write(0, out.header())
}

func (t TextureDescriptor) check() error {
	wrong := func(format string, args ...any) error {
		return &BindingError{"a texture: " + fmt.Sprintf(format, args...)}
	}
	least := min(t.Width, t.Height, t.Layers, t.Levels)
	mips := bits.Len(uint(max(t.Width, t.Height)))
	switch t.Dimension {
	case "1d":
		if t.Width > maxDimension1D || t.Height != 1 || t.Layers != 1 || t.Levels != 1 || t.Samples != 1 {
			return wrong("one of dimension 1d is at most %d wide, and has one row, one layer, one level, one sample", maxDimension1D)
		}
	case "2d":
		if max(t.Width, t.Height) > maxDimension2D || t.Layers > maxLayers {
			return wrong("one of dimension 2d is at most %d wide and high, with %d layers", maxDimension2D, maxLayers)
		}
		if t.Samples != 1 && (t.Samples != 4 || t.Layers != 1 || t.Levels != 1) {
			return wrong("there is 1 sample, or there are 4 of one layer and one level")
		}
	case "3d":
		if max(t.Width, t.Height, t.Layers) > maxDimension3D || t.Samples != 1 {
			return wrong("one of dimension 3d is at most %d wide, high and deep, with one sample", maxDimension3D)
		}
		mips = max(mips, bits.Len(uint(t.Layers)))
	default:
		return wrong("the dimension is 1d, 2d or 3d, not %q", t.Dimension)
	}
	if least < 1 || t.Levels > min(mips, texture.MaxLevels) {
		return wrong("width, height, layers and levels are at least 1, and a size of %d×%d has at most %d levels", t.Width, t.Height, mips)
	}
	return nil
}

func (t *Texture) header() []byte {
	d := t.Descriptor
	words := make([]uint32, 4*texture.Header)
	copy(words, []uint32{uint32(d.Width), uint32(d.Height), uint32(d.Layers), uint32(d.Levels), uint32(d.Samples)})
	if d.Dimension == "3d" {
		words[5] = 1
	}
	for i, at := range t.starts {
		words[8+i] = uint32(at)
	}
	var out []byte
	for _, w := range words {
		out = binary.LittleEndian.AppendUint32(out, w)
	}
	return out
}

// Size is the size of a level: width, height, and layers or depth.
func (t *Texture) Size(level int) (width, height, layers int) {
	d := t.Descriptor
	width, height, layers = max(d.Width>>level, 1), max(d.Height>>level, 1), d.Layers
	if d.Dimension == "3d" {
		layers = max(layers>>level, 1)
	}
	return width, height, layers
}

// extent checks a level and a layer and gives the place and number of the texels.
func (t *Texture) extent(level, layer, size int) (at, n int, err error) {
	if level < 0 || level >= t.Descriptor.Levels {
		return 0, 0, fmt.Errorf("level %d of a texture with %d", level, t.Descriptor.Levels)
	}
	w, h, layers := t.Size(level)
	if layer < 0 || layer >= layers {
		return 0, 0, fmt.Errorf("layer %d of a texture with %d", layer, layers)
	}
	n = w * h * t.Descriptor.Samples
	if size != n*t.format.Bytes {
		return 0, 0, fmt.Errorf("%d bytes for %d×%d texels of %s, which take %d", size, w, h, t.format.Name, n*t.format.Bytes)
	}
	return t.starts[level] + layer*n, n, nil
}

// Write sets all texels of one layer (or slice) of a level: rows from the top,
// without padding, in the texture's format.
func (t *Texture) Write(level, layer int, data []byte) error {
	at, n, err := t.extent(level, layer, len(data))
	if err != nil {
		return err
	}
	out := make([]byte, 16*n)
	for i := range n {
		for c, w := range t.format.Decode(data[i*t.format.Bytes:]) {
			binary.LittleEndian.PutUint32(out[16*i+4*c:], w)
		}
	}
	return t.buffer.Write(16*int64(at), out)
}

// Read gives the texels as Write takes them.
func (t *Texture) Read(level, layer int) ([]byte, error) {
	w, h, _ := t.Size(min(max(level, 0), t.Descriptor.Levels-1))
	out := make([]byte, w*h*t.Descriptor.Samples*t.format.Bytes)
	at, n, err := t.extent(level, layer, len(out))
	if err != nil {
		return nil, err
	}
	raw := make([]byte, 16*n)
	if err := t.buffer.Read(16*int64(at), raw); err != nil {
		return nil, err
	}
	for i := range n {
		var texel [4]uint32
		for c := range texel {
			texel[c] = binary.LittleEndian.Uint32(raw[16*i+4*c:])
		}
		t.format.Encode(texel, out[i*t.format.Bytes:])
	}
	return out, nil
}

// Close frees the texture.
func (t *Texture) Close() error { return t.buffer.Close() }

// suits says why a texture cannot be bound where a type is wanted; "" if it can.
func (t *Texture) suits(want types.Texture) string {
	d := t.Descriptor
	cube := strings.HasPrefix(want.Dim, "cube")
	dimension := strings.TrimSuffix(want.Dim, "_array")
	if cube || dimension == "" {
		dimension = "2d"
	}
	multi := want.Kind == types.Multisampled || want.Kind == types.DepthMultisampled
	depth := want.Kind == types.DepthTexture || want.Kind == types.DepthMultisampled
	elem := want.Elem
	if elem == 0 {
		elem = types.F32
	}
	switch {
	case d.Dimension != dimension:
		return fmt.Sprintf("it has the dimension %s", d.Dimension)
	case multi != (d.Samples > 1):
		return fmt.Sprintf("it has %d samples", d.Samples)
	case cube && (d.Layers%6 != 0 || d.Width != d.Height || want.Dim == "cube" && d.Layers != 6):
		return fmt.Sprintf("a cube has square faces and six layers, it has %d of %d×%d", d.Layers, d.Width, d.Height)
	case want.Dim == "2d" && d.Layers != 1:
		return fmt.Sprintf("it has %d layers", d.Layers)
	case want.Kind == types.StorageTexture && d.Format != want.Format:
		return "its format is " + d.Format
	case want.Kind == types.StorageTexture && d.Levels != 1:
		return fmt.Sprintf("a storage texture has one level, it has %d", d.Levels)
	case depth && !t.format.Depth:
		return "its format is " + d.Format + ", not one of depth"
	case t.format.Elem() != elem:
		return fmt.Sprintf("its format is %s, whose channels are %s", d.Format, t.format.Elem())
	}
	return ""
}

// SamplerDescriptor describes a sampler (WebGPU, GPUSamplerDescriptor).
type SamplerDescriptor struct {
	// AddressU, AddressV, AddressW are "clamp-to-edge" (also empty), "repeat" or
	// "mirror-repeat".
	AddressU, AddressV, AddressW string
	// Mag, Min, Mip are "nearest" (also empty) or "linear".
	Mag, Min, Mip string
	LevelMin      float32
	LevelMax      float32 // 0 is 32
	Compare       string  // such as "less-equal"; empty makes no comparison sampler
}

// Sampler tells how textures are sampled.
type Sampler struct {
	Descriptor SamplerDescriptor
	buffer     Buffer
}

var comparisons = map[string]uint32{
	"never": texture.Never, "less": texture.Less, "equal": texture.Equal, "less-equal": texture.LessEqual,
	"greater": texture.Greater, "not-equal": texture.NotEqual, "greater-equal": texture.GreaterEqual, "always": texture.Always,
}

// NewSampler makes a sampler.
func NewSampler(d Device, s SamplerDescriptor) (*Sampler, error) {
	words := make([]uint32, 4*texture.SamplerVectors)
	modes := map[string]uint32{"": texture.ClampToEdge, "clamp-to-edge": texture.ClampToEdge, "repeat": texture.Repeat, "mirror-repeat": texture.MirrorRepeat}
	filters := map[string]uint32{"": 0, "nearest": 0, "linear": 1}
	for i, name := range []string{s.AddressU, s.AddressV, s.AddressW} {
		mode, ok := modes[name]
		if !ok {
			return nil, &BindingError{fmt.Sprintf("a sampler: the address mode %q is not clamp-to-edge, repeat or mirror-repeat", name)}
		}
		words[i] = mode
	}
	for i, name := range []string{s.Mag, s.Min, s.Mip} {
		filter, ok := filters[name]
		if !ok {
			return nil, &BindingError{fmt.Sprintf("a sampler: the filter %q is not nearest or linear", name)}
		}
		words[4+i] = filter
	}
	if s.Compare != "" {
		order, ok := comparisons[s.Compare]
		if !ok {
			return nil, &BindingError{fmt.Sprintf("a sampler: there is no comparison %q", s.Compare)}
		}
		words[3] = order
	}
	most := s.LevelMax
	if most == 0 {
		most = 32
	}
	if !(s.LevelMin >= 0 && most >= s.LevelMin) {
		return nil, &BindingError{fmt.Sprintf("a sampler: the levels from %g to %g are not a range", s.LevelMin, most)}
	}
	words[8], words[9] = math.Float32bits(s.LevelMin), math.Float32bits(most)
	b, err := d.NewBuffer(int64(4 * len(words)))
	if err != nil {
		return nil, err
	}
	var data []byte
	for _, w := range words {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	return &Sampler{s, b}, b.Write(0, data)
}

// Close frees the sampler.
func (s *Sampler) Close() error { return s.buffer.Close() }
