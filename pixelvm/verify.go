package pixelvm

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrVerify is a program that breaks a rule of the machine.
var ErrVerify = errors.New("the program is not valid")

// Verified is a program that was verified; only such a one runs.
type Verified struct {
	*Program
	functions []checked

	once sync.Once
	fast []fastFunction
}

// checked is what the verifier learned of a function.
type checked struct {
	stack  [][]Type // at each pixel, before it; nil where control never comes
	reach  []bool
	most   int // the deepest stack
	blocks []block
	block  []int // of each pixel, the number of its block
}

// block is a basic block: it is entered at its start alone and left at its end alone.
type block struct {
	start, end int // pixels
	cost       int // instructions, the fuel that entering it takes
	traps      bool
}

// Verify checks every function on every path.
func Verify(p *Program) (*Verified, error) {
	if p.Tiles < 0 || p.Tiles > MaxTiles {
		return nil, fmt.Errorf("%d tiles of memory, at most %d: %w", p.Tiles, MaxTiles, ErrVerify)
	}
	if p.Entry < 0 || p.Entry >= len(p.Functions) {
		return nil, fmt.Errorf("the entry is function %d of %d: %w", p.Entry, len(p.Functions), ErrVerify)
	}
	if n := len(p.Functions[p.Entry].Params); n > 0 {
		return nil, fmt.Errorf("the entry function takes %d parameters, it must take none: %w", n, ErrVerify)
	}
	for i, n := range p.Table {
		if n < 0 || n >= len(p.Functions) {
			return nil, fmt.Errorf("entry %d of the table is function %d of %d: %w", i, n, len(p.Functions), ErrVerify)
		}
	}
	for i, d := range p.Data {
		if uint64(d.Address)+uint64(len(d.Bytes)) > uint64(p.Tiles)<<16 {
			return nil, fmt.Errorf("data %d lies beyond the memory of %d tiles: %w", i, p.Tiles, ErrVerify)
		}
	}
	v := &Verified{Program: p}
	pixels := 0
	for i := range p.Functions {
		if pixels += len(p.Functions[i].Code); pixels > maxCode {
			return nil, fmt.Errorf("more than %d pixels of code: %w", maxCode, ErrVerify)
		}
		c, err := p.verify(&p.Functions[i])
		if err != nil {
			return nil, fmt.Errorf("function %d %q: %w", i, p.Functions[i].Name, err)
		}
		v.functions = append(v.functions, c)
	}
	return v, nil
}

// verifier goes over one function.
type verifier struct {
	p    *Program
	f    *Function
	c    checked
	wide []bool // pixels of wide constants
	work []int
}

func (p *Program) verify(f *Function) (checked, error) {
	n := len(f.Code)
	v := &verifier{p: p, f: f, c: checked{stack: make([][]Type, n), reach: make([]bool, n), block: make([]int, n)}, wide: make([]bool, n)}
	if len(f.Params)+len(f.Locals) > maxLocals || len(f.Results) > maxResults || len(f.Name) > maxNameBytes {
		return v.c, fmt.Errorf("%d parameters and locals, %d results, a name of %d bytes: at most %d, %d and %d: %w",
			len(f.Params)+len(f.Locals), len(f.Results), len(f.Name), maxLocals, maxResults, maxNameBytes, ErrVerify)
	}
	if err := v.shape(); err != nil {
		return v.c, err
	}
	if err := v.flow(0, nil); err != nil {
		return v.c, err
	}
	for len(v.work) > 0 {
		at := v.work[len(v.work)-1]
		v.work = v.work[:len(v.work)-1]
		if err := v.step(at); err != nil {
			return v.c, fmt.Errorf("pixel %d, %s: %w: %w", at, table[f.Code[at].Op()].Name, err, ErrVerify)
		}
	}
	v.cut()
	return v.c, nil
}

// shape looks at each pixel by itself.
func (v *verifier) shape() error {
	code := v.f.Code
	if len(code) == 0 || len(code) > maxCode {
		return fmt.Errorf("%d pixels of code, from 1 to %d: %w", len(code), maxCode, ErrVerify)
	}
	for at := 0; at < len(code); at++ {
		op := table[code[at].Op()]
		if op.Name == "" {
			return fmt.Errorf("pixel %d: 0x%02x is no opcode: %w", at, byte(code[at].Op()), ErrVerify)
		}
		if (op.Operand == NoOperand || op.Operand == WideOperand) && code[at].Operand() != 0 {
			return fmt.Errorf("pixel %d: %s has the operand 0x%06x, it takes none: %w", at, op.Name, code[at].Operand(), ErrVerify)
		}
		if op.Operand == WideOperand {
			if at+2 >= len(code) {
				return fmt.Errorf("pixel %d: the constant of %s is cut off: %w", at, op.Name, ErrVerify)
			}
			v.wide[at+1], v.wide[at+2] = true, true
			at += 2
		}
	}
	return nil
}

// maxStack bounds the values on the stack of one function.
const maxStack = 1 << 12

// flow says that control comes to a pixel with a stack.
func (v *verifier) flow(to int, stack []Type) error {
	if to >= len(v.f.Code) {
		return fmt.Errorf("control goes beyond the end, to pixel %d of %d", to, len(v.f.Code))
	}
	if v.wide[to] {
		return fmt.Errorf("control goes to pixel %d, within a constant", to)
	}
	if len(stack) > maxStack {
		return fmt.Errorf("%d values on the stack, at most %d", len(stack), maxStack)
	}
	if v.c.reach[to] {
		if !slices.Equal(v.c.stack[to], stack) {
			return fmt.Errorf("control comes to pixel %d with the stack %s and with %s", to, typeList(v.c.stack[to]), typeList(stack))
		}
		return nil
	}
	v.c.reach[to], v.c.stack[to] = true, stack
	v.c.most = max(v.c.most, len(stack))
	v.work = append(v.work, to)
	return nil
}

func typeList(list []Type) string {
	out := "("
	for i, t := range list {
		if i > 0 {
			out += " "
		}
		out += t.String()
	}
	return out + ")"
}

// step follows one instruction.
func (v *verifier) step(at int) error {
	px := v.f.Code[at]
	op := table[px.Op()]
	pops, pushes, err := v.effect(at, op, px)
	if err != nil {
		return err
	}
	stack := v.c.stack[at]
	if len(stack) < len(pops) || !slices.Equal(stack[len(stack)-len(pops):], pops) {
		return fmt.Errorf("it takes %s and the stack is %s", typeList(pops), typeList(stack))
	}
	below := stack[:len(stack)-len(pops)]
	if op.Code == RET && len(below) > 0 {
		return fmt.Errorf("the stack is %s, the results are %s and nothing else may be there", typeList(stack), typeList(pops))
	}
	after := append(slices.Clone(below), pushes...)
	v.c.most = max(v.c.most, len(after))
	if op.Operand == JumpOperand {
		if err := v.flow(px.Operand(), after); err != nil {
			return err
		}
	}
	if !op.Falls {
		return nil
	}
	next := at + 1
	if op.Operand == WideOperand {
		next += 2
	}
	return v.flow(next, after)
}

func types(text string) []Type { return []Type(text) }

// effect is what an instruction pops and pushes.
func (v *verifier) effect(at int, op Op, px Pixel) (pops, pushes []Type, err error) {
	stack := v.c.stack[at]
	top := func(n int) ([]Type, error) {
		if len(stack) < n {
			return nil, fmt.Errorf("it takes %d values and the stack is %s", n, typeList(stack))
		}
		return stack[len(stack)-n:], nil
	}
	switch op.Code {
	case POP, DUP:
		if pops, err = top(1); err == nil && op.Code == DUP {
			pushes = []Type{pops[0], pops[0]}
		}
	case SWAP, OVER:
		if pops, err = top(2); err == nil {
			pushes = []Type{pops[1], pops[0]}
			if op.Code == OVER {
				pushes = []Type{pops[0], pops[1], pops[0]}
			}
		}
	case GET, SET, TEE:
		t, ok := v.f.Local(px.Operand())
		if !ok {
			return nil, nil, fmt.Errorf("there is no local %d", px.Operand())
		}
		return map[Opcode][]Type{SET: {t}, TEE: {t}}[op.Code], map[Opcode][]Type{GET: {t}, TEE: {t}}[op.Code], nil
	case CALL, CALLI:
		if px.Operand() >= len(v.p.Functions) {
			return nil, nil, fmt.Errorf("there is no function %d", px.Operand())
		}
		f := &v.p.Functions[px.Operand()]
		pops, pushes = f.Params, f.Results
		if op.Code == CALLI {
			pops = append(slices.Clone(pops), I64)
		}
	case RET:
		pops = v.f.Results
	case HOSTCALL:
		if px.Operand() >= len(HostOps) {
			return nil, nil, fmt.Errorf("there is no host call %d", px.Operand())
		}
		h := HostOps[px.Operand()]
		pops, pushes = types(h.Pops), types(h.Pushes)
	default:
		pops, pushes = types(op.Pops), types(op.Pushes)
	}
	return pops, pushes, err
}

// cut finds the basic blocks: they begin at the start, at targets of jumps and behind
// what ends one.
func (v *verifier) cut() {
	code := v.f.Code
	leader := make([]bool, len(code)+1)
	leader[0] = true
	for at, px := range code {
		op := table[px.Op()]
		if v.wide[at] || !op.Ends {
			continue
		}
		leader[at+1] = true
		if op.Operand == JumpOperand && v.c.reach[at] {
			leader[px.Operand()] = true
		}
	}
	until := 0 // the end of a wide instruction that is in a block
	for at := range code {
		if at < until {
			v.c.block[at] = len(v.c.blocks) - 1
			v.c.blocks[len(v.c.blocks)-1].end = at + 1
			continue
		}
		if !v.c.reach[at] { // what cannot be reached is in no block
			v.c.block[at] = -1
			continue
		}
		if table[code[at].Op()].Operand == WideOperand {
			until = at + 3
		}
		if leader[at] || len(v.c.blocks) == 0 {
			v.c.blocks = append(v.c.blocks, block{start: at})
		}
		b := &v.c.blocks[len(v.c.blocks)-1]
		b.end = at + 1
		b.cost++
		b.traps = b.traps || table[code[at].Op()].Traps
		v.c.block[at] = len(v.c.blocks) - 1
	}
}
