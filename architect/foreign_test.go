package architect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/image"
)

const goodProject = `name = "k"
build = "make"
image = "k.elf"
up = "^k up$"
roots = ["src"]
`

func writeProject(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "project.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestProjectRefusals(t *testing.T) {
	for _, c := range []struct {
		text, want string
		line       int
	}{
		{goodProject + "memroy_mb = 64\n", "unknown key memroy_mb", 6},
		{strings.Replace(goodProject, "build", "#", 1), "build is missing", 0},
		{strings.Replace(goodProject, `up = "^k up$"`, "", 1), "neither up nor exit", 0},
		{strings.Replace(goodProject, `"^k up$"`, `"(k"`, 1), "no regular expression", 4},
		{strings.Replace(goodProject, `"src"`, `"../src"`, 1), "outside the project's folder", 5},
		{strings.Replace(goodProject, `"k.elf"`, `"/boot/k.elf"`, 1), "outside the project's folder", 3},
		{strings.Replace(goodProject, `["src"]`, `[]`, 1), "roots is missing", 5},
		{goodProject + "machine = \"virt\"\n", `no machine "virt"`, 6},
		{goodProject + "memory_mb = 1\n", "memory_mb = 1", 6},
		{goodProject + "cpus = \"two\"\n", "incompatible", 6},
		{goodProject + "exit = = 3\n", "", 6},
	} {
		_, err := LoadProject(writeProject(t, c.text), nil)
		var p *ProjectError
		if !errors.As(err, &p) {
			t.Errorf("%q: want a ProjectError, got %v", c.want, err)
			continue
		}
		if p.Line != c.line || p.Do == "" || !strings.Contains(p.What, c.want) {
			t.Errorf("want line %d and %q, got %v", c.line, c.want, err)
		}
	}
	if _, err := LoadProject(filepath.Join(t.TempDir(), "no.toml"), nil); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file gave %v", err)
	}
}

// TestProjectLoads checks what belongs to the source and that a build's failure
// is told with its output.
func TestProjectLoads(t *testing.T) {
	file := writeProject(t, strings.Replace(goodProject, `"make"`, `"echo src/a.c:3: broken; exit 2"`, 1))
	root := filepath.Dir(file)
	for name, text := range map[string]string{"src/a.c": "int a;", "src/a.o": "\x7fELF", "Makefile": "all:", ".git/config": "x", "k.elf": "\x7fELF"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := LoadProject(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tree.Paths(), " "); got != "Makefile project.toml src/a.c" {
		t.Errorf("the source is %s", got)
	}
	dir := t.TempDir()
	if err := tree.Write(dir, tree); err != nil {
		t.Fatal(err)
	}
	_, err = p.Build(t.Context(), dir, t.TempDir())
	var refused *image.BuildError
	if !errors.As(err, &refused) || !strings.Contains(refused.Output, "src/a.c:3: broken") {
		t.Errorf("a failed build gave %v", err)
	}
}

// FuzzProject throws texts at the reader of project files: what it accepts has
// all that a cycle needs, inside the bounds.
func FuzzProject(f *testing.F) {
	f.Add(goodProject)
	f.Add(goodProject + "exit = 16\nmachine = \"pc\"\nargs = [\"-device\", \"x\"]\n")
	f.Add("[name]\nbuild = 1")
	f.Fuzz(func(t *testing.T, text string) {
		p, up, err := parseProject("p.toml", text)
		if err != nil {
			var refused *ProjectError
			if !errors.As(err, &refused) || refused.Do == "" {
				t.Fatalf("refused without saying what to do: %v", err)
			}
			return
		}
		if p.Build == "" || len(p.Roots) == 0 || (up == nil && p.Exit == nil) || p.MemoryMB < 16 || p.CPUs < 1 || p.LimitS < 1 {
			t.Fatalf("accepted: %+v", p)
		}
	})
}
