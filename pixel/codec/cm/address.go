package cm

import (
	"encoding/binary"
	"slices"
)

// addressForward replaces the displacements of calls and jumps, and those from the
// instruction pointer, by what they point to: a function that is called from many
// places is then the same four bytes everywhere. The target counts from the start of
// the segment. Every operand of several bytes is written big endian, so that the part
// that is easy to guess comes first. The decoder of instructions never looks at the
// bytes that change.
func addressForward(p []byte, long bool) {
	x := newX86(long)
	for i := 0; i < len(p); {
		n := operand(&x, len(p)-i)
		if end, ok := addressHere(&x, i, n); ok {
			rel := binary.LittleEndian.Uint32(p[i:])
			binary.LittleEndian.PutUint32(p[i:], rel+uint32(end))
		}
		slices.Reverse(p[i : i+n])
		i += take(&x, p[i:i+n])
	}
}

// addressBackward undoes addressForward.
func addressBackward(p []byte, long bool) {
	x := newX86(long)
	for i := 0; i < len(p); {
		n := operand(&x, len(p)-i)
		end, ok := addressHere(&x, i, n)
		q := p[i : i+n]
		slices.Reverse(q)
		if ok {
			target := binary.LittleEndian.Uint32(q)
			binary.LittleEndian.PutUint32(q, target-uint32(end))
		}
		i += take(&x, q)
	}
}

// operand is the size of the operand that starts here, 1 where none does; never more
// than what is left.
func operand(x *x86, left int) int {
	switch x.next {
	case fieldDisp32, fieldImm32, fieldRel32, fieldRIP:
		return min(4, left)
	case fieldImm16:
		return min(2, left)
	case fieldImm64:
		return min(8, left)
	}
	return 1
}

// addressHere says whether the operand of n bytes at i is relative, and where the
// instruction ends that it is relative to.
func addressHere(x *x86, i, n int) (end int, ok bool) {
	switch {
	case n < 4:
		return 0, false
	case x.next == fieldRel32:
		return i + 4, true
	case x.next == fieldRIP:
		return i + 4 + x.imm, true
	}
	return 0, false
}

// take steps over an operand.
func take(x *x86, p []byte) int {
	for _, c := range p {
		x.step(c)
	}
	return len(p)
}
