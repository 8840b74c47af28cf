package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// GCStats is what a collection did.
type GCStats struct {
	Dropped    int   `json:"dropped_roots"`
	Blocks     int   `json:"dead_blocks"`
	Packs      int   `json:"removed_packs"`
	FreedBytes int64 `json:"freed_bytes"` // of packs, after what was written anew
}

// GC forgets the roots of some names and removes what no root needs. A pack of which
// less than half is needed is written anew without the rest. A kill at any moment leaves
// the store as it was or as it will be.
func (s *Store) GC(ctx context.Context, drop []string) (stats GCStats, err error) {
	var gone []int64
	err = s.write(ctx, func(p *putting) error {
		for _, name := range drop {
			r, err := p.tx.ExecContext(ctx, "DELETE FROM roots WHERE name = ?", name)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				return errors.Join(err, fmt.Errorf("drop %q: %w", name, ErrNotFound))
			}
			stats.Dropped++
		}
		gone, err = p.collect(ctx, &stats)
		return err
	})
	if err != nil {
		return stats, err
	}
	s.cache.init() // numbers of blocks changed
	for _, seq := range gone {
		if err := os.Remove(s.packPath(seq)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return stats, err
		}
	}
	if err := s.removeStrays(ctx); err != nil {
		return stats, err
	}
	if _, err := s.db.ExecContext(ctx, "VACUUM"); err != nil {
		return stats, err
	}
	return stats, s.foldLog()
}

// collect removes dead blocks from the index and copies what is alive out of packs that
// are mostly dead. It gives the packs that are to be removed.
func (p *putting) collect(ctx context.Context, stats *GCStats) (gone []int64, err error) {
	l := newLive(p.s, p.tx)
	roots, err := rootsWithPacks(ctx, p.tx)
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		if err := l.entry(ctx, r.Entry, r.Name, 0); err != nil {
			return nil, fmt.Errorf("nothing is collected while something is missing: %w", err)
		}
	}
	use, err := p.packUse(ctx, l)
	if err != nil {
		return nil, err
	}
	for _, seq := range slices.Sorted(maps.Keys(use)) {
		u := use[seq]
		if u.alive*2 >= u.bytes {
			continue
		}
		gone = append(gone, seq)
		stats.FreedBytes += u.bytes
		stats.Packs++
	}
	if err := p.move(ctx, l, roots, gone); err != nil {
		return nil, err
	}
	stats.FreedBytes -= p.pack.at
	if stats.Blocks, err = removeDead(ctx, p.tx, l, gone); err != nil {
		return nil, err
	}
	return gone, p.writeDrops(ctx, roots, gone)
}

type rootInPack struct {
	Root
	pack int64
}

func rootsWithPacks(ctx context.Context, q querier) (list []rootInPack, err error) {
	rows, err := q.QueryContext(ctx, "SELECT name, pack FROM roots ORDER BY name")
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var r rootInPack
		if err := rows.Scan(&r.Name, &r.pack); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		list = append(list, r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Root, err = scanRoot(q.QueryRowContext(ctx, "SELECT "+rootColumns+" FROM roots WHERE name = ?", list[i].Name))
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// packUse is how much of a pack is needed.
type packUse struct{ bytes, alive int64 }

func (p *putting) packUse(ctx context.Context, l *live) (map[int64]packUse, error) {
	use := map[int64]packUse{}
	rows, err := p.tx.QueryContext(ctx, "SELECT seq, bytes FROM packs")
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var seq, bytes int64
		if err := rows.Scan(&seq, &bytes); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		use[seq] = packUse{bytes: bytes}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for id := range l.blocks {
		b, err := blockByID(ctx, p.tx, id)
		if err != nil {
			return nil, err
		}
		u := use[b.pack]
		u.alive += int64(b.stored)
		use[b.pack] = u
	}
	return use, nil
}

// move copies what is alive in some packs into this one: the bytes as they are.
func (p *putting) move(ctx context.Context, l *live, roots []rootInPack, gone []int64) error {
	for _, id := range l.order {
		b, err := blockByID(ctx, p.tx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(gone, b.pack) {
			continue
		}
		header, payload, err := p.s.readBlock(b)
		if err != nil {
			return err
		}
		offset := p.pack.record(recordBlock, header.encode(), payload)
		if _, err := p.tx.ExecContext(ctx, "UPDATE blocks SET pack = ?, offset = ? WHERE id = ?", p.seq, offset, id); err != nil {
			return err
		}
	}
	for d := range l.nodes {
		k := keyOf(d)
		var pack, at int64
		if err := p.tx.QueryRowContext(ctx, "SELECT pack, offset FROM nodes WHERE key = ?", k[:]).Scan(&pack, &at); err != nil {
			return err
		}
		if !slices.Contains(gone, pack) {
			continue
		}
		_, r, err := p.s.recordAt(pack, at)
		if err != nil {
			return err
		}
		offset := p.pack.record(recordNode, r.header, nil)
		if _, err := p.tx.ExecContext(ctx, "UPDATE nodes SET pack = ?, offset = ? WHERE key = ?", p.seq, offset, k[:]); err != nil {
			return err
		}
	}
	for _, r := range roots {
		if slices.Contains(gone, r.pack) {
			p.root(r.Root)
			if err := setRoot(ctx, p.tx, r.Root, p.seq); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeDead takes dead blocks and removed packs out of the index.
func removeDead(ctx context.Context, q querier, l *live, gone []int64) (dead int, err error) {
	run := func(query string, args ...any) {
		if err == nil {
			_, err = q.ExecContext(ctx, query, args...)
		}
	}
	run("CREATE TEMP TABLE alive (id INTEGER PRIMARY KEY)")
	for id := range l.blocks {
		run("INSERT INTO alive VALUES (?)", id)
	}
	if err == nil {
		err = q.QueryRowContext(ctx, "SELECT count(*) FROM blocks WHERE id NOT IN alive").Scan(&dead)
	}
	run(fmt.Sprintf("DELETE FROM tiles WHERE place >> %d NOT IN alive", placeBits))
	run(fmt.Sprintf("DELETE FROM parts WHERE place >> %d NOT IN alive", placeBits))
	run("DELETE FROM features WHERE block NOT IN alive")
	run("DELETE FROM blocks WHERE id NOT IN alive")
	run("DROP TABLE alive")
	for _, seq := range gone {
		run("DELETE FROM packs WHERE seq = ?", seq)
		run("DELETE FROM nodes WHERE pack = ?", seq) // those that are alive moved
	}
	return dead, err
}

// writeDrops says of names that packs still have and that are no roots any more that
// they are dropped, for when the index is made again.
func (p *putting) writeDrops(ctx context.Context, roots []rootInPack, gone []int64) error {
	current := map[string]bool{}
	for _, r := range roots {
		current[r.Name] = true
	}
	rows, err := p.tx.QueryContext(ctx, "SELECT seq FROM packs ORDER BY seq")
	if err != nil {
		return err
	}
	var left []int64
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return errors.Join(err, rows.Close())
		}
		left = append(left, seq)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, seq := range left {
		list, _, err := readPack(p.s.packPath(seq))
		if err != nil {
			return err
		}
		for _, r := range list {
			name, _, err := decodeRoot(r)
			if err != nil {
				return err
			}
			if r.kind == recordRoot && !current[name] {
				current[name] = true
				header := binary.AppendUvarint(nil, uint64(len(name)))
				p.pack.record(recordDrop, append(header, name...), nil)
			}
		}
	}
	return nil
}

// decodeRoot is the name and root of a record for a root or a drop; "" for others.
func decodeRoot(r record) (name string, root Root, err error) {
	if r.kind != recordRoot && r.kind != recordDrop {
		return "", root, nil
	}
	t := take{p: r.header}
	name = string(t.bytes(int(t.number(maxName))))
	if r.kind == recordRoot {
		root.Entry = t.entry()
		root.Seconds = t.number(1 << 62)
	}
	if err := t.end(); err != nil {
		return "", root, fmt.Errorf("byte %d: a root: %w: %w", r.offset, err, ErrDamaged)
	}
	return name, root, nil
}

// removeStrays removes packs that no put acknowledged and files that were not finished.
func (s *Store) removeStrays(ctx context.Context) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, packsFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		seq, ok := packNumber(e.Name())
		if ok {
			var n int64
			err := s.db.QueryRowContext(ctx, "SELECT seq FROM packs WHERE seq = ?", seq).Scan(&n)
			if err == nil {
				continue
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		if err := os.Remove(filepath.Join(s.dir, packsFolder, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
