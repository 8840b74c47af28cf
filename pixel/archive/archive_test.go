package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	from := t.TempDir()
	for name, text := range map[string]string{"a/b/c": "deep", "a/x": "", "top": "text"} {
		path := filepath.Join(from, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o750)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("../top", filepath.Join(from, "a", "link")), os.Chmod(filepath.Join(from, "a", "b"), 0o555)); err != nil {
		t.Fatal(err)
	}
	archive, err := Create(from)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "out")
	if err := Extract(archive, to); err != nil {
		t.Fatal(err)
	}
	again, err := Create(to)
	if err != nil || !bytes.Equal(again, archive) {
		t.Errorf("what was taken out makes another archive, %v", err)
	}
	if err := Extract(archive, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a folder that is there: %v", err)
	}
	_ = os.Chmod(filepath.Join(from, "a", "b"), 0o755)
	_ = os.Chmod(filepath.Join(to, "a", "b"), 0o755)
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		headers []tar.Header
		want    string
	}{
		"up":           {[]tar.Header{{Name: "../x"}}, "leads elsewhere"},
		"up within":    {[]tar.Header{{Name: "a/../../x"}}, "leads elsewhere"},
		"absolute":     {[]tar.Header{{Name: "/etc/x"}}, "absolute"},
		"backslash":    {[]tar.Header{{Name: `a\x`}}, "no name"},
		"twice":        {[]tar.Header{{Name: "a"}, {Name: "a"}}, "one name"},
		"twins":        {[]tar.Header{{Name: "Straße"}, {Name: "STRASSE"}}, "one name"},
		"device":       {[]tar.Header{{Name: "d", Typeflag: tar.TypeChar}}, "only files"},
		"hard link":    {[]tar.Header{{Name: "d", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}}, "only files"},
		"through link": {[]tar.Header{{Name: "d", Typeflag: tar.TypeSymlink, Linkname: "/tmp"}, {Name: "d/x"}}, "d/x"},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range c.headers {
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		err := Extract(b.Bytes(), filepath.Join(parent, "out"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", name, left, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	_ = w.WriteHeader(&tar.Header{Name: "a", Size: 3})
	_, _ = w.Write([]byte("abc"))
	_ = w.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, archive []byte) {
		list, err := Read(archive)
		if err != nil && !errors.Is(err, ErrFormat) {
			t.Errorf("an error of no known kind: %v", err)
		}
		total := 0
		for _, file := range list {
			total += len(file.Data)
		}
		if total > len(archive) {
			t.Errorf("%d bytes come out of %d", total, len(archive))
		}
	})
}
