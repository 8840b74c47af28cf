package kernel

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVEX reads the assembly: all that touches a vector register is coded as VEX or EVEX. One
// instruction that is not, between others, costs ten times the loop on CPUs that keep the upper
// halves of registers apart, and no result shows it.
func TestVEX(t *testing.T) {
	files, err := filepath.Glob("*_amd64.[sh]")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %v", files, err)
	}
	whole := map[string]bool{} // instructions on whole registers, and directives
	for _, name := range strings.Fields("MOVQ MOVL ADDQ SUBQ LEAQ SHLQ SHRQ SHRL ANDL ORL ORQ DECQ JNZ JZ JLT JGE JNE JMP RET TEXT DATA GLOBL") {
		whole[name] = true
	}
	macros, texts := map[string]bool{}, map[string]string{}
	define, vector := regexp.MustCompile(`(?m)^#define (\w+)`), regexp.MustCompile(`\b[XYZ]([0-9]|[12][0-9]|3[01])\b`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[f] = string(text)
		for _, m := range define.FindAllStringSubmatch(string(text), -1) {
			macros[m[1]] = true
		}
	}
	instructions := 0
	for f, text := range texts {
		for n, line := range strings.Split(text, "\n") {
			code, _, _ := strings.Cut(line, "//")
			code = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(code), "\\"))
			if strings.HasPrefix(code, "#define") { // of a line: what follows the name and its parameters
				_, code, _ = strings.Cut(code, ") ")
			}
			name, operands, _ := strings.Cut(strings.TrimSpace(code), " ")
			name, _, _ = strings.Cut(name, "(")
			switch {
			case name == "" || strings.HasPrefix(name, "#") || strings.HasSuffix(name, ":"):
				continue
			case strings.HasPrefix(name, "V") && !macros[name]:
				instructions++
			case macros[name] || name == strings.ToUpper(name) && isParameter(text, name):
			case !whole[name] || vector.MatchString(operands):
				t.Errorf("%s:%d: %s is no VEX instruction, and none that this test knows: %s", f, n+1, name, strings.TrimSpace(line))
			}
		}
	}
	if instructions < 500 {
		t.Errorf("%d instructions were looked at", instructions)
	}
}

// isParameter says that a name is one of a macro's, which is given another macro.
func isParameter(text, name string) bool {
	return regexp.MustCompile(`#define \w+\([^)]*\b` + name + `\b`).MatchString(text)
}
