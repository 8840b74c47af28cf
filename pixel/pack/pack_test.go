package pack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"pxos/pixel/codec"
	"pxos/pixel/picture"
)

func TestPackAndSalvage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	r := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for len(text) < 120_000 {
		text = fmt.Appendf(text, "%016x\n", r.Uint64())
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
