package wgsl_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"log"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

const tripling = `
override factor: u32 = 2;
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    data[id.x] *= factor;
}`

// A module is compiled, an override is given, and a buffer goes in and out.
func Example() {
	ctx := context.Background()
	m, err := wgsl.Compile("tripling.wgsl", tripling)
	if err != nil {
		log.Fatal(err)
	}
	d, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()
	p, err := wgsl.NewPipeline(ctx, d, m, "main", map[string]float64{"factor": 3})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	b, err := d.NewBuffer(16)
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()
	data := make([]byte, 16)
	for i := range 4 {
		binary.LittleEndian.PutUint32(data[4*i:], uint32(i+1))
	}
	if err := b.Write(0, data); err != nil {
		log.Fatal(err)
	}
	err = p.Dispatch(ctx, gpu.Dispatch{Bindings: []gpu.Binding{{Buffer: b}}, Workgroups: [3]uint32{1, 1, 1}})
	if err != nil {
		log.Fatal(err)
	}
	if err := b.Read(0, data); err != nil {
		log.Fatal(err)
	}
	for i := range 4 {
		fmt.Println(binary.LittleEndian.Uint32(data[4*i:]))
	}
	// Output:
	// 3
	// 6
	// 9
	// 12
}

// Check finds every mistake, with its place and what to do.
func ExampleCheck() {
	_, source, diagnostics := wgsl.Check("wrong.wgsl", "fn f() -> i32 {\n    return 1.5;\n}\n")
	fmt.Print(diagnostics.Render(source))
	// Output:
	// wrong.wgsl:2:12: error: the returned value must be of type i32, but this is AbstractFloat
	//     2 |     return 1.5;
	//       |            ^^^
	//   what to do: convert it: write i32(…)
}

// A picture is made twice as wide by sampling it.
func Example_texture() {
	ctx := context.Background()
	m, err := wgsl.Compile("wider.wgsl", `
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
@group(0) @binding(2) var wider: texture_storage_2d<rgba8unorm, write>;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = (vec2f(id.xy) + 0.5) / vec2f(textureDimensions(wider));
    textureStore(wider, id.xy, textureSampleLevel(picture, s, uv, 0));
}`)
	if err != nil {
		log.Fatal(err)
	}
	d, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()
	p, err := wgsl.NewPipeline(ctx, d, m, "main", nil)
	if err != nil {
		log.Fatal(err)
	}
	picture, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "rgba8unorm", Width: 2})
	if err != nil {
		log.Fatal(err)
	}
	if err := picture.Write(0, 0, []byte{0, 0, 0, 255, 200, 100, 40, 255}); err != nil {
		log.Fatal(err)
	}
	wider, err := gpu.NewTexture(d, gpu.TextureDescriptor{Format: "rgba8unorm", Width: 4})
	if err != nil {
		log.Fatal(err)
	}
	s, err := gpu.NewSampler(d, gpu.SamplerDescriptor{Mag: "linear"})
	if err != nil {
		log.Fatal(err)
	}
	err = p.Dispatch(ctx, gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1}, Bindings: []gpu.Binding{
		{Binding: 0, Texture: picture}, {Binding: 1, Sampler: s}, {Binding: 2, Texture: wider}}})
	if err != nil {
		log.Fatal(err)
	}
	texels, err := wider.Read(0, 0)
	if err != nil {
		log.Fatal(err)
	}
	for i := 0; i < len(texels); i += 4 {
		fmt.Println(texels[i : i+3])
	}
	// Output:
	// [0 0 0]
	// [50 25 10]
	// [150 75 30]
	// [200 100 40]
}
