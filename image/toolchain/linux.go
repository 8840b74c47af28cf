package toolchain

import (
	"context"
	"os"
	"path/filepath"
	"sort"
)

// linuxPackage is Debian's kernel, which pxOS is measured beside.
const linuxPackage = "linux-image-amd64"

// EnsureLinux finds a Linux kernel to boot: the one that PXOS_LINUX names, or one in
// cacheDir/linux, into which it is fetched from the archives of the host's own apt.
func EnsureLinux(ctx context.Context, cacheDir string, log func(string)) (string, error) {
	if path := os.Getenv("PXOS_LINUX"); path != "" {
		_, err := os.Stat(path)
		return path, err
	}
	abs, err := filepath.Abs(cacheDir)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(abs, "linux")
	if path := newestKernel(dir); path != "" {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", &SetupError{Op: "make the cache folder", Err: err, Hint: "set PXOS_CACHE to a folder that you may write"}
	}
	unlock, err := lockDir(ctx, dir, log)
	if err != nil {
		return "", err
	}
	defer unlock()
	if newestKernel(dir) == "" {
		if err := installPeers(ctx, dir, []string{linuxPackage}, log); err != nil {
			return "", err
		}
	}
	path := newestKernel(dir)
	if path == "" {
		return "", &SetupError{Op: "fetch Linux", Err: os.ErrNotExist, Hint: "name a kernel in PXOS_LINUX"}
	}
	return path, nil
}

// newestKernel is the last kernel below a folder, "" for none.
func newestKernel(dir string) string {
	kernels := globbed(filepath.Join(dir, "root", "boot"), "vmlinuz-*")
	if len(kernels) == 0 {
		return ""
	}
	sort.Strings(kernels)
	return kernels[len(kernels)-1]
}
