package shader

import (
	_ "embed" // the shader
	"fmt"
	"slices"
	"strings"
	"sync"

	"pxos/pixelvm"
)

//go:embed int64.wgsl
var int64Source string

//go:embed float64.wgsl
var float64Source string

//go:embed interpreter.wgsl
var interpreterSource string

//go:embed arms.wgsl
var armsSource string

// What an instance is doing. From needsHost on it waits.
const (
	running = iota
	returned
	halted
	trapped
	needsHost  // for a host call, or the text of a float
	needsStack // for a larger one
	needsRoom  // for output
)

// arm is what some instructions do.
type arm struct {
	ops  []pixelvm.Op
	body string
}

// hotArms is how many of the first arms are looked for first.
const hotArms = 16

// arms reads armsSource and says which arm each opcode has.
var arms = sync.OnceValues(func() (list []arm, of map[pixelvm.Opcode]int) {
	of = map[pixelvm.Opcode]int{}
	byName := map[string]pixelvm.Op{}
	for _, op := range pixelvm.Ops() {
		byName[op.Name] = op
	}
	for _, section := range strings.Split(armsSource, "//# ")[1:] {
		names, body, _ := strings.Cut(section, "\n")
		var a arm
		for _, name := range strings.Fields(names) {
			op, ok := byName[name]
			if _, twice := of[op.Code]; !ok || twice {
				panic("pixelvm/shader: a section of arms.wgsl for " + name + ", which is no instruction or has one")
			}
			of[op.Code] = len(list)
			a.ops = append(a.ops, op)
		}
		a.body = strings.TrimSpace(body)
		list = append(list, a)
	}
	for name, op := range byName {
		if _, ok := of[op.Code]; !ok {
			panic("pixelvm/shader: no section of arms.wgsl for " + name)
		}
	}
	return list, of
})

// Source is the whole interpreter in WGSL.
func Source() string {
	var b strings.Builder
	for i, name := range []string{"RUNNING", "RETURNED", "HALTED", "TRAPPED", "NEEDS_HOST", "NEEDS_STACK", "NEEDS_ROOM"} {
		fmt.Fprintf(&b, "const %s = %du;\n", name, i)
	}
	fmt.Fprintf(&b, "const WAITING = NEEDS_HOST;\n")
	for name, kind := range map[string]pixelvm.TrapKind{"OUT_OF_FUEL": pixelvm.OutOfFuel, "OUT_OF_BOUNDS": pixelvm.OutOfBounds, "DIVIDE_BY_ZERO": pixelvm.DivideByZero,
		"STACK_OVERFLOW": pixelvm.StackOverflow, "BAD_CALL": pixelvm.BadCall, "OUTPUT_FULL": pixelvm.OutputFull, "USER_TRAP": pixelvm.UserTrap} {
		fmt.Fprintf(&b, "const %s = %du;\n", name, kind)
	}
	widths := map[int][]string{}
	for _, op := range pixelvm.Ops() {
		fmt.Fprintf(&b, "const OP_%s = 0x%02Xu;\n", op.Name, byte(op.Code))
		if op.Width > 0 && op.Width < 8 {
			widths[op.Width] = append(widths[op.Width], "op == OP_"+op.Name)
		}
	}
	fmt.Fprintf(&b, "\n// width_of is the bytes of memory that an instruction reaches.\nfn width_of(op: u32) -> u32 {\n")
	for _, w := range []int{1, 2, 4} {
		fmt.Fprintf(&b, "    if %s {\n        return %d;\n    }\n", strings.Join(widths[w], " || "), w)
	}
	fmt.Fprintf(&b, "    return 8;\n}\n\n")
	list, _ := arms()
	dispatch := tree(list[:hotArms], 0, tree(list[hotArms:], hotArms, ""))
	head, tail, _ := strings.Cut(interpreterSource, "//# dispatch\n")
	return b.String() + int64Source + "\n" + float64Source + "\n" + head + dispatch + tail
}

// tree finds the arm of a number by halving. The first of the list has the number first;
// beyond is what is done with a number above all of the list.
func tree(list []arm, first int, beyond string) string {
	if beyond != "" {
		return fmt.Sprintf("if arm < %d {\n%s} else {\n%s}\n", first+len(list), tree(list, first, ""), beyond)
	}
	if len(list) == 1 {
		return list[0].text()
	}
	half := len(list) / 2
	return fmt.Sprintf("if arm < %d {\n%s} else {\n%s}\n", first+half, tree(list[:half], first, ""), tree(list[half:], first+half, ""))
}

// text is an arm with what the table says of its operands.
func (a arm) text() string {
	op := a.ops[0]
	pops, pushes := op.Pops, op.Pushes
	for _, other := range a.ops {
		if len(other.Pops) != len(pops) || len(other.Pushes) != len(pushes) || other.Operand != op.Operand || strings.Contains(other.Pops, "*") != strings.Contains(pops, "*") {
			panic("pixelvm/shader: " + other.Name + " and " + op.Name + " are of different shape")
		}
	}
	var b strings.Builder
	for _, other := range a.ops {
		fmt.Fprintf(&b, "// %s\n", other.Name)
	}
	if op.Operand == pixelvm.WideOperand {
		fmt.Fprintf(&b, "next = pc + 3;\n")
	}
	free := strings.Contains(pops+pushes, "*") || op.Code == pixelvm.RET
	if free {
		fmt.Fprintf(&b, "%s\n", a.body)
		return b.String()
	}
	for i := range pops {
		fmt.Fprintf(&b, "let %c = stack[home + (sp - %d) * lanes];\n", 'a'+i, len(pops)-i)
	}
	if pushes != "" {
		fmt.Fprintf(&b, "var r = vec2u();\n")
	}
	fmt.Fprintf(&b, "%s\n", a.body)
	moved := ""
	if pushes != "" {
		moved += fmt.Sprintf("stack[home + (sp - %d) * lanes] = r;\n", len(pops))
		if len(pops) == 0 {
			moved = "stack[home + sp * lanes] = r;\n"
		}
	}
	if d := len(pushes) - len(pops); d > 0 {
		moved += "sp += 1;\n"
	} else if d < 0 {
		moved += fmt.Sprintf("sp -= %d;\n", -d)
	}
	if moved != "" && slices.ContainsFunc(a.ops, func(o pixelvm.Op) bool { return o.Traps }) {
		moved = "if status == RUNNING {\n" + moved + "}\n"
	}
	return b.String() + moved
}
