package oracle

import (
	"bytes"
	"fmt"
	"slices"

	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Observer is told what one invocation does, in the order in which it does it.
type Observer interface {
	// Workgroup is told before a workgroup runs: the number-th, from 1, of count.
	// Events come of the last.
	Workgroup(id [3]uint32, number, count int64)
	Event(e Event)
	// Changed is told once, when the dispatch has ended, also by an error: one
	// entry for each buffer whose contents differ from those before.
	Changed(list []Change)
}

// Kind is what happened.
type Kind uint8

// The kinds. Enter and Leave enclose what a function does; those from Clamped on
// happen inside of a statement, whose own event comes behind them.
const (
	Enter     Kind = iota // Function is called with Args; Span is the call, of the entry point its declaration
	Leave                 // Function gave Value, nil where it gives none
	Let                   // Name was given to Value
	Declare               // the variable Name began with Value
	Assign                // Value was stored in the memory Name
	Evaluate              // Value was computed and dropped; nil where a built-in function gives none
	Condition             // the condition at Span had Value; Round is set where it leads into a loop
	Select                // a switch of Value goes on in the clause Name
	Round                 // Round of a loop without such a condition begins
	BreakIf               // the condition at Span, which ends a loop, had Value
	Break                 // a loop or switch is left
	Continue              // a round of a loop is left
	Return                // the function is left with Value, nil where it gives none

	Clamped // the index Value of the composite at Span was clamped, which has Count components
	Skipped // the right side of Name, && or ||, was not computed: the left was Value
	Atomic  // Name left Value in the memory Args[0]
	Barrier // Name waits for the workgroup

	// Overwritten says that the memory Name of the Assign that comes next holds
	// Value in the end: another invocation wrote it by the same statement.
	Overwritten
)

// Event is one thing that the invocation did.
type Event struct {
	Kind     Kind
	Span     syntax.Span  // of the statement or expression
	Function *ir.Function // whose body it stands in; of Enter and Leave the one called
	Depth    int          // calls around it: 0 in the entry point
	Name     string
	Value    value.Value
	Args     []Named
	Round    int64
	Count    int64
}

// Named is a value with its name.
type Named struct {
	Name  string
	Value value.Value
}

// Change tells how a buffer differs from what it was before the dispatch. A part
// is a scalar or vector in it.
type Change struct {
	Name  string
	Parts int64         // that differ
	First []ChangedPart // the first of them, at most maxParts
}

// ChangedPart is a part of a buffer such as data[3].x with both of its values.
type ChangedPart struct {
	Name     string
	Old, New value.Value
}

const maxParts = 8

// watch follows one invocation of a dispatch.
type watch struct {
	observer Observer
	group    [3]uint32
	lane     int
	before   map[*ir.Var][]byte
}

// OpenWatched makes a device that tells an observer what the invocation with this
// global_invocation_id does in each dispatch. A dispatch then ends behind the
// workgroup of the invocation, and dispatches must not run at the same time. One
// without such an invocation is refused with a *gpu.BindingError.
func OpenWatched(invocation [3]uint32, o Observer) *Device {
	return &Device{observer: o, invocation: invocation}
}

// follow sets up what the device watches.
func (m *machine) follow() error {
	d, size := m.pipeline.device, m.pipeline.size
	if d.observer == nil {
		return nil
	}
	w := &watch{observer: d.observer, before: map[*ir.Var][]byte{}}
	var local [3]uint32
	for i, at := range d.invocation {
		if w.group[i], local[i] = at/size[i], at%size[i]; w.group[i] >= m.counts[i] {
			return &gpu.BindingError{Message: fmt.Sprintf(
				"there is no invocation (%d, %d, %d): the dispatch has %d x %d x %d, in %d x %d x %d workgroups of %d x %d x %d",
				d.invocation[0], d.invocation[1], d.invocation[2],
				uint64(size[0])*uint64(m.counts[0]), uint64(size[1])*uint64(m.counts[1]), uint64(size[2])*uint64(m.counts[2]),
				m.counts[0], m.counts[1], m.counts[2], size[0], size[1], size[2])}
		}
	}
	w.lane = int((local[2]*size[1]+local[1])*size[0] + local[0])
	for v, p := range m.globals {
		if v.Access != types.Read {
			w.before[v] = bytes.Clone(p[0].(*pointer).root.bytes)
		}
	}
	m.watch = w
	return nil
}

// last says whether no later workgroup has to run.
func (w *watch) last(group [3]uint32) bool { return w != nil && group == w.group }

// number is when a workgroup has its turn, from 1.
func (m *machine) number(group [3]uint32) int64 {
	x, y, z := int64(group[0]), int64(group[1]), int64(group[2])
	return (z*int64(m.counts[1])+y)*int64(m.counts[0]) + x + 1
}

// starts tells of the workgroup that is to run.
func (m *machine) starts() {
	if m.watch != nil {
		m.watch.observer.Workgroup(m.group, m.number(m.group), m.number(m.watch.group))
	}
}

// sees says whether the invocation that is watched is among the lanes.
func (m *machine) sees(active lanes) bool {
	return m.watch != nil && m.group == m.watch.group && slices.Contains(active, m.watch.lane)
}

// sees says whether what these lanes do in the function is told: a function that
// is not of the module's source is passed over.
func (f *frame) sees(active lanes) bool { return !f.function.Hidden && f.machine.sees(active) }

// tell tells of something in the body of the function; the watched lane is active.
func (f *frame) tell(e Event) {
	if e.Function == nil {
		e.Function = f.function
	}
	e.Depth = f.depth
	f.watch.observer.Event(e)
}

// own is the value of the watched lane.
func (f *frame) own(values []value.Value) value.Value { return values[f.watch.lane] }

// tellEnter tells of a call; f is the frame of the caller.
func (f *frame) tellEnter(callee *ir.Function, span syntax.Span, args [][]value.Value) {
	e := Event{Kind: Enter, Span: span, Function: callee}
	for _, p := range callee.Params {
		e.Args = append(e.Args, Named{p.Name, f.own(args[p.Index])})
	}
	f.tell(e)
}

// tellAssign tells what the watched lane stored, once all lanes have.
func (f *frame) tellAssign(s *ir.Assign, pointers []value.Value, stored value.Value) {
	p := f.own(pointers).(*pointer)
	now := p.root.bytes[p.offset : p.offset+types.SizeOf(p.elem)]
	mine := bytes.Clone(now)
	encode(p.elem, mine, stored)
	if !bytes.Equal(now, mine) {
		f.tell(Event{Kind: Overwritten, Span: s.Span, Name: p.String(), Value: p.load()})
	}
	f.tell(Event{Kind: Assign, Span: s.Span, Name: p.String(), Value: stored})
}

// tellEvaluate leaves a call out, which tells of itself.
func (f *frame) tellEvaluate(s *ir.Evaluate, values []value.Value) {
	if _, call := s.X.(*ir.Call); !call {
		f.tell(Event{Kind: Evaluate, Span: s.Span, Value: f.own(values)})
	}
}

// entrance says whether a statement is the `if !condition { break; }` that for and
// while begin with: all of it stands where the condition does.
func entrance(s ir.Stmt) bool {
	branch, ok := s.(*ir.If)
	if !ok || branch.Else != nil || len(branch.Then.Stmts) != 1 {
		return false
	}
	leave, ok := branch.Then.Stmts[0].(*ir.Break)
	return ok && leave.Span == branch.Span
}

func (f *frame) tellIf(s *ir.If, yes lanes) {
	holds := slices.Contains(yes, f.watch.lane)
	e := Event{Kind: Condition, Span: s.Cond.Range(), Value: value.Bool(holds)}
	if entrance(s) {
		e.Value, e.Round = value.Bool(!holds), f.round
	}
	f.tell(e)
}

// tellRound tells of a round where no condition does.
func (f *frame) tellRound(s *ir.Loop) {
	if len(s.Body.Stmts) == 0 || !entrance(s.Body.Stmts[0]) {
		f.tell(Event{Kind: Round, Span: s.Span, Round: f.round})
	}
}

func (f *frame) tellSelect(s *ir.Switch, selector value.Value, sets []lanes) {
	for i, c := range s.Cases {
		if slices.Contains(sets[i], f.watch.lane) {
			f.tell(Event{Kind: Select, Span: s.Span, Name: clause(c), Value: selector})
		}
	}
}

// clause spells the head of a case.
func clause(c *ir.Case) string {
	text := ""
	for i, v := range c.Values {
		if i > 0 {
			text += ", "
		}
		text += v.String()
	}
	switch {
	case !c.Default:
		return "case " + text
	case text == "":
		return "default"
	}
	return "case " + text + ", default"
}

// tellIndex tells where an index was out of bounds.
func (f *frame) tellIndex(e *ir.Index, base, index value.Value) {
	n, _ := integer(index)
	length := int64(0)
	if p, memory := base.(*pointer); memory {
		length = p.length()
	} else {
		length = int64(count(base.Type()))
	}
	if n < 0 || n >= length {
		f.tell(Event{Kind: Clamped, Span: e.Base.Range(), Value: index, Count: length})
	}
}

// tellAtomic tells what an atomic operation left, before other lanes go on.
func (f *frame) tellAtomic(e *ir.Builtin, p *pointer) {
	f.tell(Event{Kind: Atomic, Span: e.Span, Name: e.ID.String(), Value: p.load(), Args: []Named{{Name: p.String()}}})
}

// tellChanged compares the buffers with what they were.
func (m *machine) tellChanged() {
	if m.watch == nil {
		return
	}
	var list []Change
	for _, v := range m.pipeline.vars {
		before, written := m.watch.before[v]
		if !written {
			continue
		}
		c := Change{Name: v.Name}
		c.compare(pointer{&variable{v, before}, v.Type, 0}, *m.globals[v][0].(*pointer))
		if c.Parts > 0 {
			list = append(list, c)
		}
	}
	m.watch.observer.Changed(list)
}

// compare adds the parts in which two contents of a variable differ.
func (c *Change) compare(old, new pointer) {
	end := old.offset + types.SizeOf(old.elem)
	if a, ok := old.elem.(types.Array); ok && a.IsRuntimeSized() {
		end = int64(len(old.root.bytes))
	}
	if bytes.Equal(old.root.bytes[old.offset:end], new.root.bytes[old.offset:end]) {
		return
	}
	switch old.elem.(type) {
	case types.Scalar, types.Vector, types.Atomic:
		c.Parts++
		switch {
		case len(c.First) == maxParts:
		case old.root.Handle != nil:
			c.First = append(c.First, changedTexel(old, new))
		default:
			c.First = append(c.First, ChangedPart{old.String(), old.load(), new.load()})
		}
		return
	}
	for i := range old.length() {
		elem, offset := part(old.elem, int(i))
		c.compare(pointer{old.root, elem, old.offset + offset}, pointer{new.root, elem, new.offset + offset})
	}
}
