package image

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pxos/image/toolchain"
)

// ISOOptions say what goes on a bootable CD image.
type ISOOptions struct {
	Kernel  string   // path of a Multiboot2 (or Multiboot) ELF file
	Modules []string // files that GRUB loads beside the kernel
	Cmdline string   // of the kernel
	Out     string   // path of the ISO
	Tools   *toolchain.Toolchain
}

// MakeISO packs a kernel and its modules into an ISO that GRUB boots at once,
// without a menu. The file appears whole or not at all.
func MakeISO(ctx context.Context, o ISOOptions) error {
	text, err := os.ReadFile(o.Kernel)
	if err != nil {
		return fmt.Errorf("read the kernel: %w", err)
	}
	protocol, err := BootProtocol(text)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Kernel, err)
	}
	if protocol == PVH {
		return fmt.Errorf("%s: has a PVH note only, which GRUB does not start: add a Multiboot2 header", o.Kernel)
	}
	if strings.ContainsAny(o.Cmdline, "\n\"'\\$") {
		return fmt.Errorf("the kernel's command line %q holds a quote, a backslash, a $ or a line break", o.Cmdline)
	}
	work, err := os.MkdirTemp(filepath.Dir(o.Out), ".iso-*")
	if err != nil {
		return fmt.Errorf("make a work folder: %w", err)
	}
	defer os.RemoveAll(work)
	tree := filepath.Join(work, "tree")
	if err := fillTree(tree, o, protocol); err != nil {
		return err
	}
	iso := filepath.Join(work, "out.iso")
	cmd := o.Tools.Tool(toolchain.GRUBRescue).Cmd(ctx, "-o", iso, "--compress=no",
		"--locales=", "--themes=", "--fonts=", tree)
	cmd.Env = append(cmd.Env, "TMPDIR="+work)
	if err := runStage(cmd, "pack the ISO"); err != nil {
		return fmt.Errorf("grub-mkrescue: %w", err)
	}
	if err := os.Rename(iso, o.Out); err != nil {
		return fmt.Errorf("write %s: %w", o.Out, err)
	}
	return nil
}

// fillTree writes the folder that becomes the CD.
func fillTree(tree string, o ISOOptions, protocol Protocol) error {
	boot := filepath.Join(tree, "boot")
	if err := os.MkdirAll(filepath.Join(boot, "grub"), 0o755); err != nil {
		return err
	}
	word := "multiboot2"
	module := "module2"
	if protocol == Multiboot1 {
		word, module = "multiboot", "module"
	}
	var cfg strings.Builder
	cfg.WriteString("set timeout=0\nset default=0\nmenuentry pxos {\n")
	fmt.Fprintf(&cfg, "\t%s /boot/kernel %s\n", word, o.Cmdline)
	if err := copyFile(filepath.Join(boot, "kernel"), o.Kernel); err != nil {
		return err
	}
	for i, m := range o.Modules {
		name := fmt.Sprintf("module%d", i)
		fmt.Fprintf(&cfg, "\t%s /boot/%s %s\n", module, name, filepath.Base(m))
		if err := copyFile(filepath.Join(boot, name), m); err != nil {
			return err
		}
	}
	cfg.WriteString("\tboot\n}\n")
	return os.WriteFile(filepath.Join(boot, "grub", "grub.cfg"), []byte(cfg.String()), 0o644)
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read a file for the ISO: %w", err)
	}
	return os.WriteFile(to, data, 0o644)
}
