package job

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // pictures to read
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pxos/wgsl/gpu"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// TextureInput is what a texture starts with, beside a picture.
type TextureInput struct {
	Width, Height, Depth int    // without a picture
	Layers               int    // into which a picture is cut, from the top; 0 is one
	Format               string // "" is that of the shader, else one that suits it
	Mipmaps              bool   // smaller levels are made, each a mean of the one before
	Samples              int    // 0 is 1
	File                 string // of texels as bytes, layer after layer
}

var pictureEndings = []string{".png", ".jpg", ".jpeg"}

func isPicture(file string) bool {
	return slices.Contains(pictureEndings, strings.ToLower(filepath.Ext(file)))
}

// pictureSpec says whether a --bind is of a texture, and takes the options off.
func pictureSpec(rest string) (file, options string, ok bool) {
	if options, ok := strings.CutPrefix(rest, "texture="); ok {
		return "", options, true
	}
	for _, ending := range pictureEndings {
		if at := strings.LastIndex(strings.ToLower(rest), ending); at >= 0 {
			if after := rest[at+len(ending):]; after == "" || after[0] == ',' {
				return rest[:at+len(ending)], strings.TrimPrefix(after, ","), true
			}
		}
	}
	return "", "", false
}

func parseTexture(spec, options string, picture bool) (*TextureInput, error) {
	t := &TextureInput{}
	if options == "" && picture {
		return t, nil
	}
	wrong := func(format string, args ...any) (*TextureInput, error) {
		return nil, &SpecError{fmt.Sprintf("--bind %s: ", spec) + fmt.Sprintf(format, args...)}
	}
	for i, part := range strings.Split(options, ",") {
		name, v, valued := strings.Cut(part, "=")
		number, err := strconv.Atoi(v)
		switch {
		case name == "layers" && err == nil && number > 0:
			t.Layers = number
		case name == "samples" && err == nil && number > 0:
			t.Samples = number
		case name == "format" && valued:
			t.Format = v
		case name == "file" && valued:
			t.File = v
		case name == "mipmaps" && !valued:
			t.Mipmaps = true
		case i == 0 && !valued && !picture:
			sizes := [3]int{1, 1, 1}
			parts := strings.Split(part, "x")
			for k, s := range parts {
				n, err := strconv.Atoi(s)
				if err != nil || k >= len(sizes) || n < 1 {
					return wrong("the size of a texture is WIDTH, WIDTHxHEIGHT or WIDTHxHEIGHTxDEPTH, not %q", part)
				}
				sizes[k] = n
			}
			t.Width, t.Height, t.Depth = sizes[0], sizes[1], sizes[2]
		default:
			return wrong("%q is not layers=N, samples=4, format=NAME, file=FILE or mipmaps", part)
		}
	}
	return t, nil
}

func parseSampler(spec, words string) (*gpu.SamplerDescriptor, error) {
	s := &gpu.SamplerDescriptor{}
	for _, w := range strings.Split(words, ",") {
		switch w {
		case "nearest", "linear":
			s.Mag, s.Min, s.Mip = w, w, w
		case "clamp-to-edge", "repeat", "mirror-repeat":
			s.AddressU, s.AddressV, s.AddressW = w, w, w
		case "never", "less", "equal", "less-equal", "greater", "not-equal", "greater-equal", "always":
			s.Compare = w
		default:
			return nil, &SpecError{fmt.Sprintf("--bind %s: %q is not nearest, linear, clamp-to-edge, repeat, mirror-repeat or a comparison such as less-equal", spec, w)}
		}
	}
	return s, nil
}

// format chooses the format of a texture: the one that the shader or the input
// names, else one that holds 8-bit colours for floats, and whole words otherwise.
func (t *TextureInput) format(want types.Texture) string {
	switch {
	case want.Kind == types.StorageTexture:
		return want.Format
	case t.Format != "":
		return t.Format
	case want.Kind == types.DepthTexture || want.Kind == types.DepthMultisampled:
		return "depth32float"
	case want.Elem == types.U32:
		return "rgba32uint"
	case want.Elem == types.I32:
		return "rgba32sint"
	}
	return "rgba8unorm"
}

// texture makes the texture that an input gives.
func (in Input) texture(d gpu.Device, r gpu.Resource, want types.Texture) (*gpu.Texture, error) {
	t := in.Texture
	if t == nil {
		return nil, &SpecError{fmt.Sprintf("%s wants a texture: %s", r, needs(r))}
	}
	desc := gpu.TextureDescriptor{Dimension: "2d", Format: t.format(want), Width: t.Width, Height: t.Height, Layers: t.Depth, Samples: t.Samples}
	if strings.HasPrefix(want.Dim, "1d") || want.Dim == "3d" {
		desc.Dimension = want.Dim
	}
	var img *image.NRGBA
	if in.File != "" {
		var err error
		if img, err = readPicture(in.File); err != nil {
			return nil, err
		}
		desc.Layers = max(t.Layers, 1)
		if desc.Dimension == "1d" {
			desc.Layers = 1
		}
		desc.Width, desc.Height = img.Rect.Dx(), img.Rect.Dy()/desc.Layers
		if desc.Height*desc.Layers != img.Rect.Dy() {
			return nil, &DataError{in.File, fmt.Sprintf("%d rows cannot be cut into %d layers", img.Rect.Dy(), desc.Layers)}
		}
	} else if t.Width == 0 {
		return nil, &SpecError{fmt.Sprintf("%s: say its size: texture=WIDTHxHEIGHT", r)}
	}
	if t.Mipmaps {
		for desc.Levels = 1; max(desc.Width, desc.Height)>>desc.Levels > 0; {
			desc.Levels++
		}
	}
	out, err := gpu.NewTexture(d, desc)
	if err != nil {
		return nil, err
	}
	if err := t.fill(out, img); err != nil {
		_ = out.Close()
		return nil, err
	}
	return out, nil
}

// fill writes a picture or a file into level 0, and makes the smaller levels.
func (t *TextureInput) fill(out *gpu.Texture, img *image.NRGBA) error {
	d := out.Descriptor
	f, _ := texture.FormatOf(d.Format)
	layer := d.Width * d.Height * d.Samples * f.Bytes
	var data []byte
	if t.File != "" {
		var err error
		if data, err = os.ReadFile(t.File); err != nil {
			return err
		}
		if len(data) != layer*d.Layers {
			return &DataError{t.File, fmt.Sprintf("%d bytes; a texture of %d×%d×%d %s has %d", len(data), d.Width, d.Height, d.Layers, d.Format, layer*d.Layers)}
		}
	} else if img != nil {
		data = make([]byte, layer*d.Layers)
		for i := range d.Width * d.Height * d.Layers {
			c := img.Pix[4*i:][:4]
			var texel [4]uint32
			for k := range texel {
				texel[k] = uint32(c[k])
				if f.Elem() == types.F32 {
					texel[k] = math.Float32bits(float32(c[k]) / 255)
				}
			}
			f.Encode(texel, data[i*f.Bytes:])
		}
	}
	for z := range d.Layers {
		if data == nil {
			break
		}
		if err := out.Write(0, z, data[z*layer:][:layer]); err != nil {
			return err
		}
	}
	for level := 1; level < d.Levels && data != nil; level++ {
		if err := halve(out, f, level); err != nil {
			return err
		}
	}
	return nil
}

// halve makes a level of the one before: every texel the mean of those above it.
func halve(t *gpu.Texture, f texture.Format, level int) error {
	if f.Elem() != types.F32 {
		return &SpecError{"mipmaps are made of floats only; the format is " + f.Name}
	}
	w, h, layers := t.Size(level)
	from, _, depth := t.Size(level - 1)
	_, rows, _ := t.Size(level - 1)
	for z := range layers {
		var above [][]byte
		for k := range max(depth/layers, 1) {
			data, err := t.Read(level-1, z*max(depth/layers, 1)+k)
			if err != nil {
				return err
			}
			above = append(above, data)
		}
		out := make([]byte, w*h*f.Bytes)
		for i := range w * h {
			var sum [4]float64
			n := 0
			for _, data := range above {
				for k := range 4 {
					x, y := min(2*(i%w)+k%2, from-1), min(2*(i/w)+k/2, rows-1)
					for c, v := range f.Decode(data[(y*from+x)*f.Bytes:]) {
						sum[c] += float64(math.Float32frombits(v))
					}
					n++
				}
			}
			var texel [4]uint32
			for c := range texel {
				texel[c] = math.Float32bits(float32(sum[c] / float64(n)))
			}
			f.Encode(texel, out[i*f.Bytes:])
		}
		if err := t.Write(level, z, out); err != nil {
			return err
		}
	}
	return nil
}

// maxPixels bounds a picture before memory is taken for it.
const maxPixels = 1 << 26

// readPicture reads a PNG or JPEG file as 8-bit colours, alpha apart.
func readPicture(file string) (*image.NRGBA, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	config, _, err := image.DecodeConfig(f)
	if err != nil {
		return nil, &DataError{file, fmt.Sprintf("not a picture that can be read (PNG, JPEG): %v", err)}
	}
	if int64(config.Width)*int64(config.Height) > maxPixels {
		return nil, &DataError{file, fmt.Sprintf("%d×%d pixels; at most %d can be bound", config.Width, config.Height, maxPixels)}
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, &DataError{file, fmt.Sprintf("the picture cannot be read: %v", err)}
	}
	out := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}

// pixels gives a buffer the pixels of a picture: vec4f from 0 to 1, or u32 as
// unpack4x8unorm takes them.
func pixels(file string, r gpu.Resource) ([]byte, error) {
	a, _ := runtimeArray(r.Type)
	if fixed, ok := r.Type.(types.Array); ok {
		a = fixed
	}
	packed, floats := a.Elem == types.Type(types.U32), a.Elem == types.Type(types.Vector{N: 4, Elem: types.F32})
	if !packed && !floats {
		return nil, &DataError{file, fmt.Sprintf("a picture fills an array of vec4<f32> or u32; %s is %s", r.Name, r.Type)}
	}
	img, err := readPicture(file)
	if err != nil || packed {
		if err != nil {
			return nil, err
		}
		return img.Pix, nil
	}
	out := make([]byte, 0, 4*len(img.Pix))
	for _, c := range img.Pix {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(c)/255))
	}
	return out, nil
}

// encodeTexture gives level 0 of a texture the form that an output asks for: a
// picture with its layers below each other, numbers, or bytes in the format.
func encodeTexture(o Output, t *gpu.Texture) ([]byte, error) {
	d := t.Descriptor
	f, _ := texture.FormatOf(d.Format)
	var data []byte
	for z := range d.Layers {
		layer, err := t.Read(0, z)
		if err != nil {
			return nil, err
		}
		data = append(data, layer...)
	}
	ending := filepath.Ext(o.File)
	if ending == ".png" {
		return texturePicture(data, d, f)
	}
	if ending != ".npy" && ending != ".txt" && o.File != "-" {
		return data, nil
	}
	kind := map[types.Scalar]Kind{types.F32: F32, types.U32: U32, types.I32: I32}[f.Elem()]
	var words []byte
	for i := 0; i < len(data); i += f.Bytes {
		texel := f.Decode(data[i:])
		for _, w := range texel[:f.Channels] {
			words = binary.LittleEndian.AppendUint32(words, w)
		}
	}
	if ending == ".npy" {
		return encodeNPY(words, kind, []int{d.Layers * d.Height, d.Width, f.Channels}), nil
	}
	return printNumbers(words, kind, d.Width*f.Channels), nil
}

func texturePicture(data []byte, d gpu.TextureDescriptor, f texture.Format) ([]byte, error) {
	img := image.NewNRGBA(image.Rect(0, 0, d.Width, d.Height*d.Layers))
	for i := range d.Width * d.Height * d.Layers {
		texel := f.Decode(data[i*d.Samples*f.Bytes:])
		var c [4]byte
		for k := range c {
			if f.Elem() != types.F32 {
				c[k] = byte(min(texel[k], 255))
			} else if v := float64(math.Float32frombits(texel[k])); v > 0 {
				c[k] = byte(math.Min(v, 1)*255 + 0.5)
			}
		}
		if f.Channels == 1 {
			c[1], c[2] = c[0], c[0]
		}
		if f.Channels < 4 {
			c[3] = 255
		}
		img.SetNRGBA(i%d.Width, i/d.Width, color.NRGBA{R: c[0], G: c[1], B: c[2], A: c[3]})
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
