package toolchain

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Peer is a program of other people that pxOS is checked by or measured
// beside, and that nothing needs in order to build, run or test it.
type Peer struct {
	Variable string // the environment variable that names it
	Path     string
	pkg      string // Debian's name
	file     string // in the package
}

// peerSets are the programs by what they are compared with. For shaders: the WGSL
// compiler and the Vulkan driver of Chromium, Mesa's Vulkan driver for CPUs, and the
// validator of SPIR-V. For the codec: other codecs. For the Pixel VM: other languages'
// interpreters and compilers.
var peerSets = map[string][]Peer{
	"shaders": {
		{Variable: "CHROMIUM", pkg: "chromium", file: "usr/lib/chromium/chromium"},
		{Variable: "PXOS_SWIFTSHADER", pkg: "chromium", file: "usr/lib/chromium/libvk_swiftshader.so"},
		{Variable: "PXOS_LAVAPIPE", pkg: "mesa-vulkan-drivers", file: "usr/lib/x86_64-linux-gnu/libvulkan_lvp.so"},
		{Variable: "SPIRV_VAL", pkg: "spirv-tools", file: "usr/bin/spirv-val"},
	},
	"codecs": {
		{Variable: "GZIP_PROGRAM", pkg: "gzip", file: "bin/gzip"},
		{Variable: "ZSTD", pkg: "zstd", file: "usr/bin/zstd"},
		{Variable: "XZ", pkg: "xz-utils", file: "usr/bin/xz"},
		{Variable: "ZPAQ", pkg: "zpaq", file: "usr/bin/zpaq"},
	},
	"languages": {
		{Variable: "LUA", pkg: "lua5.4", file: "usr/bin/lua5.4"},
		{Variable: "LUAJIT", pkg: "luajit", file: "usr/bin/luajit"},
	},
}

const (
	peersFolder = "peers"
	peersBytes  = 2 << 30 // a browser and LLVM, packed and unpacked
)

// PeerSets are the names of the sets that EnsurePeers knows.
func PeerSets() []string { return slices.Sorted(maps.Keys(peerSets)) }

// EnsurePeers finds the peers of a set: where the environment names them, in Debian's
// place on the host, or in cacheDir/peers/SET, into which it installs what is
// missing from the archives of the host's own apt. Libraries are the folders
// that LD_LIBRARY_PATH needs, "" for none.
func EnsurePeers(ctx context.Context, set, cacheDir string, log func(string)) (list []Peer, libraries string, err error) {
	peers, ok := peerSets[set]
	if !ok {
		return nil, "", fmt.Errorf("no set of peers is named %q: give one of %v", set, PeerSets())
	}
	abs, err := filepath.Abs(cacheDir)
	if err != nil {
		return nil, "", err
	}
	dir := filepath.Join(abs, peersFolder, set)
	if list, missing := findPeers(peers, "/", dir); len(missing) == 0 {
		return list, peerLibraries(dir, list), nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", &SetupError{Op: "make the cache folder", Err: err, Hint: "set PXOS_CACHE to a folder that you may write"}
	}
	unlock, err := lockDir(ctx, dir, log)
	if err != nil {
		return nil, "", err
	}
	defer unlock()
	list, missing := findPeers(peers, "/", dir)
	if len(missing) > 0 {
		if err := installPeers(ctx, dir, missing, log); err != nil {
			return nil, "", err
		}
		if list, missing = findPeers(peers, "/", dir); len(missing) > 0 {
			return nil, "", peersByHand(fmt.Errorf("the archive's packages do not hold all programs"), missing)
		}
	}
	return list, peerLibraries(dir, list), nil
}

// findPeers looks in the environment, below host and below dir/root, and gives
// the packages of what it did not find.
func findPeers(peers []Peer, host, dir string) (list []Peer, missing []string) {
	for _, p := range peers {
		for _, path := range []string{os.Getenv(p.Variable), filepath.Join(host, p.file), filepath.Join(dir, "root", p.file)} {
			if info, err := os.Stat(path); path != "" && err == nil && info.Mode().IsRegular() {
				p.Path = path
				break
			}
		}
		if list = append(list, p); p.Path == "" && (len(missing) == 0 || missing[len(missing)-1] != p.pkg) {
			missing = append(missing, p.pkg)
		}
	}
	return list, missing
}

// peerLibraries are the folders of libraries beside peers that lie in dir/root.
// PulseAudio's library finds its own other half by an absolute path, which is not
// there.
func peerLibraries(dir string, list []Peer) string {
	root := filepath.Join(dir, "root")
	for _, p := range list {
		if strings.HasPrefix(p.Path, root+"/") {
			usr := filepath.Join(root, prefixLibraries)
			return strings.Join([]string{usr, filepath.Join(root, "lib/x86_64-linux-gnu"), filepath.Join(usr, "pulseaudio")}, ":")
		}
	}
	return ""
}

func peersByHand(cause error, packages []string) error {
	return &SetupError{Op: "fetch the peers", Err: cause,
		Hint: "install these yourself (Debian's names): " + strings.Join(packages, " ") +
			"; or name each program in its environment variable, such as CHROMIUM, XZ or LUA"}
}

// installPeers unpacks packages, and of what they need all that the host
// lacks, into dir/root. The folder gets its name when it is complete.
func installPeers(ctx context.Context, dir string, packages []string, log func(string)) error {
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			return peersByHand(err, packages)
		}
	}
	if err := needSpace(dir, peersBytes); err != nil {
		return &SetupError{Op: "set up the peers", Err: err, Hint: "free some disk space, or set PXOS_CACHE to a folder on another disk"}
	}
	log("fetching the programs to compare with: " + strings.Join(packages, ", "))
	work := aptWork{dir: filepath.Join(dir, "apt"), host: true, log: log}
	files, err := fetch(ctx, work, packages)
	if err != nil {
		return peersByHand(err, packages)
	}
	fresh := filepath.Join(dir, "new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o755); err != nil {
		return err
	}
	log(fmt.Sprintf("unpacking %d packages", len(files)))
	if err := unpackAll(ctx, work, files, fresh); err != nil {
		return &SetupError{Op: "unpack the peers", Err: err, Hint: "check disk space, then try again: what was downloaded is kept"}
	}
	if err := os.RemoveAll(filepath.Join(dir, "root")); err != nil {
		return err
	}
	if err := os.Rename(fresh, filepath.Join(dir, "root")); err != nil {
		return err
	}
	return os.RemoveAll(work.dir)
}
