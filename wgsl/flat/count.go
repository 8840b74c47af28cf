package flat

import (
	"math"

	"pxos/wgsl/types"
)

// countBounds finds the counters of loops that go on only while the counter is
// less than a constant, and notes so at the value that was compared:
//
//	loop
//	  %1 = get counter
//	  %2 = ge %1 C
//	  if %2
//	    break
//
// Whoever uses %1 behind that knows it to be less than C. Only counters that are
// the same in all lanes are noted: of others, a lane that left the loop keeps a
// larger value, and loads may run for it too.
func countBounds(b *Body) {
	for _, i := range b.Code {
		if i.Op == Loop {
			countHead(i, i.Body)
		}
		eachBody(i, countBounds)
	}
}

// countHead looks at the head of a loop, which may stand in Blocks.
func countHead(loop *Instr, b *Body) {
	if len(b.Code) > 0 && b.Code[0].Op == Block {
		countHead(loop, b.Code[0].Body)
		return
	}
	if len(b.Code) < 3 {
		return
	}
	get, compare, leave := b.Code[0], b.Code[1], b.Code[2]
	if get.Op != Get || get.Level != Uniform || compare.Op != Ge || compare.Args[0] != get || compare.Args[1].Op != Const ||
		leave.Op != If || leave.Args[0] != compare || leave.Else != nil && len(leave.Else.Code) > 0 {
		return
	}
	if code := leave.Body.Code; len(code) != 1 || code[0].Op != Break || code[0].Target != loop {
		return
	}
	below := int64(compare.Args[1].Bits)
	if get.Kind == types.I32 && !risesFromZero(get.Slot, below) {
		return
	}
	get.Below = below
}

// risesFromZero says whether an i32 that goes on only while it is less than below
// is never negative: it starts so, and only constants are added that cannot carry
// it past the largest i32.
func risesFromZero(s *Slot, below int64) bool {
	room := math.MaxInt32 - below
	if s.Init == nil || below > math.MaxInt32 {
		return false
	}
	for _, set := range s.sets {
		v := set.Args[0]
		if set == s.Init {
			if v.Op != Const || v.Bits > math.MaxInt32 {
				return false
			}
			continue
		}
		if v.Op != Add || v.Args[0].Op != Get || v.Args[0].Slot != s || v.Args[1].Op != Const || int64(v.Args[1].Bits) > room {
			return false
		}
		room -= int64(v.Args[1].Bits)
	}
	return true
}
