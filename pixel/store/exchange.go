package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Export gives one pack with all that some roots need; no names are all roots. The
// blocks are copied as they are.
func (s *Store) Export(ctx context.Context, names []string) (pack []byte, roots []Root, err error) {
	all, err := s.Roots(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range all {
		if len(names) == 0 {
			roots = append(roots, r)
		}
		for _, n := range names {
			if n == r.Name {
				roots = append(roots, r)
			}
		}
	}
	if len(roots) < len(names) {
		return nil, nil, fmt.Errorf("export %q: %w", names, ErrNotFound)
	}
	l := newLive(s, s.db)
	for _, r := range roots {
		if err := l.entry(ctx, r.Entry, r.Name, 0); err != nil {
			return nil, nil, err
		}
	}
	dir, err := os.MkdirTemp("", "pxos-export-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "pack")
	w, err := newPackWriter(path)
	if err != nil {
		return nil, nil, err
	}
	if err := l.write(ctx, w, roots); err != nil {
		w.abandon()
		return nil, nil, err
	}
	if err := w.commit(); err != nil {
		return nil, nil, err
	}
	pack, err = os.ReadFile(path)
	return pack, roots, err
}

// write puts all that is alive into a pack.
func (l *live) write(ctx context.Context, w *packWriter, roots []Root) error {
	for _, id := range l.order {
		b, err := blockByID(ctx, l.q, id)
		if err != nil {
			return err
		}
		header, payload, err := l.s.readBlock(b)
		if err != nil {
			return err
		}
		w.record(recordBlock, header.encode(), payload)
	}
	for d := range l.nodes {
		children, _, err := l.s.node(ctx, l.q, d)
		if err != nil {
			return err
		}
		k := keyOf(d)
		var pack, at int64
		if err := l.q.QueryRowContext(ctx, "SELECT pack, offset FROM nodes WHERE key = ?", k[:]).Scan(&pack, &at); err != nil {
			return err
		}
		_, r, err := l.s.recordAt(pack, at)
		if err != nil || len(children) == 0 {
			return errors.Join(err, fmt.Errorf("node %x has %d children", d, len(children)))
		}
		w.record(recordNode, r.header, nil)
	}
	p := putting{pack: w}
	for _, r := range roots {
		p.root(r)
	}
	return w.err
}

// ImportStats is what an import did.
type ImportStats struct {
	Roots     []Root
	Blocks    int   // that were new
	Known     int   // that the store had
	PackBytes int64 // that were written
}

// Import takes all of a pack that Export made. Every block is decoded and compared
// before anything is kept; a name that the store has for other content is refused.
func (s *Store) Import(ctx context.Context, pack []byte) (stats ImportStats, err error) {
	f, err := os.CreateTemp("", "pxos-import-")
	if err != nil {
		return stats, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(pack)
	if err = errors.Join(err, f.Close()); err != nil {
		return stats, err
	}
	list, _, err := readPack(f.Name())
	if err != nil {
		return stats, fmt.Errorf("the import: %w", err)
	}
	err = s.write(ctx, func(p *putting) error {
		if err := p.importRecords(ctx, list, pack, &stats); err != nil {
			return err
		}
		for _, r := range stats.Roots {
			if err := newLive(s, p.tx).entry(ctx, r.Entry, r.Name, 0); err != nil {
				return fmt.Errorf("the import is not whole: %w", err)
			}
			p.root(r)
			if err := setRoot(ctx, p.tx, r, p.seq); err != nil {
				return err
			}
		}
		stats.PackBytes = p.pack.at
		return nil
	})
	return stats, err
}

func (p *putting) importRecords(ctx context.Context, list []record, pack []byte, stats *ImportStats) error {
	for _, r := range list {
		switch r.kind {
		case recordBlock:
			if err := p.importBlock(ctx, r, pack[r.payload:r.end], stats); err != nil {
				return fmt.Errorf("the import, byte %d: %w", r.offset, err)
			}
		case recordNode:
			children, bytes, err := decodeNode(r.header)
			if err != nil {
				return err
			}
			if _, err := p.addNode(ctx, children, bytes); err != nil {
				return err
			}
		case recordRoot:
			name, root, err := decodeRoot(r)
			if err == nil {
				err = checkRootName(name)
			}
			if err != nil {
				return err
			}
			old, err := scanRoot(p.tx.QueryRowContext(ctx, "SELECT "+rootColumns+" FROM roots WHERE name = ?", name))
			if err == nil && old.Digest != root.Digest {
				return fmt.Errorf("the store has a root %q of other content (%x, the import's is %x): put it under another name, or drop it, first", name, old.Digest[:4], root.Digest[:4])
			}
			if ignoreNoRows(err) != nil {
				return err
			}
			stats.Roots = append(stats.Roots, root)
		default:
			return fmt.Errorf("byte %d: an export has no record of type %q: %w", r.offset, r.kind, ErrDamaged)
		}
	}
	return nil
}

func (p *putting) importBlock(ctx context.Context, r record, payload []byte, stats *ImportStats) error {
	header, err := decodeBlockHeader(r.header)
	if err != nil {
		return err
	}
	if _, err := blockBySum(ctx, p.tx, key(header.sum[:16])); err == nil {
		stats.Known++
		return nil
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	data, err := p.s.decodeBlock(ctx, p.tx, header, payload, 0)
	if err != nil {
		return err
	}
	offset := p.pack.record(recordBlock, header.encode(), payload)
	row := blockRow{pack: p.seq, offset: offset, raw: len(data), stored: len(payload), line: header.line}
	if err := p.s.noteBlock(ctx, p.tx, row, header, data); err != nil {
		return err
	}
	stats.Blocks++
	return nil
}
