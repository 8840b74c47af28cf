package fault

import (
	"fmt"
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"pxos/machine"
)

// Instruction is one line of disassembly.
type Instruction struct {
	Address uint64 `json:"address"`
	Bytes   string `json:"bytes"`
	Text    string `json:"text"`
	Where   string `json:"where,omitempty"` // function+offset
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Fault   bool   `json:"fault,omitempty"` // the instruction that failed
}

// insn is the decoded instruction at the fault.
type insn struct {
	raw   []byte // up to 15 bytes at RIP
	inst  x86asm.Inst
	valid bool
}

// code reads n bytes of instructions: from memory, from the image where the page
// tables do not lead to them, or else from RAM at the same physical address,
// where code that has just switched its page tables usually is.
func (a *Analysis) code(addr uint64, n int) []byte {
	b := make([]byte, n)
	if got := a.readVirtual(addr, b); got > 0 {
		return b[:got]
	}
	if got := a.Sym.ReadImage(addr, b); got > 0 {
		return b[:got]
	}
	if a.placeAt(addr).Kind == "ram" && a.mem.phys(addr, b) == nil {
		return b
	}
	return nil
}

func (a *Analysis) decodeAt(addr uint64) insn {
	i := insn{raw: a.code(addr, 15)}
	mode := a.Mode
	if mode == 0 {
		mode = 64
	}
	inst, err := x86asm.Decode(i.raw, mode)
	if err == nil && inst.Len > 0 {
		i.inst, i.valid = inst, true
	}
	return i
}

// text prints the instruction, Intel syntax, with names for addresses.
func (a *Analysis) text(i insn, addr uint64) string {
	if !i.valid {
		if name := byHand(i.raw); name != "" {
			return name
		}
		return "(not decoded)"
	}
	return x86asm.IntelSyntax(i.inst, addr, func(v uint64) (string, uint64) {
		if f := a.Sym.Func(v); f != nil && a.Sym.find(v) != nil {
			return f.Name, f.Start
		}
		return "", 0
	})
}

// byHand names instructions that matter here and that the decoder lacks.
func byHand(b []byte) string {
	switch op := strip(b); {
	case len(b) > 0 && (b[0] == 0xC5 || b[0] == 0xC4 || b[0] == 0x62):
		return "(AVX instruction)"
	case isSSE(b):
		return "(SSE instruction)"
	case len(op) > 1 && op[0] == 0x0F && op[1] == 0x0B:
		return "ud2"
	}
	return ""
}

// strip removes legacy and REX prefixes.
func strip(b []byte) []byte {
	for len(b) > 0 {
		switch c := b[0]; {
		case c == 0x66, c == 0x67, c == 0xF0, c == 0xF2, c == 0xF3, c == 0x2E, c == 0x36, c == 0x3E, c == 0x26, c == 0x64, c == 0x65:
			b = b[1:]
			continue
		case c >= 0x40 && c <= 0x4F:
			b = b[1:]
			continue
		}
		break
	}
	return b
}

// isSSE tells whether the bytes begin an SSE or MMX instruction (SDM volume 2,
// appendix A, two-byte opcode map).
func isSSE(b []byte) bool {
	op := strip(b)
	if len(op) < 2 || op[0] != 0x0F {
		return false
	}
	c := op[1]
	switch {
	case c >= 0x10 && c <= 0x17, c >= 0x28 && c <= 0x2F, c >= 0x50 && c <= 0x7F, c == 0xC2, c >= 0xC4 && c <= 0xC6,
		c >= 0xD0 && c != 0xFF, c == 0x38, c == 0x3A:
		return true
	case c == 0xAE && len(op) > 2 && op[2]>>6 != 3:
		reg := op[2] >> 3 & 7
		return reg <= 3 // FXSAVE, FXRSTOR, LDMXCSR, STMXCSR
	}
	return false
}

func isAVX(b []byte, mode int) bool {
	return len(b) > 1 && (b[0] == 0xC5 || b[0] == 0xC4 || b[0] == 0x62) && (mode == 64 || b[1]>>6 == 3)
}

// disassemble gives some instructions before and after addr. Those before are
// decoded from the start of the function, so that they fall on true boundaries.
func (a *Analysis) disassemble(addr uint64, before, after int) []Instruction {
	var list []Instruction
	if f, at := a.Sym.resolve(addr); f != nil && at-f.Start < 64<<10 {
		start := addr - (at - f.Start)
		for pc := start; pc < addr; {
			i := a.decodeAt(pc)
			if !i.valid {
				pc++
				continue
			}
			list = append(list, a.instruction(i, pc))
			if len(list) > before {
				list = list[1:]
			}
			pc += uint64(i.inst.Len)
		}
	}
	for pc := addr; after > 0; after-- {
		i := a.decodeAt(pc)
		if len(i.raw) == 0 {
			break
		}
		line := a.instruction(i, pc)
		line.Fault = pc == addr
		list = append(list, line)
		if !i.valid {
			break
		}
		pc += uint64(i.inst.Len)
	}
	return list
}

func (a *Analysis) instruction(i insn, pc uint64) Instruction {
	n := len(i.raw)
	if i.valid {
		n = i.inst.Len
	}
	out := Instruction{Address: pc, Bytes: fmt.Sprintf("%x", i.raw[:min(n, 15)]), Text: a.text(i, pc), Where: a.Sym.Name(pc)}
	out.File, out.Line = a.Sym.Line(pc)
	return out
}

// operand is a memory operand with its address.
type operand struct {
	mem  x86asm.Mem
	addr uint64
	base string // registers in words
}

// memOperand computes the address of the instruction's memory operand.
func (a *Analysis) memOperand(i insn) (operand, bool) {
	if !i.valid {
		return operand{}, false
	}
	for _, arg := range i.inst.Args {
		m, ok := arg.(x86asm.Mem)
		if !ok {
			continue
		}
		next := a.Regs.RIP + uint64(i.inst.Len)
		addr := regValue(&a.Regs, m.Base, next) + regValue(&a.Regs, m.Index, next)*uint64(m.Scale) + uint64(m.Disp)
		switch m.Segment {
		case x86asm.FS:
			addr += a.Regs.FS.Base
		case x86asm.GS:
			addr += a.Regs.GS.Base
		}
		if a.Mode == 32 {
			addr &= 0xFFFFFFFF
		}
		var names []string
		for _, r := range []x86asm.Reg{m.Base, m.Index} {
			if r != 0 {
				names = append(names, fmt.Sprintf("%s = %s", r, hex(regValue(&a.Regs, r, next))))
			}
		}
		return operand{m, addr, strings.Join(names, ", ")}, true
	}
	return operand{}, false
}

// regValue is the value of a general register, as wide as it is.
func regValue(r *machine.Registers, reg x86asm.Reg, next uint64) uint64 {
	wide := []uint64{r.RAX, r.RCX, r.RDX, r.RBX, r.RSP, r.RBP, r.RSI, r.RDI, r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15}
	switch {
	case reg >= x86asm.RAX && reg <= x86asm.R15:
		return wide[reg-x86asm.RAX]
	case reg >= x86asm.EAX && reg <= x86asm.R15L:
		return wide[reg-x86asm.EAX] & 0xFFFFFFFF
	case reg >= x86asm.AX && reg <= x86asm.R15W:
		return wide[reg-x86asm.AX] & 0xFFFF
	case reg == x86asm.RIP || reg == x86asm.EIP:
		return next
	}
	return 0
}
