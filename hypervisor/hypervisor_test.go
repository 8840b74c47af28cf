package hypervisor

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/pixel/archive"
	"pxos/pixel/codec"
	"pxos/pixel/pack"
	"pxos/pixel/picture"
)

const someManifest = `name = "some"
version = "1.0.0"

[[entry]]
name = "main"
engine = "pixelvm"
file = "sum.pxs"

[[entry]]
name = "endless"
engine = "pixelvm"
file = "endless.pxs"

[[entry]]
name = "echo"
engine = "pixelvm"
file = "echo.go"

[[entry]]
name = "double"
engine = "wgsl"
file = "double.wgsl"
bind = ["0:0=numbers.txt:f32"]
out = "0:0=-:f32"

[limits]
fuel = 100000
memory_mib = 8
output_bytes = 1000

[capabilities]
input = true
gpu = true
`

var someFiles = map[string]string{
	ManifestFile:  someManifest,
	"sum.pxs":     "memory 0\nfunc main () (i64)\nPUSH 0\nHOST_CALL argument\nPUSH 1\nHOST_CALL argument\nADD\nRET\nend\n",
	"endless.pxs": "memory 0\nfunc main ()\nl:\nJMP l\nend\n",
	"echo.go":     "package main\n\nimport \"pxos/pixelvm/px\"\n\nfunc main() { px.Text(\"hello\\n\") }\n",
	"double.wgsl": "@group(0) @binding(0) var<storage, read_write> a: array<f32>;\n@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { for (var i = 0u; i < arrayLength(&a); i++) { a[i] *= 2; } }\n",
	"numbers.txt": "1 2 3.5 4\n",
}

// folder makes a folder of files; changes replace some, "" removes.
func folder(t testing.TB, changes map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range someFiles {
		if c, ok := changes[name]; ok {
			text = c
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func packed(t testing.TB, c *Cartridge) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := c.Write(&out, codec.Fast); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func loaded(t testing.TB) *Cartridge {
	t.Helper()
	c, err := Load(folder(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRun(t *testing.T) {
	c, err := Open(bytes.NewReader(packed(t, loaded(t))))
	if err != nil {
		t.Fatal(err)
	}
	for entry, want := range map[string]string{"": "42\n", "echo": "hello\n", "double": "2\n4\n7\n8\n"} {
		var out bytes.Buffer
		err := c.Run(context.Background(), Request{Entry: entry, Arguments: map[string][]string{"": {"40", "2"}}[entry], Output: &out, Now: time.Now})
		if err != nil || strings.Join(strings.Fields(out.String()), "\n")+"\n" != want {
			t.Errorf("%s: %q, %v", entry, out.String(), err)
		}
	}
	err = c.Run(context.Background(), Request{Entry: "endless", Output: &bytes.Buffer{}, Now: time.Now})
	if !errors.Is(err, ErrProgram) || !strings.Contains(err.Error(), "out of fuel") {
		t.Errorf("a program without an end: %v", err)
	}
	if err := c.Run(context.Background(), Request{Entry: "nobody", Output: &bytes.Buffer{}, Now: time.Now}); err == nil || !strings.Contains(err.Error(), "there are main, endless") {
		t.Errorf("no such entry: %v", err)
	}
}

// TestFolders gives a cartridge a folder to read and one to save in, and holds what it is
// given against what it asks for.
func TestFolders(t *testing.T) {
	copies := `package main

import "pxos/pixelvm/px"

func main() {
	var b [100]byte
	n := px.FileRead(0, 0, b[:])
	px.Save("copy/of.txt", b[:n])
	px.Int(px.Argument(0) / px.Argument(1))
}
`
	manifest := strings.NewReplacer("sum.pxs", "echo.go", "input = true", "folder = true\nscratch = true").Replace(someManifest)
	c, err := Load(folder(t, map[string]string{ManifestFile: manifest, "echo.go": copies, "sum.pxs": ""}))
	if err != nil {
		t.Fatal(err)
	}
	given, scratch := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(given, "a.txt"), []byte("some text"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(arguments []string, given, scratch string) error {
		return c.Run(context.Background(), Request{Arguments: arguments, Output: &bytes.Buffer{}, Now: time.Now, Folder: given, Scratch: scratch})
	}
	if err := run([]string{"1", "1"}, given, ""); !errors.Is(err, ErrGrant) || !strings.Contains(err.Error(), "--scratch DIR") {
		t.Errorf("without a scratch folder: %v", err)
	}
	if err := loaded(t).Run(context.Background(), Request{Output: &bytes.Buffer{}, Now: time.Now, Folder: given}); !errors.Is(err, ErrGrant) {
		t.Errorf("with a folder that is not asked for: %v", err)
	}
	if err := run([]string{"1", "0"}, given, scratch); !errors.Is(err, ErrProgram) {
		t.Errorf("a division by zero: %v", err)
	}
	if list, err := os.ReadDir(scratch); err != nil || len(list) > 0 {
		t.Errorf("a program that failed left %v, %v", list, err)
	}
	if err := run([]string{"1", "1"}, given, scratch); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(scratch, "copy", "of.txt")); err != nil || string(text) != "some text" {
		t.Errorf("it saved %q, %v", text, err)
	}
}

func TestSignature(t *testing.T) {
	public, key, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("seed", 8)))
	if err != nil {
		t.Fatal(err)
	}
	c := loaded(t)
	c.Sign(key)
	again, err := Open(bytes.NewReader(packed(t, c)))
	if err != nil || !public.Equal(again.Signer) {
		t.Fatalf("signed by %x, %v", again.Signer, err)
	}
	c.files[SignatureFile] = bytes.Replace(c.files[SignatureFile], []byte(" "), []byte(" 00"), 1)
	if _, err := Open(bytes.NewReader(packed(t, c))); !errors.Is(err, ErrCartridge) {
		t.Errorf("a changed signature: %v", err)
	}
}

func TestManifestRefused(t *testing.T) {
	for change, want := range map[[2]string]string{
		{`name = "some"`, `name = "../some"`}:     "want small letters",
		{`"1.0.0"`, `"1"`}:                        "three numbers",
		{`engine = "wgsl"`, `engine = "basic"`}:   "there is no engine",
		{`memory_mib = 8`, `memory_mib = 999999`}: "limits",
		{`gpu = true`, ``}:                        "no gpu = true",
		{`input = true`, `network = true`}:        `there is no "capabilities.network"`,
		{`file = "sum.pxs"`, `file = "no.pxs"`}:   "which is not there",
		{`name = "echo"`, `name = "main"`}:        "there twice",
	} {
		_, err := Load(folder(t, map[string]string{ManifestFile: strings.Replace(someManifest, change[0], change[1], 1)}))
		if !errors.Is(err, ErrCartridge) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", change[1], err)
		}
	}
	if _, err := Load(folder(t, map[string]string{ManifestFile: ""})); !errors.Is(err, ErrCartridge) {
		t.Errorf("without a manifest: %v", err)
	}
}

// TestRefused opens cartridges whose files are not those of the manifest.
func TestRefused(t *testing.T) {
	good := loaded(t)
	for name, change := range map[string]func(dir string) error{
		"a changed file": func(dir string) error { return os.WriteFile(filepath.Join(dir, "sum.pxs"), []byte("memory 0"), 0o644) },
		"a file more":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "more"), nil, 0o644) },
		"a file less":    func(dir string) error { return os.Remove(filepath.Join(dir, "echo.go")) },
		"a link":         func(dir string) error { return os.Symlink("/etc/passwd", filepath.Join(dir, "passwd")) },
		"twins":          func(dir string) error { return os.WriteFile(filepath.Join(dir, "SUM.pxs"), nil, 0o644) },
	} {
		dir := t.TempDir()
		files := map[string][]byte{ManifestFile: good.text}
		for name, data := range good.files {
			files[name] = data
		}
		if err := errors.Join(place(dir, files), change(dir)); err != nil {
			t.Fatal(err)
		}
		data, err := archive.Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := pack.Write(&file, data, picture.Info{Kind: picture.Cartridge}, pack.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(&file); !errors.Is(err, ErrCartridge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzFiles changes the manifest and a file of a cartridge.
func FuzzFiles(f *testing.F) {
	good := loaded(f)
	f.Add(good.text, []byte("ed25519 00 00"), good.files["sum.pxs"])
	f.Fuzz(func(t *testing.T, manifest, signature, program []byte) {
		c := &Cartridge{files: map[string][]byte{ManifestFile: manifest, SignatureFile: signature, "sum.pxs": program}}
		for name, data := range good.files {
			if name != "sum.pxs" {
				c.files[name] = data
			}
		}
		err := c.check()
		if err != nil && !errors.Is(err, ErrCartridge) {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}
