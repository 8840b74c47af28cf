package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"pxos/image"
	"pxos/image/toolchain"
)

//go:embed minimal.asm
var minimalSource []byte

// system is what is booted: a disc, how its first line begins, and the moments between
// GRUB and that line.
type system struct {
	name, iso, line string
	inside          []mark
}

// manifest is what init starts. Nothing has the foreground: Linux would have to have a
// controlling terminal for that.
const manifest = `[[program]]
name = "shell"
run = ["/bin/shell"]
`

// lab is what the measurements have in common.
type lab struct {
	tools      *toolchain.Toolchain
	cache, dir string
	systems    []system
	notes      []string // what could not be measured
}

// prepare makes the three discs: the same files of ring 3 for pxOS and for Linux, and
// for the minimal kernel a module as large as that of pxOS.
func (l *lab) prepare(ctx context.Context) error {
	programs, err := image.BuildUser(ctx, ".", filepath.Join(l.dir, "user"))
	if err != nil {
		return err
	}
	kernel, err := image.Build(ctx, image.Options{Root: ".", Out: filepath.Join(l.dir, "kernel"), Tools: l.tools})
	if err != nil {
		return err
	}
	module, err := l.module(programs)
	if err != nil {
		return err
	}
	minimal, err := l.minimal(ctx)
	if err != nil {
		return err
	}
	const firstLine = "init: shell started"
	if err := l.disc(ctx, system{name: "minimal", iso: "minimal.iso", line: "minimal: up"}, image.ISOOptions{Kernel: minimal, Modules: []string{module}}); err != nil {
		return err
	}
	if err := l.disc(ctx, system{"pxOS", "pxos.iso", firstLine, insidePxOS}, image.ISOOptions{Kernel: kernel.ELF, Modules: []string{module}, Cmdline: "program quick"}); err != nil {
		return err
	}
	linux, err := toolchain.EnsureLinux(ctx, l.cache, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		l.notes = append(l.notes, fmt.Sprintf("Linux is not measured: %v", err))
		return nil
	}
	initrd, err := l.initrd(programs)
	if err != nil {
		return err
	}
	return l.disc(ctx, system{"Linux", "linux.iso", firstLine, insideLinux}, image.ISOOptions{Kernel: linux, Linux: true, Modules: []string{initrd},
		Cmdline: "console=ttyS0 loglevel=6 panic=-1 rdinit=/bin/init tsc=reliable"})
}

// disc packs a disc of GRUB and notes the system on it.
func (l *lab) disc(ctx context.Context, s system, o image.ISOOptions) error {
	s.iso = filepath.Join(l.dir, s.iso)
	o.Out, o.Tools, o.Marks = s.iso, l.tools, true
	l.systems = append(l.systems, s)
	return image.MakeISO(ctx, o)
}

// module packs the programs of user/ as pxOS takes them.
func (l *lab) module(programs []string) (string, error) {
	root, err := image.NewRoot()
	if err != nil {
		return "", err
	}
	if err := root.AddUser(programs, manifest); err != nil {
		return "", err
	}
	archive, err := root.Bytes()
	if err != nil {
		return "", err
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/bin/init", Arguments: []string{"init"}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(l.dir, "module")
	return file, os.WriteFile(file, module, 0o644)
}

// initrd packs the same programs as Linux takes them.
func (l *lab) initrd(programs []string) (string, error) {
	a := &cpio{}
	for _, name := range []string{"dev", "proc", "bin", "root", "etc", "etc/pxos"} {
		a.directory(name)
	}
	a.device("dev/console", 5, 1)
	a.device("dev/null", 1, 3)
	for _, program := range programs {
		data, err := os.ReadFile(program)
		if err != nil {
			return "", err
		}
		a.file("bin/"+filepath.Base(program), data)
	}
	a.file("etc/pxos/init.toml", []byte(manifest))
	file := filepath.Join(l.dir, "initrd")
	return file, os.WriteFile(file, a.end(), 0o644)
}

// minimal assembles the kernel that does nothing.
func (l *lab) minimal(ctx context.Context) (string, error) {
	source, out := filepath.Join(l.dir, "minimal.asm"), filepath.Join(l.dir, "minimal.elf")
	if err := os.WriteFile(source, minimalSource, 0o644); err != nil {
		return "", err
	}
	if text, err := l.tools.Tool(toolchain.NASM).Cmd(ctx, "-f", "bin", "-o", out, source).CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(text)))
	}
	return out, nil
}

// cpio is an initramfs in the "newc" format that is being written:
// Documentation/driver-api/early-userspace/buffer-format.rst.
type cpio struct{ b bytes.Buffer }

// Kinds of files with their rights, as stat has them.
const (
	cpioDirectory = 0o040755
	cpioFile      = 0o100755
	cpioDevice    = 0o020600
)

func (c *cpio) directory(name string)                { c.entry(name, cpioDirectory, 0, 0, nil) }
func (c *cpio) file(name string, data []byte)        { c.entry(name, cpioFile, 0, 0, data) }
func (c *cpio) device(name string, major, minor int) { c.entry(name, cpioDevice, major, minor, nil) }

func (c *cpio) end() []byte {
	c.entry("TRAILER!!!", 0, 0, 0, nil)
	return c.b.Bytes()
}

func (c *cpio) entry(name string, mode, major, minor int, data []byte) {
	fmt.Fprintf(&c.b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 0, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0)
	c.b.WriteString(name)
	c.b.WriteByte(0)
	c.pad()
	c.b.Write(data)
	c.pad()
}

func (c *cpio) pad() {
	for c.b.Len()%4 != 0 {
		c.b.WriteByte(0)
	}
}
