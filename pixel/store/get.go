package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"pxos/pixel"
)

// Resolve finds what a reference names: the name of a root, a digest or its first eight
// or more hexadecimal digits, or an address pixel as # and eight digits; each may be
// followed by : and a path in the folder.
func (s *Store) Resolve(ctx context.Context, reference string) (Entry, error) {
	e, rest, err := s.resolveStart(ctx, reference)
	if err != nil {
		return e, err
	}
	for _, name := range strings.Split(strings.Trim(path.Clean("/"+rest), "/"), "/") {
		if name == "" {
			break
		}
		list, err := s.Folder(ctx, e)
		if err != nil {
			return e, err
		}
		found := false
		for _, child := range list {
			if child.Name == name {
				e, found = child, true
			}
		}
		if !found {
			return e, fmt.Errorf("%s: no %q: %w", reference, name, ErrNotFound)
		}
	}
	return e, nil
}

// resolveStart finds a root or digest, and what follows its colon.
func (s *Store) resolveStart(ctx context.Context, reference string) (e Entry, rest string, err error) {
	// A name may have a colon in it, so the longest that is known counts.
	for end := len(reference); end > 0; end = strings.LastIndexByte(reference[:end], ':') {
		r, err := scanRoot(s.db.QueryRowContext(ctx, "SELECT "+rootColumns+" FROM roots WHERE name = ?", reference[:end]))
		if err == nil {
			return r.Entry, strings.TrimPrefix(reference[end:], ":"), nil
		}
		if ignoreNoRows(err) != nil {
			return e, "", err
		}
	}
	head, rest, _ := strings.Cut(reference, ":")
	if n, err := strconv.ParseUint(strings.TrimPrefix(head, "#"), 16, 32); err == nil && len(head) == 9 && head[0] == '#' {
		e, err := s.byPixel(ctx, pixel.Pixel(n))
		return e, rest, err
	}
	if prefix, err := hex.DecodeString(head); err == nil && len(prefix) >= 4 && len(prefix) <= len(Digest{}) {
		e, err := s.byPrefix(ctx, head, prefix)
		return e, rest, err
	}
	return e, "", fmt.Errorf("%q is no name, digest (8 digits or more) or pixel (# and 8 digits) of this store: %w", reference, ErrNotFound)
}

// byPixel finds what an address names.
func (s *Store) byPixel(ctx context.Context, p pixel.Pixel) (Entry, error) {
	if p.Kind() != pixel.Address {
		return Entry{}, fmt.Errorf("#%08x is a %v, it names nothing in a store: %w", uint32(p), p.Kind(), ErrNotFound)
	}
	// An address is the first 31 bits of a digest: two prefixes of 32 bits.
	first := uint32(p) << 1
	var found []Digest
	for _, n := range []uint32{first, first | 1} {
		list, err := s.digests(ctx, []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		if err != nil {
			return Entry{}, err
		}
		found = append(found, list...)
	}
	return s.one(ctx, fmt.Sprintf("#%08x", uint32(p)), found)
}

func (s *Store) byPrefix(ctx context.Context, text string, prefix []byte) (Entry, error) {
	found, err := s.digests(ctx, prefix)
	if err != nil {
		return Entry{}, err
	}
	return s.one(ctx, text, found)
}

// one makes an entry of the one digest that was found.
func (s *Store) one(ctx context.Context, text string, found []Digest) (Entry, error) {
	switch len(found) {
	case 0:
		return Entry{}, fmt.Errorf("%s: %w", text, ErrNotFound)
	case 1:
		e := Entry{Digest: found[0], Kind: KindFile, Mode: 0o644}
		err := s.content(ctx, s.db, e.Digest, func(p []byte) error {
			if e.Bytes == 0 && strings.HasPrefix(string(p), folderMagic) {
				e.Kind = KindFolder
			}
			e.Bytes += int64(len(p))
			return nil
		})
		return e, err
	}
	return Entry{}, fmt.Errorf("%s %w: %x and %x", text, ErrAmbiguous, found[0], found[1])
}

// digests are all that begin with a prefix, of roots, nodes, parts and tiles.
func (s *Store) digests(ctx context.Context, prefix []byte) (found []Digest, err error) {
	low := prefix[:min(len(prefix), len(key{}))]
	high := append([]byte(nil), low...)
	for i := len(high) - 1; i >= 0; i-- {
		if high[i]++; high[i] != 0 {
			break
		}
	}
	keys := map[key]bool{}
	for _, table := range []string{"nodes", tableParts, tableTiles} {
		query, args := "SELECT key FROM "+table+" WHERE key >= ?", []any{low}
		if len(low) == len(key{}) {
			query = "SELECT key FROM " + table + " WHERE key = ?"
		} else if string(high) > string(low) {
			query, args = query+" AND key < ?", append(args, high)
		}
		rows, err := s.db.QueryContext(ctx, query+" LIMIT 3", args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var k []byte
			if err := rows.Scan(&k); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			if len(k) == len(key{}) {
				keys[key(k)] = true
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	for k := range keys {
		d, err := s.whole(ctx, k)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(string(d[:]), string(prefix)) {
			found = append(found, d)
		}
	}
	return found, nil
}

// whole is the full digest of a key: it is computed from the content.
func (s *Store) whole(ctx context.Context, k key) (Digest, error) {
	var pack, offset int64
	err := s.db.QueryRowContext(ctx, "SELECT pack, offset FROM nodes WHERE key = ?", k[:]).Scan(&pack, &offset)
	if err == nil {
		_, r, err := s.recordAt(pack, offset)
		if err != nil {
			return Digest{}, err
		}
		children, bytes, err := decodeNode(r.header)
		return nodeDigest(children, bytes), err
	}
	if ignoreNoRows(err) != nil {
		return Digest{}, err
	}
	block, n, ok, err := placeOf(ctx, s.db, tableParts, k)
	if err != nil {
		return Digest{}, err
	}
	if ok {
		made, err := s.block(ctx, s.db, block, 0)
		if err != nil || n >= len(made.segments) {
			return Digest{}, errors.Join(err, fmt.Errorf("part %x: %w", k, ErrDamaged))
		}
		return newPart(made.segments[n]).digest, nil
	}
	data, err := s.tile(ctx, s.db, k, 0)
	return tileDigest(data), err
}

// Folder is the list of a folder.
func (s *Store) Folder(ctx context.Context, e Entry) ([]Entry, error) { return s.folder(ctx, s.db, e) }

func (s *Store) folder(ctx context.Context, q querier, e Entry) ([]Entry, error) {
	if e.Kind != KindFolder {
		return nil, fmt.Errorf("%s is a %v, not a folder: %w", e.Name, e.Kind, ErrNotFound)
	}
	var data []byte
	err := s.content(ctx, q, e.Digest, func(p []byte) error {
		data = append(data, p...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return decodeFolder(data)
}

// read gives the content of an entry to f, checked.
func (s *Store) read(ctx context.Context, e Entry, f func([]byte) error) error {
	if e.isLiteral() && e.literal != nil {
		return f(e.literal)
	}
	return s.content(ctx, s.db, e.Digest, f)
}

// Read writes the content of an entry.
func (s *Store) Read(ctx context.Context, e Entry, w io.Writer) error {
	return s.read(ctx, e, func(p []byte) error {
		_, err := w.Write(p)
		return err
	})
}

// Get makes a file, folder or link of an entry at a path where nothing may be. It gets
// its name when all of it is there.
func (s *Store) Get(ctx context.Context, e Entry, target string) error {
	if _, err := os.Lstat(target); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", target, os.ErrExist))
	}
	dir, name := filepath.Split(filepath.Clean(target))
	if dir == "" {
		dir = "."
	}
	// A folder of its own, below which no name that the store has can lead out.
	work, err := os.MkdirTemp(dir, "."+name+freshSuffix+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	root, err := os.OpenRoot(work)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := s.extract(ctx, root, e, name); err != nil {
		return err
	}
	return os.Rename(filepath.Join(work, name), target)
}

// deepestFolder bounds folders in folders, so that none that names itself runs for ever.
const deepestFolder = 256

func (s *Store) extract(ctx context.Context, root *os.Root, e Entry, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if strings.Count(name, "/") > deepestFolder {
		return fmt.Errorf("%s: folders in more than %d folders: %w", name, deepestFolder, ErrDamaged)
	}
	switch e.Kind {
	case KindLink:
		var to strings.Builder
		if err := s.Read(ctx, e, &to); err != nil {
			return err
		}
		return root.Symlink(to.String(), name)
	case KindFolder:
		list, err := s.Folder(ctx, e)
		if err == nil {
			err = root.Mkdir(name, 0o755)
		}
		for _, child := range list {
			if err == nil {
				err = s.extract(ctx, root, child, name+"/"+child.Name)
			}
		}
		if err != nil {
			return err
		}
		return root.Chmod(name, e.Mode.Perm())
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(s.Read(ctx, e, f), f.Chmod(e.Mode.Perm()))
	return errors.Join(err, f.Close())
}

// openRecord opens a pack and reads the header of one of its records.
func (s *Store) openRecord(pack, offset int64) (*os.File, record, error) {
	path, err := s.packFile(pack)
	if err != nil {
		return nil, record{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, record{}, fmt.Errorf("%w: %w", err, ErrDamaged)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, record{}, errors.Join(err, f.Close())
	}
	r, err := readRecord(f, offset, info.Size())
	if err != nil {
		return nil, record{}, errors.Join(fmt.Errorf("%s, %w", path, err), f.Close())
	}
	return f, r, nil
}

// recordAt reads the header of one record of a pack.
func (s *Store) recordAt(pack, offset int64) (name string, r record, err error) {
	f, r, err := s.openRecord(pack, offset)
	if err != nil {
		return "", r, err
	}
	return f.Name(), r, f.Close()
}
