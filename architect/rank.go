package architect

import (
	"context"

	"pxos/architect/search"
	"pxos/architect/source"
)

// Rank boots a broken source once and tells at which place of the search's
// list the repair stands that gives back the good source: -1 if nowhere. It is
// how the search is tuned, without judging a single candidate.
func Rank(ctx context.Context, p *Project, good, broken source.Tree, o Options) (rank, total int, err error) {
	shop, err := newWorkshop(p, broken, nil, o.WorkDir, 1)
	if err != nil {
		return 0, 0, err
	}
	defer shop.close()
	x, err := shop.build(ctx, <-shop.benches, broken)
	if err != nil {
		return 0, 0, err
	}
	r, err := shop.boot(ctx, x, p.First)
	if err != nil {
		return 0, 0, err
	}
	space := search.Find(broken, aimOf(r.Diagnosis, p.Module), search.Options{Module: p.Module, Protected: p.protectedFromSearch(broken), Seed: o.Seed})
	changed := good.Changed(broken)
	for i := range space.Candidates {
		c := &space.Candidates[i]
		if len(changed) == 1 && c.Path == changed[0] && sameCode(good, c.Apply(broken)) {
			return i, space.Total, nil
		}
	}
	return -1, space.Total, nil
}
