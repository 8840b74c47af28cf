package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"pxos/pixel"
	"pxos/pixel/codec"
	"pxos/pixel/seed"
)

// content is what a block holds.
type content struct {
	data     []byte
	segments [][]byte
	tiles    [][]byte // of all segments; made when they are asked for
}

// tile is tile n of all segments, nil if there are not so many.
func (c *content) tile(n int) []byte {
	if c.tiles == nil {
		for _, s := range c.segments {
			c.tiles = append(c.tiles, tiles(s)...)
		}
	}
	if n >= len(c.tiles) {
		return nil
	}
	return c.tiles[n]
}

func newContent(data []byte, sizes []int) *content {
	c := &content{data: data}
	for _, n := range sizes {
		c.segments = append(c.segments, data[:n:n])
		data = data[n:]
	}
	return c
}

// cache keeps the contents of blocks that were used last.
type cache struct {
	blocks map[int64]*content
	order  []int64 // the oldest first
	bytes  int
}

// cacheBytes is the most memory for blocks that are kept.
const cacheBytes = 256 << 20

func (c *cache) init() { *c = cache{blocks: map[int64]*content{}} }

func (c *cache) put(id int64, made *content) {
	if _, ok := c.blocks[id]; ok || len(made.data) > cacheBytes/2 {
		return
	}
	for c.bytes+len(made.data) > cacheBytes {
		c.bytes -= len(c.blocks[c.order[0]].data)
		delete(c.blocks, c.order[0])
		c.order = c.order[1:]
	}
	c.blocks[id], c.order, c.bytes = made, append(c.order, id), c.bytes+len(made.data)
}

// deepest bounds how many blocks lie under one: bases and tiles of other blocks.
const deepest = 64

// block is the content of a block, which is checked.
func (s *Store) block(ctx context.Context, q querier, id int64, depth int) (*content, error) {
	if made, ok := s.cache.blocks[id]; ok {
		return made, nil
	}
	if depth > deepest {
		return nil, fmt.Errorf("block %d lies on more than %d others: %w", id, deepest, ErrDamaged)
	}
	row, err := blockByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	header, payload, err := s.readBlock(row)
	if errors.Is(err, os.ErrNotExist) { // a collection moved it a moment ago
		if row, err = blockByID(ctx, q, id); err == nil {
			header, payload, err = s.readBlock(row)
		}
	}
	if err != nil {
		return nil, err
	}
	data, err := s.decodeBlock(ctx, q, header, payload, depth)
	if err != nil {
		return nil, fmt.Errorf("%s, byte %d: %w", s.packPath(row.pack), row.offset, err)
	}
	made := newContent(data, header.segments)
	s.cache.put(id, made)
	return made, nil
}

// readBlock reads what a pack has of a block.
func (s *Store) readBlock(row blockRow) (blockHeader, []byte, error) {
	f, r, err := s.openRecord(row.pack, row.offset)
	if err != nil {
		return blockHeader{}, nil, err
	}
	defer f.Close()
	if r.kind != recordBlock {
		return blockHeader{}, nil, fmt.Errorf("%s, byte %d: no block is here: %w", f.Name(), row.offset, ErrDamaged)
	}
	header, err := decodeBlockHeader(r.header)
	if err != nil {
		return header, nil, err
	}
	payload := make([]byte, header.payload)
	_, err = f.ReadAt(payload, r.payload)
	return header, payload, err
}

// decodeBlock makes the content of a block from its header and payload.
func (s *Store) decodeBlock(ctx context.Context, q querier, h blockHeader, payload []byte, depth int) ([]byte, error) {
	var base []byte
	if h.based {
		id, err := blockBySum(ctx, q, h.base)
		if err == nil {
			var below *content
			if below, err = s.block(ctx, q, id, depth+1); err == nil {
				base = below.data
			}
		}
		if err != nil {
			return nil, fmt.Errorf("the base: %w", err)
		}
	}
	fresh := 0
	for _, p := range h.pieces {
		if p.kind == pieceNew {
			fresh += p.length
		}
	}
	var own []byte
	if fresh > 0 {
		var err error
		if own, err = codec.DecodeBlock(payload, base, fresh); err != nil {
			return nil, fmt.Errorf("%w: %w", err, ErrDamaged)
		}
	}
	data := make([]byte, 0, h.raw())
	for _, p := range h.pieces {
		piece, err := s.piece(ctx, q, p, own, depth)
		if err != nil {
			return nil, err
		}
		if p.kind == pieceNew {
			own = own[p.length:]
		}
		data = append(data, piece...)
	}
	if sum := sha256.Sum256(data); sum != h.sum {
		return nil, fmt.Errorf("a block has SHA-256 %x and says %x: %w", sum, h.sum, ErrDamaged)
	}
	return data, nil
}

func (s *Store) piece(ctx context.Context, q querier, p piece, own []byte, depth int) (data []byte, err error) {
	switch p.kind {
	case pieceNew:
		return own[:p.length], nil
	case pieceTile:
		data, err = s.tile(ctx, q, p.key, depth+1)
	case pieceSeed:
		data, err = seed.Expand(p.seed, s.options.Prelude)
	}
	if err == nil && len(data) != p.length {
		err = fmt.Errorf("a piece has %d bytes and says %d: %w", len(data), p.length, ErrDamaged)
	}
	return data, err
}

// tile is the content of a tile.
func (s *Store) tile(ctx context.Context, q querier, k key, depth int) ([]byte, error) {
	block, n, ok, err := placeOf(ctx, q, tableTiles, k)
	if err != nil || !ok {
		return nil, errors.Join(err, fmt.Errorf("tile %x: %w", k, ErrNotFound))
	}
	made, err := s.block(ctx, q, block, depth)
	if err != nil {
		return nil, err
	}
	if data := made.tile(n); data != nil {
		return data, nil
	}
	return nil, fmt.Errorf("block %d has no tile %d: %w", block, n, ErrDamaged)
}

// content gives the bytes under a digest to f, a part at a time, and checks them.
func (s *Store) content(ctx context.Context, q querier, d Digest, f func([]byte) error) error {
	children, ok, err := s.node(ctx, q, d)
	if err != nil {
		return err
	}
	if !ok {
		data, err := s.part(ctx, q, d)
		if err != nil {
			return err
		}
		return f(data)
	}
	for _, c := range children {
		data, err := s.part(ctx, q, c)
		if err == nil {
			err = f(data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part is the content of a part, which is a single tile or a node of tiles.
func (s *Store) part(ctx context.Context, q querier, d Digest) ([]byte, error) {
	block, n, ok, err := placeOf(ctx, q, tableParts, keyOf(d))
	if err != nil {
		return nil, err
	}
	var data []byte
	if ok {
		made, err := s.block(ctx, q, block, 0)
		if err != nil {
			return nil, err
		}
		if n >= len(made.segments) {
			return nil, fmt.Errorf("block %d has no part %d: %w", block, n, ErrDamaged)
		}
		data = made.segments[n]
	} else if data, err = s.tile(ctx, q, keyOf(d), 0); err != nil {
		return nil, fmt.Errorf("%x: %w", d, err)
	}
	if got := newPart(data).digest; got != d {
		return nil, fmt.Errorf("a part has digest %x, wanted was %x: %w", got, d, ErrDamaged)
	}
	return data, nil
}

// node is the parts of a file that has several.
func (s *Store) node(ctx context.Context, q querier, d Digest) (children []Digest, ok bool, err error) {
	k := keyOf(d)
	var pack, offset int64
	err = q.QueryRowContext(ctx, "SELECT pack, offset FROM nodes WHERE key = ?", k[:]).Scan(&pack, &offset)
	if err != nil {
		return nil, false, ignoreNoRows(err)
	}
	name, r, err := s.recordAt(pack, offset)
	if err != nil {
		return nil, false, err
	}
	children, bytes, err := decodeNode(r.header)
	if err == nil && (r.kind != recordNode || nodeDigest(children, bytes) != d) {
		err = fmt.Errorf("%s, byte %d: another node is here: %w", name, offset, ErrDamaged)
	}
	return children, true, err
}

func encodeNode(children []Digest, bytes int64) []byte {
	out := binary.AppendUvarint(nil, uint64(bytes))
	out = binary.AppendUvarint(out, uint64(len(children)))
	for _, c := range children {
		out = append(out, c[:]...)
	}
	return out
}

func decodeNode(header []byte) (children []Digest, bytes int64, err error) {
	t := take{p: header}
	bytes = t.number(1 << 62)
	for range t.number(pixel.TilePixels) {
		var d Digest
		copy(d[:], t.bytes(len(d)))
		children = append(children, d)
	}
	if err := t.end(); err != nil {
		return nil, 0, fmt.Errorf("a node: %w: %w", err, ErrDamaged)
	}
	return children, bytes, nil
}
