package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pxos/pixel/codec"
)

var ctx = context.Background()

func noise(seed uint64, n int) []byte {
	r, p := rand.New(rand.NewPCG(seed, 1)), make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// openStore opens a store in a folder for writing, and closes it with the test.
func openStore(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(ctx, dir, Options{Create: true, Write: true, Level: codec.Fast, Now: func() time.Time { return time.Unix(1000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// tree makes files below a folder; a name that ends in / is an empty folder, a value
// that begins with "-> " a link.
func tree(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		switch {
		case err != nil:
		case name[len(name)-1] == '/':
			err = os.MkdirAll(path, 0o755)
		case len(text) > 3 && text[:3] == "-> ":
			err = os.Symlink(text[3:], path)
		default:
			err = os.WriteFile(path, []byte(text), 0o640)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// listing is all that is below a folder, to be compared.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&b, "%s %v", name, info.Mode())
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			fmt.Fprintf(&b, " %x\n", tileDigest(data))
			return err
		case info.Mode()&os.ModeSymlink != 0:
			to, err := os.Readlink(path)
			fmt.Fprintf(&b, " %s\n", to)
			return err
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPutAndGet(t *testing.T) {
	dir, source := t.TempDir(), t.TempDir()
	tree(t, source, map[string]string{"a/text": "some text\n", "a/b/noise": string(noise(1, 300_000)), "a/again": string(noise(1, 300_000)), "empty/": "",
		"nothing": "", "x": "ab", "zeros": string(make([]byte, 1<<20)), "link": "-> a/text", "two": string(noise(1, 300_000)[1000:])})
	s := openStore(t, filepath.Join(dir, "s"))
	stats, err := s.Put(ctx, "all", source)
	if err != nil {
		t.Fatal(err)
	}
	if stats.NewBytes >= stats.LogicalBytes {
		t.Errorf("%+v", stats)
	}
	// 300,000 bytes of noise three times, one shifted, and zeros.
	if stats.PackBytes < 300_000 || stats.PackBytes > 400_000 {
		t.Errorf("the pack has %d bytes: %+v", stats.PackBytes, stats)
	}
	e, err := s.Resolve(ctx, "all")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if err := s.Get(ctx, e, out); err != nil {
		t.Fatal(err)
	}
	if got, want := listing(t, out), listing(t, source); got != want {
		t.Errorf("came back:\n%s\nwas:\n%s", got, want)
	}
	if err := s.Get(ctx, e, out); !os.IsExist(err) && err == nil {
		t.Errorf("over a folder that is there: %v", err)
	}
	for _, reference := range []string{"all:a/b/noise", fmt.Sprintf("%x:a/b/noise", e.Digest), fmt.Sprintf("#%08x:a/again", uint32(e.Pixel()))} {
		found, err := s.Resolve(ctx, reference)
		var b bytes.Buffer
		if err == nil {
			err = s.Read(ctx, found, &b)
		}
		if err != nil || !bytes.Equal(b.Bytes(), noise(1, 300_000)) {
			t.Errorf("%s: %d bytes, %v", reference, b.Len(), err)
		}
	}
	again, err := s.Put(ctx, "again", source)
	if err != nil || again.Digest != stats.Digest || again.NewBytes != 0 || again.PackBytes > 200 {
		t.Errorf("put again: %+v, %v", again, err)
	}
}

// TestVersions puts versions of a program's bytes; each is kept as what differs.
func TestVersions(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "s"))
	r := rand.New(rand.NewPCG(5, 5))
	data := noise(2, 200_000)
	for n := range 40 {
		stats, err := s.PutBytes(ctx, fmt.Sprint("v", n), data)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 && (stats.Based != 1 || stats.PackBytes > 2000) {
			t.Errorf("version %d: %+v", n, stats)
		}
		at := r.IntN(len(data))
		data = append(data[:at:at], append(noise(uint64(n), 20), data[at+r.IntN(20):]...)...)
	}
	for n := range 40 {
		s.cache.init()
		e, err := s.Resolve(ctx, fmt.Sprint("v", n))
		if err == nil {
			err = s.Read(ctx, e, &bytes.Buffer{})
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(s.cache.blocks) > 10 {
			t.Errorf("version %d lies on %d blocks", n, len(s.cache.blocks))
		}
	}
}
