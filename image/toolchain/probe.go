package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// probeLimit bounds one question to a program of the host.
const probeLimit = 10 * time.Second

// hostCheck asks more of a host program than its version. It returns the
// folder of its data, if it has one that matters.
type hostCheck func(ctx context.Context, path string) (data string, err error)

// hostSearchPath is PATH and the system folders that PATH of an ordinary user
// often lacks.
func hostSearchPath() []string {
	return append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin")
}

// absent is a tool that the host lacks, or has in no usable form.
type absent struct {
	group group
	tool  tool
	why   string
}

// probeHost looks for every tool on the host. A group with one bad member is
// reported through that member, and none of its tools is in found.
func probeHost(ctx context.Context, search []string) (found map[string]toolFile, missing []absent) {
	found = make(map[string]toolFile)
	for _, g := range groups {
		files := make(map[string]toolFile)
		for _, t := range g.tools {
			file, err := probeTool(ctx, search, t)
			if err != nil {
				missing = append(missing, absent{group: g, tool: t, why: err.Error()})
				files = nil
				break
			}
			files[t.name] = file
		}
		for name, file := range files {
			found[name] = file
		}
	}
	return found, missing
}

func missingNames(missing []absent) []string {
	var names []string
	for _, m := range missing {
		names = append(names, m.tool.name)
	}
	return names
}

// probeTool finds one tool on the host and judges it.
func probeTool(ctx context.Context, search []string, t tool) (toolFile, error) {
	path, err := lookIn(search, append([]string{t.name}, t.hostNames...))
	if err != nil {
		return toolFile{}, err
	}
	text, err := ask(ctx, path, t.versionArg)
	if err != nil {
		return toolFile{}, fmt.Errorf("%s %s: %w", path, t.versionArg, err)
	}
	version := findVersion(text)
	if t.min != "" && compareVersions(version, t.min) < 0 {
		return toolFile{}, fmt.Errorf("%s is version %q, %s or newer is needed", path, version, t.min)
	}
	file := toolFile{Path: path, Version: version}
	if t.check != nil {
		if file.Data, err = t.check(ctx, path); err != nil {
			return toolFile{}, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return toolFile{}, err
	}
	file.Size, file.MtimeNS = info.Size(), info.ModTime().UnixNano()
	return file, nil
}

func lookIn(search, names []string) (string, error) {
	for _, name := range names {
		for _, dir := range search {
			if !filepath.IsAbs(dir) {
				continue
			}
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not installed", names[0])
}

// ask runs a program and returns what it printed, both streams.
func ask(ctx context.Context, path string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var versionPattern = regexp.MustCompile(`\d+(\.\d+)+`)

// findVersion returns the first dotted number of the text, or "".
func findVersion(text string) string {
	return versionPattern.FindString(text)
}

// compareVersions compares dotted numbers. An empty or odd part counts as 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < max(len(as), len(bs)); i++ {
		x, y := versionPart(as, i), versionPart(bs, i)
		if x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return 0
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}

// checkQEMU wants the vfio-user device, and the firmware files that every boot
// reads: distributions ship them apart from the program.
func checkQEMU(ctx context.Context, path string) (string, error) {
	devices, err := ask(ctx, path, "-device", "help")
	if err != nil {
		return "", fmt.Errorf("%s -device help: %w", path, err)
	}
	if !strings.Contains(devices, `"vfio-user-pci"`) {
		return "", fmt.Errorf("%s was built without the device vfio-user-pci", path)
	}
	dirs, err := ask(ctx, path, "-L", "help")
	if err != nil {
		return "", fmt.Errorf("%s -L help: %w", path, err)
	}
	for _, file := range []string{"bios-256k.bin", "vgabios-stdvga.bin", "multiboot_dma.bin", "pvh.bin"} {
		if !anyHas(strings.Fields(dirs), file) {
			return "", fmt.Errorf("%s has no firmware file %s", path, file)
		}
	}
	return "", nil
}

func anyHas(dirs []string, file string) bool {
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			return true
		}
	}
	return false
}

// checkGRUB wants the modules for a PC with BIOS.
func checkGRUB(_ context.Context, path string) (string, error) {
	prefix := filepath.Dir(filepath.Dir(path))
	for _, dir := range []string{
		filepath.Join(prefix, "lib/grub/i386-pc"), "/usr/lib/grub/i386-pc", "/usr/share/grub2/i386-pc",
	} {
		if anyHas([]string{dir}, "multiboot2.mod") {
			return dir, nil
		}
	}
	return "", errors.New("GRUB's i386-pc modules are not installed")
}

// checkGCC wants a compiler for x86-64.
func checkGCC(ctx context.Context, path string) (string, error) {
	machine, err := ask(ctx, path, "-dumpmachine")
	if err != nil {
		return "", fmt.Errorf("%s -dumpmachine: %w", path, err)
	}
	if !strings.HasPrefix(machine, "x86_64") {
		return "", fmt.Errorf("%s compiles for %s, not for x86_64", path, strings.TrimSpace(machine))
	}
	return "", nil
}
