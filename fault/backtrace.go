package fault

import "golang.org/x/arch/x86/x86asm"

const maxFrames = 48

// Frame is one level of the backtrace.
type Frame struct {
	Location
	Name string `json:"name,omitempty"` // function+offset
	How  string `json:"how"`            // "rip", "frame pointer", "return address on the stack"
}

// backtrace follows frame pointers from the fault. Every return address must
// stand behind a CALL.
func (a *Analysis) backtrace() []Frame {
	r := &a.Regs
	out := []Frame{a.frame(r.RIP, "rip")}
	if ret, err := a.pointer(r.RSP); err == nil && a.frameless() && a.afterCall(ret) {
		out = append(out, a.frame(ret, "return address on the stack"))
	}
	word := uint64(a.wordBytes())
	for bp := r.RBP; len(out) < maxFrames; {
		if bp == 0 || bp%word != 0 {
			break
		}
		next, err1 := a.pointer(bp)
		ret, err2 := a.pointer(bp + word)
		if err1 != nil || err2 != nil || !a.afterCall(ret) {
			break
		}
		if out[len(out)-1].Address != ret {
			out = append(out, a.frame(ret, "frame pointer"))
		}
		if next <= bp || next-bp > 1<<20 {
			break
		}
		bp = next
	}
	return out
}

// frame describes a return address by the CALL before it.
func (a *Analysis) frame(addr uint64, how string) Frame {
	at := addr
	if how != "rip" {
		at--
	}
	l := a.Sym.Locate(at)
	l.Address = addr
	return Frame{Location: l, Name: a.Sym.Name(addr), How: how}
}

// frameless tells whether the function at the fault has not (yet) set up a frame
// pointer, so that its return address is at RSP.
func (a *Analysis) frameless() bool {
	rip := a.Regs.RIP
	f, at := a.Sym.resolve(rip)
	if f == nil || at == f.Start {
		return true // a wild jump, or the first instruction
	}
	start := rip - (at - f.Start)
	for pc := start; pc < rip && pc-start < 4096; {
		i := a.decodeAt(pc)
		if !i.valid {
			return false
		}
		if i.inst.Op == x86asm.PUSH || (i.inst.Op == x86asm.SUB && (i.inst.Args[0] == x86asm.RSP || i.inst.Args[0] == x86asm.ESP)) {
			return false
		}
		pc += uint64(i.inst.Len)
	}
	return true
}

// afterCall tells whether an address stands behind a CALL instruction.
func (a *Analysis) afterCall(ret uint64) bool {
	if ret < 16 {
		return false
	}
	b := a.code(ret-7, 7)
	if len(b) < 7 {
		return false
	}
	if b[2] == 0xE8 {
		return true
	}
	for n := 2; n <= 7; n++ { // FF /2 with any addressing
		c := b[7-n:]
		if c[0] == 0x41 && n > 2 {
			c = c[1:]
		}
		if c[0] == 0xFF && len(c) > 1 && c[1]>>3&7 == 2 {
			return true
		}
	}
	return false
}

// calls lists the functions that the one at addr calls directly before addr,
// the latest first, without the language's own.
func (a *Analysis) calls(addr uint64) []*Function {
	f, at := a.Sym.resolve(addr)
	if f == nil || at-f.Start > 64<<10 {
		return nil
	}
	start := addr - (at - f.Start)
	var out []*Function
	for pc := start; pc < addr; {
		i := a.decodeAt(pc)
		if !i.valid {
			pc++
			continue
		}
		pc += uint64(i.inst.Len)
		if i.inst.Op != x86asm.CALL {
			continue
		}
		if rel, ok := i.inst.Args[0].(x86asm.Rel); ok {
			if g := a.Sym.Func(pc + uint64(int64(rel))); g != nil && g != f && !ofLanguage(g.Name) {
				out = append([]*Function{g}, out...)
			}
		}
	}
	return out
}
