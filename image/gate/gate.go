// Package gate holds linked kernel code against the rules of ring 0.
//
// Ring 0 is Go without Go's runtime: whatever would allocate, call through a
// pointer or grow a stack must not be there. The gate disassembles the *linked*
// file, so it sees what the compiler really made of the source. What slips
// through is stopped in the act: Poison overwrites every runtime function with
// INT3.
//
// It imports nothing of pxOS.
package gate

import (
	"bytes"
	"debug/elf"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// Rules say which code is ring 0 and what it may reach.
type Rules struct {
	// Entry is the symbol of the first instruction.
	Entry string
	// Ring0 are the package prefixes whose code is checked.
	Ring0 []string
	// Assembly are functions written in assembly, which the gate trusts:
	// their indirect jumps are part of what they are for.
	Assembly func(name string) bool
	// Allowed are runtime functions that work without a runtime.
	Allowed map[string]bool
	// Traps are runtime functions that may be called because their INT3 is
	// the wanted effect: failed checks of the language itself.
	Traps map[string]bool
	// MaxFrameBytes bounds the stack frame of one function.
	MaxFrameBytes int64
}

// KernelRules are the rules of the pxOS kernel.
func KernelRules(entry string) Rules {
	return Rules{
		Entry: entry,
		Ring0: []string{"main.", "pxos/kernel/", "pxos/abi."},
		Assembly: func(name string) bool {
			return strings.HasSuffix(name, ".abi0") || entry == name
		},
		Allowed: set("runtime.memmove", "runtime.memclrNoHeapPointers", "runtime.memequal",
			"runtime.duffzero", "runtime.duffcopy", "runtime.memequal_varlen", "cmpbody", "memeqbody",
			"runtime.cmpstring", "internal/bytealg.IndexByteString"),
		Traps: set("runtime.panicIndex", "runtime.panicSlice", "runtime.panicBounds", "runtime.panicBounds64",
			"runtime.panicdivide", "runtime.panicshift", "runtime.panicmem", "runtime.panicunsafealignment",
			"runtime.morestack", "runtime.morestack_noctxt", "runtime.panicSliceConvert", "runtime.panicunsafeslicelen", "runtime.panicunsafeslicenilptr",
			"runtime.gcWriteBarrier1", "runtime.gcWriteBarrier2", "runtime.gcWriteBarrier3", "runtime.gcWriteBarrier4",
			"runtime.gcWriteBarrier5", "runtime.gcWriteBarrier6", "runtime.gcWriteBarrier7", "runtime.gcWriteBarrier8",
			"runtime.wbMove", "runtime.wbZero"),
		MaxFrameBytes: 2048,
	}
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Violation is one rule broken at one place.
type Violation struct {
	Function string
	Address  uint64
	Text     string
}

// Result is what the gate saw.
type Result struct {
	Violations []Violation
	Functions  int // ring-0 functions disassembled
	TextBytes  int // of ring-0 code
}

// Describe lists violations for a person.
func Describe(vs []Violation) string {
	var b strings.Builder
	for i, v := range vs {
		if i == 20 {
			fmt.Fprintf(&b, "… and %d more\n", len(vs)-i)
			break
		}
		fmt.Fprintf(&b, "%s (%#x): %s\n", v.Function, v.Address, v.Text)
	}
	return b.String()
}

// code is the text section and its functions in order of address.
type code struct {
	base      uint64
	bytes     []byte
	offset    uint64 // of the section in the file
	functions []elf.Symbol
}

func load(file []byte) (*code, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	section := f.Section(".text")
	if section == nil {
		return nil, fmt.Errorf("no .text section")
	}
	text, err := section.Data()
	if err != nil {
		return nil, err
	}
	symbols, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("no symbols (linked with -s?): %w", err)
	}
	c := &code{base: section.Addr, bytes: text, offset: section.Offset}
	for _, s := range symbols {
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Value >= c.base && s.Value+s.Size <= c.base+uint64(len(text)) {
			c.functions = append(c.functions, s)
		}
	}
	sort.Slice(c.functions, func(i, j int) bool {
		a, b := c.functions[i], c.functions[j]
		if a.Value != b.Value {
			return a.Value < b.Value
		}
		return a.Size < b.Size // marks such as runtime.text have no size: the function wins
	})
	return c, nil
}

// at gives the function that an address lies in.
func (c *code) at(addr uint64) (elf.Symbol, bool) {
	i := sort.Search(len(c.functions), func(i int) bool { return c.functions[i].Value > addr })
	if i == 0 {
		return elf.Symbol{}, false
	}
	s := c.functions[i-1]
	return s, addr < s.Value+max(s.Size, 1)
}

func (c *code) body(s elf.Symbol) []byte { return c.bytes[s.Value-c.base : s.Value-c.base+s.Size] }

func (r *Rules) ring0(name string) bool {
	for _, p := range r.Ring0 {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// plain is a symbol's name without the linker's ABI suffix.
func plain(name string) string { return strings.TrimSuffix(name, ".abi0") }

// Check disassembles all of ring 0 and lists what breaks the rules.
func Check(file []byte, r Rules) (*Result, error) {
	c, err := load(file)
	if err != nil {
		return nil, err
	}
	res := &Result{}
	for _, s := range c.functions {
		if !r.ring0(s.Name) {
			continue
		}
		res.Functions++
		res.TextBytes += int(s.Size)
		res.Violations = append(res.Violations, r.checkFunction(c, s)...)
	}
	if res.Functions == 0 {
		return nil, fmt.Errorf("no ring-0 function found: the entry %s reaches nothing", r.Entry)
	}
	return res, nil
}

// checkFunction goes through one function, instruction by instruction.
func (r *Rules) checkFunction(c *code, s elf.Symbol) []Violation {
	var out []Violation
	report := func(pc uint64, format string, args ...any) {
		out = append(out, Violation{plain(s.Name), pc, fmt.Sprintf(format, args...)})
	}
	assembly := r.Assembly(s.Name)
	body := c.body(s)
	for pc := s.Value; len(body) > 0; {
		inst, err := x86asm.Decode(body, 64)
		if err != nil || inst.Len == 0 {
			if !assembly {
				report(pc, "cannot be disassembled: % x", body[:min(len(body), 8)])
			}
			break
		}
		r.checkInstruction(c, s, inst, pc, assembly, report)
		pc += uint64(inst.Len)
		body = body[inst.Len:]
	}
	return out
}

func (r *Rules) checkInstruction(c *code, s elf.Symbol, inst x86asm.Inst, pc uint64, assembly bool, report func(uint64, string, ...any)) {
	switch inst.Op {
	case x86asm.CALL, x86asm.JMP:
		rel, direct := inst.Args[0].(x86asm.Rel)
		if !direct {
			if !assembly && !isJumpTable(inst) {
				report(pc, "%s through a pointer (a func value, an interface method or a closure)", inst.Op)
			}
			return
		}
		target := pc + uint64(inst.Len) + uint64(int64(rel))
		if target >= s.Value && target < s.Value+s.Size {
			return
		}
		r.checkTarget(c, target, pc, report)
	case x86asm.SUB:
		imm, ok := inst.Args[1].(x86asm.Imm)
		if ok && inst.Args[0] == x86asm.RSP && int64(imm) > r.MaxFrameBytes && !assembly {
			report(pc, "frame of %d bytes, at most %d fit a kernel stack", int64(imm), r.MaxFrameBytes)
		}
	}
}

// isJumpTable recognises the compiler's jump through a table of a switch:
// JMP to a register that holds an address in the same function. The compiler
// makes no other indirect jump than tail calls, which go by memory operand.
func isJumpTable(inst x86asm.Inst) bool {
	if inst.Op != x86asm.JMP {
		return false
	}
	mem, ok := inst.Args[0].(x86asm.Mem)
	return ok && mem.Scale == 8 && mem.Index != 0
}

func (r *Rules) checkTarget(c *code, target, pc uint64, report func(uint64, string, ...any)) {
	callee, ok := c.at(target)
	if !ok {
		report(pc, "calls %#x, which is no function", target)
		return
	}
	name := plain(callee.Name)
	if r.ring0(name) || r.Allowed[name] || r.Traps[name] {
		return
	}
	report(pc, "calls %s: %s", name, reason(name))
}

// reason says in words what a call to the runtime stands for.
func reason(name string) string {
	for _, k := range []struct{ prefix, text string }{
		{"runtime.newobject", "new or an escaping variable needs a heap"},
		{"runtime.makeslice", "make of a slice needs a heap"},
		{"runtime.makemap", "maps need a heap"},
		{"runtime.mapassign", "maps need a heap"},
		{"runtime.mapaccess", "maps need a heap"},
		{"internal/runtime/maps", "maps need a heap"},
		{"runtime.growslice", "append needs a heap"},
		{"runtime.concatstring", "string concatenation needs a heap"},
		{"runtime.newproc", "go statements need a scheduler"},
		{"runtime.deferproc", "defer needs the runtime"},
		{"runtime.deferreturn", "defer needs the runtime"},
		{"runtime.gopanic", "panic needs the runtime: report and refuse instead"},
		{"runtime.conv", "a conversion to an interface needs a heap"},
		{"runtime.typeAssert", "type assertions need the runtime"},
		{"runtime.print", "print needs the runtime: use package report"},
		{"runtime.slicebytetostring", "a string from bytes needs a heap"},
		{"runtime.stringtoslicebyte", "bytes from a string need a heap"},
	} {
		if strings.HasPrefix(name, k.prefix) {
			return k.text
		}
	}
	return "it is no part of ring 0"
}

// Poison overwrites every function that ring 0 must never reach with INT3, in
// place, and gives their number. A stray call then is a #BP at a named symbol.
func Poison(file []byte, r Rules) (int, error) {
	c, err := load(file)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range c.functions {
		name := plain(s.Name)
		if r.ring0(name) || r.Allowed[name] || s.Size == 0 {
			continue
		}
		start := c.offset + s.Value - c.base
		for i := start; i < start+s.Size; i++ {
			file[i] = 0xCC
		}
		n++
	}
	if n == 0 {
		return 0, fmt.Errorf("nothing to poison: are these the right rules?")
	}
	return n, nil
}
