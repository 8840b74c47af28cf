package tests

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// givenBytes is the size of the file that the host gives and of the one that it gets.
const givenBytes = 3_000_000

// shared gives directories with a large file in each.
func shared(t *testing.T, n int) (dirs []string, given []byte) {
	t.Helper()
	given = make([]byte, givenBytes)
	rand.New(rand.NewSource(9)).Read(given)
	for range n {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "given"), given, 0o644); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	return dirs, given
}

// shareArguments give a machine a device for each directory.
func shareArguments(options string, dirs ...string) (args []string) {
	for i, dir := range dirs {
		args = append(args, "-fsdev", fmt.Sprintf("local,id=fs%d,path=%s,security_model=none,multidevs=remap%s", i, dir, options),
			"-device", fmt.Sprintf("virtio-9p-pci,fsdev=fs%d,mount_tag=%s%d,disable-legacy=on,ioeventfd=off", i, abi.ShareTag, i))
	}
	return args
}

// shareModule packs a program that uses shares, which is built at binary.
func shareModule(t *testing.T, binary string, mounts []string, args ...string) string {
	t.Helper()
	return programModule(t, "./tests/testdata/programs/"+filepath.Base(binary), binary, mounts, args...)
}

// programModule packs a program of the repository as the first one, built at binary.
func programModule(t *testing.T, pkg, binary string, mounts []string, args ...string) string {
	t.Helper()
	root, err := image.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := image.BuildProgram(t.Context(), "..", pkg, binary); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if err := root.AddFile("/bin/program", 0o755, data); err != nil {
		t.Fatal(err)
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/bin/program", Arguments: append([]string{"program"}, args...), Mounts: mounts})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// bootShares runs the program in pxOS with shares.
func bootShares(t *testing.T, module string, cpus int, args []string, console io.Writer) (*trial.Result, uint64) {
	t.Helper()
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: kernel(t).elf, Module: module, Cmdline: "program quick", Quiet: true,
		Limit: 5 * time.Minute, RAMBytes: 512 << 20, CPUs: cpus, Args: args, Console: console,
		OnMachine: func(m *machine.Machine) { go m.Send([]byte{abi.InputEscape, abi.InputEnd}) }})
	if err != nil {
		t.Fatal(err)
	}
	end, ok := r.Report.First(abi.ReportProgram)
	if !ok || end.Fields["error"] != "" {
		t.Fatalf("it did not run: %v; %s\n%s\n%s", end.Fields, r.Why(), r.Evidence.Serial, r.GPUConsole)
	}
	if len(r.Audit) != 0 || r.Outcome.Termination != machine.TerminationExit {
		t.Errorf("ended as %s, audit %v", r.Outcome.Termination, r.Audit)
	}
	return r, end.Uint("status")
}

// TestShare has a program do to a shared directory what programs do, here and in pxOS on
// one processor and on four: it prints the same, and what it leaves is the same.
func TestShare(t *testing.T) {
	dirs, given := shared(t, 3)
	binary := filepath.Join(t.TempDir(), "share")
	mounts := []string{"/mnt", "/deep/in/the/tree"}
	for i, cpus := range []int{1, 4} {
		module := shareModule(t, binary, mounts, "all", mounts[i])
		if i == 0 {
			c := exec.Command(binary, "all", dirs[2])
			if out, err := c.Output(); err != nil {
				t.Fatalf("here: %v\n%s", err, out)
			} else if err := os.WriteFile(binary+".out", out, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(binary + ".out")
		if err != nil {
			t.Fatal(err)
		}
		r, status := bootShares(t, module, cpus, shareArguments("", dirs[:2]...), nil)
		if status != 0 || !bytes.Equal(r.GPUConsole, want) {
			t.Errorf("%d processors: status %d\n%s", cpus, status, firstDifference(string(r.GPUConsole), string(want)))
		}
		for i := range given {
			given[i] ^= byte(i)
		}
		result, err := os.ReadFile(filepath.Join(dirs[i], "result"))
		if err != nil || sha256.Sum256(result) != sha256.Sum256(given) {
			t.Errorf("the result is not what it should be: %d bytes, %v", len(result), err)
		}
		for i := range given {
			given[i] ^= byte(i)
		}
		if got, want := treeOf(t, dirs[i]), treeOf(t, dirs[2]); got != want {
			t.Errorf("it left\n%s\nand here\n%s", got, want)
		}
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d: %.500q\n   here: %.500q", i+1, g[i], append(w, "")[min(i, len(w))])
		}
	}
	return fmt.Sprintf("it ends after line %d: %.500q is missing", len(g), w[min(len(g), len(w)-1)])
}

// treeOf lists a directory: names, modes, and sizes of files.
func treeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		size := info.Size()
		if !info.Mode().IsRegular() {
			size = 0 // an absolute link is as long as the directory's name
		}
		if rel != "." {
			fmt.Fprintf(&b, "%q %v %d\n", rel, info.Mode(), size)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestReadOnlyShare has nothing of a share changed that is read-only.
func TestReadOnlyShare(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "given"), []byte("stays"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := treeOf(t, dir)
	module := shareModule(t, filepath.Join(t.TempDir(), "share"), []string{"/mnt"}, "read-only", "/mnt")
	r, status := bootShares(t, module, 1, shareArguments(",readonly=on", dir), nil)
	want := "read: stays <nil>\n"
	for _, what := range []string{"write", "create", "mkdir", "remove", "rename", "chmod"} {
		want += what + ": error 30 (read-only file system)\n"
	}
	if string(r.GPUConsole) != want || status != 0 {
		t.Errorf("status %d, %q", status, r.GPUConsole)
	}
	if after := treeOf(t, dir); after != before {
		t.Errorf("it left\n%s", after)
	}
}

// remover removes a directory when the program in pxOS says that it is ready.
type remover struct {
	dir  string
	said bytes.Buffer
	done bool
}

func (r *remover) Write(b []byte) (int, error) {
	r.said.Write(b)
	if !r.done && bytes.Contains(r.said.Bytes(), []byte("ready\n")) {
		r.done = true
		if err := os.RemoveAll(r.dir); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// TestShareRemoved removes a share on the host while a program uses it: its calls fail,
// the program goes on, and so does the kernel.
func TestShareRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	module := shareModule(t, filepath.Join(t.TempDir(), "share"), []string{"/mnt"}, "use", "/mnt")
	watch := &remover{dir: dir}
	r, status := bootShares(t, module, 2, shareArguments("", dir), watch)
	want := "open: <nil>\nready\nfirst error: true\nthe open file: true\nlist: true\nelsewhere: <nil>\n"
	if string(r.GPUConsole) != want || status != 7 {
		t.Errorf("status %d, %q", status, r.GPUConsole)
	}
}

// TestShareStalls has the server of a share stop answering: the call ends with EIO after a
// while in which others went on, and the kernel stays up. A limit of one byte a second is
// as good as for ever.
func TestShareStalls(t *testing.T) {
	module := shareModule(t, filepath.Join(t.TempDir(), "share"), []string{"/mnt"}, "stall", "/mnt")
	r, status := bootShares(t, module, 1, shareArguments(",throttling.bps-write=1", t.TempDir()), nil)
	want := "pxos: a share does not answer any more: what is done in it fails\nstalled: true true true\nafter that: true\nelsewhere: <nil>\n"
	if string(r.GPUConsole) != want || status != 0 {
		t.Errorf("status %d, %q", status, r.GPUConsole)
	}
}

// TestRandomCallsInShare makes random system calls, of whose paths many lead into shares:
// PXOS_CALLS says how many.
func TestRandomCallsInShare(t *testing.T) {
	n := "20000"
	if s := os.Getenv("PXOS_CALLS"); s != "" {
		n = s
	}
	dirs := []string{t.TempDir(), t.TempDir()}
	module := shareModule(t, filepath.Join(t.TempDir(), "hostile"), []string{"/mnt", "/tmp/b"}, "calls", n, "88172645463325252")
	r, status := bootShares(t, module, 2, shareArguments("", dirs...), nil)
	if status != 3 || !strings.HasSuffix(string(r.GPUConsole), "calls made\n") {
		t.Errorf("status %d: %.500q", status, r.GPUConsole)
	}
	t.Logf("they left %d and %d lines", strings.Count(treeOf(t, dirs[0]), "\n"), strings.Count(treeOf(t, dirs[1]), "\n"))
}

// TestRandomUseOfShare has random calls about few names say the same here and in a share.
func TestRandomUseOfShare(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "share")
	for seed := range 2 {
		here, there := t.TempDir(), t.TempDir()
		args := []string{fmt.Sprint(time.Now().UnixNano()%1_000_000 + int64(seed)), "2000"}
		module := shareModule(t, binary, []string{"/mnt"}, append([]string{"random", "/mnt"}, args...)...)
		want, err := exec.Command(binary, append([]string{"random", here}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		r, status := bootShares(t, module, 1+seed, shareArguments("", there), nil)
		if status != 0 || !bytes.Equal(r.GPUConsole, want) {
			t.Errorf("seed %s: status %d\n%s", args[0], status, firstDifference(string(r.GPUConsole), string(want)))
		}
		if got, want := treeOf(t, there), treeOf(t, here); got != want {
			t.Errorf("seed %s: it left\n%s\nand here\n%s", args[0], got, want)
		}
	}
}
