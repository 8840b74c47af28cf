package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verified fails unless the store is clean.
func verified(t testing.TB, s *Store) Report {
	t.Helper()
	s.cache.init()
	r, err := s.Verify(ctx)
	if err != nil || len(r.Problems) > 0 {
		t.Fatalf("verify: %v, %q", err, r.Problems)
	}
	return r
}

// contentOf is the bytes of a reference.
func contentOf(t testing.TB, s *Store, reference string) []byte {
	t.Helper()
	e, err := s.Resolve(ctx, reference)
	var b bytes.Buffer
	if err == nil {
		err = s.Read(ctx, e, &b)
	}
	if err != nil {
		t.Fatalf("%s: %v", reference, err)
	}
	return b.Bytes()
}

func put(t testing.TB, s *Store, name string, data []byte) PutStats {
	t.Helper()
	stats, err := s.PutBytes(ctx, name, data)
	if err != nil {
		t.Fatal(err)
	}
	return stats
}

func TestGC(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "s"))
	base := noise(1, 150_000)
	edited := append(bytes.Clone(base[:70_000]), append([]byte("something new"), base[70_000:]...)...)
	put(t, s, "old", base)
	put(t, s, "new", edited) // lies on old
	put(t, s, "other", noise(2, 100_000))
	put(t, s, "small", []byte("four"))
	before, err := s.Stat(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.GC(ctx, []string{"nobody"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a name that is not there is dropped: %v", err)
	}
	stats, err := s.GC(ctx, []string{"old", "other"})
	if err != nil || stats.Dropped != 2 || stats.Blocks != 1 || stats.FreedBytes < 99_000 {
		t.Errorf("%+v, %v", stats, err)
	}
	verified(t, s)
	if got := contentOf(t, s, "new"); !bytes.Equal(got, edited) {
		t.Error("what lies on a dropped root is lost")
	}
	after, err := s.Stat(ctx)
	if err != nil || after.StoredBytes > before.StoredBytes-99_000 {
		t.Errorf("%d bytes stored before, %d after, %v", before.StoredBytes, after.StoredBytes, err)
	}
	if _, err := s.Resolve(ctx, "old"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a dropped root: %v", err)
	}
	if stats, err := s.GC(ctx, nil); err != nil || stats.Packs > 1 {
		t.Errorf("once more: %+v, %v", stats, err)
	}
}

// TestSalvage loses the index, and then parts of packs too.
func TestSalvage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s, err := Open(ctx, dir, Options{Create: true, Write: true})
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := noise(1, 150_000), noise(2, 150_000), noise(3, 150_000)
	put(t, s, "a", a)
	put(t, s, "b", b)
	put(t, s, "c", append(bytes.Clone(c), a...)) // tiles of a
	put(t, s, "gone", []byte("dropped later"))
	if _, err := s.GC(ctx, []string{"gone"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, indexFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, dir, Options{Write: true}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "pxos pixel salvage") {
		t.Fatalf("without an index: %v", err)
	}
	r, err := Salvage(ctx, dir, Options{})
	if err != nil || len(r.Lost) > 0 || r.Roots != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	s = openStore(t, dir)
	verified(t, s)
	if !bytes.Equal(contentOf(t, s, "c"), append(bytes.Clone(c), a...)) {
		t.Error("other bytes come back")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// A byte in the block of b: only b is lost.
	packs, err := filepath.Glob(filepath.Join(dir, packsFolder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range packs {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(data, b[1000:1040]); i > 0 {
			data[i] ^= 1
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	r, err = Salvage(ctx, dir, Options{})
	if err != nil || len(r.Lost) != 2 || !slices.ContainsFunc(r.Lost, func(l string) bool { return strings.HasPrefix(l, "b: ") }) {
		t.Errorf("%+v, %v", r, err)
	}
	s = openStore(t, dir)
	if !bytes.Equal(contentOf(t, s, "a"), a) || !bytes.Equal(contentOf(t, s, "c"), append(bytes.Clone(c), a...)) {
		t.Error("what is not damaged is lost")
	}
	report, err := s.Verify(ctx)
	if err != nil || len(report.Problems) == 0 {
		t.Errorf("verify finds nothing: %v", err)
	}
}

func TestExportAndImport(t *testing.T) {
	dir := t.TempDir()
	from, to := openStore(t, filepath.Join(dir, "from")), openStore(t, filepath.Join(dir, "to"))
	a := noise(1, 150_000)
	b := append([]byte("before "), a...)
	put(t, from, "a", a)
	put(t, from, "b", b)
	put(t, from, "c", noise(2, 50_000))
	pack, roots, err := from.Export(ctx, []string{"b"})
	if err != nil || len(roots) != 1 {
		t.Fatalf("%v, %v", roots, err)
	}
	put(t, to, "mine", noise(9, 1000))
	stats, err := to.Import(ctx, pack)
	if err != nil || stats.Blocks != 2 || stats.Known != 0 {
		t.Fatalf("%+v, %v", stats, err)
	}
	if !bytes.Equal(contentOf(t, to, "b"), b) {
		t.Error("other bytes come out")
	}
	verified(t, to)
	if stats, err = to.Import(ctx, pack); err != nil || stats.Blocks != 0 || stats.Known != 2 {
		t.Errorf("imported again: %+v, %v", stats, err)
	}
	put(t, to, "a", noise(3, 1000))
	all, _, err := from.Export(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Import(ctx, all); err == nil || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("over a root of other content: %v", err)
	}
	for i := 0; i < len(pack); i += 1 + len(pack)/300 {
		bad := bytes.Clone(pack)
		bad[i] ^= 1
		if _, err := openStore(t, filepath.Join(dir, fmt.Sprint("bad", i))).Import(ctx, bad); err == nil {
			t.Errorf("byte %d is changed, and all is imported", i)
		}
		if i > 2000 {
			i += len(pack) / 8
		}
	}
	verified(t, to)
}

func TestAmbiguous(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "s"))
	// Two tiles whose digests have the same first 31 bits cannot be had in a test, so the
	// index is made to say that there are.
	put(t, s, "a", noise(1, 5000))
	put(t, s, "b", noise(2, 5000))
	a, err := s.Resolve(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.one(ctx, "#12345678", []Digest{a.Digest, {9}}); !errors.Is(err, ErrAmbiguous) || strings.Count(err.Error(), "0900000000") != 1 {
		t.Errorf("two digests: %v", err)
	}
	found, err := s.Resolve(ctx, fmt.Sprintf("#%08x", uint32(a.Pixel())))
	if err != nil || found.Digest != a.Digest || found.Bytes != 5000 {
		t.Errorf("%+v, %v", found, err)
	}
	for _, reference := range []string{"#00000000", "#ffffffff", "zzz", "abcd", "a:x", ""} {
		if _, err := s.Resolve(ctx, reference); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", reference, err)
		}
	}
}

func TestBusy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s := openStore(t, dir)
	put(t, s, "a", noise(1, 100))
	if _, err := Open(ctx, dir, Options{Write: true}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second writer: %v", err)
	}
	reader, err := Open(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contentOf(t, reader, "a"), noise(1, 100)) {
		t.Error("a reader beside the writer reads something else")
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(ctx, t.TempDir(), Options{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a folder that is no store: %v", err)
	}
}
