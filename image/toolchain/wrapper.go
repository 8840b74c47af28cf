package toolchain

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// gccParts are the programs that gcc starts by itself.
var gccParts = []string{"cc1", "collect2", Assembler, Linker}

// writeWrappers makes root/bin with one script for each program of the prefix,
// and root/gcc-bin with those that gcc looks for. Scripts find the prefix
// relative to themselves, so that the repository can be moved.
func writeWrappers(root string) error {
	for _, dir := range []string{"bin", "gcc-bin"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	for _, g := range groups {
		for _, t := range g.tools {
			if _, err := os.Stat(filepath.Join(root, prefixProgram(t.name))); err != nil {
				continue // its group comes from the host
			}
			if err := writeWrapper(root, filepath.Join("bin", t.name), prefixCommand("$r", t.name)); err != nil {
				return err
			}
		}
	}
	if _, err := os.Stat(filepath.Join(root, prefixProgram(GCC))); err != nil {
		return nil
	}
	libexec, err := filepath.Glob(filepath.Join(root, "usr/libexec/gcc/x86_64-linux-gnu/*"))
	if err != nil {
		return err
	}
	for _, part := range gccParts {
		program := findPart(root, libexec, part)
		if program == "" {
			return fmt.Errorf("gcc's packages hold no %s", part)
		}
		c := Command{Path: "$r/" + prefixLoader, Args: []string{
			"--inhibit-cache", "--library-path", "$r/" + prefixLibraries,
			"--argv0", "$r/" + program, "$r/" + program,
		}}
		if err := writeWrapper(root, filepath.Join("gcc-bin", part), c); err != nil {
			return err
		}
	}
	return nil
}

// findPart returns the path of a part of gcc, relative to root.
func findPart(root string, libexec []string, part string) string {
	for _, dir := range append(libexec, filepath.Join(root, "usr/bin")) {
		path := filepath.Join(dir, part)
		if _, err := os.Stat(path); err == nil {
			if rel, err := filepath.Rel(root, path); err == nil {
				return rel
			}
		}
	}
	return ""
}

// writeWrapper writes a script that runs c, whose paths start with $r.
func writeWrapper(root, name string, c Command) error {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n# Made by pxOS set-up: runs a program of this prefix by the prefix's own loader.\n")
	b.WriteString("case $0 in */*) r=${0%/*} ;; *) r=. ;; esac\n")
	b.WriteString("case $r in /*) ;; *) r=$PWD/$r ;; esac\n")
	b.WriteString("r=$(cd -P \"$r/..\" && pwd) || exit 127\n")
	for _, env := range c.Env {
		key, value, _ := strings.Cut(env, "=")
		fmt.Fprintf(&b, "%s=%s\nexport %s\n", key, shellQuote(value), key)
	}
	b.WriteString("exec " + shellQuote(c.Path))
	for _, arg := range c.Args {
		b.WriteString(" " + shellQuote(arg))
	}
	b.WriteString(" \"$@\"\n")
	path := filepath.Join(root, name)
	return os.WriteFile(path, []byte(b.String()), 0o755)
}

// shellQuote quotes a word that may start with $r and holds no other special
// character: all words come from the tables of this package.
func shellQuote(word string) string { return `"` + word + `"` }
