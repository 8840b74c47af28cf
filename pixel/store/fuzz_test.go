package store

import (
	"errors"
	"path/filepath"
	"testing"
)

// FuzzImport gives a store any pack: all of it is taken, or nothing and an error.
func FuzzImport(f *testing.F) {
	from := openStore(f, filepath.Join(f.TempDir(), "from"))
	put(f, from, "a", noise(1, 9000))
	put(f, from, "b", append(noise(1, 9000), "more"...))
	put(f, from, "zeros", make([]byte, 70_000))
	pack, _, err := from.Export(ctx, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pack)
	f.Add(pack[:len(pack)/2])
	f.Add([]byte(packMagic))
	to := openStore(f, filepath.Join(f.TempDir(), "to"))
	f.Fuzz(func(t *testing.T, pack []byte) {
		if _, err := to.Import(ctx, pack); err != nil {
			return
		}
		roots, err := to.Roots(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roots {
			err := to.readAll(ctx, r.Entry, r.Name, func(path string, err error) { t.Errorf("%s: %v", path, err) }, 0)
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzHeaders reads any bytes as each kind of header and folder.
func FuzzHeaders(f *testing.F) {
	f.Add(blockHeader{segments: []int{5, 6}, based: true, line: 3, pieces: []piece{{kind: pieceNew, length: 11}}, payload: 7}.encode())
	f.Add(encodeNode([]Digest{{1}, {2}}, 100))
	f.Add(encodeFolder([]Entry{{Name: "a", Bytes: 2, literal: []byte("ab")}, {Name: "b", Kind: KindFolder, Bytes: 10}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := decodeBlockHeader(data); err == nil {
			if b.raw() > blockMost {
				t.Errorf("a block of %d bytes", b.raw())
			}
			if again, err := decodeBlockHeader(b.encode()); err != nil || again.raw() != b.raw() {
				t.Errorf("encoded again: %v", err)
			}
		}
		_, _, _ = decodeNode(data)
		list, err := decodeFolder(data)
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("an error of no known kind: %v", err)
		}
		if err == nil {
			if _, err := decodeFolder(encodeFolder(list)); err != nil {
				t.Errorf("encoded again: %v", err)
			}
		}
	})
}
