package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// onLinux runs a program as init of Debian's kernel, on the same machine.
func (l *lab) onLinux(ctx context.Context, binary string, cpus int, counted bool) (map[string]float64, error) {
	initrd := filepath.Join(l.dir, "initrd")
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(initrd, cpio(program), 0o644); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	accelerator := "tcg,thread=multi"
	if counted {
		accelerator = "tcg,thread=single"
	}
	args := []string{"-machine", "q35", "-cpu", "max", "-accel", accelerator, "-smp", strconv.Itoa(cpus), "-m", fmt.Sprint(ramBytes>>20, "M"),
		"-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio", "-kernel", l.linux, "-initrd", initrd,
		"-append", "console=ttyS0 quiet panic=-1 rdinit=/init tsc=reliable"}
	if counted {
		args = append(args, icount...)
	}
	c := l.tools.Tool("qemu-system-x86_64").Cmd(limited, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s %s", err, errs.String(), lastBytes(out.Bytes()))
	}
	f := figures(out.Bytes())
	if len(f) == 0 {
		return nil, fmt.Errorf("Linux printed no figures: %s", lastBytes(out.Bytes()))
	}
	return f, nil
}

func lastBytes(b []byte) string { return string(b[max(0, len(b)-500):]) }

// cpio packs init and the places that it needs as an initramfs in the "newc" format:
// Documentation/driver-api/early-userspace/buffer-format.rst.
func cpio(init []byte) []byte {
	var b bytes.Buffer
	entry := func(name string, mode, major, minor int, data []byte) {
		pad := func() {
			for b.Len()%4 != 0 {
				b.WriteByte(0)
			}
		}
		fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 0, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0)
		b.WriteString(name)
		b.WriteByte(0)
		pad()
		b.Write(data)
		pad()
	}
	const directory, file, device = 0o040755, 0o100755, 0o020600
	entry("dev", directory, 0, 0, nil)
	entry("dev/console", device, 5, 1, nil)
	entry("dev/null", device, 1, 3, nil)
	entry("proc", directory, 0, 0, nil)
	entry("init", file, 0, 0, init)
	entry("TRAILER!!!", 0, 0, 0, nil)
	return b.Bytes()
}
