package gate

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
)

const entry = "main.kentry"

// linked builds the kernel of testdata once, as package image builds the real
// one.
var linked = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "gate-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "kernel.elf")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-w -T -0x7fffffe00000 -E "+entry, "-o", out, "./testdata/kernel")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, &exec.Error{Name: string(text), Err: err}
	}
	return os.ReadFile(out)
})

func kernel(t testing.TB) []byte {
	t.Helper()
	file, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(file)
}

// refused is every seeded function and what the gate must say about it.
var refused = map[string]string{
	"main.badNew":           "new or an escaping variable needs a heap",
	"main.badAppend":        "append needs a heap",
	"main.badMake":          "make of a slice needs a heap",
	"main.badMapMake":       "maps need a heap",
	"main.badMapRead":       "maps need a heap",
	"main.badConcat":        "string concatenation needs a heap",
	"main.badFuncValue":     "CALL through a pointer",
	"main.badGo":            "go statements need a scheduler",
	"main.badDefer":         "defer needs the runtime",
	"main.badInterface":     "CALL through a pointer",
	"main.badFrame":         "frame of",
	"main.badPanic":         "panic needs the runtime",
	"main.badConvert":       "a conversion to an interface needs a heap",
	"main.badAssert":        "type assertions need the runtime",
	"main.badPrint":         "print needs the runtime",
	"main.badStringOfBytes": "a string from bytes needs a heap",
	"main.badBytesOfString": "bytes from a string need a heap",
	"main.badChannel":       "it is no part of ring 0",
}

func TestSeededViolations(t *testing.T) {
	res, err := Check(kernel(t), KernelRules(entry))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, v := range res.Violations {
		said[v.Function] = append(said[v.Function], v.Text)
	}
	for function, why := range refused {
		if !strings.Contains(strings.Join(said[function], "\n"), why) {
			t.Errorf("%s must be refused because %q; it was said: %q", function, why, said[function])
		}
	}
	for function, why := range said {
		if _, seeded := refused[function]; !seeded {
			t.Errorf("%s keeps the rules and was refused: %q", function, why)
		}
	}
	text := Describe(res.Violations)
	if !strings.Contains(text, "main.badNew (0xffff8000") {
		t.Errorf("the list for a person names no place:\n%s", text)
	}
}

// TestSeededFunctionsAreLinked keeps the tests from passing because the linker
// left the seeds out.
func TestSeededFunctionsAreLinked(t *testing.T) {
	c, err := load(kernel(t))
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	good := 0
	for _, s := range c.functions {
		linked[plain(s.Name)] = true
		if strings.HasPrefix(s.Name, "main.good") {
			good++
		}
	}
	for f := range refused {
		if !linked[f] {
			t.Errorf("%s is not in the linked file", f)
		}
	}
	if good < 12 {
		t.Errorf("only %d of the functions that must pass are in the linked file", good)
	}
}

func TestRulesThatFitNothing(t *testing.T) {
	file := kernel(t)
	r := KernelRules(entry)
	r.Ring0 = []string{"elsewhere/"}
	if _, err := Check(file, r); err == nil {
		t.Error("a file without a ring-0 function was checked")
	}
	for name, damaged := range map[string][]byte{"empty": nil, "text": []byte("hello"), "cut": file[:4096]} {
		if _, err := Check(damaged, KernelRules(entry)); err == nil {
			t.Errorf("a file that is %s was checked", name)
		}
		if _, err := Poison(damaged, KernelRules(entry)); err == nil {
			t.Errorf("a file that is %s was poisoned", name)
		}
	}
}

// TestPoison: what ring 0 may not reach is INT3 from its first byte to its
// last, all else is as it was.
func TestPoison(t *testing.T) {
	before := kernel(t)
	after := bytes.Clone(before)
	rules := KernelRules(entry)
	n, err := Poison(after, rules)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := load(before)
	is, err := load(after)
	if err != nil {
		t.Fatal(err)
	}
	poisoned, kept := 0, 0
	for _, s := range was.functions {
		name := plain(s.Name)
		mine := strings.HasPrefix(name, "main.") || rules.Allowed[name]
		switch {
		case s.Size == 0:
		case mine:
			kept++
			if !bytes.Equal(was.body(s), is.body(s)) {
				t.Errorf("%s was changed", name)
			}
		default:
			poisoned++
			if len(bytes.Trim(is.body(s), "\xCC")) != 0 {
				t.Errorf("%s holds more than INT3", name)
			}
		}
	}
	if poisoned != n || n < 500 || kept < 20 {
		t.Errorf("%d functions are said to be poisoned, %d are; %d were kept", n, poisoned, kept)
	}
	for _, name := range []string{"runtime.gopanic", "runtime.mallocgc", "runtime.morestack"} {
		if s, ok := symbol(is, name); !ok || is.body(s)[0] != 0xCC {
			t.Errorf("%s is not poisoned", name)
		}
	}
	if !bytes.Equal(outside(t, before), outside(t, after)) {
		t.Error("bytes outside .text were changed")
	}
}

func symbol(c *code, name string) (elf.Symbol, bool) {
	for _, s := range c.functions {
		if plain(s.Name) == name {
			return s, true
		}
	}
	return elf.Symbol{}, false
}

// outside is the file without its .text.
func outside(t *testing.T, file []byte) []byte {
	t.Helper()
	c, err := load(file)
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(file[:c.offset]), file[c.offset+uint64(len(c.bytes)):]...)
}

// TestFunctionsAreFoundByAddress holds the search against a slow look at all.
func TestFunctionsAreFoundByAddress(t *testing.T) {
	c, err := load(kernel(t))
	if err != nil {
		t.Fatal(err)
	}
	if !sort.SliceIsSorted(c.functions, func(i, j int) bool { return c.functions[i].Value < c.functions[j].Value }) {
		t.Fatal("functions are not in order of address")
	}
	for i := 0; i < len(c.functions); i += 37 {
		s := c.functions[i]
		for _, addr := range []uint64{s.Value, s.Value + s.Size/2} {
			if got, ok := c.at(addr); !ok || got.Value != s.Value {
				t.Errorf("%#x lies in %s, found was %s", addr, s.Name, got.Name)
			}
		}
	}
	if _, ok := c.at(c.base - 1); ok {
		t.Error("a function was found below the code")
	}
}
