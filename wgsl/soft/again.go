package soft

import "pxos/wgsl/flat"

// maxAgain is how many operations may be repeated to have a value again.
const maxAgain = 8

// again makes a region compute for itself what is cheap to compute from inputs,
// rather than load it from the context where another region has left it. What is
// computed here is also what addresses are taken apart by.
func (pl *plan) again(code []*flat.Instr) []*flat.Instr {
	own := map[*flat.Instr]bool{}
	var note func([]*flat.Instr)
	note = func(code []*flat.Instr) {
		for _, i := range code {
			own[i] = true
			for _, b := range bodies(i) {
				note(b.Code)
			}
		}
	}
	note(code)
	r := &repeater{plan: pl, own: own, copies: map[*flat.Instr]*flat.Instr{}}
	r.rewrite(code)
	return append(r.made, code...)
}

type repeater struct {
	plan   *plan
	own    map[*flat.Instr]bool
	copies map[*flat.Instr]*flat.Instr
	made   []*flat.Instr
}

// cost is the number of operations that compute a value from inputs, more than
// maxAgain where it depends on anything else.
func (r *repeater) cost(i *flat.Instr) int {
	if ambient(i) || r.plan.once[i] {
		return 0
	}
	if !i.Pure() || i.Op == flat.Part || r.own[i] {
		return maxAgain + 1
	}
	sum := 1
	for _, a := range i.Args {
		if sum += r.cost(a); sum > maxAgain {
			break
		}
	}
	return sum
}

// value is a value as the region has it.
func (r *repeater) value(i *flat.Instr) *flat.Instr {
	if c, ok := r.copies[i]; ok {
		return c
	}
	if n := r.cost(i); n == 0 || n > maxAgain {
		return i
	}
	c := *i
	c.Args = make([]*flat.Instr, len(i.Args))
	for k, a := range i.Args {
		c.Args[k] = r.value(a)
	}
	r.plan.prog.Values++
	c.ID = r.plan.prog.Values
	r.copies[i] = &c
	r.made = append(r.made, &c)
	return &c
}

// rewrite puts the region's own values into its code.
func (r *repeater) rewrite(code []*flat.Instr) {
	for _, i := range code {
		for k, a := range i.Args {
			i.Args[k] = r.value(a)
		}
		if i.Access != nil {
			access := *i.Access
			access.Terms = append([]flat.Term(nil), access.Terms...)
			for k := range access.Terms {
				access.Terms[k].Index = r.value(access.Terms[k].Index)
			}
			i.Access = &access
		}
		for _, b := range bodies(i) {
			r.rewrite(b.Code)
		}
	}
}
