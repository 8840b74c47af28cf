package pixelvm_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	. "pxos/pixelvm"
)

// TestFolder reads the files of a folder through the host calls, on every engine.
func TestFolder(t *testing.T) {
	v := verified(t, `
memory 1
func main () (i64, i64, i64, i64, i64, i64)
    HOST_CALL files
    PUSH 1
    PUSH 8
    PUSH 2
    HOST_CALL file_name
    PUSH 1
    HOST_CALL file_size
    PUSH 1
    PUSH 2
    PUSH 65532
    PUSH 100
    HOST_CALL file_read
    PUSH 2
    HOST_CALL file_size
    PUSH 8
    LOAD
    PUSH 65532
    LOAD32U
    PUSH 16
    SHL
    ADD
    RET
end`)
	for _, e := range engines {
		folder, err := OpenFolder(fstest.MapFS{"a": {Data: []byte("first")}, "folder/b": {Data: []byte("second file")}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.Run(ctx, v, Config{Host: &StandardHost{Folder: folder}})
		// Two letters of the name, four bytes of what was read: the memory ends there.
		want := []uint64{2, 8, 11, 4, 1<<64 - 1, 'f' | 'o'<<8 | ('c'|'o'<<8|'n'<<16|'d'<<24)<<16}
		if err != nil || !slices.Equal(r.Values, want) {
			t.Errorf("%s: %x, %v; want %x", e.name, r.Values, err, want)
		}
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestScratch refuses names that lead elsewhere and more than there is room for, and
// writes the rest where a link waits to lead it away.
func TestScratch(t *testing.T) {
	s := NewScratch(4000)
	for _, name := range []string{"a.txt", "b/c.txt"} {
		if !s.Append(name, []byte("1")) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"/etc/x", "../x", "a/../b", "", ".", "a\\b", "c:d", "a.txt/x", "b"} {
		if s.Append(name, []byte("1")) {
			t.Errorf("%q is taken", name)
		}
	}
	if s.Append("large", make([]byte, 4000)) || !s.Append("a.txt", []byte("2")) {
		t.Error("more than 4000 bytes are taken, or less are not")
	}
	dir, outside := t.TempDir(), t.TempDir()
	names, err := s.Keep(dir)
	if err != nil || !slices.Equal(names, []string{"a.txt", "b/c.txt"}) {
		t.Fatalf("kept %v, %v", names, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a.txt")); err != nil || string(text) != "12" {
		t.Errorf("a.txt is %q, %v", text, err)
	}
	led := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(led, "b")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(led); err == nil {
		t.Error("a link out of the folder is followed")
	}
	if list, err := os.ReadDir(outside); err != nil || len(list) > 0 {
		t.Errorf("outside there are %v, %v", list, err)
	}
}
