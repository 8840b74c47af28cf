package pixelvm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The assembler's language, a line each; what follows ; is a comment:
//
//	memory TILES
//	data ADDRESS "text" or bytes
//	table NAME ...
//	entry NAME
//	func NAME (a i64, b f64) (i64)
//	local NAME TYPE
//	LABEL:
//	INSTRUCTION OPERAND
//	end

// AsmError is a mistake in a source, with its place.
type AsmError struct {
	Line, Column int // from 1
	Message      string
}

func (e *AsmError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// token is a word of a line.
type token struct {
	text   string
	column int
	quoted bool
}

// assembler reads a source.
type assembler struct {
	program Program
	line    int
	errs    []error
	names   map[string]int
	calls   []fixup // of all functions
	entry   token
	entryAt int
	tables  []fixup

	// Of the function that is read.
	f      *Function
	locals map[string]int
	labels map[string]int
	jumps  []fixup
}

// fixup is a name that is not known yet.
type fixup struct {
	function, at int
	name         token
	line         int
}

const maxAsmErrors = 20

// Assemble makes a program of a source. The error joins an *AsmError for each mistake.
func Assemble(source string) (*Program, error) {
	a := &assembler{names: map[string]int{}}
	for i, text := range strings.Split(source, "\n") {
		a.line = i + 1
		if words := a.words(text); len(words) > 0 && len(a.errs) < maxAsmErrors {
			a.statement(words)
		}
	}
	if a.f != nil {
		a.fail(token{column: 1}, "function %q has no end", a.f.Name)
	}
	if len(a.program.Functions) == 0 {
		a.fail(token{}, "there is no function")
	}
	a.resolve()
	if len(a.errs) > 0 {
		return nil, errors.Join(a.errs...)
	}
	return &a.program, nil
}

func (a *assembler) fail(t token, format string, args ...any) {
	a.errs = append(a.errs, &AsmError{a.line, max(t.column, 1), fmt.Sprintf(format, args...)})
}

// words cuts a line; parentheses and commas are blanks, but for "(" and ")" themselves.
func (a *assembler) words(line string) (list []token) {
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ';':
			return list
		case c == ' ' || c == '\t' || c == ',' || c == '\r':
			i++
		case c == '(' || c == ')':
			list = append(list, token{text: string(c), column: i + 1})
			i++
		case c == '"':
			quoted, err := strconv.QuotedPrefix(line[i:])
			if err != nil {
				a.fail(token{column: i + 1}, "a text without its end")
				return nil
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				a.fail(token{column: i + 1}, "a text: %v", err)
			}
			list = append(list, token{text, i + 1, true})
			i += len(quoted)
		default:
			n := strings.IndexAny(line[i:], " \t\r,();\"")
			if n < 0 {
				n = len(line) - i
			}
			list = append(list, token{text: line[i : i+n], column: i + 1})
			i += n
		}
	}
	return list
}

func (a *assembler) statement(w []token) {
	first := w[0].text
	if a.f != nil {
		a.inFunction(w)
		return
	}
	switch first {
	case "memory":
		a.program.Tiles = int(a.number(w, 1, MaxTiles))
	case "data":
		a.data(w)
	case "table":
		for _, t := range w[1:] {
			a.tables = append(a.tables, fixup{name: t, line: a.line})
		}
	case "entry":
		if len(w) == 2 {
			a.entry, a.entryAt = w[1], a.line
			return
		}
		a.fail(w[0], "entry wants the name of a function")
	case "func":
		a.function(w)
	default:
		a.fail(w[0], "%q: want memory, data, table, entry or func", first)
	}
}

// number is word i as a number from 0 to most.
func (a *assembler) number(w []token, i int, most int64) int64 {
	if i >= len(w) {
		a.fail(w[0], "%s wants a number", w[0].text)
		return 0
	}
	n, err := strconv.ParseInt(w[i].text, 0, 64)
	if err != nil || n < 0 || n > most {
		a.fail(w[i], "%q: want a number from 0 to %d", w[i].text, most)
		return 0
	}
	return n
}

func (a *assembler) data(w []token) {
	d := Data{Address: uint32(a.number(w, 1, maxDataBytes))}
	for _, t := range w[min(2, len(w)):] {
		if t.quoted {
			d.Bytes = append(d.Bytes, t.text...)
			continue
		}
		n, err := strconv.ParseUint(t.text, 0, 8)
		if err != nil {
			a.fail(t, "%q: want a text or a byte", t.text)
		}
		d.Bytes = append(d.Bytes, byte(n))
	}
	a.program.Data = append(a.program.Data, d)
}

func (a *assembler) typeOf(t token) Type {
	switch t.text {
	case "i64":
		return I64
	case "f64":
		return F64
	}
	a.fail(t, "%q: want i64 or f64", t.text)
	return I64
}

// function reads func NAME (a i64 b f64) (i64).
func (a *assembler) function(w []token) {
	if len(w) < 2 || w[1].text == "(" {
		a.fail(w[0], "func wants a name")
		return
	}
	name := w[1].text
	if _, ok := a.names[name]; ok || len(name) > maxNameBytes {
		a.fail(w[1], "function %q is there already, or its name is too long", name)
	}
	a.names[name] = len(a.program.Functions)
	a.program.Functions = append(a.program.Functions, Function{Name: name})
	a.f = &a.program.Functions[len(a.program.Functions)-1]
	a.locals, a.labels, a.jumps = map[string]int{}, map[string]int{}, nil
	rest := w[2:]
	params, rest := a.list(w[0], rest)
	for i := 0; i+1 < len(params); i += 2 {
		a.local(params[i], params[i+1], true)
	}
	if len(params)%2 != 0 {
		a.fail(params[0], "parameters are names with types")
	}
	if len(rest) == 0 {
		return
	}
	results, rest := a.list(w[0], rest)
	for _, t := range results {
		a.f.Results = append(a.f.Results, a.typeOf(t))
	}
	if len(rest) > 0 {
		a.fail(rest[0], "%q is not expected", rest[0].text)
	}
}

// list is what stands between parentheses, and what follows.
func (a *assembler) list(at token, w []token) (inside, rest []token) {
	if len(w) == 0 || w[0].text != "(" {
		a.fail(at, "want ( and )")
		return nil, nil
	}
	for i, t := range w {
		if t.text == ")" && !t.quoted {
			return w[1:i], w[i+1:]
		}
	}
	a.fail(w[0], "( without )")
	return nil, nil
}

func (a *assembler) local(name, typ token, param bool) {
	if _, ok := a.locals[name.text]; ok {
		a.fail(name, "%q is there already", name.text)
	}
	a.locals[name.text] = len(a.f.Params) + len(a.f.Locals)
	if param {
		a.f.Params = append(a.f.Params, a.typeOf(typ))
	} else {
		a.f.Locals = append(a.f.Locals, a.typeOf(typ))
	}
}

func (a *assembler) inFunction(w []token) {
	first := w[0]
	switch {
	case first.text == "end":
		a.endFunction()
	case first.text == "func":
		a.fail(first, "function %q has no end", a.f.Name)
	case first.text == "local":
		if len(w) != 3 {
			a.fail(first, "local wants a name and a type")
			return
		}
		a.local(w[1], w[2], false)
	case strings.HasSuffix(first.text, ":") && !first.quoted:
		name := strings.TrimSuffix(first.text, ":")
		if _, ok := a.labels[name]; ok {
			a.fail(first, "label %q is there already", name)
		}
		a.labels[name] = len(a.f.Code)
		if len(w) > 1 {
			a.instruction(w[1:])
		}
	default:
		a.instruction(w)
	}
}

func (a *assembler) instruction(w []token) {
	op, ok := byName[strings.ToUpper(w[0].text)]
	if !ok {
		a.fail(w[0], "there is no instruction %q", w[0].text)
		return
	}
	want := 1
	if op.Operand == NoOperand {
		want = 0
	}
	if op.Operand == OffsetOperand && len(w) == 1 {
		w = append(w, token{text: "0", column: w[0].column})
	}
	if len(w)-1 != want {
		a.fail(w[0], "%s has %d operands, it takes %d", op.Name, len(w)-1, want)
		return
	}
	if want == 0 {
		a.f.Code = append(a.f.Code, Instruction(op.Code, 0))
		return
	}
	a.operand(op, w[1])
}

// operand appends an instruction with its operand.
func (a *assembler) operand(op Op, t token) {
	n := 0
	switch op.Operand {
	case JumpOperand:
		a.jumps = append(a.jumps, fixup{at: len(a.f.Code), name: t, line: a.line})
	case FunctionOperand:
		a.calls = append(a.calls, fixup{len(a.program.Functions) - 1, len(a.f.Code), t, a.line})
	case LocalOperand:
		k, ok := a.locals[t.text]
		if !ok {
			a.fail(t, "there is no local %q", t.text)
		}
		n = k
	case HostOperand:
		n = -1
		for i, h := range HostOps {
			if h.Name == t.text {
				n = i
			}
		}
		if n < 0 {
			a.fail(t, "there is no host call %q", t.text)
		}
	case SignedOperand:
		v, err := strconv.ParseInt(t.text, 0, 64)
		if err != nil || v < -1<<23 || v >= 1<<23 {
			a.fail(t, "%q: want a number from %d to %d; PUSHW takes any", t.text, -1<<23, 1<<23-1)
		}
		n = int(v)
	case WideOperand:
		a.wide(op, t)
		return
	default:
		v, err := strconv.ParseUint(t.text, 0, 24)
		if err != nil {
			a.fail(t, "%q: want a number from 0 to %d", t.text, 1<<24-1)
		}
		n = int(v)
	}
	a.f.Code = append(a.f.Code, Instruction(op.Code, n))
}

func (a *assembler) wide(op Op, t token) {
	var v uint64
	if op.Code == PUSHF {
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			a.fail(t, "%q is no float", t.text)
		}
		v = math.Float64bits(f)
	} else {
		n, err := strconv.ParseInt(t.text, 0, 64)
		v = uint64(n)
		if err != nil {
			if v, err = strconv.ParseUint(t.text, 0, 64); err != nil {
				a.fail(t, "%q is no number of 64 bits", t.text)
			}
		}
	}
	a.f.Code = append(a.f.Code, Instruction(op.Code, 0), Pixel(v>>32), Pixel(v))
}

func (a *assembler) endFunction() {
	for _, j := range a.jumps {
		at, ok := a.labels[j.name.text]
		if !ok {
			line := a.line
			a.line = j.line
			a.fail(j.name, "there is no label %q in function %q", j.name.text, a.f.Name)
			a.line = line
		}
		a.f.Code[j.at] = Instruction(a.f.Code[j.at].Op(), at)
	}
	a.f = nil
}

// resolve puts in the functions that were named before they were there.
func (a *assembler) resolve() {
	find := func(f fixup) int {
		n, ok := a.names[f.name.text]
		if !ok {
			a.line = f.line
			a.fail(f.name, "there is no function %q", f.name.text)
		}
		return n
	}
	for _, c := range a.calls {
		code := a.program.Functions[c.function].Code
		code[c.at] = Instruction(code[c.at].Op(), find(c))
	}
	for _, t := range a.tables {
		a.program.Table = append(a.program.Table, find(t))
	}
	if a.entry.text != "" {
		a.program.Entry = find(fixup{name: a.entry, line: a.entryAt})
	}
}
