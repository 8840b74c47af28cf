package texture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// storageFormats are all texel formats of storage textures ("Texel Formats").
var storageFormats = strings.Fields(`rgba8unorm rgba8snorm rgba8uint rgba8sint rgba16unorm rgba16snorm rgba16uint
	rgba16sint rgba16float rg8unorm rg8snorm rg8uint rg8sint rg16unorm rg16snorm rg16uint rg16sint rg16float
	r32uint r32sint r32float rg32uint rg32sint rg32float rgba32uint rgba32sint rgba32float bgra8unorm
	r8unorm r8snorm r8uint r8sint r16unorm r16snorm r16uint r16sint r16float rgb10a2unorm rgb10a2uint rg11b10ufloat`)

// TestStoredIsWhatIsKept stores values beyond every format's range and loads them
// again by the same texture seen as a sampled one: what the shader stored must be
// what the host reads, bit for bit, or the next to it where a half rounds.
func TestStoredIsWhatIsKept(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for _, d := range devices(t) {
		for _, name := range storageFormats {
			f, ok := texture.FormatOf(name)
			if !ok {
				t.Fatalf("the format %s is not known", name)
			}
			made, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: name, Width: 8, Height: 2})
			if err != nil {
				t.Fatal(err)
			}
			in := make([]float64, 64)
			for i := range in {
				in[i] = float64(float32(rng.NormFloat64() * []float64{0.3, 1.5, 300, 70000}[i%4]))
			}
			store := map[types.Scalar]string{types.F32: "points[i]", types.U32: "vec4u(abs(points[i]))", types.I32: "vec4i(points[i])"}[f.Elem()]
			run(t, d, fmt.Sprintf(`
requires texture_formats_tier1;
@group(0) @binding(0) var t: texture_storage_2d<%s, write>;
@group(0) @binding(1) var<storage, read> points: array<vec4f>;
@compute @workgroup_size(20) fn main(@builtin(local_invocation_index) i: u32) {
    textureStore(t, vec2u(i %% 10u, i / 10u), %s); // two columns are outside
}`, name, strings.ReplaceAll(store, "points[i]", "points[i % 16u]")),
				gpu.Binding{Texture: made}, gpu.Binding{Buffer: floats(t, d, in)})
			kept, err := made.Read(0, 0)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 16 {
				x, y := i%8, i/8
				from := (10*y + x) % 16
				var texel [4]uint32
				for c := range texel {
					v := in[4*from+c]
					switch f.Elem() {
					case types.U32:
						texel[c] = uint32(math.Abs(v))
					case types.I32:
						texel[c] = uint32(int32(v))
					default:
						texel[c] = math.Float32bits(float32(v))
					}
				}
				want := make([]byte, f.Bytes)
				f.Encode(texel, want)
				if got := kept[i*f.Bytes:][:f.Bytes]; !near(f, got, want) {
					t.Errorf("%s on %s: texel %d is %x, want %x", name, d.Name(), i, got, want)
				}
			}
			if err := made.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// near allows one step of a normalized channel: how a half is rounded is not
// fixed.
func near(f texture.Format, a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, y := f.Decode(a), f.Decode(b)
	step := 1.01 / 127
	if f.Bytes/f.Channels == 2 {
		step = 1.01 / 32767
	}
	if f.Kind != texture.Unorm && f.Kind != texture.Snorm && f.Name != "rgb10a2unorm" {
		return false
	}
	for c := range x {
		if math.Abs(float64(math.Float32frombits(x[c])-math.Float32frombits(y[c]))) > step {
			return false
		}
	}
	return true
}

// TestEncodeKeepsWhatItDecodes goes through all bytes of small formats.
func TestEncodeKeepsWhatItDecodes(t *testing.T) {
	for _, name := range append(storageFormats, "rgba8unorm-srgb", "bgra8unorm-srgb", "depth32float", "depth16unorm") {
		f, ok := texture.FormatOf(name)
		if !ok {
			t.Fatalf("the format %s is not known", name)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 2000 {
			in := make([]byte, f.Bytes)
			for i := range in {
				in[i] = byte(rng.Uint32())
			}
			first := make([]byte, f.Bytes)
			f.Encode(f.Decode(in), first)
			again := make([]byte, f.Bytes)
			f.Encode(f.Decode(first), again)
			if !bytes.Equal(first, again) {
				t.Fatalf("%s: %x becomes %x, then %x", name, in, first, again)
			}
			exact := f.Kind != texture.Float && f.Kind != texture.Snorm && name != "rg11b10ufloat"
			if exact && !bytes.Equal(in, first) {
				t.Fatalf("%s: %x becomes %x", name, in, first)
			}
		}
	}
	for _, name := range []string{"", "rgba", "rgba9unorm", "rgb8unorm", "r32unorm", "r8float", "bgra8snorm", "rgba16unorm-srgb", "bc1-rgba-unorm"} {
		if f, ok := texture.FormatOf(name); ok {
			t.Errorf("%q is taken as %+v", name, f)
		}
	}
}

// TestRestOfTheFunctions asks queries, loads out of bounds, gathers, comparisons
// and functions with texture parameters for values that can be told by hand.
func TestRestOfTheFunctions(t *testing.T) {
	for _, d := range devices(t) {
		colours, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "r32uint", Width: 4, Height: 2, Levels: 2})
		if err != nil {
			t.Fatal(err)
		}
		var level0, level1 []byte
		for i := range byte(8) {
			level0 = append(level0, 10+i, 0, 0, 0)
		}
		level1 = []byte{50, 0, 0, 0, 51, 0, 0, 0}
		depth, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "depth16unorm", Width: 2, Height: 2})
		if err != nil {
			t.Fatal(err)
		}
		compare, err := gpu.NewSampler(d, gpu.SamplerDescriptor{Mag: "linear", Compare: "less-equal"})
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := gpu.NewSampler(d, gpu.SamplerDescriptor{})
		err = errors.Join(colours.Write(0, 0, level0), colours.Write(1, 0, level1), depth.Write(0, 0, []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}))
		if err != nil {
			t.Fatal(err)
		}
		out := floats(t, d, make([]float64, 24))
		run(t, d, `
@group(0) @binding(0) var t: texture_2d<u32>;
@group(0) @binding(1) var depths: texture_depth_2d;
@group(0) @binding(2) var compare: sampler_comparison;
@group(0) @binding(3) var plain: sampler;
@group(0) @binding(4) var<storage, read_write> out: array<f32, 24>;
fn at(u: texture_2d<u32>, p: vec2i, level: i32) -> f32 { return f32(textureLoad(u, p, level).x); }
@compute @workgroup_size(1) fn main() {
    out[0] = at(t, vec2i(3, 1), 0); out[1] = at(t, vec2i(1, 0), 1); out[2] = at(t, vec2i(4, 0), 0);
    out[3] = at(t, vec2i(-1, 0), 0); out[4] = at(t, vec2i(0, 0), 2); out[5] = at(t, vec2i(0, 0), -1);
    let size = textureDimensions(t); let small = textureDimensions(t, 1);
    out[6] = f32(size.x * 10u + size.y); out[7] = f32(small.x * 10u + small.y); out[8] = f32(textureNumLevels(t));
    out[9] = f32(textureLoad(t, vec2i(0), 0).w);
    let g = textureGather(0, t, plain, vec2f(0.5));
    out[10] = f32(g.x); out[11] = f32(g.y); out[12] = f32(g.z); out[13] = f32(g.w);
    out[14] = textureSampleCompareLevel(depths, compare, vec2f(0.5), 0.5);
    out[15] = textureSampleCompareLevel(depths, compare, vec2f(1.0, 0.5), 0.5);
    let gc = textureGatherCompare(depths, compare, vec2f(0.5), 0.5);
    out[16] = gc.x; out[17] = gc.y; out[18] = gc.z; out[19] = gc.w;
    out[20] = textureLoad(depths, vec2i(1, 0), 0); out[21] = textureSampleLevel(depths, plain, vec2f(0.9), 0);
    let off = textureGather(0, t, plain, vec2f(0.5), vec2i(1, 0)); out[22] = f32(off.z);
}`, gpu.Binding{Texture: colours}, gpu.Binding{Texture: depth}, gpu.Binding{Sampler: compare}, gpu.Binding{Sampler: plain}, gpu.Binding{Buffer: out})
		want := []float64{17, 51, 0, 0, 0, 0, 42, 21, 2, 1, 15, 16, 12, 11, 0.5, 1, 0, 1, 1, 0, 1, 1, 13}
		for i, got := range readFloats(t, out)[:len(want)] {
			if math.Abs(got-want[i]) > 1e-6 {
				t.Errorf("%s: out[%d] is %g, want %g", d.Name(), i, got, want[i])
			}
		}
	}
}

// TestWhatDoesNotSuit binds the wrong things.
func TestWhatDoesNotSuit(t *testing.T) {
	ctx := context.Background()
	d := devices(t)[0]
	m, err := wgsl.Compile("t.wgsl", `
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
@group(0) @binding(2) var o: texture_storage_2d<rgba8unorm, write>;
@compute @workgroup_size(1) fn main() { textureStore(o, vec2u(), textureSampleLevel(t, s, vec2f(), 0)); }`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := wgsl.NewPipeline(ctx, d, m, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	made := func(desc gpu.TextureDescriptor) *gpu.Texture {
		desc.Width, desc.Height = 4, 4
		out, err := gpu.NewTexture(d, desc)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	good, target := made(gpu.TextureDescriptor{Format: "rgba8unorm"}), made(gpu.TextureDescriptor{Format: "rgba8unorm"})
	sampler, _ := gpu.NewSampler(d, gpu.SamplerDescriptor{})
	compare, _ := gpu.NewSampler(d, gpu.SamplerDescriptor{Compare: "less"})
	buffer, _ := d.NewBuffer(1024)
	for _, c := range []struct {
		t     gpu.Binding
		s     gpu.Binding
		o     gpu.Binding
		words string
	}{
		{gpu.Binding{Texture: good}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: target}, ""},
		{gpu.Binding{Buffer: buffer}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: target}, "a texture is wanted"},
		{gpu.Binding{Texture: good}, gpu.Binding{Texture: good}, gpu.Binding{Texture: target}, "a sampler is wanted"},
		{gpu.Binding{Texture: good}, gpu.Binding{Sampler: compare}, gpu.Binding{Texture: target}, "comparison"},
		{gpu.Binding{Texture: good}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: good}, "share bytes"},
		{gpu.Binding{Texture: made(gpu.TextureDescriptor{Format: "r32uint"})}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: target}, "channels are u32"},
		{gpu.Binding{Texture: made(gpu.TextureDescriptor{Format: "rgba8unorm", Layers: 2})}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: target}, "2 layers"},
		{gpu.Binding{Texture: made(gpu.TextureDescriptor{Format: "rgba8unorm", Samples: 4})}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: target}, "4 samples"},
		{gpu.Binding{Texture: good}, gpu.Binding{Sampler: sampler}, gpu.Binding{Texture: made(gpu.TextureDescriptor{Format: "rgba8snorm"})}, "format is rgba8snorm"},
	} {
		c.s.Binding, c.o.Binding = 1, 2
		err := p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{c.t, c.s, c.o}, Workgroups: [3]uint32{1, 1, 1}})
		if (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v, want %q", err, c.words)
		}
	}
	for _, desc := range []gpu.TextureDescriptor{
		{Format: "rgba8unorm"}, {Format: "nothing", Width: 1}, {Format: "r8uint", Width: 1 << 20}, {Format: "r8uint", Width: 4, Levels: 4},
		{Format: "r8uint", Width: 4, Samples: 3}, {Format: "r8uint", Width: 4, Dimension: "4d"}, {Format: "r8uint", Width: 4, Height: 2, Dimension: "1d"},
	} {
		if made, err := gpu.NewTexture(d, desc); err == nil {
			t.Errorf("%+v was made: %v", desc, made)
		}
	}
	if err := good.Write(0, 0, make([]byte, 7)); err == nil {
		t.Error("7 bytes were written to 16 texels")
	}
	if _, err := good.Read(1, 0); err == nil {
		t.Error("level 1 of 1 was read")
	}
}
