package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestPixelCommands runs the commands on files and looks at what they leave and at their
// exit codes.
func TestPixelCommands(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	text := bytes.Repeat([]byte("something to keep\n"), 500)
	if err := os.WriteFile(at("file"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	source := "memory 0\nfunc main () (i64)\nPUSH 6\nPUSH 7\nMUL\nRET\nend\n"
	manifest := "name = \"six\"\nversion = \"1.0.0\"\n[[entry]]\nname = \"main\"\nengine = \"pixelvm\"\nfile = \"six.pxs\"\n"
	if err := os.Mkdir(at("cart"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"six.pxs": source, "cart/six.pxs": source, "cart/cartridge.toml": manifest, "bad.pxs": "func f ()\nADD\nRET\nend\n"} {
		if err := os.WriteFile(at(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"pixel", "pack", at("file"), "-o", at("p.px.png")}, exitOK},
		{[]string{"pixel", "show", at("p.px.png"), "--png", at("small.png")}, exitOK},
		{[]string{"pixel", "unpack", at("p.px.png"), "-o", at("back")}, exitOK},
		{[]string{"pixel", "unpack", at("p.px.png"), "-o", at("back")}, exitWrongUse}, // it is there
		{[]string{"pixel", "unpack", at("file")}, exitUnderTest},
		{[]string{"pixel", "put", at("file"), "--store", at("s"), "--name", "a"}, exitOK},
		{[]string{"pixel", "get", "a", at("again"), "--store", at("s")}, exitOK},
		{[]string{"pixel", "get", "b", at("b"), "--store", at("s")}, exitWrongUse},
		{[]string{"pixel", "verify", "--store", at("s")}, exitOK},
		{[]string{"pixel", "export", at("e.px.png"), "--store", at("s")}, exitOK},
		{[]string{"pixel", "import", at("e.px.png"), "--store", at("t")}, exitOK},
		{[]string{"pixel", "import", at("p.px.png"), "--store", at("t")}, exitUnderTest},
		{[]string{"pixel", "pack", at("file"), "--level", "best"}, exitWrongUse},
		{[]string{"vm", "asm", at("six.pxs"), "-o", at("six.png")}, exitOK},
		{[]string{"vm", "run", at("six.png")}, exitOK},
		{[]string{"vm", "verify", at("bad.pxs")}, exitUnderTest},
		{[]string{"vm", "run", at("six.pxs"), "--engine", "steam"}, exitWrongUse},
		{[]string{"cart", "pack", at("cart"), "-o", at("six.px.png")}, exitOK},
		{[]string{"cart", "sign", at("six.px.png"), "--key", at("key")}, exitOK},
		{[]string{"cart", "verify", at("six.px.png")}, exitOK},
		{[]string{"cart", "verify", at("six.px.png"), "--by", "00"}, exitUnderTest},
		{[]string{"run", at("six.px.png")}, exitOK},
		{[]string{"run", at("six.px.png"), "seven"}, exitWrongUse},
		{[]string{"run", at("p.px.png")}, exitUnderTest},
	} {
		if got := run(c.args); got != c.want {
			t.Errorf("pxos %q: exit code %d, want %d", c.args, got, c.want)
		}
	}
	for _, name := range []string{"back", "again"} {
		if got, err := os.ReadFile(at(name)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s has %d bytes of %d, %v", name, len(got), len(text), err)
		}
	}
}
