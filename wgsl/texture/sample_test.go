package texture_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// image is a texture for the reference: levels of layers of rows of texels.
type image struct {
	desc   gpu.TextureDescriptor
	levels [][][4]float64 // texels of all layers
}

func (m *image) size(level int) (w, h, d int) {
	w, h, d = max(m.desc.Width>>level, 1), max(m.desc.Height>>level, 1), m.desc.Layers
	if m.desc.Dimension == "3d" {
		d = max(d>>level, 1)
	}
	return w, h, d
}

func (m *image) at(level, x, y, z int) [4]float64 {
	w, h, _ := m.size(level)
	return m.levels[level][(z*h+y)*w+x]
}

// wrap is an address mode over the integers (Vulkan, "Wrapping Operation").
func wrap(i, n int, mode string) int {
	mod := func(a, b int) int { return ((a % b) + b) % b }
	switch mode {
	case "repeat":
		return mod(i, n)
	case "mirror-repeat":
		mirror := func(a int) int {
			if a >= 0 {
				return a
			}
			return -1 - a
		}
		return n - 1 - mirror(mod(i, 2*n)-n)
	}
	return min(max(i, 0), n-1)
}

// filtered is the obvious twin of the library: every texel around the point by
// its weight, in float64.
func (m *image) filtered(s gpu.SamplerDescriptor, level int, uvw [3]float64, dims int, layer int, linear bool) (out [4]float64) {
	w, h, d := m.size(level)
	n := [3]int{w, h, d}
	var low [3]int
	var f [3]float64
	for k := range dims {
		at := uvw[k] * float64(n[k])
		if linear {
			at -= 0.5
			f[k] = at - math.Floor(at)
		}
		low[k] = int(math.Floor(at))
	}
	for corner := range 1 << dims {
		weight := 1.0
		p := [3]int{0, 0, layer}
		for k := range dims {
			i := low[k]
			if corner>>k&1 == 1 {
				i, weight = i+1, weight*f[k]
			} else {
				weight *= 1 - f[k]
			}
			p[k] = wrap(i, n[k], s.AddressU)
		}
		for c, v := range m.at(level, p[0], p[1], p[2]) {
			out[c] += weight * v
		}
	}
	return out
}

func (m *image) sampled(s gpu.SamplerDescriptor, uvw [3]float64, dims, layer int, lod float64) (out [4]float64) {
	lod = min(max(lod, float64(s.LevelMin)), float64(s.LevelMax))
	lod = min(max(lod, 0), float64(m.desc.Levels-1))
	filter := s.Min
	if lod <= 0 {
		filter = s.Mag
	}
	one := func(level int) [4]float64 { return m.filtered(s, level, uvw, dims, layer, filter == "linear") }
	if s.Mip != "linear" {
		return one(int(math.Floor(lod + 0.5)))
	}
	a, b := one(int(lod)), one(min(int(lod)+1, m.desc.Levels-1))
	for c := range out {
		out[c] = a[c] + (lod-math.Floor(lod))*(b[c]-a[c])
	}
	return out
}

// newImage makes a texture of random texels on a device, and the same for the
// reference.
func newImage(t *testing.T, d gpu.Device, rng *rand.Rand, desc gpu.TextureDescriptor) (*gpu.Texture, *image) {
	t.Helper()
	made, err := gpu.NewTexture(d, desc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { made.Close() })
	m := &image{desc: made.Descriptor}
	for level := range m.desc.Levels {
		w, h, layers := m.size(level)
		var texels [][4]float64
		for z := range layers {
			var data []byte
			for range w * h {
				var texel [4]float64
				for c := range texel {
					texel[c] = float64(float32(rng.Float64()))
					data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(texel[c])))
				}
				texels = append(texels, texel)
			}
			if err := made.Write(level, z, data); err != nil {
				t.Fatal(err)
			}
		}
		m.levels = append(m.levels, texels)
	}
	return made, m
}

// run compiles a shader and dispatches one workgroup.
func run(t *testing.T, d gpu.Device, text string, bindings ...gpu.Binding) {
	t.Helper()
	ctx := context.Background()
	m, err := wgsl.Compile("test.wgsl", text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := wgsl.NewPipeline(ctx, d, m, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for i := range bindings {
		bindings[i].Binding = i
	}
	if err := p.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: [3]uint32{1, 1, 1}}); err != nil {
		t.Fatal(err)
	}
}

func devices(t *testing.T) []gpu.Device {
	t.Helper()
	var out []gpu.Device
	for _, name := range []string{"soft", "oracle"} {
		d, err := wgsl.Open(context.Background(), name, wgsl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		out = append(out, d)
	}
	return out
}

func floats(t *testing.T, d gpu.Device, values []float64) gpu.Buffer {
	t.Helper()
	b, err := d.NewBuffer(int64(4 * len(values)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
	}
	if err := b.Write(0, data); err != nil {
		t.Fatal(err)
	}
	return b
}

func readFloats(t *testing.T, b gpu.Buffer) []float64 {
	t.Helper()
	data := make([]byte, b.Size())
	if err := b.Read(0, data); err != nil {
		t.Fatal(err)
	}
	out := make([]float64, len(data)/4)
	for i := range out {
		out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
	}
	return out
}

const points = 64

// TestSampling holds textureSampleLevel of every dimension, filter and address
// mode against the reference, on every executor.
func TestSampling(t *testing.T) {
	shapes := []struct {
		typ, coords string
		dims        int
		desc        gpu.TextureDescriptor
	}{
		{"texture_1d<f32>", "p.x", 1, gpu.TextureDescriptor{Dimension: "1d", Width: 13}},
		{"texture_2d<f32>", "p.xy", 2, gpu.TextureDescriptor{Width: 13, Height: 9, Levels: 4}},
		{"texture_2d_array<f32>", "p.xy, 2", 2, gpu.TextureDescriptor{Width: 8, Height: 5, Layers: 3, Levels: 3}},
		{"texture_3d<f32>", "p.xyz", 3, gpu.TextureDescriptor{Dimension: "3d", Width: 6, Height: 5, Layers: 7, Levels: 3}},
	}
	for _, d := range devices(t) {
		rng := rand.New(rand.NewPCG(3, 4))
		for _, shape := range shapes {
			shape.desc.Format = "rgba32float"
			made, m := newImage(t, d, rng, shape.desc)
			for _, mode := range []string{"clamp-to-edge", "repeat", "mirror-repeat"} {
				for k := range 8 {
					filter := func(bit int) string { return [2]string{"nearest", "linear"}[k>>bit&1] }
					s := gpu.SamplerDescriptor{AddressU: mode, AddressV: mode, AddressW: mode, Mag: filter(0), Min: filter(1), Mip: filter(2), LevelMin: 0.25, LevelMax: 2.75}
					name := fmt.Sprintf("%s %s %s/%s/%s", shape.typ, mode, s.Mag, s.Min, s.Mip)
					if err := sampleOnce(t, d, rng, made, m, s, shape.typ, shape.coords, shape.dims); err != nil {
						t.Errorf("%s on %s: %v", name, d.Name(), err)
					}
				}
			}
		}
	}
}

func sampleOnce(t *testing.T, d gpu.Device, rng *rand.Rand, made *gpu.Texture, m *image, s gpu.SamplerDescriptor, typ, coords string, dims int) error {
	sampler, err := gpu.NewSampler(d, s)
	if err != nil {
		return err
	}
	defer sampler.Close()
	in := make([]float64, 4*points)
	for i := range in {
		in[i] = float64(float32(rng.Float64()*4 - 1.5))
	}
	out := floats(t, d, make([]float64, 4*points))
	run(t, d, fmt.Sprintf(`
@group(0) @binding(0) var t: %s;
@group(0) @binding(1) var s: sampler;
@group(0) @binding(2) var<storage, read> points: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(%d) fn main(@builtin(local_invocation_index) i: u32) {
    let p = points[i];
    out[i] = textureSampleLevel(t, s, %s, p.w);
}`, typ, points, coords),
		gpu.Binding{Texture: made}, gpu.Binding{Sampler: sampler}, gpu.Binding{Buffer: floats(t, d, in)}, gpu.Binding{Buffer: out})
	layer := 0
	if strings.Contains(typ, "array") {
		layer = 2
	}
	got := readFloats(t, out)
	worst := 0.0
	for i := range points {
		want := m.sampled(s, [3]float64{in[4*i], in[4*i+1], in[4*i+2]}, dims, layer, in[4*i+3])
		for c, v := range want {
			worst = max(worst, math.Abs(v-got[4*i+c]))
		}
	}
	if worst > 2e-5 {
		return fmt.Errorf("the worst error is %g", worst)
	}
	return nil
}

// TestCubes asks of a smooth function on the sphere, kept in a cube, that sampling
// gives it back, also across edges and at corners; and of nearest texels that they
// are the ones of the face that Vulkan's table names.
func TestCubes(t *testing.T) {
	const n = 32
	smooth := func(d [3]float64) float64 {
		l := math.Sqrt(d[0]*d[0] + d[1]*d[1] + d[2]*d[2])
		return 0.5 + 0.2*d[0]/l + 0.15*d[1]/l - 0.1*d[2]/l
	}
	faces := [6]func(s, t float64) [3]float64{
		func(s, t float64) [3]float64 { return [3]float64{1, -t, -s} }, func(s, t float64) [3]float64 { return [3]float64{-1, -t, s} },
		func(s, t float64) [3]float64 { return [3]float64{s, 1, t} }, func(s, t float64) [3]float64 { return [3]float64{s, -1, -t} },
		func(s, t float64) [3]float64 { return [3]float64{s, -t, 1} }, func(s, t float64) [3]float64 { return [3]float64{-s, -t, -1} },
	}
	for _, d := range devices(t) {
		cube, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "rg32float", Width: n, Height: n, Layers: 6})
		if err != nil {
			t.Fatal(err)
		}
		defer cube.Close()
		for face, direction := range faces {
			var data []byte
			for i := range n * n {
				s, v := (float64(i%n)+0.5)*2/n-1, (float64(i/n)+0.5)*2/n-1
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(smooth(direction(s, v)))))
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(face)))
			}
			if err := cube.Write(0, face, data); err != nil {
				t.Fatal(err)
			}
		}
		rng := rand.New(rand.NewPCG(5, 6))
		in := make([]float64, 4*points)
		for i := range in {
			in[i] = float64(float32(rng.NormFloat64()))
		}
		copy(in, []float64{1, 1, 1, 0, 1, 0.999, 0.3, 0, -1, 0.9995, 0.9995, 0, 0.2, -1, -1, 0, 1, 0.999, -1.001, 0})
		linear, _ := gpu.NewSampler(d, gpu.SamplerDescriptor{Mag: "linear"})
		nearest, _ := gpu.NewSampler(d, gpu.SamplerDescriptor{})
		out := floats(t, d, make([]float64, 2*points))
		run(t, d, fmt.Sprintf(`
@group(0) @binding(0) var t: texture_cube<f32>;
@group(0) @binding(1) var linear: sampler;
@group(0) @binding(2) var nearest: sampler;
@group(0) @binding(3) var<storage, read> points: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec2f>;
@compute @workgroup_size(%d) fn main(@builtin(local_invocation_index) i: u32) {
    out[i] = vec2f(textureSampleLevel(t, linear, points[i].xyz, 0).x, textureSampleLevel(t, nearest, points[i].xyz, 0).y);
}`, points), gpu.Binding{Texture: cube}, gpu.Binding{Sampler: linear}, gpu.Binding{Sampler: nearest},
			gpu.Binding{Buffer: floats(t, d, in)}, gpu.Binding{Buffer: out})
		for i, got := 0, readFloats(t, out); i < points; i++ {
			p := [3]float64{in[4*i], in[4*i+1], in[4*i+2]}
			if e := math.Abs(got[2*i] - smooth(p)); e > 0.003 {
				t.Errorf("%s: direction %v: %g, the function is %g", d.Name(), p, got[2*i], smooth(p))
			}
			if face := int(got[2*i+1]); faces[face](0, 0)[face/2]*p[face/2] < max(math.Abs(p[0]), math.Abs(p[1]), math.Abs(p[2]))-1e-6 {
				t.Errorf("%s: direction %v met face %d", d.Name(), p, face)
			}
		}
	}
}
