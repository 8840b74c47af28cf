package check

import (
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// aliases applies the rules of the section "Aliasing" at a call, and adds what the
// called function accesses to what this one does. The called function has been
// checked completely, since callees come first.
func (c *checker) aliases(callee *funcInfo, args []operand, span syntax.Span) {
	pointers := map[root]int{} // first argument with this root
	for i, a := range args {
		if _, ok := a.typ.(types.Pointer); !ok || a.root == (root{}) {
			continue
		}
		param := root{p: callee.ir.Params[i]}
		at, written := callee.writes[param]
		_, read := callee.reads[param]
		if first, twice := pointers[a.root]; twice {
			other := root{p: callee.ir.Params[first]}
			if place, w := callee.writes[other]; w && !written {
				at, written = place, true
			}
			if written {
				c.aliasError(a.span, at, "two arguments point into the same variable, and the function writes through one of them")
			}
		} else {
			pointers[a.root] = i
		}
		if v := a.root.v; v != nil && v.Func == nil {
			c.aliasGlobal(callee, a, written, read, at)
		}
		if written {
			c.accessed(a.root, a.span, true)
		}
		if read {
			c.accessed(a.root, a.span, false)
		}
	}
	for r := range callee.writes {
		if r.v != nil && r.v.Func == nil {
			c.accessed(r, span, true)
		}
	}
	for r := range callee.reads {
		if r.v != nil && r.v.Func == nil {
			c.accessed(r, span, false)
		}
	}
}

// aliasGlobal compares a pointer to a variable of module scope with what the
// called function does to that variable by its name.
func (c *checker) aliasGlobal(callee *funcInfo, a operand, written, read bool, at syntax.Span) {
	global := root{v: a.root.v}
	if place, w := callee.writes[global]; w && (written || read) {
		c.aliasError(a.span, place, "the argument points into a variable that the function also writes by its name")
	} else if _, r := callee.reads[global]; r && written {
		c.aliasError(a.span, at, "the argument points into a variable that the function also reads by its name, and it writes through the pointer")
	}
}

func (c *checker) aliasError(span, at syntax.Span, text string) {
	d := c.errorf(span, "aliasing", "pass pointers to different variables, or copy the value first", "%s", text)
	withNote(d, at, "memory is written here")
}
