package shader

import (
	"encoding/binary"
	"fmt"

	"pxos/pixelvm"
)

// serve does what the host has to do for each instance after a dispatch, and says
// whether one needs a larger stack.
func (w *wave) serve() (grow bool, err error) {
	for i, r := range w.runs {
		if r.ended || r.state.Status == running {
			continue
		}
		if err := w.drain(i); err != nil {
			return false, err
		}
		var err error
		switch r.state.Status {
		case needsHost:
			err = w.host(i)
		case needsStack:
			r.state.Status, grow = running, true
		case needsRoom:
			r.state.Status = running
		case returned:
			err = w.values(i)
		case halted:
			w.end(i, nil)
		case trapped:
			w.trap(i, pixelvm.TrapKind(r.state.Detail), nil)
		default:
			err = fmt.Errorf("instance %d has the status %d, which is none", i, r.state.Status)
		}
		if err != nil {
			return false, err
		}
	}
	return grow, nil
}

// drain takes the output that waits.
func (w *wave) drain(i int) error {
	r := w.runs[i]
	n := int(r.state.Written)
	if n == 0 {
		return nil
	}
	if n > w.layout.output {
		return fmt.Errorf("instance %d wrote %d bytes, there is room for %d", i, n, w.layout.output)
	}
	b := make([]byte, (n+3)&^3)
	if err := w.output.Read(int64(i)*int64(w.layout.output), b); err != nil {
		return err
	}
	w.append(r, b[:n])
	r.state.Written = 0
	return nil
}

// append adds output that has room.
func (w *wave) append(r *run, p []byte) {
	r.out.Output = append(r.out.Output, p...)
	r.state.Room -= uint32(len(p))
}

func (w *wave) end(i int, err error) {
	r := w.runs[i]
	r.ended, r.out.Err = true, err
	r.out.Fuel = r.config.Fuel - int64(r.state.Fuel)
	w.ended++
}

func (w *wave) trap(i int, kind pixelvm.TrapKind, err error) {
	r := w.runs[i]
	function, pixel := w.m.place(r.state.PC)
	t := w.m.program.Trap(kind, function, pixel)
	t.Number, t.Err = int(r.state.Number), err
	r.state.Status = trapped
	w.end(i, t)
}

// readSlots are the bytes of n slots of a stack, writeSlots sets slots.
func (w *wave) readSlots(i, first, n int) ([]byte, error) {
	b := make([]byte, 8*n)
	for k := range n {
		if err := w.stack.Read(w.layout.slot(i, first+k), b[8*k:8*k+8]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (w *wave) writeSlots(i, first int, b []byte) error {
	for k := range len(b) / 8 {
		if err := w.stack.Write(w.layout.slot(i, first+k), b[8*k:8*k+8]); err != nil {
			return err
		}
	}
	return nil
}

// slots are values of a stack from a slot on.
func (w *wave) slots(i, first, n int) ([]uint64, error) {
	b, err := w.readSlots(i, first, n)
	if err != nil {
		return nil, err
	}
	out := make([]uint64, n)
	for k := range out {
		out[k] = binary.LittleEndian.Uint64(b[8*k:])
	}
	return out, nil
}

// values ends an instance that returned.
func (w *wave) values(i int) error {
	p := w.m.program.Program
	values, err := w.slots(i, 0, len(p.Functions[p.Entry].Results))
	if err != nil {
		return err
	}
	w.runs[i].out.Values = p.CanonicalValues(values)
	w.end(i, nil)
	return nil
}

// host does an instruction that the shader cannot.
func (w *wave) host(i int) error {
	r := w.runs[i]
	function, pixel := w.m.place(r.state.PC)
	px := w.m.program.Functions[function].Code[pixel]
	pops, pushes := 0, 0
	var text []byte
	switch px.Op() {
	case pixelvm.HOSTCALL:
		h := pixelvm.HostOps[px.Operand()]
		pops, pushes = len(h.Pops), len(h.Pushes)
		if done, err := w.call(i, px.Operand(), h); err != nil || !done {
			return err
		}
	case pixelvm.PRINTF:
		pops = 1
		values, err := w.slots(i, int(r.state.SP)-1, 1)
		if err != nil {
			return err
		}
		text = pixelvm.FloatText(values[0])
	case pixelvm.PRINTSTR:
		pops = 2
		values, err := w.slots(i, int(r.state.SP)-2, 2)
		if err != nil {
			return err
		}
		if text, err = w.read(i, int(values[0]), int(values[1])); err != nil {
			return err
		}
	default:
		return fmt.Errorf("instance %d asks the host for instruction 0x%02x", i, byte(px.Op()))
	}
	if len(text) > int(r.state.Room) {
		w.trap(i, pixelvm.OutputFull, nil)
		return nil
	}
	w.append(r, text)
	r.state.SP = uint32(int(r.state.SP) - pops + pushes)
	r.state.PC++
	r.state.Status, r.state.Paid = running, 0
	return nil
}

// call makes a host call; done is false if that ended the instance.
func (w *wave) call(i, number int, h pixelvm.HostOp) (done bool, err error) {
	r := w.runs[i]
	base := int(r.state.SP) - len(h.Pops)
	arguments, err := w.slots(i, base, len(h.Pops))
	if err != nil {
		return false, err
	}
	var memory []byte
	if h.Memory {
		if memory, err = w.read(i, 0, 4*w.layout.words); err != nil {
			return false, err
		}
	}
	results, kind, failure := pixelvm.CallHost(r.config.Host, number, arguments, memory)
	if h.Memory {
		if err := w.write(i, memory); err != nil {
			return false, err
		}
	}
	if kind != pixelvm.NoTrap {
		w.trap(i, kind, failure)
		return false, nil
	}
	var b []byte
	for _, v := range results {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return true, w.writeSlots(i, base, b)
}

// read is memory of an instance.
func (w *wave) read(i, address, n int) ([]byte, error) {
	first, last := address>>2, (address+n+3)>>2
	if last <= first {
		return nil, nil
	}
	// The words of all lanes from the first to the last of this one.
	lanes := w.layout.lanes
	b := make([]byte, 4*((last-first-1)*lanes+1))
	if err := w.memory.Read(w.layout.word(i, first), b); err != nil {
		return nil, err
	}
	out := make([]byte, 0, 4*(last-first))
	for at := 0; at < len(b); at += 4 * lanes {
		out = append(out, b[at:at+4]...)
	}
	return out[address&3:][:n], nil
}

// write is all of an instance's memory.
func (w *wave) write(i int, memory []byte) error {
	lanes := w.layout.lanes
	if len(memory) == 0 {
		return nil
	}
	b := make([]byte, 4*((w.layout.words-1)*lanes+1))
	if err := w.memory.Read(w.layout.word(i, 0), b); err != nil {
		return err
	}
	for n := range w.layout.words {
		copy(b[4*n*lanes:], memory[4*n:4*n+4])
	}
	return w.memory.Write(w.layout.word(i, 0), b)
}
