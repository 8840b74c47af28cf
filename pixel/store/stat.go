package store

import (
	"context"
	"io/fs"
	"path/filepath"

	"pxos/pixel"
)

// Stat is what a store holds, every byte accounted for.
type Stat struct {
	Roots int `json:"roots"`
	Files int `json:"files"`
	// LogicalBytes is what all roots come to when each is taken out.
	LogicalBytes int64 `json:"logical_bytes"`
	// UniqueBytes is what is left when equal tiles are counted once, lists of folders
	// included.
	UniqueBytes int64 `json:"unique_bytes"`
	// LiteralBytes and SeedBytes are logical bytes that pixels carry or make themselves.
	LiteralBytes int64 `json:"literal_bytes"`
	SeedBytes    int64 `json:"seed_bytes"`
	// PackBytes, IndexBytes and OtherBytes are the sizes of the store's files.
	PackBytes   int64 `json:"pack_bytes"`
	IndexBytes  int64 `json:"index_bytes"`
	OtherBytes  int64 `json:"other_bytes"`
	StoredBytes int64 `json:"stored_bytes"` // of all that
	Blocks      int   `json:"blocks"`
	Based       int   `json:"based_blocks"`
	Tiles       int   `json:"tiles"`
	// Ratio is logical bytes by stored bytes.
	Ratio float64 `json:"ratio"`
}

// Stat counts everything. It reads the lists of folders, not the files.
func (s *Store) Stat(ctx context.Context) (st Stat, err error) {
	if err := s.statFiles(&st); err != nil {
		return st, err
	}
	roots, err := s.Roots(ctx)
	if err != nil {
		return st, err
	}
	st.Roots = len(roots)
	for _, r := range roots {
		if err := s.statEntry(ctx, &st, r.Entry, 0); err != nil {
			return st, err
		}
	}
	row := s.db.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(base != 0), 0), coalesce(sum(fresh), 0) FROM blocks")
	if err := row.Scan(&st.Blocks, &st.Based, &st.UniqueBytes); err != nil {
		return st, err
	}
	if err := s.statTiles(ctx, &st); err != nil {
		return st, err
	}
	if st.StoredBytes > 0 {
		st.Ratio = float64(st.LogicalBytes) / float64(st.StoredBytes)
	}
	return st, nil
}

func (s *Store) statFiles(st *Stat) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st.StoredBytes += info.Size()
		switch name := d.Name(); {
		case filepath.Base(filepath.Dir(path)) == packsFolder:
			st.PackBytes += info.Size()
		case name == indexFile || name == indexFile+"-wal" || name == indexFile+"-shm":
			st.IndexBytes += info.Size()
		default:
			st.OtherBytes += info.Size()
		}
		return nil
	})
}

func (s *Store) statEntry(ctx context.Context, st *Stat, e Entry, depth int) error {
	if err := ctx.Err(); err != nil || depth > deepestFolder {
		return err
	}
	if e.Kind != KindFolder {
		st.Files++
		st.LogicalBytes += e.Bytes
		if e.isLiteral() {
			st.LiteralBytes += e.Bytes
		}
		return nil
	}
	list, err := s.Folder(ctx, e)
	if err != nil {
		return err
	}
	for _, child := range list {
		if err := s.statEntry(ctx, st, child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// statTiles counts tiles, and the bytes that blocks have as seeds.
func (s *Store) statTiles(ctx context.Context, st *Stat) error {
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM tiles").Scan(&st.Tiles); err != nil {
		return err
	}
	ids, err := s.blockIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, err := blockByID(ctx, s.db, id)
		if err != nil {
			return err
		}
		header, err := s.blockHeader(row)
		if err != nil {
			return err
		}
		for _, p := range header.pieces {
			if p.kind == pieceSeed {
				st.SeedBytes += pixel.TileBytes
			}
		}
	}
	return nil
}
