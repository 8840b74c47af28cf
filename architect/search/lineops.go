package search

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"pxos/architect/source"
)

const (
	priorUnusedConstant = 8.0
	priorMoveDead       = 5.0
	priorMove           = 0.5
	priorLineConstant   = 2.5
	priorLineNumber     = 2.0
	priorLineGraft      = 1.0
	priorLineDelete     = 0.4
	priorLineOperator   = 1.5
)

// lineCandidates runs the operators on assembly and C.
func lineCandidates(t source.Tree, aim Aim, emit emitFunc) {
	module := "pxos"
	var files []*lineFile
	for _, p := range t.Paths() {
		if f := readLines(t, p, module); f != nil {
			f.score(aim)
			files = append(files, f)
		}
	}
	headers := headerConstants(files)
	for _, f := range files {
		constants := append(append([]string{}, f.constants...), headers...)
		f.unusedConstants(aim, files, constants, emit)
		for _, fn := range f.functions {
			f.replaceNames(aim, fn, constants, emit)
			f.replaceNumbers(aim, fn, emit)
			f.moveLines(aim, fn, emit)
			f.useUnused(aim, fn, emit)
			f.graftLines(aim, fn, emit)
			f.operators(aim, fn, emit)
		}
	}
}

// headerConstants are those that C files share.
func headerConstants(files []*lineFile) []string {
	var out []string
	for _, f := range files {
		if strings.HasSuffix(f.path, ".h") {
			out = append(out, f.constants...)
		}
	}
	return out
}

// edit makes a candidate that replaces the lines [from, to).
func (f *lineFile) edit(fn *lineFunc, from, to int, text, operator, note string, score float64) Candidate {
	end := len(strings.Join(f.lines, ""))
	if to < len(f.lines) {
		end = f.offsets[to]
	}
	return Candidate{Operator: operator, Path: f.path, Function: fn.symbol, Line: from + 1, Note: note,
		Score: score * fn.locality, start: f.offsets[from], end: end, text: text}
}

// prefixOf is a constant's family: CR4_OSFXSR belongs to CR4_.
func prefixOf(name string) string {
	if i := strings.IndexByte(name, '_'); i > 0 {
		return name[:i+1]
	}
	return ""
}

// unusedConstants adds constants that are defined and used nowhere beside
// their siblings: a bit that somebody named and forgot to set.
func (f *lineFile) unusedConstants(aim Aim, files []*lineFile, constants []string, emit emitFunc) {
	families := map[string][]string{}
	for _, c := range constants {
		used := 0
		for _, g := range files {
			used += g.uses[c]
		}
		if p := prefixOf(c); used == 0 && p != "" {
			families[p] = append(families[p], c)
		}
	}
	for _, fn := range f.functions {
		for _, i := range fn.statements {
			code := f.code(f.lines[i])
			for _, id := range identifier.FindAllString(code, -1) {
				unused := families[prefixOf(id)]
				if len(unused) == 0 || prefixOf(id) == "" {
					continue
				}
				f.addConstants(aim, fn, i, code, id, unused, emit)
				break
			}
		}
	}
}

// addConstants repeats a line with unused siblings in the place of its
// constants, or adds them to it.
func (f *lineFile) addConstants(aim Aim, fn *lineFunc, i int, code, id string, unused []string, emit emitFunc) {
	family := regexp.MustCompile(`\b` + regexp.QuoteMeta(prefixOf(id)) + `\w+(\s*\|\s*` + regexp.QuoteMeta(prefixOf(id)) + `\w+)*`)
	sets := make([]string, 0, len(unused)+2)
	var named []string
	for _, u := range unused {
		if aim.mentions(u) {
			named = append(named, u)
		}
		sets = append(sets, u)
	}
	if len(named) > 1 {
		sets = append(sets, strings.Join(named, " | "))
	}
	for _, s := range sets {
		score := priorUnusedConstant * f.near(aim, i)
		if aim.mentions(s) {
			score *= classBonus
		}
		if strings.Contains(s, "|") {
			score *= 1.2 // all that the class names belongs together
		}
		line := strings.TrimRight(family.ReplaceAllLiteralString(code, s), " \t\r\n") + "\n"
		emit(f.edit(fn, i+1, i+1, line, "set-unused-constant", "set "+s+", which is defined and used nowhere, after line "+strconv.Itoa(i+1), score))
		both := strings.TrimRight(family.ReplaceAllStringFunc(code, func(old string) string { return old + " | " + s }), " \t\r\n") + "\n"
		emit(f.edit(fn, i, i+1, both, "set-unused-constant", "add "+s+", which is defined and used nowhere", score*0.8))
	}
}

// replaceNames puts a sibling constant in a constant's place.
func (f *lineFile) replaceNames(aim Aim, fn *lineFunc, constants []string, emit emitFunc) {
	known := map[string]bool{}
	for _, c := range constants {
		known[c] = true
	}
	for _, i := range fn.statements {
		code := f.code(f.lines[i])
		for _, at := range identifier.FindAllStringIndex(code, -1) {
			id := code[at[0]:at[1]]
			if !known[id] || prefixOf(id) == "" {
				continue
			}
			for _, s := range constants {
				if s == id || prefixOf(s) != prefixOf(id) {
					continue
				}
				score := priorLineConstant * f.near(aim, i)
				if aim.mentions(s) {
					score *= classBonus
				}
				line := f.lines[i][:at[0]] + s + f.lines[i][at[1]:]
				emit(f.edit(fn, i, i+1, line, "replace-constant", "replace "+id+" by its sibling "+s, score))
			}
		}
	}
}

var number = regexp.MustCompile(`\b(0x[0-9A-Fa-f]+|[0-9]+)\b`)

// replaceNumbers tries the other numbers of the function, neighbours, doubles
// and halves.
func (f *lineFile) replaceNumbers(aim Aim, fn *lineFunc, emit emitFunc) {
	var all []string
	seen := map[string]bool{}
	for _, i := range fn.statements {
		for _, n := range number.FindAllString(f.code(f.lines[i]), -1) {
			if !seen[n] {
				seen[n] = true
				all = append(all, n)
			}
		}
	}
	for _, i := range fn.statements {
		code := f.code(f.lines[i])
		for _, at := range number.FindAllStringIndex(code, -1) {
			old := code[at[0]:at[1]]
			put := func(n string, score float64) {
				if n != old {
					line := f.lines[i][:at[0]] + n + f.lines[i][at[1]:]
					emit(f.edit(fn, i, i+1, line, "replace-number", "replace "+old+" by "+n+" in "+strings.TrimSpace(code), score*f.near(aim, i)))
				}
			}
			if v, err := strconv.ParseUint(old, 0, 64); err == nil {
				put(strconv.FormatUint(v*2, 10), priorLineNumber)
				put(strconv.FormatUint(v/2, 10), priorLineNumber)
				put(strconv.FormatUint(v+1, 10), priorLineNumber/2)
			}
			for _, n := range all {
				put(n, priorLineNumber/2)
			}
		}
	}
}

// moveLines moves a statement to another place of its function, and deletes
// it. A load whose register is overwritten before it is read comes first.
func (f *lineFile) moveLines(aim Aim, fn *lineFunc, emit emitFunc) {
	for _, i := range fn.statements {
		text := strings.TrimSpace(f.code(f.lines[i]))
		emit(f.edit(fn, i, i+1, "", "delete-line", "delete "+text, priorLineDelete*f.near(aim, i)))
		prior := priorMove
		if f.deadLoad(fn, i) {
			prior = priorMoveDead
		}
		for _, k := range fn.statements {
			if k == i || k == i+1 {
				continue
			}
			c := f.edit(fn, i, i+1, "", "move-line", fmt.Sprintf("move %s before line %d", text, k+1), prior*f.near(aim, i))
			c.also, c.alsoAt, c.hasAlso = f.lines[i], f.offsets[k], true
			emit(c)
		}
	}
}

var (
	goLoad   = regexp.MustCompile(`^\s*MOV[BWLQ]\w*\s+[^,]+,\s*([A-Z][A-Z0-9]+)\s*$`)
	nasmLoad = regexp.MustCompile(`^\s*mov\s+([a-z0-9]+)\s*,\s*(.+)$`)
)

// deadLoad says whether a line loads a register that the next instruction
// which touches it overwrites: IN overwrites AL, AX or EAX.
func (f *lineFile) deadLoad(fn *lineFunc, i int) bool {
	reg := ""
	switch f.dialect.name {
	case "Go assembly":
		if m := goLoad.FindStringSubmatch(f.code(f.lines[i])); m != nil {
			reg = m[1]
		}
	case "NASM":
		if m := nasmLoad.FindStringSubmatch(strings.TrimRight(f.code(f.lines[i]), " \r\n")); m != nil {
			reg = m[1]
		}
	}
	if reg == "" {
		return false
	}
	accumulator := reg == "AX" || reg == "al" || reg == "ax" || reg == "eax"
	for k := i + 1; k < fn.last; k++ {
		code := strings.TrimSpace(f.code(f.lines[k]))
		op, _, _ := strings.Cut(code, " ")
		if accumulator && (op == "INB" || op == "INL" || op == "INW" || op == "in") {
			return true
		}
		if m := goLoad.FindStringSubmatch(code); m != nil && m[1] == reg && strings.Count(code, reg) == 1 {
			return true
		}
		if strings.Contains(code, reg) {
			return false
		}
	}
	return false
}

// graftLines copies a statement of the file to another place.
func (f *lineFile) graftLines(aim Aim, fn *lineFunc, emit emitFunc) {
	for _, donor := range f.functions {
		for _, k := range donor.statements {
			text := strings.TrimSpace(f.code(f.lines[k]))
			if !f.worthCopying(text) {
				continue
			}
			for _, i := range fn.statements {
				if i == k || strings.TrimSpace(f.code(f.lines[i])) == text {
					continue
				}
				score := priorLineGraft * f.near(aim, k)
				if donor == fn {
					score *= 0.7
				}
				indent := f.lines[i][:len(f.lines[i])-len(strings.TrimLeft(f.lines[i], " \t"))]
				emit(f.edit(fn, i, i, indent+text+"\n", "graft-line", fmt.Sprintf("insert %s before line %d, as in %s", text, i+1, donor.name), score))
			}
		}
	}
}

// worthCopying keeps jumps and returns out: copies of them only cut code off.
func (f *lineFile) worthCopying(text string) bool {
	op, _, _ := strings.Cut(text, " ")
	switch {
	case text == "" || strings.HasPrefix(strings.ToUpper(op), "J") || strings.EqualFold(op, "RET") || strings.HasPrefix(text, "return"):
		return false
	case f.dialect.name == "C":
		return strings.HasSuffix(text, ";") && !strings.Contains(text, "{") && !declaration.MatchString(text)
	}
	return true
}

var declaration = regexp.MustCompile(`^(static|const|volatile|unsigned|struct|int|char|long|u?int\d+_t|u\d+|size_t)\b[^(]*=?`)

var relatives = [][2]string{
	{" <= ", " < "}, {" < ", " <= "}, {" >= ", " > "}, {" > ", " >= "}, {" == ", " != "}, {" != ", " == "},
	{" && ", " || "}, {" || ", " && "}, {" + ", " - "}, {" - ", " + "}, {" | ", " & "}, {" & ", " | "}, {" << ", " >> "}, {" >> ", " << "},
}

var plusOne = regexp.MustCompile(`\s*[+-]\s*1\b`)

// operators replaces operators in C and drops a stray plus or minus one.
func (f *lineFile) operators(aim Aim, fn *lineFunc, emit emitFunc) {
	if f.dialect.name != "C" {
		return
	}
	for i := fn.first + 1; i < fn.last; i++ {
		code := f.code(f.lines[i])
		for _, r := range relatives {
			if at := strings.Index(code, r[0]); at >= 0 {
				line := f.lines[i][:at] + r[1] + f.lines[i][at+len(r[0]):]
				emit(f.edit(fn, i, i+1, line, "replace-operator", "replace"+r[0]+"by"+r[1]+"in "+strings.TrimSpace(code), priorLineOperator*f.near(aim, i)))
			}
		}
		for _, at := range plusOne.FindAllStringIndex(code, -1) {
			line := f.lines[i][:at[0]] + f.lines[i][at[1]:]
			emit(f.edit(fn, i, i+1, line, "drop-one", "drop"+code[at[0]:at[1]]+" in "+strings.TrimSpace(code), priorLineOperator*f.near(aim, i)))
		}
	}
}
