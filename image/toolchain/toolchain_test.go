package toolchain

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const listFile = `# a comment
deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] http://vendor.example/apt bookworm main
deb-src http://mirror.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb http://mirror.example/debian/ bookworm main contrib # trailing words
deb [broken http://mirror.example/debian bookworm main
`

const sourcesFile = `Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

# switched off
Enabled: no
Types: deb
URIs: http://other.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://vendor.example/apt
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
`

func TestParseSources(t *testing.T) {
	list := parseListFile(listFile)
	if len(list) != 3 || list[0].signedBy != "/usr/share/keyrings/vendor.gpg" || !slices.Equal(list[2].components, []string{"main", "contrib"}) {
		t.Errorf("list file: %+v", list)
	}
	sources := parseSourcesFile(sourcesFile)
	if len(sources) != 2 || sources[0].uris[0] != "http://mirror.example/debian" || sources[1].signedBy != "" {
		t.Errorf("sources file: %+v", sources)
	}
}

func TestChooseArchive(t *testing.T) {
	debian12 := osRelease{id: "debian", codename: "bookworm", version: "12"}
	keys := t.TempDir()
	keyring := filepath.Join(keys, "debian-archive-keyring.gpg")
	if err := os.WriteFile(keyring, []byte("key"), 0o644); err != nil {
		t.Fatal(err)
	}
	private := aptSource{uris: []string{"https://copy.example/pool-1"}, suites: []string{"bookworm"}, components: []string{"main"},
		signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg"}
	for name, test := range map[string]struct {
		host    osRelease
		sources []aptSource
		uri     string
		suites  string
		words   string // of the error
	}{
		"list":        {debian12, parseListFile(listFile), "http://mirror.example/debian/", "trixie trixie-backports", ""},
		"sources":     {debian12, parseSourcesFile(sourcesFile), "http://mirror.example/debian", "trixie trixie-backports", ""},
		"private":     {debian12, []aptSource{private}, "https://copy.example/pool-1", "trixie trixie-backports", ""},
		"vendor only": {debian12, parseListFile(listFile)[:1], "", "", "no archive"},
		"testing": {osRelease{id: "debian", codename: "forky"}, parseListFile("deb http://mirror.example/debian forky main"),
			"http://mirror.example/debian", "forky", ""},
		"old Ubuntu": {osRelease{id: "ubuntu", codename: "noble", version: "24.04"}, parseListFile("deb http://mirror.example/ubuntu noble main universe"),
			"http://mirror.example/ubuntu", "resolute", ""},
		"new Ubuntu": {osRelease{id: "ubuntu", codename: "questing", version: "25.10"}, parseListFile("deb http://mirror.example/ubuntu questing main"),
			"http://mirror.example/ubuntu", "questing", ""},
		"other": {osRelease{id: "fedora", name: "Fedora Linux 44"}, nil, "", "", "Fedora Linux 44"},
	} {
		got, err := chooseArchive(test.host, test.sources, keys)
		if test.words != "" {
			if err == nil || !strings.Contains(err.Error(), test.words) {
				t.Errorf("%s: error %v", name, err)
			}
			continue
		}
		if err != nil || got.uri != test.uri || strings.Join(got.suites, " ") != test.suites {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if test.host.id == "debian" && got.keyring != keyring {
			t.Errorf("%s: keyring %q", name, got.keyring)
		}
	}
}

func TestUnsupportedNamesPackages(t *testing.T) {
	err := unsupported(errNoMirror, missingPackages([]absent{{group: groups[0]}, {group: groups[4]}}))
	for _, word := range []string{"nasm", "qemu-system-x86", minQEMU, "vfio-user-pci"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is missing in: %v", word, err)
		}
	}
}

func TestVersions(t *testing.T) {
	for text, want := range map[string]string{
		"QEMU emulator version 11.1.3 (Debian 1:11.1.3+ds-1)": "11.1.3",
		"grub-mkrescue (GRUB) 2.12-9+deb13u2":                 "2.12",
		"GNU xorriso 1.5.6":                                   "1.5.6",
		"nothing":                                             "",
	} {
		if got := findVersion(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, order := range [][2]string{{"7.2", "10.1"}, {"10.1", "10.1.1"}, {"2.06", "2.12"}, {"", "1"}} {
		if compareVersions(order[0], order[1]) >= 0 || compareVersions(order[1], order[0]) <= 0 {
			t.Errorf("%s is not below %s", order[0], order[1])
		}
	}
	if compareVersions("10.1", "10.1.0") != 0 {
		t.Error("10.1 differs from 10.1.0")
	}
}

// fakeTool writes a script that answers as a tool of the given version would.
func fakeTool(t *testing.T, dir, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestProbeJudgesHostTools(t *testing.T) {
	dir := t.TempDir()
	for _, g := range groups {
		for _, tool := range g.tools {
			fakeTool(t, dir, tool.name, "echo version 99.1")
		}
	}
	fakeTool(t, dir, GCC, `case $1 in -dumpmachine) echo x86_64-linux-gnu;; *) echo 12.2.0;; esac`)
	fakeTool(t, dir, QEMU, "echo QEMU emulator version 7.2.0")
	fakeTool(t, dir, NASM, "exit 3")
	if err := os.Remove(filepath.Join(dir, Mcopy)); err != nil {
		t.Fatal(err)
	}
	found, missing := probeHost(t.Context(), []string{dir})
	why := make(map[string]string)
	for _, m := range missing {
		why[m.group.name] = m.why
	}
	for group, words := range map[string]string{"qemu": "7.2.0", "nasm": "exit status 3", "mtools": "mcopy is not installed"} {
		if !strings.Contains(why[group], words) {
			t.Errorf("%s: %q", group, why[group])
		}
	}
	if _, ok := found[Mformat]; ok {
		t.Error("mformat of an incomplete group was taken")
	}
	if file := found[GCC]; file.Version != "12.2.0" || file.Path != filepath.Join(dir, GCC) || file.Size == 0 {
		t.Errorf("gcc: %+v", file)
	}
}

func TestProbeWantsVFIOUser(t *testing.T) {
	dir := t.TempDir()
	fakeTool(t, dir, QEMU, `case "$*" in "-device help") echo 'name "e1000"';; *) echo QEMU 12.0;; esac`)
	if _, err := probeTool(t.Context(), []string{dir}, groups[0].tools[0]); err == nil || !strings.Contains(err.Error(), "vfio-user-pci") {
		t.Errorf("error %v", err)
	}
}

// setUp makes a finished set-up whose tools are scripts.
func setUp(t *testing.T) (cache string, s stamp) {
	t.Helper()
	cache = t.TempDir()
	dir := filepath.Join(cache, toolsFolder)
	s = stamp{Format: stampFormat, Want: wantHash(), Root: "root-test", Tools: make(map[string]toolFile)}
	bin := filepath.Join(dir, s.Root, "usr/bin")
	for _, sub := range []string{bin, filepath.Join(dir, s.Root, "usr/lib64"), filepath.Join(dir, s.Root, "usr/libexec/gcc/x86_64-linux-gnu/14")} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range groups {
		for _, tool := range g.tools {
			fakeTool(t, bin, filepath.Base(prefixProgram(tool.name)), "exit 1")
			s.Tools[tool.name] = toolFile{Prefix: true, Version: "1.0"}
		}
	}
	for _, part := range []string{"cc1", "collect2"} {
		fakeTool(t, filepath.Join(dir, s.Root, "usr/libexec/gcc/x86_64-linux-gnu/14"), part, "exit 1")
	}
	// The loader's stand-in prints its arguments, one a line.
	fakeTool(t, filepath.Join(dir, s.Root), prefixLoader, `for a in "$@"; do echo "$a"; done`)
	if err := writeWrappers(filepath.Join(dir, s.Root)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(linkBin(dir, s.Root), writeStamp(dir, s)); err != nil {
		t.Fatal(err)
	}
	return cache, s
}

// TestWrappersFollowTheRepository moves a prefix and calls a wrapper through
// the bin link, by a relative path, and by PATH.
func TestWrappersFollowTheRepository(t *testing.T) {
	cache, s := setUp(t)
	moved := filepath.Join(t.TempDir(), "new place")
	if err := os.Rename(cache, moved); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(moved, toolsFolder, s.Root)
	want := filepath.Join(root, "usr/bin/qemu-system-x86_64")
	calls := map[string]*exec.Cmd{
		"absolute": exec.Command(filepath.Join(moved, toolsFolder, "bin", QEMU), "-version"),
		"relative": exec.Command("./"+QEMU, "-version"),
		"by shell": exec.Command("/bin/sh", "-c", QEMU+" -version"),
	}
	calls["relative"].Dir = filepath.Join(moved, toolsFolder, "bin")
	calls["by shell"].Env = []string{"PATH=" + filepath.Join(moved, toolsFolder, "bin") + ":" + os.Getenv("PATH")}
	for name, cmd := range calls {
		out, err := cmd.CombinedOutput()
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if err != nil || !slices.Contains(lines, want) || lines[len(lines)-1] != "-version" ||
			!slices.Contains(lines, filepath.Join(root, "usr/share/seabios")) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestFindUsesStampOnly(t *testing.T) {
	cache, _ := setUp(t)
	t.Setenv("PATH", "") // no program can be started
	found, err := Find(cache)
	if err != nil {
		t.Fatal(err)
	}
	rescue := found.Tool(GRUBRescue)
	if i := slices.Index(rescue.Args, "-d"); i < 0 || !strings.HasSuffix(rescue.Args[i+1], "/usr/lib/grub/i386-pc") {
		t.Errorf("grub-mkrescue: %q", rescue.Args)
	}
	if !slices.Contains(rescue.Args, "--xorriso="+filepath.Join(found.BinDir(), Xorriso)) {
		t.Errorf("grub-mkrescue: %q", rescue.Args)
	}
	if len(rescue.Env) == 0 || !strings.HasPrefix(rescue.Env[len(rescue.Env)-1], "PATH="+found.BinDir()) {
		t.Errorf("environment %q", rescue.Env)
	}
	var lines []string
	if _, err := Ensure(t.Context(), cache, func(line string) { lines = append(lines, line) }); err != nil || len(lines) > 0 {
		t.Errorf("Ensure on a finished set-up: %v, said %q", err, lines)
	}
}

func TestStampIsVoid(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string, s stamp){
		"other table": func(t *testing.T, dir string, s stamp) { s.Want = "x"; must(t, writeStamp(dir, s)) },
		"other format": func(t *testing.T, dir string, s stamp) {
			s.Format = stampFormat + 1
			must(t, writeStamp(dir, s))
		},
		"half a file": func(t *testing.T, dir string, s stamp) { must(t, os.Truncate(filepath.Join(dir, stampName), 40)) },
		"program gone": func(t *testing.T, dir string, s stamp) {
			must(t, os.Remove(filepath.Join(dir, s.Root, "usr/bin/nasm")))
		},
		"prefix gone": func(t *testing.T, dir string, s stamp) { must(t, os.RemoveAll(filepath.Join(dir, s.Root))) },
	} {
		cache, s := setUp(t)
		dir := filepath.Join(cache, toolsFolder)
		if _, err := readStamp(dir); err != nil {
			t.Fatal(err)
		}
		spoil(t, dir, s)
		if _, err := readStamp(dir); !errors.Is(err, errNoStamp) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLockExcludes(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockDir(t.Context(), dir, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	told := 0
	if _, err := lockDir(ctx, dir, func(string) { told++ }); !errors.Is(err, context.DeadlineExceeded) || told != 1 {
		t.Fatalf("second lock: %v, told %d times", err, told)
	}
	unlock()
	again, err := lockDir(t.Context(), dir, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestCacheFolder(t *testing.T) {
	t.Setenv("PXOS_CACHE", "/somewhere/else")
	if dir, err := CacheDir(); err != nil || dir != "/somewhere/else" {
		t.Errorf("%q, %v", dir, err)
	}
	t.Setenv("PXOS_CACHE", "")
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "a/b"), 0o755))
	t.Chdir(filepath.Join(root, "a/b"))
	if _, err := CacheDir(); err == nil || !strings.Contains(err.Error(), "PXOS_CACHE") {
		t.Errorf("outside the repository: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(root, "a/go.mod"), []byte("module other\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module pxos\n\ngo 1.26\n"), 0o644))
	if dir, err := CacheDir(); err != nil || filepath.Base(dir) != ".cache" || strings.Contains(dir, "/a/") {
		t.Errorf("inside the repository: %q, %v", dir, err)
	}
	if _, err := Find("/a:b"); err == nil || !strings.Contains(err.Error(), "PXOS_CACHE") {
		t.Errorf("a colon in the path: %v", err)
	}
}

// TestAptConfigKeepsSignatures: nothing in the configuration may weaken apt.
func TestAptConfigKeepsSignatures(t *testing.T) {
	text := aptWork{dir: "/x"}.config()
	for _, word := range []string{"AllowInsecure", "AllowUnauthenticated", "AllowWeak", "trusted=yes", "AllowDowngrade"} {
		if strings.Contains(text, word) {
			t.Errorf("%s in\n%s", word, text)
		}
	}
	if !strings.Contains(text, `Dir::Etc::parts "/dev/null"`) {
		t.Error("the host's apt hooks are not switched off")
	}
}

func TestCheckHost(t *testing.T) {
	for _, r := range checkHost(t.Context(), t.TempDir()) {
		if r.OK == (r.Problem != "") || r.OK == (r.Fix != "") {
			t.Errorf("%+v", r)
		}
	}
}

// TestToolsAnswer starts every installed tool through its Command.
func TestToolsAnswer(t *testing.T) {
	cache, err := CacheDir()
	must(t, err)
	found, err := Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for _, g := range groups {
		for _, tool := range g.tools {
			out, err := found.Tool(tool.name).Cmd(t.Context(), tool.versionArg).CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v\n%s", tool.name, err, out)
			}
			if r := found.checkTool(t.Context(), tool); !r.OK {
				t.Errorf("%+v", r)
			}
		}
	}
}

func FuzzSources(f *testing.F) {
	f.Add(listFile)
	f.Add(sourcesFile)
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range append(parseListFile(text), parseSourcesFile(text)...) {
			if len(s.uris) == 0 || len(s.suites) == 0 {
				t.Errorf("%+v", s)
			}
			if s.signedBy != "" && !strings.HasPrefix(s.signedBy, "/") {
				t.Errorf("keyring %q", s.signedBy)
			}
		}
	})
}
