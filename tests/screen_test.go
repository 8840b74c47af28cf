package tests

import (
	"bufio"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/architect/trial"
	"pxos/fault"
	"pxos/image/toolchain"
	"pxos/kernel/authority"
	"pxos/kernel/screen"
	"pxos/kernel/terminal"
	"pxos/machine"

	ours "pxos/image"
)

// shot boots a shell as the first program, with a script and the programs hold and pixels beside it,
// and gives the picture of the screen at the end.
func shot(t *testing.T, tools *toolchain.Toolchain, script string) (image.Image, *trial.Result) {
	t.Helper()
	dir := t.TempDir()
	root, err := ours.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	for name, folder := range map[string]string{"sh": "../user/shell", "hold": "./testdata/programs/hold", "pixels": "./testdata/programs/pixels"} {
		file := filepath.Join(dir, name)
		c := exec.Command("go", "build", "-o", file, folder)
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if err := root.AddTree(file, "/bin/"+name); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := ours.Package(ours.Program{Root: archive, Path: "/bin/sh", Arguments: []string{"sh", "-c", script}, Environment: []string{"PATH=/bin"}})
	if err != nil {
		t.Fatal(err)
	}
	file, picture := filepath.Join(dir, "module"), filepath.Join(dir, "screen.png")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools, Kernel: kernel(t).elf, Module: file, Cmdline: "program quick", CPUs: 2,
		Limit: 2 * time.Minute, Screenshot: picture})
	if err != nil {
		t.Fatal(err)
	}
	if end, ok := r.Report.First(abi.ReportProgram); !ok || end.Uint("status") != 0 || len(r.Audit) != 0 {
		t.Fatalf("status %v, audit %v; %s\n%s", end.Fields, r.Audit, r.Why(), r.GPUConsole)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return p, r
}

// rgb is a pixel as 0xRRGGBB.
func rgb(p image.Image, x, y int) uint32 {
	r, g, b, _ := p.At(x, y).RGBA()
	return r>>8<<16 | g>>8<<8 | b>>8
}

// rowOf finds the row of the console that begins with a text: the font's coverage from
// half on is a pixel nearer to one colour than to the other.
func rowOf(p image.Image, text string) int {
	const wide, high = 8, 16
	want := image.NewAlpha(image.Rect(0, 0, wide*len(text), high))
	d := font.Drawer{Dst: want, Src: image.Opaque, Face: inconsolata.Regular8x16, Dot: fixed.P(0, inconsolata.Regular8x16.Ascent)}
	d.DrawString(text)
	for row := range terminal.Rows {
		good := true
		for y := range high {
			for x := range want.Rect.Dx() {
				c := rgb(p, screen.ConsoleLeft+x, screen.ConsoleTop+row*high+y)
				if lit := want.AlphaAt(x, y).A; lit > 0xC0 && c>>8&0xFF < 0x70 || lit < 0x20 && c>>8&0xFF > 0x30 {
					good = false
				}
			}
		}
		if good {
			return row
		}
	}
	return -1
}

// TestScreenshot finds words that were printed, and compares the tiles with what the
// programs and the GPU say of memory.
func TestScreenshot(t *testing.T) {
	p, r := shot(t, tools(t), "hold 20 where & sleep 4; echo the last word")
	if b := p.Bounds(); b.Dx() != screen.Width || b.Dy() != screen.Height {
		t.Fatalf("the picture has %v", b)
	}
	last, holding := rowOf(p, "the last word"), rowOf(p, "holding 20 MiB")
	if last < 0 || holding < 0 || holding >= last {
		t.Errorf("rows %d and %d show what was printed", holding, last)
	}
	if rowOf(p, "the lost word") >= 0 {
		t.Error("words are found that were not printed")
	}
	count := 0
	for _, e := range r.Tables.Extents {
		count = max(count, e.Number+1)
	}
	held := map[int]bool{}
	handle := 0
	for lines := bufio.NewScanner(strings.NewReader(string(r.GPUConsole))); lines.Scan(); {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) > 1 && f[0] == "Process:":
			handle, _ = strconv.Atoi(f[1])
		case len(f) > 1 && f[0] == "Extent:":
			base, err := strconv.ParseUint(f[1], 0, 64)
			if err != nil {
				t.Fatal(err)
			}
			held[int(base/abi.ExtentBytes)] = true
		}
	}
	if len(held) < 10 || handle == 0 {
		t.Fatalf("the program holds %d extents as process %d:\n%s", len(held), handle, r.GPUConsole)
	}
	colour := screen.Colour(authority.OwnerProcess + authority.Owner(handle%abi.MaxProcesses))
	for _, e := range r.Tables.Extents {
		x, y, _ := screen.Tile(e.Number, count)
		got := rgb(p, x+1, y+1)
		switch {
		case held[e.Number] && got != colour:
			t.Errorf("extent %d is the program's, and its tile is %#x", e.Number, got)
		case !held[e.Number] && e.Owned() && e.Owner == 0 && got != screen.Colour(authority.OwnerKernel) &&
			got != screen.Colour(authority.OwnerFirmware) && got != screen.Colour(authority.OwnerFiles):
			t.Errorf("extent %d is the kernel's, and its tile is %#x", e.Number, got)
		case !held[e.Number] && !e.Owned() && got == colour:
			t.Errorf("extent %d is not the program's, and its tile is", e.Number)
		}
	}
}

// TestFrameBuffer has a program draw on the screen; the console is there again after it.
func TestFrameBuffer(t *testing.T) {
	p, r := shot(t, tools(t), "pixels; echo drawn again")
	const want = "1024 768 32 3145728 4096 pxOS\na0340 ffffffff\npermission denied\ninvalid argument\nwrite /dev/fb0: no space left on device\ndrawn again\n"
	if got := string(r.GPUConsole); got != want {
		t.Errorf("%s\nexpected:\n%s", got, want)
	}
	if rowOf(p, "a0340 ffffffff") < 0 || rowOf(p, "drawn again") < 0 {
		t.Error("the console is not drawn again")
	}
}

// TestAuditOfMappedPixels stops the machine while a program has the screen's pixels
// mapped: the audit from outside finds that the GPU lets it. Where the GPU's tables are
// robbed of that capability, it finds each page.
func TestAuditOfMappedPixels(t *testing.T) {
	root, err := ours.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := root.AddTree(buildProgram(t, "pixels"), "/bin/pixels"); err != nil {
		t.Fatal(err)
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := ours.Package(ours.Program{Root: archive, Path: "/bin/pixels", Arguments: []string{"pixels", "hold"}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	var good, bad []fault.Violation
	robbed := 0
	audit := func(_ *machine.Machine, ev *machine.Evidence) error {
		all, err := tables.Decode(ev.GPUTables)
		if err != nil {
			return err
		}
		good = fault.AuditAuthority(ev, all, fault.Options{})
		for i := range all.Capabilities {
			if c := &all.Capabilities[i]; c.State == abi.CapabilityLive && c.Object.Kind == abi.ObjectDevice && c.Holder != abi.KernelProcess {
				c.State = abi.CapabilityFree
				robbed++
			}
		}
		bad = fault.AuditAuthority(ev, all, fault.Options{})
		return nil
	}
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: kernel(t).elf, Module: file, Cmdline: "program quick", Screen: true, Look: audit,
		Quiet: true, Limit: 2 * time.Minute, OnLine: func(line string) bool { return strings.Contains(line, "name=pause") }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome.Termination != machine.TerminationReached {
		t.Fatalf("ended as %s: %s\n%s", r.Outcome.Termination, r.Why(), r.GPUConsole)
	}
	if len(good) != 0 {
		t.Errorf("the audit finds %v", good)
	}
	if robbed != 1 || !slices.ContainsFunc(bad, func(v fault.Violation) bool { return v.Kind == fault.ViolationDeviceUngranted }) {
		t.Errorf("%d capabilities of processes for devices; without them the audit finds %v", robbed, bad)
	}
}
