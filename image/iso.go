package image

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
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
	// Linux says that the kernel is a Linux bzImage, and the modules its initrd.
	Linux bool
	// Marks has GRUB write on COM1 when it begins to load, and as its last word before
	// it hands over: MarkLoad and MarkBoot.
	Marks bool
}

// What GRUB writes on COM1 where ISOOptions.Marks asks for it, each on a line.
const (
	MarkLoad = "grub: load"
	MarkBoot = "grub: boot"
)

// words are what GRUB's configuration calls a kernel and its modules.
type words struct{ kernel, module string }

// bootWords tells with which words GRUB starts a kernel.
func bootWords(o ISOOptions) (words, error) {
	if o.Linux {
		return words{"linux", "initrd"}, nil
	}
	text, err := os.ReadFile(o.Kernel)
	if err != nil {
		return words{}, fmt.Errorf("read the kernel: %w", err)
	}
	protocol, err := BootProtocol(text)
	switch {
	case err != nil:
		return words{}, fmt.Errorf("%s: %w", o.Kernel, err)
	case protocol == PVH:
		return words{}, fmt.Errorf("%s: has a PVH note only, which GRUB does not start: add a Multiboot2 header", o.Kernel)
	case protocol == Multiboot1:
		return words{"multiboot", "module"}, nil
	}
	return words{"multiboot2", "module2"}, nil
}

// MakeISO packs a kernel and its modules into an ISO that GRUB boots at once,
// without a menu. The file appears whole or not at all.
func MakeISO(ctx context.Context, o ISOOptions) error {
	with, err := bootWords(o)
	if err != nil {
		return err
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
	if err := fillTree(tree, o, with); err != nil {
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
func fillTree(tree string, o ISOOptions, with words) error {
	boot := filepath.Join(tree, "boot")
	if err := os.MkdirAll(filepath.Join(boot, "grub"), 0o755); err != nil {
		return err
	}
	var cfg strings.Builder
	if o.Marks {
		cfg.WriteString("serial --unit=0 --speed=115200\nterminal_output serial\n")
	}
	mark := func(text string) {
		if o.Marks {
			fmt.Fprintf(&cfg, "\techo %q\n", text)
		}
	}
	cfg.WriteString("set timeout=0\nset default=0\nmenuentry pxos {\n")
	mark(MarkLoad)
	fmt.Fprintf(&cfg, "\t%s /boot/kernel %s\n", with.kernel, o.Cmdline)
	kernel, err := os.ReadFile(o.Kernel)
	if err != nil {
		return fmt.Errorf("read the kernel: %w", err)
	}
	if err := os.WriteFile(filepath.Join(boot, "kernel"), withoutSections(kernel), 0o644); err != nil {
		return err
	}
	for i, m := range o.Modules {
		name := fmt.Sprintf("module%d", i)
		fmt.Fprintf(&cfg, "\t%s /boot/%s", with.module, name)
		if !o.Linux { // which would take a name for another initrd
			fmt.Fprintf(&cfg, " %s", filepath.Base(m))
		}
		cfg.WriteString("\n")
		if err := copyFile(filepath.Join(boot, name), m); err != nil {
			return err
		}
	}
	mark(MarkBoot)
	cfg.WriteString("\tboot\n}\n")
	return os.WriteFile(filepath.Join(boot, "grub", "grub.cfg"), []byte(cfg.String()), 0o644)
}

// withoutSections leaves out of a kernel of ours what only the host reads: symbols and
// line tables. GRUB would load the symbols, and every byte of a CD takes it time. One
// section, the null one, remains: GRUB refuses a file without. Other kernels may want
// theirs.
func withoutSections(file []byte) []byte {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil || f.Class != elf.ELFCLASS64 || !bytes.Contains(file[:min(len(file), multiboot2Search)], []byte(stubMagic)) {
		return file
	}
	end := uint64(0)
	for _, p := range f.Progs {
		end = max(end, p.Off+p.Filesz)
	}
	end = (end + 7) &^ 7
	out := make([]byte, end+elfHeaderBytes) // a section header is as long
	copy(out[:end], file)
	le := binary.LittleEndian
	le.PutUint64(out[40:], end) // e_shoff
	le.PutUint16(out[60:], 1)   // e_shnum
	le.PutUint16(out[62:], 0)   // e_shstrndx
	return out
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read a file for the ISO: %w", err)
	}
	return os.WriteFile(to, data, 0o644)
}
