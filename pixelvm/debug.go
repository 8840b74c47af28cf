package pixelvm

import (
	"context"
	"slices"
)

// Debugger runs a program on the plain interpreter an instruction at a time, and shows
// what it finds. It is for one goroutine.
type Debugger struct {
	o     *oracle
	trap  *Trap
	stops map[Place]bool
}

// Place is an instruction: a function and a pixel of its code.
type Place struct{ Function, Pixel int }

// NewDebugger loads a program and stops before its first instruction.
func NewDebugger(p *Verified, c Config) (*Debugger, error) {
	c = c.WithDefaults()
	if err := c.CheckMemory(p.Program); err != nil {
		return nil, err
	}
	o := &oracle{p: p, c: c, memory: make([]byte, p.Tiles<<16), fuel: c.Fuel, out: output{most: c.OutputBytes}}
	p.FillMemory(o.memory)
	o.enter(p.Entry)
	return &Debugger{o: o, stops: map[Place]bool{}}, nil
}

// Break has Continue stop before an instruction, or not any more; it says which.
func (d *Debugger) Break(at Place) bool {
	d.stops[at] = !d.stops[at]
	return d.stops[at]
}

// Ended says that the program has come to its end, and with which trap, if any.
func (d *Debugger) Ended() (ended bool, trap *Trap) {
	return d.trap != nil || d.o.halted || len(d.o.frames) == 0, d.trap
}

// Step runs one instruction.
func (d *Debugger) Step() {
	if ended, _ := d.Ended(); !ended {
		d.trap = d.o.step()
	}
}

// Next runs one instruction, and if that is a call, until it has returned.
func (d *Debugger) Next(ctx context.Context) {
	depth := len(d.o.frames)
	d.until(ctx, func() bool { return len(d.o.frames) <= depth })
}

// Finish runs until the function has returned.
func (d *Debugger) Finish(ctx context.Context) {
	depth := len(d.o.frames)
	d.until(ctx, func() bool { return len(d.o.frames) < depth })
}

// Continue runs until a place that Break named, or the end.
func (d *Debugger) Continue(ctx context.Context) { d.until(ctx, func() bool { return false }) }

func (d *Debugger) until(ctx context.Context, there func() bool) {
	for n := 0; ; n++ {
		d.Step()
		at, ok := d.Where()
		if !ok || there() || d.stops[at] || n&0xFFFF == 0 && ctx.Err() != nil {
			return
		}
	}
}

// Where is the instruction that comes next; ok is false at the end.
func (d *Debugger) Where() (at Place, ok bool) {
	if ended, _ := d.Ended(); ended {
		return at, false
	}
	f := d.o.frames[len(d.o.frames)-1]
	return Place{f.function, f.at}, true
}

// Calls are the places of all calls on their way, the newest last.
func (d *Debugger) Calls() (list []Place) {
	for _, f := range d.o.frames {
		list = append(list, Place{f.function, f.at})
	}
	return list
}

// Locals are those of the newest call, with their types.
func (d *Debugger) Locals() (values []uint64, types []Type) {
	if len(d.o.frames) == 0 {
		return nil, nil
	}
	f := d.o.frames[len(d.o.frames)-1]
	p := &d.o.p.Functions[f.function]
	return slices.Clone(f.locals), slices.Concat(p.Params, p.Locals)
}

// Stack is that of the newest call, with its types.
func (d *Debugger) Stack() (values []uint64, types []Type) {
	at, ok := d.Where()
	if !ok {
		return slices.Clone(d.o.stack), nil
	}
	types = d.o.p.functions[at.Function].stack[at.Pixel]
	return slices.Clone(d.o.stack[len(d.o.stack)-len(types):]), types
}

// Memory is the program's memory; it must not be changed.
func (d *Debugger) Memory() []byte { return d.o.memory }

// Output is what the program has written since it was asked last.
func (d *Debugger) Output() []byte {
	out := d.o.out.data
	d.o.out.data, d.o.out.most = nil, d.o.out.most-len(out)
	return out
}

// Fuel is how much was used.
func (d *Debugger) Fuel() int64 { return d.o.c.Fuel - d.o.fuel }
