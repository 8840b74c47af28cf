package wgsl

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"pxos/tests/webgpu"
	"pxos/wgsl/gpu"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// textureFor describes the texture that a resource gets: of a small size that
// shows rows and columns mixed up, with all its levels where it is only sampled, in
// a format that every WebGPU device filters and lets be written.
func textureFor(t types.Texture) gpu.TextureDescriptor {
	d := gpu.TextureDescriptor{Dimension: "2d", Width: 8, Height: 8, Layers: 1, Levels: 4, Samples: 1, Format: "rgba8unorm"}
	switch t.Dim {
	case "1d":
		d.Dimension, d.Width, d.Height, d.Levels = "1d", 16, 1, 1
	case "2d_array":
		d.Width, d.Height, d.Layers = 8, 5, 3
	case "3d":
		d.Dimension, d.Width, d.Height, d.Layers = "3d", 8, 5, 6
	case "cube":
		d.Layers = 6
	case "cube_array":
		d.Layers = 12
	default:
		d.Width, d.Height = 12, 7
	}
	switch {
	case t.Kind == types.StorageTexture:
		d.Format, d.Levels = t.Format, 1
	case t.Kind == types.DepthTexture:
		d.Format = "depth16unorm"
	case t.Kind == types.DepthMultisampled:
		d.Format, d.Levels, d.Samples = "depth16unorm", 1, 4
	case t.Kind == types.Multisampled:
		d.Levels, d.Samples = 1, 4
	}
	if t.Kind != types.StorageTexture && t.Elem == types.U32 {
		d.Format = "rgba8uint"
	}
	if t.Kind != types.StorageTexture && t.Elem == types.I32 {
		d.Format = "rgba8sint"
	}
	return d
}

// texelsFor makes the texels that a texture starts with, for each level all layers
// on end; zero where its name begins with out, or where it has several samples,
// which no host can write.
func (c *Case) texelsFor(r gpu.Resource, d gpu.TextureDescriptor) (levels [][]byte) {
	f, _ := texture.FormatOf(d.Format)
	h := fnv.New64a()
	h.Write([]byte(c.Name + r.Name))
	rng := rand.New(rand.NewPCG(h.Sum64(), 2))
	for level := range d.Levels {
		layers := d.Layers
		if d.Dimension == "3d" {
			layers = max(layers>>level, 1)
		}
		n := max(d.Width>>level, 1) * max(d.Height>>level, 1) * layers * d.Samples
		data := make([]byte, n*f.Bytes)
		if strings.HasPrefix(r.Name, "out") || d.Samples > 1 {
			levels = append(levels, data)
			continue
		}
		if f.Kind == texture.Float || f.Kind == texture.Packed {
			for i := range n {
				var texel [4]uint32
				for k := range texel {
					texel[k] = rng.Uint32() >> (24 - 12*(i%2))
				}
				if f.Elem() == types.F32 {
					for k := range texel {
						texel[k] = uint32(0x3f800000 - rng.IntN(1<<24))
					}
				}
				f.Encode(texel, data[i*f.Bytes:])
			}
		} else {
			for i := range data {
				data[i] = byte(rng.Uint32())
			}
		}
		levels = append(levels, data)
	}
	return levels
}

// makeTexture makes it on a device.
func makeTexture(d gpu.Device, desc gpu.TextureDescriptor, levels [][]byte) (*gpu.Texture, error) {
	t, err := gpu.NewTexture(d, desc)
	if err != nil {
		return nil, err
	}
	for level, data := range levels {
		_, _, layers := t.Size(level)
		for z := range layers {
			n := len(data) / layers
			if err := t.Write(level, z, data[z*n:][:n]); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// readTexture gives level 0, as the words that a shader sees.
func readTexture(t *gpu.Texture) ([]byte, error) {
	var out []byte
	_, _, layers := t.Size(0)
	for z := range layers {
		data, err := t.Read(0, z)
		if err != nil {
			return nil, err
		}
		out = append(out, decodeTexels(t.Descriptor.Format, data)...)
	}
	return out, nil
}

func decodeTexels(format string, data []byte) []byte {
	f, known := texture.FormatOf(format)
	if !known {
		return nil
	}
	var out []byte
	for i := 0; i+f.Bytes <= len(data); i += f.Bytes {
		for _, w := range f.Decode(data[i:]) {
			out = binary.LittleEndian.AppendUint32(out, w)
		}
	}
	return out
}

// samplerFor reads a sampler off its name: linear or nearest, and mip for linear
// levels; repeat or mirror; a comparison.
func samplerFor(r gpu.Resource) gpu.SamplerDescriptor {
	var s gpu.SamplerDescriptor
	has := func(word string) bool { return strings.Contains(r.Name, word) }
	if has("linear") {
		s.Mag, s.Min = "linear", "linear"
	}
	if has("mip") {
		s.Mip = "linear"
	}
	mode := ""
	switch {
	case has("repeat"):
		mode = "repeat"
	case has("mirror"):
		mode = "mirror-repeat"
	}
	s.AddressU, s.AddressV, s.AddressW = mode, mode, mode
	if t, ok := r.Handle.(types.Sampler); ok && t.Comparison {
		s.Compare = "less"
		for _, word := range []string{"less-equal", "greater-equal", "not-equal", "greater", "equal", "never", "always"} {
			if has(strings.ReplaceAll(word, "-", "_")) {
				s.Compare = word
				break
			}
		}
	}
	return s
}

// bindingFor is a texture or sampler for the browser.
func bindingFor(r gpu.Resource, desc gpu.TextureDescriptor, levels [][]byte) webgpu.Binding {
	b := webgpu.Binding{Group: r.Group, Binding: r.Binding}
	if _, ok := r.Handle.(types.Sampler); ok {
		s := samplerFor(r)
		b.Kind = "sampler"
		b.Sampler = &webgpu.Sampler{AddressModeU: s.AddressU, AddressModeV: s.AddressV, AddressModeW: s.AddressW,
			MagFilter: s.Mag, MinFilter: s.Min, MipmapFilter: s.Mip, Compare: s.Compare}
		return b
	}
	t := r.Handle.(types.Texture)
	b.Kind = "texture"
	f, _ := texture.FormatOf(desc.Format)
	view := strings.ReplaceAll(t.Dim, "_", "-")
	b.Texture = &webgpu.Texture{Dimension: desc.Dimension, View: view, Format: desc.Format, Width: desc.Width, Height: desc.Height,
		Layers: desc.Layers, Samples: desc.Samples, BytesPerTexel: f.Bytes, Storage: t.Kind == types.StorageTexture, Levels: levels}
	return b
}
