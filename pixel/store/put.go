package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"pxos/pixel"
	"pxos/pixel/codec"
	"pxos/pixel/seed"
)

// PutStats is what a put did.
type PutStats struct {
	Root
	LogicalBytes int64 `json:"logical_bytes"` // of all files
	NewBytes     int64 `json:"new_bytes"`     // that the store did not have in the same parts
	PackBytes    int64 `json:"pack_bytes"`    // that were written
	Based        int   `json:"based_blocks"`  // blocks coded against a similar one
}

// groupBytes is how much of small files is coded as one block.
const groupBytes = 16 << 20

// putting is one put on its way.
type putting struct {
	s     *Store
	tx    *sql.Tx
	pack  *packWriter
	seq   int64
	group []part
	bytes int          // in the group
	fresh map[key]bool // parts of this put
	stats PutStats
}

// Put keeps a file, folder or symbolic link under a name. When it returns without an
// error, the content is on the disk for good.
func (s *Store) Put(ctx context.Context, name, path string) (PutStats, error) {
	return s.put(ctx, name, func(p *putting) (Entry, error) { return p.add(ctx, path) })
}

// PutBytes keeps bytes as a file under a name.
func (s *Store) PutBytes(ctx context.Context, name string, data []byte) (PutStats, error) {
	return s.put(ctx, name, func(p *putting) (Entry, error) {
		e := Entry{Kind: KindFile, Mode: 0o644}
		err := p.addContent(ctx, &e, newReader(data))
		return e, err
	})
}

func (s *Store) put(ctx context.Context, name string, add func(*putting) (Entry, error)) (stats PutStats, err error) {
	if err := checkRootName(name); err != nil {
		return stats, err
	}
	err = s.write(ctx, func(p *putting) error {
		e, err := add(p)
		if err == nil {
			err = p.flush(ctx)
		}
		if err != nil {
			return err
		}
		e.Name = name
		p.stats.Root = Root{e, s.options.Now().Unix()}
		p.root(p.stats.Root)
		stats = p.stats
		if err := setRoot(ctx, p.tx, p.stats.Root, p.seq); err != nil {
			return err
		}
		stats.PackBytes = p.pack.at
		return nil
	})
	return stats, err
}

func checkRootName(name string) error {
	if name == "" || len(name) > maxName || name[0] == '#' {
		return fmt.Errorf("%q is no name for a root: give 1 to %d bytes that do not begin with #", name, maxName)
	}
	return nil
}

func (p *putting) root(r Root) {
	header := binary.AppendUvarint(nil, uint64(len(r.Name)))
	header = append(header, r.Name...)
	header = appendEntry(header, r.Entry)
	p.pack.record(recordRoot, binary.AppendUvarint(header, uint64(max(r.Seconds, 0))), nil)
}

// write makes a pack and commits it together with what f changes in the index.
func (s *Store) write(ctx context.Context, f func(*putting) error) (err error) {
	if s.lock == nil {
		return errors.New("the store was not opened for writing")
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.cache.init() // it may have blocks whose numbers are free again
			_ = tx.Rollback()
		}
	}()
	p := &putting{s: s, tx: tx, fresh: map[key]bool{}}
	if p.seq, err = s.nextPack(ctx, tx); err != nil {
		return err
	}
	if p.pack, err = newPackWriter(s.packPath(p.seq)); err != nil {
		return err
	}
	s.writing, s.writingSeq = p.pack, p.seq
	err = f(p)
	s.writing = nil
	if err != nil {
		p.pack.abandon()
		return err
	}
	if p.pack.at == int64(len(packMagic)) { // nothing to keep
		p.pack.abandon()
		return tx.Commit()
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO packs (seq, bytes) VALUES (?, ?)", p.seq, p.pack.at); err != nil {
		p.pack.abandon()
		return err
	}
	// The pack is on the disk before the index names it; a pack that no index names is
	// collected with the garbage.
	if err := p.pack.commit(); err != nil {
		return err
	}
	return tx.Commit()
}

// nextPack is a number that no pack has had, so that names are never used again.
func (s *Store) nextPack(ctx context.Context, q querier) (int64, error) {
	var last sql.NullInt64
	if err := q.QueryRowContext(ctx, "SELECT max(seq) FROM packs").Scan(&last); err != nil {
		return 0, err
	}
	files, err := s.packFiles()
	if err != nil {
		return 0, err
	}
	if len(files) > 0 {
		last.Int64 = max(last.Int64, newestFirst(files)[0])
	}
	return last.Int64 + 1, nil
}

// addPart keeps one part, if it is new.
func (p *putting) addPart(ctx context.Context, data []byte) (Digest, error) {
	made := newPart(data)
	k := keyOf(made.digest)
	p.stats.LogicalBytes += int64(len(data))
	if p.fresh[k] {
		return made.digest, nil
	}
	table := tableParts
	if len(made.tiles) == 1 {
		table = tableTiles
	}
	if _, _, ok, err := placeOf(ctx, p.tx, table, k); ok || err != nil {
		return made.digest, err
	}
	p.fresh[k] = true
	p.stats.NewBytes += int64(len(data))
	if p.bytes > 0 && (p.bytes+len(data) > groupBytes || len(p.group) == maxSegments) {
		if err := p.flush(ctx); err != nil {
			return made.digest, err
		}
	}
	p.group, p.bytes = append(p.group, made), p.bytes+len(data)
	return made.digest, nil
}

// flush writes the group as one block.
func (p *putting) flush(ctx context.Context) error {
	if len(p.group) == 0 {
		return nil
	}
	group := p.group
	p.group, p.bytes = nil, 0
	var data []byte
	header := blockHeader{}
	for _, g := range group {
		data = append(data, g.data...)
		header.segments = append(header.segments, len(g.data))
	}
	header.sum = sha256.Sum256(data)
	if len(data) >= slowBytes {
		p.s.options.Log(fmt.Sprintf("coding %.1f MB", float64(len(data))/1e6))
	}
	before, similar, err := p.s.baseFor(ctx, p.tx, data, p.seq)
	if err != nil {
		return err
	}
	payload, base, err := p.encode(ctx, &header, group, data, before, similar)
	if err != nil {
		return err
	}
	offset := p.pack.record(recordBlock, header.encode(), payload)
	id, err := insertBlock(ctx, p.tx, blockRow{pack: p.seq, offset: offset, raw: len(data), stored: len(payload), base: base, line: header.line}, header.sum)
	if err != nil {
		return err
	}
	if !header.based {
		before.id = 0
	}
	if err := setFeatures(ctx, p.tx, id, before.id, features(data)); err != nil {
		return err
	}
	return indexParts(ctx, p.tx, id, group)
}

// slowBytes is what takes our models some seconds.
const slowBytes = 1 << 20

// encode chooses how the group is kept: as what differs from a similar block, or as new
// bytes, known tiles and seeds.
func (p *putting) encode(ctx context.Context, h *blockHeader, group []part, data []byte, before blockRow, similar bool) (payload []byte, base int64, err error) {
	if similar {
		payload, below, err := p.against(ctx, data, before)
		if err != nil {
			return nil, 0, err
		}
		if len(payload) < len(data)/worthBase {
			sum := sha256.Sum256(below.content.data)
			h.based, h.base, h.line = true, key(sum[:16]), before.line+1
			h.pieces, h.payload = []piece{{kind: pieceNew, length: len(data)}}, len(payload)
			p.stats.Based++
			return payload, below.id, nil
		}
	}
	fresh, err := p.pieces(ctx, h, group)
	if err != nil {
		return nil, 0, err
	}
	if len(fresh) > 0 {
		if payload, err = codec.EncodeBlock(p.s.options.Level, fresh, nil); err != nil {
			return nil, 0, err
		}
	} else {
		payload = nil
	}
	h.payload = len(payload)
	return payload, 0, nil
}

// base is a block that another is coded against.
type base struct {
	id      int64
	content *content
}

// against codes data as what differs from an earlier version: the one that lineBase
// names, so that few lie under it; or, where much changed since that, the newest one,
// if that comes to less than half.
func (p *putting) against(ctx context.Context, data []byte, newest blockRow) (payload []byte, below base, err error) {
	row, err := lineBase(ctx, p.tx, newest)
	if err != nil {
		return nil, below, err
	}
	code := func(id int64) ([]byte, base, error) {
		made, err := p.s.block(ctx, p.tx, id, 0)
		if err != nil {
			return nil, base{}, fmt.Errorf("read a similar block: %w", err)
		}
		payload, err := codec.EncodeBlock(max(p.s.options.Level, codec.Fast), data, made.data)
		return payload, base{id, made}, err
	}
	if payload, below, err = code(row.id); err != nil || row.id == newest.id || len(payload) < len(data)/muchChanged {
		return payload, below, err
	}
	depth, err := depthOf(ctx, p.tx, newest)
	if err != nil || depth >= deepestLine {
		return payload, below, err
	}
	other, newer, err := code(newest.id)
	if err == nil && len(other) < len(payload)/2 {
		return other, newer, nil
	}
	return payload, below, err
}

// muchChanged: what comes to less than this part of the data is not tried again.
const muchChanged = 200

// worthBase: coded against another block, a block must come to less than this part of
// its size; else its own models do nearly as well, and nothing lies on another.
const worthBase = 8

// pieces cuts the group into seeds, tiles that the store has, and new bytes, which it
// gives one after the other.
func (p *putting) pieces(ctx context.Context, h *blockHeader, group []part) (fresh []byte, err error) {
	add := func(q piece, data []byte) {
		if n := len(h.pieces); q.kind == pieceNew {
			fresh = append(fresh, data...)
			if n > 0 && h.pieces[n-1].kind == pieceNew {
				h.pieces[n-1].length += q.length
				return
			}
		}
		h.pieces = append(h.pieces, q)
	}
	for _, g := range group {
		for i, tile := range g.tiles {
			q := piece{kind: pieceNew, length: len(tile)}
			if px, ok := seed.Recognise(tile); ok {
				q.kind, q.seed = pieceSeed, px
			} else if len(tile) >= tileLeast { // a smaller one is hardly worth the reference
				if _, _, ok, err := placeOf(ctx, p.tx, tableTiles, keyOf(g.digests[i])); err != nil {
					return nil, err
				} else if ok {
					q.kind, q.key = pieceTile, keyOf(g.digests[i])
				}
			}
			add(q, tile)
		}
	}
	return fresh, nil
}

func insertBlock(ctx context.Context, q querier, b blockRow, sum Digest) (int64, error) {
	r, err := q.ExecContext(ctx, "INSERT INTO blocks (pack, offset, raw, stored, base, line, sum) VALUES (?,?,?,?,?,?,?)",
		b.pack, b.offset, b.raw, b.stored, b.base, b.line, sum[:16])
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// indexParts notes where the parts of a block and their tiles are, unless they are
// elsewhere already.
func indexParts(ctx context.Context, q querier, block int64, group []part) error {
	ordinal, fresh := 0, 0
	for n, g := range group {
		if len(g.tiles) > 1 {
			k := keyOf(g.digest)
			if _, err := q.ExecContext(ctx, "INSERT OR IGNORE INTO parts (key, place) VALUES (?, ?)", k[:], place(block, n)); err != nil {
				return err
			}
		}
		for i, d := range g.digests {
			k := keyOf(d)
			r, err := q.ExecContext(ctx, "INSERT OR IGNORE INTO tiles (key, place) VALUES (?, ?)", k[:], place(block, ordinal))
			if err != nil {
				return err
			}
			ordinal++
			if added, err := r.RowsAffected(); err != nil {
				return err
			} else if added > 0 {
				fresh += len(g.tiles[i])
			}
		}
	}
	_, err := q.ExecContext(ctx, "UPDATE blocks SET fresh = ? WHERE id = ?", fresh, block)
	return err
}

// addNode keeps the list of a large file's parts.
func (p *putting) addNode(ctx context.Context, children []Digest, bytes int64) (Digest, error) {
	d := nodeDigest(children, bytes)
	if len(children) > pixel.TilePixels {
		return d, fmt.Errorf("a file of %d bytes has more than %d parts: %w", bytes, pixel.TilePixels, ErrUnsupported)
	}
	k := keyOf(d)
	offset := p.pack.record(recordNode, encodeNode(children, bytes), nil)
	_, err := p.tx.ExecContext(ctx, "INSERT OR IGNORE INTO nodes (key, pack, offset) VALUES (?,?,?)", k[:], p.seq, offset)
	return d, err
}
