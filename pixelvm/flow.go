package pixelvm

import (
	"cmp"
	"slices"
)

// flow is the graph of a function's blocks, in the form that structured code needs
// (Ramsey, "Beyond Relooper: recursive translation of unstructured control flow to
// structured control flow", ICFP 2022).
type flow struct {
	next      [][]int // of each block: its successors; of a conditional jump, first where it jumps to
	order     []int   // of each block, its place in reverse postorder
	children  [][]int // of each block: the blocks that it dominates directly
	merge     []bool  // more than one edge comes from before
	loop      []bool  // an edge comes back
	reducible bool
}

// blockAt is the number of the block that begins at a pixel.
func (c *checked) blockAt(at int) int { return c.block[at] }

func newFlow(f *Function, c *checked) *flow {
	n := len(c.blocks)
	g := &flow{next: make([][]int, n), order: make([]int, n), children: make([][]int, n), merge: make([]bool, n), loop: make([]bool, n), reducible: true}
	for i, b := range c.blocks {
		px, op := last(f, b)
		if op.Operand == JumpOperand {
			g.next[i] = append(g.next[i], c.blockAt(px.Operand()))
		}
		if op.Falls {
			g.next[i] = append(g.next[i], c.blockAt(b.end))
		}
	}
	sorted := g.sort()
	parent := g.dominators(sorted)
	g.edges(sorted, parent)
	for _, b := range sorted[1:] {
		g.children[parent[b]] = append(g.children[parent[b]], b)
	}
	for _, list := range g.children {
		slices.SortFunc(list, func(a, b int) int { return cmp.Compare(g.order[b], g.order[a]) }) // the last first
	}
	return g
}

// last is the last instruction of a block.
func last(f *Function, b block) (Pixel, Op) {
	at := b.start
	for {
		op := table[f.Code[at].Op()]
		size := 1
		if op.Operand == WideOperand {
			size = 3
		}
		if at+size >= b.end {
			return f.Code[at], op
		}
		at += size
	}
}

// sort gives the blocks in reverse postorder.
func (g *flow) sort() []int {
	type visit struct{ block, next int }
	seen := make([]bool, len(g.next))
	var post []int
	work := []visit{{0, 0}}
	seen[0] = true
	for len(work) > 0 {
		v := &work[len(work)-1]
		if v.next == len(g.next[v.block]) {
			post = append(post, v.block)
			work = work[:len(work)-1]
			continue
		}
		to := g.next[v.block][v.next]
		v.next++
		if !seen[to] {
			seen[to] = true
			work = append(work, visit{to, 0})
		}
	}
	slices.Reverse(post)
	for i, b := range post {
		g.order[b] = i
	}
	return post
}

// dominators gives each block's immediate dominator (Cooper, Harvey and Kennedy, "A
// simple, fast dominance algorithm", 2001).
func (g *flow) dominators(sorted []int) []int {
	before := make([][]int, len(g.next))
	for b, list := range g.next {
		for _, to := range list {
			before[to] = append(before[to], b)
		}
	}
	parent := make([]int, len(g.next))
	for i := range parent {
		parent[i] = -1
	}
	parent[0] = 0
	for changed := true; changed; {
		changed = false
		for _, b := range sorted[1:] {
			found := -1
			for _, p := range before[b] {
				if parent[p] < 0 {
					continue
				}
				if found < 0 {
					found = p
				}
				for found != p {
					if g.order[found] > g.order[p] {
						found = parent[found]
					} else {
						p = parent[p]
					}
				}
			}
			if parent[b] != found {
				parent[b], changed = found, true
			}
		}
	}
	return parent
}

// edges finds merges and loops, and whether every edge back goes to a block that
// dominates where it comes from.
func (g *flow) edges(sorted, parent []int) {
	forward := make([]int, len(g.next))
	for _, b := range sorted {
		for _, to := range g.next[b] {
			if g.order[to] > g.order[b] {
				forward[to]++
				continue
			}
			g.loop[to] = true
			x := b
			for g.order[x] > g.order[to] {
				x = parent[x]
			}
			g.reducible = g.reducible && x == to
		}
	}
	for b, n := range forward {
		g.merge[b] = n > 1
	}
}
