package toolchain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
)

// minQEMU is the first release with vfio-user-pci.
const minQEMU = "10.1"

// tool is one program that pxOS calls.
type tool struct {
	name       string
	min        string   // lowest good version; "" = any
	versionArg string   // argument that prints the version
	hostNames  []string // other names on other systems
	check      hostCheck
}

// group is a set of tools that come from the same packages. The host's are
// used only if all of the group are good, so that versions fit each other.
type group struct {
	name     string
	packages []string // Debian's and Ubuntu's names
	tools    []tool
}

// groups is all that pxOS needs, in the order in which it is reported.
var groups = []group{
	{name: "qemu", packages: []string{"qemu-system-x86"}, tools: []tool{
		{name: QEMU, min: minQEMU, versionArg: "--version", check: checkQEMU},
	}},
	{name: "grub", packages: []string{"grub-pc-bin", "grub-common"}, tools: []tool{
		{name: GRUBRescue, min: "2.06", versionArg: "--version", hostNames: []string{"grub2-mkrescue"}, check: checkGRUB},
		{name: GRUBFile, versionArg: "--help", hostNames: []string{"grub2-file"}},
	}},
	{name: "xorriso", packages: []string{"xorriso"}, tools: []tool{
		{name: Xorriso, min: "1.5", versionArg: "--version"},
	}},
	{name: "mtools", packages: []string{"mtools"}, tools: []tool{
		{name: Mformat, versionArg: "--version"},
		{name: Mcopy, versionArg: "--version"},
		{name: Mmd, versionArg: "--version"},
	}},
	{name: "nasm", packages: []string{"nasm"}, tools: []tool{
		{name: NASM, min: "2.14", versionArg: "--version"},
	}},
	{name: "gcc", packages: []string{"gcc", "binutils"}, tools: []tool{
		{name: GCC, min: "10", versionArg: "-dumpfullversion", check: checkGCC},
		{name: Assembler, versionArg: "--version"},
		{name: Linker, versionArg: "--version"},
		{name: ObjectCopy, versionArg: "--version"},
		{name: ObjectDump, versionArg: "--version"},
	}},
}

// wantHash identifies the table above: a stamp made for another table is void.
func wantHash() string {
	var b strings.Builder
	fmt.Fprintf(&b, "format %d\n", stampFormat)
	for _, g := range groups {
		fmt.Fprintf(&b, "%s %v\n", g.name, g.packages)
		for _, t := range g.tools {
			fmt.Fprintf(&b, " %s %s\n", t.name, t.min)
		}
	}
	return shortHash(b.String())
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// loader and libraries of a prefix, relative to its root.
const (
	prefixLoader    = "usr/lib64/ld-linux-x86-64.so.2"
	prefixLibraries = "usr/lib/x86_64-linux-gnu"
)

// prefixCommand starts a program of the prefix by the prefix's own dynamic
// loader: no shell in between, so that a parent-death signal set on the
// process reaches the tool itself. The loader's cache of the host is ignored.
func prefixCommand(root, name string) Command {
	c := Command{
		Path: filepath.Join(root, prefixLoader),
		Args: append([]string{
			"--inhibit-cache", "--library-path", filepath.Join(root, prefixLibraries),
			"--argv0", prefixArgv0(root, name), filepath.Join(root, prefixProgram(name)),
		}, prefixArgs(root, name)...),
	}
	if name == QEMU {
		c.Env = []string{"QEMU_MODULE_DIR=" + filepath.Join(root, prefixLibraries, "qemu")}
	}
	return c
}

// prefixProgram is the path of the program file below the root.
func prefixProgram(name string) string {
	switch name {
	case Mformat, Mcopy, Mmd:
		return "usr/bin/mtools" // one program that looks at argv[0]
	}
	return "usr/bin/" + name
}

// prefixArgv0 is what the program sees as its own name: gcc derives the place
// of its headers from it, mtools its function.
func prefixArgv0(root, name string) string {
	return filepath.Join(root, "usr/bin", name)
}

// prefixArgs are the arguments that make a program look for its data in the
// prefix.
func prefixArgs(root, name string) []string {
	switch name {
	case QEMU:
		return []string{"-L", filepath.Join(root, "usr/share/qemu"), "-L", filepath.Join(root, "usr/share/seabios")}
	case GCC:
		// gcc starts cc1, as and ld itself; -B makes it take the wrappers.
		return []string{"-B", filepath.Join(root, "gcc-bin") + "/"}
	}
	return nil
}
