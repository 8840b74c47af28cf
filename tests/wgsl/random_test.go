package wgsl

import (
	"context"
	"os"
	"strconv"
	"testing"

	"pxos/wgsl"
)

// TestRandomProgramsAgree runs random programs on soft and oracle, which must
// give the same bits. PXOS_RANDOM_WGSL is how many; each failure prints its seed
// and its text.
func TestRandomProgramsAgree(t *testing.T) {
	n := 150
	if s := os.Getenv("PXOS_RANDOM_WGSL"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	soft, err := wgsl.Open(ctx, "soft", wgsl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer soft.Close()
	oracle, err := wgsl.Open(ctx, "oracle", wgsl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer oracle.Close()
	ran, failures := 0, 0
	for seed := range uint64(n) {
		c := Random(seed)
		p, err := c.prepare()
		if err != nil {
			// A constant expression of the program may be out of its range.
			continue
		}
		ran++
		a, err1 := p.on(ctx, soft)
		b, err2 := p.on(ctx, oracle)
		if err1 != nil || err2 != nil {
			t.Errorf("seed %d: soft %v, oracle %v\n%s", seed, err1, err2, c.Text)
			failures++
		} else if why := p.compare(a, b); why != "" {
			t.Errorf("seed %d: %s\n%s", seed, why, c.Text)
			failures++
		}
		if failures > 2 {
			t.Fatal("more are not shown")
		}
	}
	if ran < n/2 {
		t.Errorf("only %d of %d programs were accepted", ran, n)
	}
	t.Logf("%d programs ran, %d had a constant out of range", ran, n-ran)
}
