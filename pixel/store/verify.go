package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Report is what Verify found.
type Report struct {
	Packs  int `json:"packs"`
	Blocks int `json:"blocks"`
	Tiles  int `json:"tiles"`
	Roots  int `json:"roots"`
	// Problems is what is damaged or missing; none means that every byte can be had.
	Problems []string `json:"problems"`
	// Notes is what is left over and does no harm.
	Notes []string `json:"notes,omitempty"`
}

// Verify reads everything and compares every digest. The error is of the reading, not
// of what was read.
func (s *Store) Verify(ctx context.Context) (r Report, err error) {
	r.Problems = []string{}
	problem := func(format string, args ...any) { r.Problems = append(r.Problems, fmt.Sprintf(format, args...)) }
	if err := s.verifyPacks(ctx, &r, problem); err != nil {
		return r, err
	}
	if err := s.verifyBlocks(ctx, &r, problem); err != nil {
		return r, err
	}
	roots, err := s.Roots(ctx)
	if err != nil {
		return r, err
	}
	r.Roots = len(roots)
	for _, root := range roots {
		err := s.readAll(ctx, root.Entry, root.Name, func(path string, err error) { problem("%s: %v", path, err) }, 0)
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// verifyPacks compares the packs in the folder with those in the index, and the
// checksums of their records.
func (s *Store) verifyPacks(ctx context.Context, r *Report, problem func(string, ...any)) error {
	rows, err := s.db.QueryContext(ctx, "SELECT seq, bytes FROM packs ORDER BY seq")
	if err != nil {
		return err
	}
	known := map[int64]int64{}
	var order []int64
	for rows.Next() {
		var seq, bytes int64
		if err := rows.Scan(&seq, &bytes); err != nil {
			return err
		}
		known[seq] = bytes
		order = append(order, seq)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	r.Packs = len(order)
	for _, seq := range order {
		_, size, err := readPack(s.packPath(seq))
		if err == nil && size != known[seq] {
			err = fmt.Errorf("%s has %d bytes, the index says %d", s.packPath(seq), size, known[seq])
		}
		if err != nil {
			problem("%v", err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, packsFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		seq, ok := packNumber(e.Name())
		if _, named := known[seq]; !ok || !named {
			r.Notes = append(r.Notes, fmt.Sprintf("%s belongs to no acknowledged put: 'pxos pixel gc' removes it", e.Name()))
		}
	}
	return nil
}

// verifyBlocks decodes every block and holds the index against it.
func (s *Store) verifyBlocks(ctx context.Context, r *Report, problem func(string, ...any)) error {
	places := map[string]map[int64]key{tableParts: {}, tableTiles: {}}
	for table, list := range places {
		rows, err := s.db.QueryContext(ctx, "SELECT key, place FROM "+table)
		if err != nil {
			return err
		}
		for rows.Next() {
			var k []byte
			var at int64
			if err := rows.Scan(&k, &at); err != nil {
				return err
			}
			if len(k) != len(key{}) {
				problem("the index has a key of %d bytes in %s", len(k), table)
				continue
			}
			list[at] = key(k)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	r.Tiles = len(places[tableTiles])
	ids, err := s.blockIDs(ctx)
	if err != nil {
		return err
	}
	r.Blocks = len(ids)
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.progress(i, len(ids), "blocks verified")
		made, err := s.block(ctx, s.db, id, 0)
		if err != nil {
			problem("block %d: %v", id, err)
			continue
		}
		ordinal := 0
		for n, segment := range made.segments {
			p := newPart(segment)
			take := func(table string, at int64, d Digest) {
				if k, ok := places[table][at]; ok && k != keyOf(d) {
					problem("the index names %x in %s, and %x is there", k, table, d)
				}
				delete(places[table], at)
			}
			take(tableParts, place(id, n), p.digest)
			for _, d := range p.digests {
				take(tableTiles, place(id, ordinal), d)
				ordinal++
			}
		}
	}
	for table, list := range places {
		for at, k := range list {
			problem("the index names %x in %s, block %d, which does not have it", k, table, at>>placeBits)
		}
	}
	return nil
}

func (s *Store) blockIDs(ctx context.Context) (ids []int64, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM blocks ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// progress tells the log of long work now and then.
func (s *Store) progress(done, all int, what string) {
	if done > 0 && done%256 == 0 {
		s.options.Log(fmt.Sprintf("%d of %d %s", done, all, what))
	}
}

// readAll reads all content under an entry; lost hears of what cannot be had.
func (s *Store) readAll(ctx context.Context, e Entry, path string, lost func(string, error), depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if depth > deepestFolder {
		lost(path, fmt.Errorf("folders in more than %d folders: %w", deepestFolder, ErrDamaged))
		return nil
	}
	var list []Entry
	var err error
	if e.Kind == KindFolder {
		list, err = s.Folder(ctx, e)
	} else {
		got := int64(0)
		err = s.read(ctx, e, func(p []byte) error { got += int64(len(p)); return nil })
		if err == nil && got != e.Bytes {
			err = fmt.Errorf("%d bytes, the entry says %d: %w", got, e.Bytes, ErrDamaged)
		}
	}
	if err != nil {
		lost(path, err)
		return ctx.Err()
	}
	for _, child := range list {
		if err := s.readAll(ctx, child, strings.TrimSuffix(path, "/")+"/"+child.Name, lost, depth+1); err != nil {
			return err
		}
	}
	return nil
}
