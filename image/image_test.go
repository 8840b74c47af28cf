package image

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"pxos/image/toolchain"
)

// tools finds the toolchain; where it must be there, its lack is an error.
func tools(t testing.TB) *toolchain.Toolchain {
	t.Helper()
	cache, err := toolchain.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	found, err := toolchain.Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return found
}

// realKernel builds the kernel of this repository, once.
var realKernel = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "image-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cache, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	found, err := toolchain.Find(cache)
	if err != nil {
		return nil, err
	}
	k, err := Build(context.Background(), Options{Root: "..", Out: dir, Tools: found})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(k.ELF)
})

func kernelFile(t testing.TB) string {
	t.Helper()
	tools(t)
	text, err := realKernel()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pxos.elf")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tinyTree writes a kernel of a few lines that keeps every rule.
func tinyTree(t *testing.T, change map[string]string) string {
	t.Helper()
	root := t.TempDir()
	stub, err := os.ReadFile(filepath.FromSlash("../" + stubSource))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"go.mod":                "module pxos\n\ngo 1.26\n",
		"kernel/main.go":        "package main\n\nvar n int\n\nfunc kentry()\nfunc main() { kentry() }\nfunc start() { n++ }\n",
		"kernel/kentry_amd64.s": "#include \"textflag.h\"\nTEXT ·kentry(SB), NOSPLIT|NOFRAME, $0-0\n\tCALL ·start(SB)\n\tHLT\n",
		stubSource:              string(stub),
	}
	for p, s := range change {
		files[p] = s
	}
	for p, s := range files {
		path := filepath.Join(root, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestBuildSaysWhichStageRefused breaks a kernel in one way for every stage.
func TestBuildSaysWhichStageRefused(t *testing.T) {
	found := tools(t)
	main := "package main\n\nfunc kentry()\nfunc main() { kentry() }\n"
	for _, c := range []struct {
		name, file, text, stage, says string
	}{
		{"well", "kernel/other.go", "package main\n", "", ""},
		{"syntax", "kernel/main.go", "package main\n\nfunc (", StageCompile, "kernel/main.go:3"},
		{"heap", "kernel/main.go", main + "var b []byte\nfunc start() { b = append(b, 1) }\n", StageGate, "append needs a heap"},
		{"initialiser", "kernel/main.go", main + "var n = other()\n//go:noinline\nfunc other() int { return m }\nvar m int\nfunc start() { n++ }\n",
			StageGate, "main.init"},
		{"init function", "kernel/main.go", main + "var n int\nfunc init() { n = 1 }\nfunc start() { n++ }\n", StageGate, "main.init.0"},
		{"assembler", stubSource, "bits 32\nno such instruction\n", StageAssemble, "stub.asm:2"},
		{"stub without its header", stubSource, "bits 32\nnop\n", StageJoin, "PXSTUB01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			k, err := Build(t.Context(), Options{Root: tinyTree(t, map[string]string{c.file: c.text}), Out: out, Tools: found})
			var refused *BuildError
			switch {
			case c.stage == "" && err != nil:
				t.Fatal(err)
			case c.stage == "":
				if k.Functions < 3 || k.Poisoned < 100 || k.TextBytes == 0 {
					t.Errorf("%+v", k)
				}
				return
			case !errors.As(err, &refused) || refused.Stage != c.stage || !strings.Contains(err.Error(), c.says):
				t.Errorf("stage %q with %q was to refuse it: %v", c.stage, c.says, err)
			}
			if left, _ := os.ReadDir(out); len(left) != 0 {
				t.Errorf("a refused build left %v", left)
			}
		})
	}
}

// TestBuildErrorsOfTheLaboratory: what is not the source's fault is no BuildError.
func TestBuildErrorsOfTheLaboratory(t *testing.T) {
	found := tools(t)
	var refused *BuildError
	_, err := Build(t.Context(), Options{Root: tinyTree(t, nil), Out: t.TempDir(), Tools: found, Go: "no-such-go"})
	if err == nil || errors.As(err, &refused) {
		t.Errorf("without a go command: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, Options{Root: tinyTree(t, nil), Out: t.TempDir(), Tools: found}); err == nil || errors.As(err, &refused) {
		t.Errorf("after an interruption: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(t.Context(), Options{Root: tinyTree(t, nil), Out: filepath.Join(file, "out"), Tools: found}); err == nil || errors.As(err, &refused) {
		t.Errorf("into a folder that cannot be: %v", err)
	}
}

// TestJoin reads the joined file as a loader does.
func TestJoin(t *testing.T) {
	path := kernelFile(t)
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	last := uint64(0)
	for i, p := range f.Progs {
		if p.Off+p.Filesz > uint64(info.Size()) || p.Filesz > p.Memsz {
			t.Errorf("segment %d reaches past the file: %+v", i, p.ProgHeader)
		}
		if p.Type != elf.PT_LOAD {
			continue
		}
		if p.Off%pageBytes != p.Vaddr%pageBytes || p.Paddr < last {
			t.Errorf("segment %d is misplaced: %+v, the last one ends at %#x", i, p.ProgHeader, last)
		}
		last = p.Paddr + p.Memsz
		if stub := p.Paddr == stubPhysical; stub {
			if f.Entry < p.Vaddr || f.Entry >= p.Vaddr+p.Filesz || p.Vaddr != p.Paddr {
				t.Errorf("the entry %#x is not in the stub %+v", f.Entry, p.ProgHeader)
			}
			continue
		}
		if p.Vaddr-p.Paddr != directMapBase || p.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			t.Errorf("segment %d: %+v", i, p.ProgHeader)
		}
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal("the symbols were lost: ", err)
	}
	start := false
	for _, s := range symbols {
		start = start || s.Name == "main.start"
	}
	if _, err := f.DWARF(); !start || f.Section(".gopclntab") == nil && f.Section(".text") == nil {
		t.Errorf("main.start found: %v; DWARF: %v", start, err)
	}
}

func TestGRUBAcceptsTheKernel(t *testing.T) {
	path := kernelFile(t)
	cmd := tools(t).Tool(toolchain.GRUBFile).Cmd(t.Context(), "--is-x86-multiboot2", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("grub-file: %v %s", err, out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := BootProtocol(text); p != Multiboot2 || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	at := bytes.Index(text, []byte{0xD6, 0x50, 0x52, 0xE8})
	text[at+4]++
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := tools(t).Tool(toolchain.GRUBFile).Cmd(t.Context(), "--is-x86-multiboot2", path).Run(); err == nil {
		t.Error("GRUB accepts a header whose sum is wrong: the check above says nothing")
	}
	if p, _ := BootProtocol(text); p == Multiboot2 {
		t.Error("we accept a header whose sum is wrong")
	}
}

func TestBuildIsReproducible(t *testing.T) {
	found := tools(t)
	root := tinyTree(t, nil)
	var files [2][]byte
	for i := range files {
		k, err := Build(t.Context(), Options{Root: root, Out: t.TempDir(), Tools: found})
		if err != nil {
			t.Fatal(err)
		}
		if files[i], err = os.ReadFile(k.ELF); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("one source gave two kernels")
	}
}

// TestRuntimeG holds the g structure of kernel/trap against this Go version's
// runtime: compiled code reads the stack bounds from it.
func TestRuntimeG(t *testing.T) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(goroot)), "src/runtime/runtime2.go"), nil, 0)
	if err != nil {
		t.Fatalf("read the runtime of %s: %v", runtime.Version(), err)
	}
	types := map[string]*ast.StructType{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.TypeSpec); ok {
			if body, ok := s.Type.(*ast.StructType); ok {
				types[s.Name.Name] = body
			}
		}
		return true
	})
	stack, g := fields(types["stack"]), fields(types["g"])
	if len(stack) != 2 || stack[0] != "lo uintptr" || stack[1] != "hi uintptr" {
		t.Errorf("runtime.stack is %q", stack)
	}
	// 16 bytes of stack, then two words: what goG has at 0, 8, 16 and 24.
	if len(g) < 3 || g[0] != "stack stack" || g[1] != "stackguard0 uintptr" || g[2] != "stackguard1 uintptr" {
		t.Errorf("runtime.g begins with %q", g[:min(len(g), 3)])
	}
	own, err := parser.ParseFile(token.NewFileSet(), "../kernel/trap/g.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(own, func(n ast.Node) bool {
		if s, ok := n.(*ast.TypeSpec); ok && s.Name.Name == "goG" {
			got := fields(s.Type.(*ast.StructType))
			want := []string{"StackLo uint64", "StackHi uint64", "StackGuard0 uint64", "StackGuard1 uint64"}
			if len(got) < 4 || strings.Join(got[:4], ",") != strings.Join(want, ",") {
				t.Errorf("goG begins with %q", got)
			}
		}
		return true
	})
}

// fields lists "name type" of a structure's fields, in order.
func fields(s *ast.StructType) []string {
	var out []string
	if s == nil {
		return nil
	}
	for _, f := range s.Fields.List {
		kind := "?"
		if id, ok := f.Type.(*ast.Ident); ok {
			kind = id.Name
		}
		for _, n := range f.Names {
			out = append(out, n.Name+" "+kind)
		}
	}
	return out
}

// TestWithoutSections takes a kernel of ours to what a loader needs: the same segments
// by the same protocol. A kernel of others stays as it is.
func TestWithoutSections(t *testing.T) {
	file := must(os.ReadFile(kernelFile(t)))(t)
	short := withoutSections(file)
	if p, err := BootProtocol(short); err != nil || p != Multiboot2 || len(short) >= len(file) {
		t.Fatalf("%v %v, %d of %d bytes", p, err, len(short), len(file))
	}
	before, after := must(elf.NewFile(bytes.NewReader(file)))(t), must(elf.NewFile(bytes.NewReader(short)))(t)
	if len(after.Progs) != len(before.Progs) || after.Entry != before.Entry || len(after.Sections) != 1 {
		t.Fatalf("%d segments of %d, entry %#x, %d sections", len(after.Progs), len(before.Progs), after.Entry, len(after.Sections))
	}
	for i, p := range before.Progs {
		one, other := must(io.ReadAll(p.Open()))(t), must(io.ReadAll(after.Progs[i].Open()))(t)
		if after.Progs[i].ProgHeader != p.ProgHeader || !bytes.Equal(one, other) {
			t.Errorf("segment %d is another", i)
		}
	}
	others := bytes.ReplaceAll(file, []byte(stubMagic), []byte("OTHERS01"))
	if !bytes.Equal(withoutSections(others), others) {
		t.Error("a kernel of others is cut")
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
