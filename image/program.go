package image

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"pxos/abi"
)

// Program is what ring 3 starts with.
type Program struct {
	Root        []byte // tar archive of all files: Root.Bytes
	Path        string // of the program, in it
	Directory   string // the working directory; "": /
	Arguments   []string
	Environment []string
	Mounts      []string  // where the shares of the host are seen, the first first
	Seed        [4]uint64 // of random bytes; one from the processor is mixed in
}

// Package puts a program into the form in which the kernel takes it as a module.
func Package(p Program) ([]byte, error) {
	directory := p.Directory
	if directory == "" {
		directory = "/"
	}
	arguments, err := texts("argument", p.Arguments)
	if err != nil {
		return nil, err
	}
	environment, err := texts("environment", p.Environment)
	if err != nil {
		return nil, err
	}
	mounts, err := texts("path", p.Mounts)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{[]byte(p.Path), []byte(directory), arguments, environment, mounts}
	lengths := []int{abi.PackagePath, abi.PackageDirectory, abi.PackageArguments, abi.PackageEnvironment, abi.PackageMounts}
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	if total > abi.MaxPackageText {
		return nil, fmt.Errorf("paths, arguments and environment of %d bytes, at most %d fit", total, abi.MaxPackageText)
	}
	at := (abi.PackageHeader + total + pageBytes - 1) / pageBytes * pageBytes
	out := make([]byte, abi.PackageHeader, at+len(p.Root))
	le := binary.LittleEndian
	le.PutUint64(out, abi.PackageMagic)
	le.PutUint64(out[abi.PackageRoot:], uint64(at))
	le.PutUint64(out[abi.PackageRootBytes:], uint64(len(p.Root)))
	for i, word := range p.Seed {
		le.PutUint64(out[abi.PackageSeed+8*i:], word)
	}
	for i, part := range parts {
		le.PutUint64(out[lengths[i]:], uint64(len(part)))
		out = append(out, part...)
	}
	return append(out[:at], p.Root...), nil
}

// BuildProgram builds a program for ring 3 from a package of a module: static, and the
// same bytes wherever it is built.
func BuildProgram(ctx context.Context, root, pkg, out string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", out, pkg)
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "GOFLAGS=")
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, text)
	}
	return nil
}

// texts puts a NUL after each.
func texts(what string, list []string) ([]byte, error) {
	var out []byte
	for _, a := range list {
		if strings.ContainsRune(a, 0) {
			return nil, fmt.Errorf("the %s %q holds a NUL", what, a)
		}
		out = append(append(out, a...), 0)
	}
	return out, nil
}
