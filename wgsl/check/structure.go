package check

import (
	"math/bits"

	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// maxMembers is the number of members of a structure that the section "Limits" asks for.
const maxMembers = 1023

// structDecl checks a structure and lays it out ("Structure Types").
func (c *checker) structDecl(e *entity, d *syntax.StructDecl) {
	s := &types.Struct{Name: d.Name.Name}
	ok, before := true, c.errors
	if len(d.Members) == 0 {
		c.errorf(d.Span, "struct-types", "add a member", "the structure %s has no members", s.Name)
		ok = false
	}
	if len(d.Members) > maxMembers {
		c.errorf(d.Name.Span, "limits", "split it", "the structure %s has %d members, %d is the limit", s.Name, len(d.Members), maxMembers)
		e.bad = true
		return
	}
	names := map[string]syntax.Span{}
	for i, m := range d.Members {
		if old, twice := names[m.Name.Name]; twice {
			d := c.errorf(m.Name.Span, "struct-types", "give one of them another name", "the structure %s has two members %q", s.Name, m.Name.Name)
			withNote(d, old, "the first is here")
			ok = false
		}
		names[m.Name.Name] = m.Name.Span
		member, fine := c.structMember(m, i == len(d.Members)-1)
		ok = ok && fine
		s.Members = append(s.Members, member)
	}
	if !ok || e.bad {
		e.bad = true
		return
	}
	if s.Lay() != nil {
		c.errorf(d.Name.Span, "limits", "use smaller members", "the structure %s is larger than 2 GiB", s.Name)
		e.bad = true
		return
	}
	if types.Depth(s) > maxNestDepth {
		c.errorf(d.Name.Span, "limits", "nest fewer structures and arrays", "the structure %s nests deeper than %d", s.Name, maxNestDepth)
		e.bad = true
		return
	}
	if c.errors == before {
		c.memberLocations(d, s)
	}
	e.typ = s
}

func (c *checker) structMember(d *syntax.StructMember, last bool) (types.Member, bool) {
	m := types.Member{Name: d.Name.Name}
	attrs := c.attributes(d.Attrs, "a member of a structure", "align", "size", "builtin", "location", "blend_src", "interpolate", "invariant")
	m.Type = c.typeOf(d.Type)
	if m.Type == nil {
		return m, false
	}
	if a, ok := m.Type.(types.Array); ok && a.IsRuntimeSized() {
		if !last {
			c.errorf(d.Type.Span, "struct-types", "make it the last member", "a runtime-sized array must be the last member of a structure")
			return m, false
		}
	} else if !types.IsPlain(m.Type) || !types.HasCreationFixedFootprint(m.Type) {
		c.errorf(d.Type.Span, "struct-types", "use a plain type whose size is known when the module is made", "%s cannot be the type of a member", m.Type)
		return m, false
	}
	ok := true
	for _, a := range attrs {
		switch a.Name.Name {
		case "align":
			ok = c.alignment(a, &m) && ok
		case "size":
			ok = c.size(a, &m) && ok
		}
	}
	m.IO = c.ioAttributes(attrs)
	c.ioRules(d.Span, attrs, m.IO, m.Type)
	return m, ok
}

func (c *checker) alignment(a *syntax.Attribute, m *types.Member) bool {
	n, ok := c.attributeInt(a, 0)
	if !ok {
		return false
	}
	span := a.Args[0].Range()
	switch own := types.AlignOf(m.Type); {
	case n <= 0 || bits.OnesCount64(uint64(n)) != 1:
		c.errorf(span, "align-attr", "use 1, 2, 4, 8, 16, …", "the argument of @align must be a positive power of two, this is %d", n)
	case n%own != 0:
		c.errorf(span, "align-attr", "use a multiple of "+itoa(int(own)), "the argument of @align must be a multiple of %d, the alignment of %s; this is %d", own, m.Type, n)
	default:
		m.Align = n
		return true
	}
	return false
}

func (c *checker) size(a *syntax.Attribute, m *types.Member) bool {
	n, ok := c.attributeInt(a, 0)
	if !ok {
		return false
	}
	span := a.Args[0].Range()
	switch own := types.SizeOf(m.Type); {
	case !types.HasCreationFixedFootprint(m.Type):
		c.errorf(a.Span, "size-attr", "remove it", "@size may not stand on a member whose size is not fixed")
	case n <= 0:
		c.errorf(span, "size-attr", "use a positive number", "the argument of @size must be positive, this is %d", n)
	case n < own:
		c.errorf(span, "size-attr", "use at least "+itoa(int(own)), "the argument of @size must be at least %d, the size of %s; this is %d", own, m.Type, n)
	default:
		m.Size = n
		return true
	}
	return false
}

// memberLocations checks that no two members of a structure share a location, but
// for dual source blending ("Input-output Locations").
func (c *checker) memberLocations(d *syntax.StructDecl, s *types.Struct) {
	blended, located := 0, 0
	for i := range s.Members {
		if io := s.Members[i].IO; io != nil && io.Location >= 0 {
			located++
			if io.BlendSrc >= 0 {
				blended++
			}
		}
	}
	if blended > 0 {
		c.dualSource(d, s, located)
		return
	}
	used := map[int]int{}
	for i := range s.Members {
		io := s.Members[i].IO
		if io == nil || io.Location < 0 {
			continue
		}
		if old, ok := used[io.Location]; ok {
			d2 := c.errorf(d.Members[i].Span, "input-output-locations", "give each its own location", "the location %d is used twice in %s", io.Location, s.Name)
			withNote(d2, d.Members[old].Span, "the other member is here")
		}
		used[io.Location] = i
	}
}

func (c *checker) dualSource(d *syntax.StructDecl, s *types.Struct, located int) {
	seen := map[int]types.Type{}
	for i := range s.Members {
		if io := s.Members[i].IO; io != nil && io.Location == 0 && io.BlendSrc >= 0 {
			seen[io.BlendSrc] = s.Members[i].Type
		}
	}
	if located != 2 || len(seen) != 2 || seen[0] != seen[1] {
		c.errorf(d.Name.Span, "input-output-locations", "write one @location(0) @blend_src(0) and one @location(0) @blend_src(1) of the same type",
			"the members of %s with locations must be the two sources of dual source blending", s.Name)
	}
}
