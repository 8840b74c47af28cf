package job

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stripes writes a PNG of vertical stripes, darker to the right.
func stripes(t *testing.T, width, height int) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.SetNRGBA(i%width, i/width, color.NRGBA{uint8(250 - 10*(i%width)), uint8(i / width), 7, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return write(t, "in.png", b.String())
}

func readPNG(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

const turned = `
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var s: sampler;
@group(0) @binding(2) var o: texture_storage_2d<rgba8unorm, write>;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = textureDimensions(o);
    let uv = (vec2f(id.yx) + 0.5) / vec2f(size.yx);
    textureStore(o, id.xy, textureSampleLevel(t, s, uv, 0));
}`

// TestPictureThroughTextures turns a picture on its side.
func TestPictureThroughTextures(t *testing.T) {
	in, out := stripes(t, 9, 5), filepath.Join(t.TempDir(), "out.png")
	j := newJob(t, turned, []string{"0:0=" + in, "0:1=sampler=nearest", "0:2=texture=5x9"}, []string{"0:2=" + out})
	j.Workgroups = [3]uint32{1, 2, 1}
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	img := readPNG(t, out)
	if b := img.Bounds(); b.Dx() != 5 || b.Dy() != 9 {
		t.Fatalf("the picture is %v", b)
	}
	for y := range 9 {
		for x := range 5 {
			if got, want := color.NRGBAModel.Convert(img.At(x, y)), (color.NRGBA{uint8(250 - 10*y), uint8(x), 7, 255}); got != want {
				t.Fatalf("pixel %d,%d is %v, want %v", x, y, got, want)
			}
		}
	}
}

// TestLayersAndMipmaps cuts a picture into layers and asks for the smallest level
// of each, which is its mean.
func TestLayersAndMipmaps(t *testing.T) {
	in := stripes(t, 4, 8)
	j := newJob(t, `
@group(0) @binding(0) var t: texture_2d_array<f32>;
@group(0) @binding(1) var<storage, read_write> o: array<f32>;
@compute @workgroup_size(1) fn main() {
    o[0] = f32(textureNumLayers(t)); o[1] = f32(textureNumLevels(t));
    o[2] = round(textureLoad(t, vec2u(), 0, 2).x * 255); o[3] = round(textureLoad(t, vec2u(), 1, 2).y * 255);
}`, []string{"0:0=" + in + ",layers=2,mipmaps", "0:1=size=16"}, []string{"0:1=-"})
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	// Red is 250, 240, 230, 220 in a row; green 0 to 3, and 4 to 7.
	if got := j.Stdout.(*bytes.Buffer).String(); got != "2 3 235 6\n" {
		t.Errorf("printed %q", got)
	}
}

// TestPictureInBuffers fills arrays of vec4f and of u32.
func TestPictureInBuffers(t *testing.T) {
	in := stripes(t, 3, 1)
	j := newJob(t, `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read_write> o: array<f32>;
@compute @workgroup_size(3) fn main(@builtin(local_invocation_index) i: u32) {
    o[i] = round(a[i].x * 255) + 1000 * f32(all(unpack4x8unorm(b[i]) == a[i]));
}`, []string{"0:0=" + in, "0:1=" + in, "0:2=size=12"}, []string{"0:2=-"})
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	if got := j.Stdout.(*bytes.Buffer).String(); got != "1250 1240 1230\n" {
		t.Errorf("printed %q", got)
	}
}

// TestTexturesOfOtherForms reads texels from a file, and writes numbers.
func TestTexturesOfOtherForms(t *testing.T) {
	raw := write(t, "t.bin", "\x01\x00\x02\x00\x03\x00\x04\x00")
	npy := filepath.Join(t.TempDir(), "o.npy")
	j := newJob(t, `
@group(0) @binding(0) var t: texture_3d<u32>;
@group(0) @binding(1) var o: texture_storage_1d<r32uint, write>;
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    textureStore(o, i, textureLoad(t, vec3u(i % 2, 0, i / 2), 0) * 10);
}`, []string{"0:0=texture=2x1x2,format=r16uint,file=" + raw, "0:1=texture=4"}, []string{"0:1=-", "0:1=" + npy})
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	if got := j.Stdout.(*bytes.Buffer).String(); got != "10 20 30 40\n" {
		t.Errorf("printed %q", got)
	}
	data, err := os.ReadFile(npy)
	if err != nil {
		t.Fatal(err)
	}
	if header, _, err := splitNPY(data); err != nil || !strings.Contains(header, "'<u4'") || !strings.Contains(header, "(1, 4, 1,)") {
		t.Errorf("header %q, %v", header, err)
	}
}

func TestWrongTexturesAreNamed(t *testing.T) {
	picture, words := stripes(t, 4, 3), write(t, "words.png", "no picture")
	short := write(t, "t.bin", "1234567")
	for _, c := range []struct{ zero, one, two, words string }{
		{"0:0=size=64", "0:1=sampler=linear", "0:2=texture=4x3", "wants a texture"},
		{"0:0=" + words, "0:1=sampler=linear", "0:2=texture=4x3", "not a picture"},
		{"0:0=" + picture + ",layers=2", "0:1=sampler=linear", "0:2=texture=4x3", "3 rows cannot be cut into 2 layers"},
		{"0:0=" + picture, "0:1=texture=1x1", "0:2=texture=4x3", "wants a sampler"},
		{"0:0=" + picture, "0:1=sampler=less", "0:2=texture=4x3", "comparison"},
		{"0:0=texture=2x2,file=" + short, "0:1=sampler=linear", "0:2=texture=4x3", "has 16"},
		{"0:0=texture=2x2,format=r32uint", "0:1=sampler=linear", "0:2=texture=4x3", "channels are u32"},
		{"0:0=texture=2x2,format=nothing", "0:1=sampler=linear", "0:2=texture=4x3", "no texel format"},
		{"0:0=" + picture, "0:1=sampler=linear", "0:2=size=48", "wants a texture"},
	} {
		_, err := newJob(t, turned, []string{c.zero, c.one, c.two}, nil).Run(context.Background(), device(t))
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s %s %s: %v, want %q", c.zero, c.one, c.two, err, c.words)
		}
	}
	for _, s := range []string{"0:0=texture=", "0:0=texture=0x4", "0:0=texture=1x2x3x4", "0:0=texture=4x4,layers=x", "0:0=texture=4x4,colour=red",
		"0:0=sampler=", "0:0=sampler=blurry", "0:0=a.png,mips"} {
		if in, err := ParseInput(s); err == nil {
			t.Errorf("%q was taken: %+v", s, in)
		}
	}
}
