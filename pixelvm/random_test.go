package pixelvm_test

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	. "pxos/pixelvm" // with all engines, of which one imports it
)

var programs = flag.Int("programs", 1000, "random programs that TestRandomPrograms runs on all engines")

// instructions are those that programs are made of.
var instructions = Ops()

// generator makes random programs that are valid: it keeps the stack's types as it goes.
// Jumps go anywhere where the stack has the same types, so that loops cross each other
// and the graphs are not all reducible.
type generator struct {
	r      *rand.Rand
	p      Program
	f      *Function
	stack  []Type
	states []string // of each pixel where an instruction begins: the stack's types
	jumps  []int    // instructions whose target is still to be chosen
}

func newProgram(r *rand.Rand) *Program {
	g := &generator{r: r}
	g.p.Tiles = 1
	signatures := [][2]string{{"", []string{"i", "f", "if", ""}[r.IntN(4)]}}
	for range r.IntN(4) {
		signatures = append(signatures, [2]string{[]string{"", "i", "f", "ii", "fi"}[r.IntN(5)], []string{"", "i", "f", "if"}[r.IntN(4)]})
	}
	for i, s := range signatures {
		locals := make([]Type, r.IntN(4))
		for k := range locals {
			locals[k] = g.typ()
		}
		g.p.Functions = append(g.p.Functions, Function{Name: fmt.Sprint("f", i), Params: []Type(s[0]), Results: []Type(s[1]), Locals: locals})
	}
	for range r.IntN(4) {
		g.p.Table = append(g.p.Table, r.IntN(len(g.p.Functions)))
	}
	g.p.Data = []Data{{Address: uint32(r.IntN(100)), Bytes: []byte("some text\x80\xff")}}
	for i := range g.p.Functions {
		g.function(&g.p.Functions[i])
	}
	return &g.p
}

func (g *generator) typ() Type { return []Type{I64, I64, F64}[g.r.IntN(3)] }

func (g *generator) emit(op Opcode, operand int) {
	g.f.Code = append(g.f.Code, Instruction(op, operand))
}

func (g *generator) push(list ...Type) { g.stack = append(g.stack, list...) }
func (g *generator) pop(n int)         { g.stack = g.stack[:len(g.stack)-n] }

func (g *generator) top(list []Type) bool {
	return len(g.stack) >= len(list) && string(g.stack[len(g.stack)-len(list):]) == string(list)
}

// begin notes the state before the next instruction.
func (g *generator) begin() {
	for len(g.states) < len(g.f.Code) {
		g.states = append(g.states, "-") // within a constant
	}
	g.states = append(g.states, string(g.stack)+"|")
}

func (g *generator) function(f *Function) {
	g.f, g.stack, g.states, g.jumps = f, nil, nil, nil
	for range 5 + g.r.IntN(40) {
		g.begin()
		g.instruction()
	}
	g.begin()
	for len(g.stack) > 0 {
		g.emit(POP, 0)
		g.pop(1)
		g.begin()
	}
	for _, t := range f.Results {
		g.constant(t)
		g.begin()
	}
	g.emit(RET, 0)
	for _, at := range g.jumps {
		g.choose(at)
	}
}

// choose gives a jump one of the places with the stack that it leaves.
func (g *generator) choose(at int) {
	want := g.states[at]
	n := strings.Index(want, "|")
	if op := g.f.Code[at].Op(); op != JMP {
		n-- // the condition is gone
	}
	var places []int
	for to, s := range g.states {
		if s == want[:n]+"|" {
			places = append(places, to)
		}
	}
	if len(places) == 0 { // the one behind it is one
		panic("no place to jump to")
	}
	g.f.Code[at] = Instruction(g.f.Code[at].Op(), places[g.r.IntN(len(places))])
}

func (g *generator) constant(t Type) {
	if t == F64 {
		v := []float64{0, math.Copysign(0, -1), 1, -1.5, 1e300, -1e-300, math.Inf(1), math.NaN(), 9.3e18, 0.1}[g.r.IntN(10)]
		g.wide(PUSHF, math.Float64bits(v))
	} else if g.r.IntN(3) == 0 {
		g.wide(PUSHW, []uint64{1 << 63, 1<<63 - 1, ^uint64(0), 1 << 31, 0xFFFFFFFF, 0x0123456789ABCDEF}[g.r.IntN(6)])
	} else {
		g.emit(PUSH, []int{0, 1, 2, -1, 63, 64, 100, -8388608}[g.r.IntN(8)])
	}
	g.push(t)
}

func (g *generator) wide(op Opcode, v uint64) {
	g.emit(op, 0)
	g.f.Code = append(g.f.Code, Pixel(v>>32), Pixel(v))
}

func (g *generator) instruction() {
	for {
		op := instructions[g.r.IntN(len(instructions))]
		switch op.Code {
		case RET, HALT, TRAP:
			continue // the end has its own; HALT and TRAP would end most programs at once
		case JMP:
			if g.r.IntN(3) > 0 {
				continue
			}
			// What follows a jump is reached by others or not at all.
			g.jumps = append(g.jumps, len(g.f.Code))
			g.emit(JNZ, 0)
			if !g.top([]Type{I64}) {
				g.f.Code = g.f.Code[:len(g.f.Code)-1]
				g.jumps = g.jumps[:len(g.jumps)-1]
				continue
			}
			g.pop(1)
			return
		case HOSTCALL:
			continue
		}
		if g.try(op) {
			return
		}
		if g.r.IntN(3) == 0 && len(g.stack) < 12 {
			g.constant(g.typ())
			return
		}
	}
}

// try emits an instruction if the stack has what it takes.
func (g *generator) try(op Op) bool {
	n := len(g.stack)
	locals := len(g.f.Params) + len(g.f.Locals)
	k := 0
	if locals > 0 {
		k = g.r.IntN(locals)
	}
	switch op.Code {
	case PUSH, PUSHW, PUSHF:
		if n > 12 {
			return false
		}
		g.constant(g.typ())
		return true
	case POP, DUP:
		if n == 0 || n > 12 {
			return false
		}
		g.emit(op.Code, 0)
		if op.Code == POP {
			g.pop(1)
		} else {
			g.push(g.stack[n-1])
		}
		return true
	case SWAP, OVER:
		if n < 2 || n > 12 {
			return false
		}
		g.emit(op.Code, 0)
		if op.Code == SWAP {
			g.stack[n-1], g.stack[n-2] = g.stack[n-2], g.stack[n-1]
		} else {
			g.push(g.stack[n-2])
		}
		return true
	case GET, SET, TEE:
		t, ok := g.f.Local(k)
		if !ok || op.Code != GET && !g.top([]Type{t}) || n > 12 {
			return false
		}
		g.emit(op.Code, k)
		if op.Code == GET {
			g.push(t)
		} else if op.Code == SET {
			g.pop(1)
		}
		return true
	case CALL, CALLI:
		return g.call(op.Code)
	}
	pops := []Type(op.Pops)
	if !g.top(pops) {
		return false
	}
	operand := 0
	switch op.Operand {
	case JumpOperand:
		g.jumps = append(g.jumps, len(g.f.Code))
	case OffsetOperand:
		operand = []int{0, 0, 8, 1000, 65535}[g.r.IntN(5)]
	}
	g.emit(op.Code, operand)
	g.pop(len(pops))
	g.push([]Type(op.Pushes)...)
	return true
}

func (g *generator) call(op Opcode) bool {
	n := g.r.IntN(len(g.p.Functions))
	f := &g.p.Functions[n]
	pops := f.Params
	if op == CALLI {
		pops = append(append([]Type(nil), pops...), I64)
	}
	if !g.top(pops) || len(g.stack) > 12 {
		return false
	}
	g.emit(op, n)
	g.pop(len(pops))
	g.push(f.Results...)
	return true
}

// outcome is all that a run came to, to be compared.
func outcome(r Result, err error) string {
	var t *Trap
	if errors.As(err, &t) {
		return fmt.Sprintf("%v at %d:%d, fuel %d, output %q", t.Kind, t.Function, t.Block, r.Fuel, r.Output)
	}
	return fmt.Sprintf("%x, %v, fuel %d, output %q", r.Values, err, r.Fuel, r.Output)
}

// TestRandomPrograms runs random programs on every engine; all come to the same.
func TestRandomPrograms(t *testing.T) {
	ends := map[string]int{}
	for n := range *programs {
		p := newProgram(randomOf(uint64(n)))
		v, err := Verify(p)
		if err != nil {
			t.Fatalf("program %d: %v\n%s", n, err, Disassemble(p))
		}
		c := Config{Fuel: 3000, Depth: 20, OutputBytes: 200}
		want := outcome(engines[0].Run(ctx, v, c))
		ends[strings.Split(want, " at ")[0][:min(len(strings.Split(want, " at ")[0]), 8)]]++
		for _, e := range engines[1:] {
			if got := outcome(e.Run(ctx, v, c)); got != want {
				t.Fatalf("program %d on %s:\n%s\non %s:\n%s\n%s", n, e.name, got, engines[0].name, want, Disassemble(p))
			}
		}
	}
	t.Log(ends)
}

func randomOf(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }
