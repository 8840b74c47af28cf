package job

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/gpu"
	"pxos/wgsl/types"
)

const doubling = `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> b: array<f32>;
override factor: f32 = 2;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&a)) { b[id.x] = a[id.x] * factor; }
}`

func device(t *testing.T) gpu.Device {
	t.Helper()
	d, err := wgsl.Open(context.Background(), "soft", wgsl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func newJob(t *testing.T, text string, binds, outs []string) *Job {
	t.Helper()
	m, err := wgsl.Compile("test.wgsl", text)
	if err != nil {
		t.Fatal(err)
	}
	j := &Job{Module: m, Workgroups: [3]uint32{2, 1, 1}, Overrides: map[string]float64{}, Stdout: &bytes.Buffer{}}
	for _, s := range binds {
		in, err := ParseInput(s)
		if err != nil {
			t.Fatal(err)
		}
		j.Inputs = append(j.Inputs, in)
	}
	for _, s := range outs {
		o, err := ParseOutput(s)
		if err != nil {
			t.Fatal(err)
		}
		j.Outputs = append(j.Outputs, o)
	}
	return j
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTextInTextAndNPYOut(t *testing.T) {
	in := write(t, "in.txt", "1, 2 3 # remark\n-4.5 5\n")
	npy := filepath.Join(t.TempDir(), "out.npy")
	j := newJob(t, doubling, []string{"0:0=" + in + ":f32", "0:1=size=20"}, []string{"0:1=-", "0:1=" + npy})
	j.Overrides["factor"] = 3
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	if got := j.Stdout.(*bytes.Buffer).String(); got != "3 6 9 -13.5 15\n" {
		t.Errorf("printed %q", got)
	}
	data, err := os.ReadFile(npy)
	if err != nil {
		t.Fatal(err)
	}
	header, body, err := splitNPY(data)
	if err != nil || !strings.Contains(header, "'shape': (5,)") || !strings.Contains(header, "'<f4'") {
		t.Errorf("header %q, %v", header, err)
	}
	if f := math.Float32frombits(binary.LittleEndian.Uint32(body[12:])); f != -13.5 {
		t.Errorf("the fourth number is %g", f)
	}
	if (10+len(header))%64 != 0 {
		t.Errorf("the numbers begin at byte %d, not aligned to 64", 10+len(header))
	}
}

func TestPicture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.png")
	j := newJob(t, `
@group(0) @binding(0) var<storage, read_write> image: array<vec4f, 8>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) {
    image[id.x] = vec4f(f32(id.x) / 7.0, 2.0, -1.0, 1.0);
}`, []string{"0:0=size=128"}, []string{"0:0=" + file})
	j.Width = 4
	if _, err := j.Run(context.Background(), device(t)); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 4 || b.Dy() != 2 {
		t.Fatalf("the picture is %v", b)
	}
	if r, g, b, _ := img.At(3, 1).RGBA(); r != 0xffff || g != 0xffff || b != 0 {
		t.Errorf("the last pixel is %x %x %x", r, g, b)
	}
}

// TestWrongUseIsNamed asks that every mistake is refused before anything runs,
// with words that name it.
func TestWrongUseIsNamed(t *testing.T) {
	ints := write(t, "ints.npy", string(encodeNPY(make([]byte, 16), I32, nil)))
	cut := write(t, "cut.npy", npyMagic+"\x01\x00\xff\xff{")
	words := write(t, "words.txt", "1 two 3")
	for _, c := range []struct {
		binds, outs []string
		words       string
	}{
		{nil, nil, "nothing is bound to @group(0) @binding(0)"},
		{[]string{"0:0=size=4", "0:1=size=4", "0:2=size=4"}, nil, "no such binding"},
		{[]string{"0:0=size=4", "0:0=size=4", "0:1=size=4"}, nil, "twice"},
		{[]string{"0:0=" + ints, "0:1=size=4"}, nil, "numbers of type i32, but a holds f32"},
		{[]string{"0:0=" + cut, "0:1=size=4"}, nil, "cut off"},
		{[]string{"0:0=" + words + ":f32", "0:1=size=4"}, nil, `line 1: "two" is not an f32`},
		{[]string{"0:0=/nowhere/x.bin", "0:1=size=4"}, nil, "no such file"},
		{[]string{"0:0=size=4,fill=x", "0:1=size=4"}, nil, "not an f32"},
		{[]string{"0:0=size=4", "0:1=size=4"}, []string{"1:1=-"}, "no such binding"},
		{[]string{"0:0=size=4", "0:1=size=4"}, []string{"0:1=/nowhere/x.bin"}, "no folder"},
	} {
		_, err := newJob(t, doubling, c.binds, c.outs).Run(context.Background(), device(t))
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v %v: %v, want %q", c.binds, c.outs, err, c.words)
		}
	}
	empty := write(t, "empty.bin", "")
	_, err := newJob(t, doubling, []string{"0:0=" + empty, "0:1=size=4"}, nil).Run(context.Background(), device(t))
	var binding *gpu.BindingError
	if !errors.As(err, &binding) {
		t.Errorf("an empty file: %v", err)
	}
}

func TestSpecsAreRefused(t *testing.T) {
	for _, s := range []string{"", "0", "0:1", "0:1=", "x:1=a", "0:-1=a", "0:0=size=0", "0:0=size=9G", "0:0=size=4,full=1"} {
		if in, err := ParseInput(s); err == nil {
			t.Errorf("%q was taken: %+v", s, in)
		}
	}
	for _, s := range []string{"", "1,2,3,4", "x", "-1"} {
		if g, err := ParseWorkgroups(s); err == nil {
			t.Errorf("%q was taken: %v", s, g)
		}
	}
	if _, _, err := ParseOverride("n"); err == nil {
		t.Error("an override without a value was taken")
	}
}

// FuzzNPY gives the reader any bytes: an error or numbers inside of them.
func FuzzNPY(f *testing.F) {
	f.Add(encodeNPY(make([]byte, 12), F32, []int{3}))
	f.Add([]byte(npyMagic + "\x02\x00\x04\x00\x00\x00{} \n"))
	r := gpu.Resource{Name: "a", Type: types.Array{Elem: types.F32}, MinSize: 4}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := decodeNPY("f.npy", data, r, "")
		if err == nil && !bytes.HasSuffix(data, out) {
			t.Error("the numbers are not the end of the file")
		}
	})
}
