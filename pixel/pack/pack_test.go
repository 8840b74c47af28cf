package pack

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/pixel/codec"
	"pxos/pixel/picture"
)

func TestPackAndSalvage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	text := []byte(strings.Repeat("line after line, each a little like the last\n", 3000))
	for i := 0; i < len(text); i += 97 {
		text[i] = byte('a' + i%23)
	}
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	data, info, err := Load(path)
	if err != nil || info.Kind != picture.File || !info.Executable || info.Name != "text" {
		t.Fatalf("%+v, %v", info, err)
	}
	var file bytes.Buffer
	if _, err := Write(&file, data, info, Options{Level: codec.Fast, BlockBytes: 10_000}); err != nil {
		t.Fatal(err)
	}
	got, _, err := Read(bytes.NewReader(file.Bytes()), Limits{})
	if err != nil || !bytes.Equal(got, text) {
		t.Fatalf("%d bytes of %d, %v", len(got), len(text), err)
	}
	bad := bytes.Clone(file.Bytes())
	bad[len(bad)*2/3] ^= 8
	if _, _, err := Read(bytes.NewReader(bad), Limits{}); err == nil {
		t.Fatal("a damaged picture is read")
	}
	saved, _, lost, err := Salvage(bad, Limits{})
	if err != nil || len(lost) == 0 || len(saved) < len(text)/4 || len(saved) >= len(text) {
		t.Errorf("%d bytes of %d saved, %q, %v", len(saved), len(text), lost, err)
	}
	back := filepath.Join(t.TempDir(), "back")
	if err := Place(got, info, back); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(back); err != nil || st.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", st, err)
	}
}
