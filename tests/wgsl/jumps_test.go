package wgsl

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// nests are statements around others: %[1]s is a condition, %[2]d the depth and
// %[3]s what is inside. Loops end by themselves.
var nests = map[string]string{
	"if":     "if %[1]s { %[3]s } else { seen += %[2]du; }",
	"else":   "if %[1]s { seen += %[2]du; } else { %[3]s }",
	"loop":   "for (var k%[2]d = 0u; k%[2]d < 2u + u32(%[1]s); k%[2]d++) { %[3]s }",
	"until":  "var k%[2]d = 0u; loop { %[3]s continuing { k%[2]d++; break if k%[2]d > 2u || %[1]s; } }",
	"switch": "switch u32(%[1]s) + 1u { case 1u: { %[3]s } case 2u, default: { seen ^= %[2]du; } }",
}

// jumpsOut gives a function in which, at the bottom of some nests, some or all
// invocations jump.
func jumpsOut(kinds, conditions []string, jump, when string) string {
	inside := fmt.Sprintf("seen = seen * 3u + 1u; if %s { %s } seen ^= 64u;", when, jump)
	for depth := len(kinds) - 1; depth >= 0; depth-- {
		inside = fmt.Sprintf(nests[kinds[depth]], conditions[depth], depth+1, inside) + fmt.Sprintf(" seen = seen * 5u + %du;", depth+1)
	}
	return "    " + inside + "\n"
}

// TestJumpsOutOfEveryNest runs return, break and continue out of all nests two
// and three deep, each level decided by all invocations together or by each,
// and the jump too. Soft keeps account of which lanes are where, and leaves the
// account away where all must be; the oracle has none of that.
func TestJumpsOutOfEveryNest(t *testing.T) {
	devices, err := twoDevices()
	if err != nil {
		t.Fatal(err)
	}
	defer devices[0].Close()
	defer devices[1].Close()
	kinds := slices.Sorted(maps.Keys(nests))
	for _, outer := range kinds {
		var functions []string
		for _, middle := range kinds {
			functions = append(functions, jumpsOfEveryKind([]string{outer, middle})...)
			for _, inner := range kinds {
				functions = append(functions, jumpsOfEveryKind([]string{outer, middle, inner})...)
			}
		}
		t.Run(outer, func(t *testing.T) {
			for some := range slices.Chunk(functions, 24) {
				if err := agree(jumpsCase(some), devices); err != nil {
					t.Errorf("%v\n%s", err, jumpsCase(some).Text)
				}
			}
		})
	}
}

// jumpsOfEveryKind gives the bodies of the functions of one nest.
func jumpsOfEveryKind(kinds []string) []string {
	var bodies []string
	for pattern := range 2 << len(kinds) {
		// Each depth reads other elements. A bit of the pattern says that each
		// invocation decides for itself there.
		reader := func(bit int) string { return string("wv"[pattern>>bit&1]) }
		when := fmt.Sprintf("(a[%s] + seen) %% 3u == 0u", reader(len(kinds)))
		var conditions []string
		for depth := range kinds {
			conditions = append(conditions, fmt.Sprintf("(a[%s + %du] %% 2u == 0u)", reader(depth), depth+1))
		}
		for _, jump := range []string{"return seen;", "break;", "continue;"} {
			if allowed(jump, kinds) {
				bodies = append(bodies, jumpsOut(kinds, conditions, jump, when))
			}
		}
	}
	return bodies
}

// jumpsCase makes a program of functions.
func jumpsCase(bodies []string) *Case {
	var text strings.Builder
	text.WriteString("@group(0) @binding(0) var<storage, read_write> out: array<u32>;\n" +
		"@group(0) @binding(1) var<storage, read> a: array<u32>;\n")
	for n, body := range bodies {
		fmt.Fprintf(&text, "fn f%d(v: u32, w: u32) -> u32 {\n    var seen = 1u;\n%s"+
			"    out[v] = out[v] * 7u + seen;\n    return seen;\n}\n", n, body)
	}
	text.WriteString("@compute @workgroup_size(32)\nfn main(@builtin(global_invocation_id) id: vec3u, " +
		"@builtin(workgroup_id) group: vec3u) {\n")
	for n := range bodies {
		fmt.Fprintf(&text, "    { let r = f%d(id.x, group.x * 11u + %du); out[id.x] = out[id.x] * 31u + r; }\n", n, n)
	}
	text.WriteString("}\n")
	return &Case{File: "jumps.wgsl", Name: "jumps", Text: text.String(), Workgroups: [3]uint32{2, 1, 1}, Elements: 64}
}

// allowed says whether a jump has something to jump out of: break a loop or a
// switch, continue a loop.
func allowed(jump string, kinds []string) bool {
	loop := slices.Contains(kinds, "loop") || slices.Contains(kinds, "until")
	return jump == "return seen;" || loop || jump == "break;" && slices.Contains(kinds, "switch")
}
