package store

import (
	"context"
	"errors"
	"math"
	"slices"
)

const (
	featureCount = 8
	// featureSample takes one position of 64.
	featureSample = 63
	// featuresAlike is how many of the features two blocks must share for one to be the
	// other's base.
	featuresAlike = 2
	// lineRadix: version n of a line is coded against version n less the greatest power
	// of four that divides n, so that no version lies on more than three for each digit.
	lineRadix = 4
)

// features are the least of eight hashes over all samples of data: two texts share each
// with the probability that a sample of one is in the other (Broder, "On the resemblance
// and containment of documents", 1997).
func features(data []byte) (list [featureCount]int64) {
	var least [featureCount]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	h := uint64(0)
	for i, c := range data {
		h = h<<1 + gear[c] // of the last 64 bytes; of the last 24 in what decides
		if h>>17&featureSample != 0 || i < 16 {
			continue
		}
		for k := range least {
			v := (h<<40 ^ gear[k]) * (gear[k+16] | 1)
			least[k] = min(least[k], v>>20)
		}
	}
	for k, v := range least {
		list[k] = int64(v)<<3 | int64(k)
	}
	return list
}

// baseFor looks for the block whose content is most like data, in packs before one that
// is being written.
func (s *Store) baseFor(ctx context.Context, q querier, data []byte, pack int64) (b blockRow, ok bool, err error) {
	votes := map[int64]int{}
	for _, f := range features(data) {
		rows, err := q.QueryContext(ctx, "SELECT block FROM features JOIN blocks ON id = block WHERE feature = ? AND pack < ?", f, pack)
		if err != nil {
			return b, false, err
		}
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return b, false, errors.Join(err, rows.Close())
			}
			votes[id]++
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return b, false, err
		}
	}
	best, most := int64(0), featuresAlike-1
	for id, n := range votes {
		if n > most || n == most && best != 0 && id > best {
			best, most = id, n
		}
	}
	if best == 0 {
		return b, false, nil
	}
	b, err = blockByID(ctx, q, best)
	return b, err == nil, err
}

// lineBase is the version of a line that the one after newest is coded against.
func lineBase(ctx context.Context, q querier, newest blockRow) (blockRow, error) {
	n := newest.line + 1
	step := 1
	for n%(step*lineRadix) == 0 {
		step *= lineRadix
	}
	want := n - step
	for b := newest; ; {
		if b.line == want {
			return b, nil
		}
		if b.line < want || b.base == 0 {
			return newest, nil // the one that is wanted was collected
		}
		below, err := blockByID(ctx, q, b.base)
		if err != nil {
			return b, err
		}
		b = below
	}
}

// deepestLine is how many blocks may lie under one because much changed between them.
const deepestLine = 24

// depthOf is how many blocks lie under one.
func depthOf(ctx context.Context, q querier, b blockRow) (n int, err error) {
	for ; b.base != 0 && n < deepest; n++ {
		if b, err = blockByID(ctx, q, b.base); err != nil {
			return n, err
		}
	}
	return n, nil
}

// setFeatures makes a block one to be found, in place of the one that came before it in
// its line.
func setFeatures(ctx context.Context, q querier, block, before int64, list [featureCount]int64) error {
	if before != 0 {
		if _, err := q.ExecContext(ctx, "DELETE FROM features WHERE block = ?", before); err != nil {
			return err
		}
	}
	for _, f := range list {
		if _, err := q.ExecContext(ctx, "INSERT OR IGNORE INTO features (feature, block) VALUES (?, ?)", f, block); err != nil {
			return err
		}
	}
	return nil
}

// newestFirst orders pack numbers.
func newestFirst(list []int64) []int64 {
	slices.Sort(list)
	slices.Reverse(list)
	return list
}
