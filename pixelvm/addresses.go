package pixelvm

// addresses knows, within a basic block, which places of the stack and which locals hold
// the same value. A second access by the same address (a field beside another, a place
// that is read and then written) then has the same local in WebAssembly, and so needs no
// second check there.
type addresses struct {
	next    int
	stack   map[int]int // values by depth
	locals  map[int]int
	wrapped map[int]int  // by value: local of WebAssembly with its lower 32 bits
	ands    map[int]bool // values that an AND made
}

func newAddresses() *addresses {
	return &addresses{stack: map[int]int{}, locals: map[int]int{}, wrapped: map[int]int{}, ands: map[int]bool{}}
}

// value is what lies at a key, a new value if that is not known.
func (a *addresses) value(of map[int]int, key int) int {
	n, ok := of[key]
	if !ok {
		a.next++
		n = a.next
		of[key] = n
	}
	return n
}

// isAnd says that the value at a depth of the stack is the result of an AND.
func (a *addresses) isAnd(depth int) bool { return a.ands[a.value(a.stack, depth)] }

// follow notes what an instruction does to a stack of n values.
func (a *addresses) follow(op Op, px Pixel, n int) {
	switch op.Code {
	case GET:
		a.stack[n] = a.value(a.locals, px.Operand())
	case SET, TEE:
		a.locals[px.Operand()] = a.value(a.stack, n-1)
	case DUP:
		a.stack[n] = a.value(a.stack, n-1)
	case OVER:
		a.stack[n] = a.value(a.stack, n-2)
	case SWAP:
		a.stack[n-1], a.stack[n-2] = a.value(a.stack, n-2), a.value(a.stack, n-1)
	case POP:
	case HOSTCALL:
		clear(a.stack)
	default:
		// What it pops and pushes is one value or another; a call ends the block.
		for depth := n - len(op.Pops); depth < n+len(op.Pushes); depth++ {
			delete(a.stack, depth)
		}
		if op.Code == AND {
			a.ands[a.value(a.stack, n-2)] = true
		}
	}
}
