package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pxos/image"
)

// library is the standard library: its packages, and a copy of its sources at a path
// that is the same on Linux and in pxOS. There is no go command beside the copy: tests
// that would build something are skipped on both.
type library struct {
	root     string // GOROOT for the tests: the copy
	from     string // the real one
	bin      string // folder of test binaries
	packages []goPackage
	files    *image.Root // of pxOS, for all tests: the copy
}

type goPackage struct {
	ImportPath, Dir           string
	TestGoFiles, XTestGoFiles []string
}

func openLibrary(ctx context.Context, dir string) (*library, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	out, err := command(ctx, "", "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	l := &library{root: filepath.Join(dir, "goroot"), from: strings.TrimSpace(string(out)), bin: filepath.Join(dir, "bin")}
	if err := os.MkdirAll(l.bin, 0o755); err != nil {
		return nil, err
	}
	if out, err = command(ctx, "", "go", "list", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles", "std"); err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(p.ImportPath, "vendor/") {
			l.packages = append(l.packages, p)
		}
	}
	if err := l.copySources(); err != nil {
		return nil, err
	}
	if l.files, err = image.NewRoot(); err != nil {
		return nil, err
	}
	programs, err := image.BuildUser(ctx, ".", l.bin)
	if err != nil {
		return nil, err
	}
	if err := l.files.AddUser(programs, image.InitManifest); err != nil { // tests look for sh, cat and pwd
		return nil, err
	}
	return l, l.files.AddTree(l.root, l.root)
}

// copySources makes the copy once.
func (l *library) copySources() error {
	done := filepath.Join(l.root, "VERSION")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	for _, part := range []string{"src", "lib/time", "test/fixedbugs/issue9862.go"} {
		if err := copyTree(filepath.Join(l.from, part), filepath.Join(l.root, part)); err != nil {
			return err
		}
	}
	return copyTree(filepath.Join(l.from, "VERSION"), done)
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && p == from {
			return nil
		}
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(p, from))
		if d.IsDir() {
			if p == filepath.Join(from, "cmd") {
				return fs.SkipDir
			}
			return os.MkdirAll(target, 0o755)
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

func (l *library) find(name string) *goPackage {
	for i := range l.packages {
		if l.packages[i].ImportPath == name {
			return &l.packages[i]
		}
	}
	return nil
}

// directory is where a package's tests run.
func (l *library) directory(name string) string { return filepath.Join(l.root, "src", name) }

// build makes the test binary of a package. why is set where there is none to make.
func (l *library) build(ctx context.Context, p *goPackage) (binary, why string, err error) {
	if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
		return "", "has no tests", nil
	}
	binary = filepath.Join(l.bin, strings.ReplaceAll(p.ImportPath, "/", "_")+".test")
	if _, err := os.Stat(binary); err == nil {
		return binary, "", nil
	}
	out, err := command(ctx, "", "go", "test", "-c", "-trimpath", "-o", binary, p.ImportPath)
	if err != nil {
		if ctx.Err() != nil {
			return "", "", err
		}
		return "", "does not build without cgo: " + firstLine(string(out)+err.Error()), nil
	}
	if _, err := os.Stat(binary); err != nil {
		return "", "has no tests for linux/amd64", nil
	}
	return binary, "", nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// command runs a tool without cgo and gives its output.
func command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, firstLine(errs.String()))
	}
	return out, err
}
