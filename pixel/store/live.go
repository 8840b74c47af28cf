package store

import (
	"context"
	"errors"
	"fmt"
)

// live is all that some roots need.
type live struct {
	s      *Store
	q      querier
	blocks map[int64]bool
	order  []int64 // the blocks, each after those it lies on
	nodes  map[Digest]bool
	seen   map[Digest]bool
	// lost hears of content that is not there or damaged; nil makes that an error.
	lost func(path string, err error)
}

func newLive(s *Store, q querier) *live {
	return &live{s: s, q: q, blocks: map[int64]bool{}, nodes: map[Digest]bool{}, seen: map[Digest]bool{}}
}

// entry marks what an entry needs.
func (l *live) entry(ctx context.Context, e Entry, path string, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.isLiteral() && e.literal != nil {
		return nil
	}
	if depth > deepestFolder {
		return fmt.Errorf("%s: folders in more than %d folders: %w", path, deepestFolder, ErrDamaged)
	}
	if l.seen[e.Digest] {
		return nil
	}
	l.seen[e.Digest] = true
	err := l.content(ctx, e.Digest)
	var list []Entry
	if err == nil && e.Kind == KindFolder {
		list, err = l.s.folder(ctx, l.q, e)
	}
	if err != nil {
		if l.lost == nil || ctx.Err() != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		l.lost(path, err)
		return nil
	}
	for _, child := range list {
		if err := l.entry(ctx, child, path+"/"+child.Name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (l *live) content(ctx context.Context, d Digest) error {
	children, ok, err := l.s.node(ctx, l.q, d)
	if err != nil {
		return err
	}
	if !ok {
		return l.part(ctx, d)
	}
	l.nodes[d] = true
	for _, c := range children {
		err = errors.Join(err, l.part(ctx, c))
	}
	return err
}

func (l *live) part(ctx context.Context, d Digest) error {
	for _, table := range []string{tableParts, tableTiles} {
		if block, _, ok, err := placeOf(ctx, l.q, table, keyOf(d)); ok || err != nil {
			return errors.Join(err, l.block(ctx, block, 0))
		}
	}
	return fmt.Errorf("%x: %w", d, ErrNotFound)
}

// block marks a block and those that it lies on.
func (l *live) block(ctx context.Context, id int64, depth int) error {
	if l.blocks[id] || id == 0 {
		return nil
	}
	if depth > deepest {
		return fmt.Errorf("block %d lies on more than %d others: %w", id, deepest, ErrDamaged)
	}
	row, err := blockByID(ctx, l.q, id)
	if err != nil {
		return err
	}
	header, err := l.s.blockHeader(row)
	if err != nil {
		return err
	}
	if header.based {
		base, err := blockBySum(ctx, l.q, header.base)
		if err == nil {
			err = l.block(ctx, base, depth+1)
		}
		if err != nil {
			return err
		}
	}
	for _, p := range header.pieces {
		if p.kind != pieceTile {
			continue
		}
		block, _, ok, err := placeOf(ctx, l.q, tableTiles, p.key)
		if err == nil && !ok {
			err = fmt.Errorf("tile %x: %w", p.key, ErrNotFound)
		}
		if err == nil {
			err = l.block(ctx, block, depth+1)
		}
		if err != nil {
			return err
		}
	}
	l.blocks[id], l.order = true, append(l.order, id)
	return nil
}

// blockHeader is the header of a block, without its payload.
func (s *Store) blockHeader(row blockRow) (blockHeader, error) {
	name, r, err := s.recordAt(row.pack, row.offset)
	if err != nil {
		return blockHeader{}, err
	}
	if r.kind != recordBlock {
		return blockHeader{}, fmt.Errorf("%s, byte %d: no block is here: %w", name, row.offset, ErrDamaged)
	}
	return decodeBlockHeader(r.header)
}
