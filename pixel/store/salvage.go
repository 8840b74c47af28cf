package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// SalvageReport is what was saved and what was lost.
type SalvageReport struct {
	Packs  int `json:"packs"`
	Blocks int `json:"blocks"`
	Roots  int `json:"roots"`
	// Lost says which records and which files of which roots cannot be had.
	Lost []string `json:"lost"`
}

// Salvage makes the index again from the packs of a store, whatever became of the old
// one, which is kept as index.db.old. Damaged records are passed over; all that does not
// lie on them can be had afterwards. The packs themselves are not changed.
func Salvage(ctx context.Context, dir string, o Options) (r SalvageReport, err error) {
	r.Lost = []string{}
	s := &Store{dir: dir, options: o}
	s.cache.init()
	if s.options.Log == nil {
		s.options.Log = func(string) {}
	}
	if info, err := os.Stat(filepath.Join(dir, packsFolder)); err != nil || !info.IsDir() {
		return r, errors.Join(err, fmt.Errorf("%s has no folder %s: %w", dir, packsFolder, ErrNotFound))
	}
	if err := s.takeLock(ctx); err != nil {
		return r, errors.Join(err, s.Close())
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := writeFile(filepath.Join(dir, markFile), []byte(markText)); err != nil {
		return r, err
	}
	fresh := filepath.Join(dir, indexFile+freshSuffix)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(fresh + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return r, err
		}
	}
	if err := s.openDatabase(ctx, fresh, true); err != nil {
		return r, err
	}
	if err := s.indexPacks(ctx, &r); err != nil {
		return r, err
	}
	if err := s.findLost(ctx, &r); err != nil {
		return r, err
	}
	if err := s.closeIndex(); err != nil {
		return r, err
	}
	s.db = nil
	return r, s.swapIndex(fresh)
}

// swapIndex puts the new index in the place of the old one, which stays beside it.
func (s *Store) swapIndex(fresh string) error {
	path := filepath.Join(s.dir, indexFile)
	for _, suffix := range []string{"-wal", "-shm"} { // the old one's log must not be taken for the new one's
		if err := os.Rename(path+suffix, path+".old"+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(path, path+".old"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(s.dir)
}

// waiting is a block that could not be decoded yet.
type waiting struct {
	seq int64
	r   record
	err error
}

// indexPacks reads all packs in their order. A block may lie on one in a later pack,
// after a collection; so what fails is tried again until nothing more succeeds.
func (s *Store) indexPacks(ctx context.Context, r *SalvageReport) error {
	packs, err := s.packFiles()
	if err != nil {
		return err
	}
	slices.Sort(packs)
	var left []waiting
	for i, seq := range packs {
		s.progress(i, len(packs), "packs read")
		list, size, lost, err := salvagePack(s.packPath(seq))
		if err != nil {
			return err
		}
		r.Lost = append(r.Lost, lost...)
		r.Packs++
		if _, err := s.db.ExecContext(ctx, "INSERT INTO packs (seq, bytes) VALUES (?, ?)", seq, size); err != nil {
			return err
		}
		for _, rec := range list {
			if rec.kind == recordBlock {
				left = append(left, waiting{seq: seq, r: rec})
			} else if err := s.indexRecord(ctx, seq, rec); err != nil {
				r.Lost = append(r.Lost, fmt.Sprintf("%s, %v", s.packPath(seq), err))
			}
		}
	}
	for {
		var still []waiting
		for i, w := range left {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.progress(i, len(left), "blocks decoded")
			if w.err = s.indexBlock(ctx, w.seq, w.r); w.err != nil {
				still = append(still, w)
				continue
			}
			r.Blocks++
		}
		if len(still) == len(left) {
			break
		}
		left = still
	}
	for _, w := range left {
		r.Lost = append(r.Lost, fmt.Sprintf("%s, byte %d: %v", s.packPath(w.seq), w.r.offset, w.err))
	}
	return nil
}

// indexRecord notes a node, root or drop.
func (s *Store) indexRecord(ctx context.Context, seq int64, r record) error {
	if r.kind == recordNode {
		children, bytes, err := decodeNode(r.header)
		if err != nil {
			return err
		}
		k := keyOf(nodeDigest(children, bytes))
		_, err = s.db.ExecContext(ctx, "INSERT OR REPLACE INTO nodes (key, pack, offset) VALUES (?,?,?)", k[:], seq, r.offset)
		return err
	}
	name, root, err := decodeRoot(r)
	if err != nil {
		return err
	}
	if r.kind == recordDrop {
		_, err = s.db.ExecContext(ctx, "DELETE FROM roots WHERE name = ?", name)
		return err
	}
	return setRoot(ctx, s.db, root, seq)
}

// indexBlock decodes a block, checks it, and notes what it holds.
func (s *Store) indexBlock(ctx context.Context, seq int64, r record) error {
	header, err := decodeBlockHeader(r.header)
	if err != nil {
		return err
	}
	row := blockRow{pack: seq, offset: r.offset, raw: header.raw(), stored: header.payload, line: header.line}
	header, payload, err := s.readBlock(row)
	if err != nil {
		return err
	}
	data, err := s.decodeBlock(ctx, s.db, header, payload, 0)
	if err != nil {
		return err
	}
	return s.noteBlock(ctx, s.db, row, header, data)
}

// noteBlock puts a decoded block into the index.
func (s *Store) noteBlock(ctx context.Context, q querier, row blockRow, header blockHeader, data []byte) error {
	if header.based {
		base, err := blockBySum(ctx, q, header.base)
		if err != nil {
			return err
		}
		row.base = base
	}
	id, err := insertBlock(ctx, q, row, header.sum)
	if err != nil {
		return err
	}
	made := newContent(data, header.segments)
	var group []part
	for _, segment := range made.segments {
		group = append(group, newPart(segment))
	}
	if err := setFeatures(ctx, q, id, row.base, features(data)); err != nil {
		return err
	}
	return indexParts(ctx, q, id, group)
}

// findLost looks which files of which roots cannot be had.
func (s *Store) findLost(ctx context.Context, r *SalvageReport) error {
	roots, err := s.Roots(ctx)
	if err != nil {
		return err
	}
	r.Roots = len(roots)
	for _, root := range roots {
		l := newLive(s, s.db)
		l.lost = func(path string, err error) { r.Lost = append(r.Lost, fmt.Sprintf("%s: %v", path, err)) }
		if err := l.entry(ctx, root.Entry, root.Name, 0); err != nil {
			return err
		}
	}
	return nil
}

// salvagePack gives the records of a pack that are whole, and says what lies between.
func salvagePack(path string) (list []record, size int64, lost []string, err error) {
	list, size, damage := readPack(path)
	if damage == nil {
		return list, size, nil, nil
	}
	if !errors.Is(damage, ErrDamaged) {
		return nil, 0, nil, damage
	}
	lost = append(lost, damage.Error())
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	if _, err := f.ReadAt(data, 0); err != nil {
		return nil, 0, nil, err
	}
	at := int64(1)
	if n := len(list); n > 0 {
		at = list[n-1].end
	}
	for at < size {
		if kind := data[at]; kind == recordBlock || kind == recordNode || kind == recordRoot || kind == recordDrop {
			if r, err := readRecord(f, at, size); err == nil {
				list, at = append(list, r), r.end
				continue
			}
		}
		at++
	}
	return list, size, lost, nil
}
