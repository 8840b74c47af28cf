package golang

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pxos/pixelvm"
)

// TestExamples runs every example in plain Go and on the machine's engines: all print the
// same.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../../examples/pixelvm/*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	ctx := context.Background()
	compiled, err := pixelvm.NewCompiled(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer compiled.Close(ctx)
	dir := t.TempDir()
	build := exec.Command("go", append([]string{"build", "-o", dir + "/"}, folders(files)...)...)
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			saved := t.TempDir()
			cmd := exec.Command(filepath.Join(dir, name))
			cmd.Env = append(os.Environ(), "PX_FOLDER=../../pixelvm", "PX_SCRATCH="+saved)
			want, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Compile(file, source, Options{})
			if err != nil {
				t.Fatal(err)
			}
			v, err := pixelvm.Verify(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range []struct {
				name string
				pixelvm.Engine
			}{{"fast", pixelvm.Fast{}}, {"compiled", compiled}} {
				folder, err := pixelvm.OpenFolder(os.DirFS("../../pixelvm"))
				if err != nil {
					t.Fatal(err)
				}
				h := &pixelvm.StandardHost{Folder: folder, Scratch: pixelvm.NewScratch(1 << 20)}
				r, err := e.Run(ctx, v, pixelvm.Config{Host: h})
				if err != nil || string(r.Output) != string(want) {
					t.Errorf("%s: %v\n%s\nin plain Go:\n%s", e.name, err, r.Output, want)
				}
				sameSaved(t, h.Scratch, saved)
				if err := folder.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func folders(files []string) (list []string) {
	for _, f := range files {
		list = append(list, filepath.Dir(f))
	}
	return list
}

func TestRefused(t *testing.T) {
	for body, want := range map[string]string{
		"m := map[int]int{}; _ = m":              "no type map[int]int",
		"ch := make(chan int); _ = ch":           "no type chan int",
		"go main()":                              "no such statement",
		"defer main()":                           "no such statement",
		"f := func() {}; f()":                    "no type func()",
		"s := \"text\"; _ = s":                   "no type string",
		"var x any; _ = x":                       "no type",
		"x := 1":                                 "declared and not used",
		"var z complex128; _ = z":                "no type complex128",
		"var f float32; _ = f":                   "no type float32",
		"var a [3]int; b := a; c := b; _ = c[5]": "out of bounds",
	} {
		_, err := Compile("p.go", []byte("package main\n\nfunc main() {\n"+body+"\n}\n"), Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "p.go:4:") {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	if _, err := Compile("p.go", []byte("package main\nimport \"os\"\nfunc main() { os.Exit(1) }"), Options{}); err == nil || !strings.Contains(err.Error(), "the subset has no package") {
		t.Errorf("another package: %v", err)
	}
}

func TestTraps(t *testing.T) {
	for body, want := range map[string]int{
		"i := 5; a := make([]int, i); px.Int(a[i])":         TrapIndex,
		"i := 5; a := make([]int, i); px.Int(len(a[i+1:]))": TrapIndex,
		"var p *int; px.Int(*p)":                            TrapNil,
		"n := -1; a := make([]int, n); px.Int(len(a))":      TrapMake,
		"for { a := make([]int, 1000); a[0] = 1 }":          TrapMemory,
		"n := -1; px.Int(1 << n)":                           TrapShift,
		"panic(1)":                                          TrapPanic,
		"deep(1)":                                           TrapStack,
	} {
		source := "package main\n\nimport \"pxos/pixelvm/px\"\n\nfunc deep(n int) int {\nvar a [5000]int\na[n] = n\nreturn deep(n) + a[n]\n}\n\nfunc main() {\npx.Text(\"\")\n" + body + "\n}\n"
		p, err := Compile("p.go", []byte(source), Options{})
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		v, err := pixelvm.Verify(p)
		if err != nil {
			t.Fatal(err)
		}
		_, err = pixelvm.Fast{}.Run(context.Background(), v, pixelvm.Config{})
		var trap *pixelvm.Trap
		if !errors.As(err, &trap) || trap.Kind != pixelvm.UserTrap || trap.Number != want {
			t.Errorf("%s: %v, want trap %d", body, err, want)
		}
	}
}

// sameSaved compares what a program saved with what it saved in plain Go.
func sameSaved(t *testing.T, s *pixelvm.Scratch, want string) {
	t.Helper()
	dir := t.TempDir()
	names, err := s.Keep(dir)
	if err != nil {
		t.Fatal(err)
	}
	there, err := os.ReadDir(want)
	if err != nil || len(there) != len(names) {
		t.Fatalf("saved %v, in plain Go %v, %v", names, there, err)
	}
	for _, name := range names {
		a, err := os.ReadFile(filepath.Join(dir, name))
		b, err2 := os.ReadFile(filepath.Join(want, name))
		if err != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("%s is another: %v, %v", name, err, err2)
		}
	}
}

// TestMemory gives a program the memory that it needs, or asks for.
func TestMemory(t *testing.T) {
	for source, want := range map[string]int{
		"package main\nfunc main() { }":                                                  1,
		"package main\nvar a [30000]int\nfunc main() { a[5]++ }":                         4,
		"package main\nfunc main() { p := make([]int, 5); p[0] = 1 }":                    64,
		"package main\nfunc main() { var a [5]int; i := 3; a[i] = 1 }":                   64,
		"package main\n\n//px:memory 200\nfunc main() { p := make([]int, 5); p[0] = 1 }": 200,
	} {
		p, err := Compile("a.go", []byte(source), Options{})
		if err != nil || p.Tiles != want {
			t.Errorf("%q: %+v, %v; want %d tiles", source, p, err, want)
		}
	}
	for _, n := range []string{"0", "4097", "many"} {
		if _, err := Compile("a.go", []byte("package main\n\n//px:memory "+n+"\nfunc main() { }"), Options{}); err == nil || !strings.Contains(err.Error(), "a.go:3:1") {
			t.Errorf("memory of %s tiles: %v", n, err)
		}
	}
}
