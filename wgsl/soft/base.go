package soft

import (
	"encoding/binary"
	"slices"

	"pxos/wasm"
	"pxos/wgsl/flat"
)

// An address is taken apart into a base that is computed and an offset that is
// constant, and accesses of one body with the same base share it. The runtime
// checks an address against the end of memory once for each base: the first use of
// a base touches the highest offset that the body uses with it.

// addend is a part of a base: the index times the stride in bytes. Clamped is the
// term where it must be clamped first.
type addend struct {
	index   *flat.Instr
	stride  int64
	clamped *flat.Term
}

// baseScope has the bases of a body whose code is being emitted.
type baseScope struct {
	locals map[string]int
	ends   map[string]uint32 // the end of the highest access
	uses   map[string]int
}

// split takes an access apart. Lane 0's place stands for those of all lanes.
func (g *generator) split(a *flat.Access) (parts []addend, offset uint32) {
	at := a.Offset * scale(a.Mem)
	for n := range a.Terms {
		t := &a.Terms[n]
		stride := t.Stride * scale(a.Mem)
		if !g.inRange(*t) {
			parts = append(parts, addend{t.Index, stride, t})
			continue
		}
		// Within its range no sum wraps, so its parts may be scaled apart.
		var sum func(i *flat.Instr)
		sum = func(i *flat.Instr) {
			switch {
			case i.Op == flat.Const:
				at += int64(i.Bits) * stride
			case i.Op == flat.Add && isScalar(i) && g.here(i):
				sum(i.Args[0])
				sum(i.Args[1])
			default:
				parts = append(parts, addend{i, stride, nil})
			}
		}
		sum(t.Index)
	}
	slices.SortStableFunc(parts, func(x, y addend) int { return x.index.ID - y.index.ID })
	switch a.Mem.Kind {
	case flat.Workgroup:
		at += int64(g.layout.workgroup[a.Mem.ID])
	case flat.Lane:
		at += int64(g.layout.lane[a.Mem.ID])
	}
	return parts, uint32(at)
}

// here says whether a value is computed in the region whose code is emitted, so
// that what it is computed from is at hand too.
func (g *generator) here(i *flat.Instr) bool {
	return g.plan.once[i] || g.plan.home[i] == g.regionID
}

// baseKey spells a base so that equal ones are equal.
func baseKey(m *flat.Memory, parts []addend) string {
	b := []byte{byte(m.Kind)}
	if m.Kind == flat.Buffer || m.Kind == flat.Table {
		b = binary.AppendVarint(b, int64(m.ID))
	}
	for _, p := range parts {
		b = binary.AppendVarint(b, int64(p.index.ID))
		b = binary.AppendVarint(b, int64(p.index.Op))
		b = binary.AppendVarint(b, int64(p.index.Input))
		b = binary.AppendVarint(b, p.stride)
		if p.clamped == nil {
			b = append(b, 0)
		} else {
			b = append(b, 1)
			b = binary.AppendVarint(b, p.clamped.Count)
			b = binary.AppendVarint(b, p.clamped.Base)
			b = binary.AppendVarint(b, int64(m.ID))
		}
	}
	return string(b)
}

// constantPlace says whether an access lies at a base and constant offsets from it
// for all lanes: the same place, or a row that no lane leaves.
func (g *generator) constantPlace(a *flat.Access) bool {
	rest := varyingTerms(a)
	if len(rest) == 0 {
		return true
	}
	_, inRow := row(a, rest)
	return inRow && g.inRange(rest[0])
}

func varyingTerms(a *flat.Access) (rest []flat.Term) {
	for _, t := range a.Terms {
		if t.Index.Level != flat.Uniform {
			rest = append(rest, t)
		}
	}
	return rest
}

// openScope begins a body: it looks through its accesses, not those of bodies
// inside.
func (g *generator) openScope(code []*flat.Instr) {
	s := baseScope{locals: map[string]int{}, ends: map[string]uint32{}, uses: map[string]int{}}
	for _, i := range code {
		if i.Access == nil || i.Op == flat.Zero || i.Op == flat.BufferSize || !g.constantPlace(i.Access) {
			continue
		}
		parts, offset := g.split(i.Access)
		key := baseKey(i.Access.Mem, parts)
		s.uses[key]++
		s.ends[key] = max(s.ends[key], offset+uint32(g.reach(i)))
	}
	g.scopes = append(g.scopes, s)
}

func (g *generator) closeScope() { g.scopes = g.scopes[:len(g.scopes)-1] }

// reach is how many bytes from its place on an access may touch.
func (g *generator) reach(i *flat.Instr) int64 {
	a := i.Access
	parts := int64(max(i.Parts, len(i.Args), 1))
	n := parts * elementBytes(a.Mem, i.Kind)
	if distance, ok := row(a, varyingTerms(a)); ok {
		n += int64(distance) * (flat.Width - 1)
	}
	return n
}

// base gives the local with an access's base and the offset from it.
func (g *generator) base(a *flat.Access) (local int, offset uint32) {
	parts, offset := g.split(a)
	key := baseKey(a.Mem, parts)
	for k := len(g.scopes) - 1; k >= 0; k-- {
		if l, ok := g.scopes[k].locals[key]; ok {
			return l, offset
		}
	}
	local = g.NewLocal(wasm.I32)
	g.pushStart(a.Mem)
	for _, p := range parts {
		if p.clamped != nil {
			g.pushClamped(a.Mem, *p.clamped)
		} else {
			g.pushScalar(p.index)
		}
		g.multiply(p.stride)
		g.Do(wasm.I32Add)
	}
	g.Set(local)
	s := g.scopes[len(g.scopes)-1]
	s.locals[key] = local
	if s.uses[key] > 1 {
		g.Get(local)
		g.Mem(wasm.I32Load16U, 1, s.ends[key]-2)
		g.Do(wasm.Drop)
	}
	return local, offset
}

// pushStart pushes where the memory of a kind begins.
func (g *generator) pushStart(m *flat.Memory) {
	switch m.Kind {
	case flat.Buffer, flat.Table:
		g.Get(g.buffers[g.binding(m)].address)
	case flat.Workgroup:
		g.Get(paramWork)
	case flat.Lane:
		g.Get(g.plan.laneBase)
	}
}
