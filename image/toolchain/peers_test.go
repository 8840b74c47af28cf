package toolchain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put makes an empty file below root.
func put(t *testing.T, root, name string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPeersAreFoundWhereTheyLie(t *testing.T) {
	host, dir, own := t.TempDir(), t.TempDir(), t.TempDir()
	for _, p := range peerSets["shaders"] {
		t.Setenv(p.Variable, "")
	}
	_, missing := findPeers(peerSets["shaders"], host, dir)
	if !slices.Equal(missing, []string{"chromium", "mesa-vulkan-drivers", "spirv-tools"}) {
		t.Errorf("of nothing, %v are missing", missing)
	}
	// One by the environment, two on the host, the last in the cache.
	put(t, own, "val")
	t.Setenv("SPIRV_VAL", filepath.Join(own, "val"))
	put(t, host, "usr/lib/chromium/chromium")
	put(t, host, "usr/lib/chromium/libvk_swiftshader.so")
	if list, missing := findPeers(peerSets["shaders"], host, dir); !slices.Equal(missing, []string{"mesa-vulkan-drivers"}) || peerLibraries(dir, list) != "" {
		t.Errorf("missing %v, libraries %q", missing, peerLibraries(dir, list))
	}
	put(t, dir, "root/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so")
	list, missing := findPeers(peerSets["shaders"], host, dir)
	if len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
	for _, p := range list {
		want := host
		switch p.Variable {
		case "SPIRV_VAL":
			want = own
		case "PXOS_LAVAPIPE":
			want = dir
		}
		if !strings.HasPrefix(p.Path, want+"/") {
			t.Errorf("%s is %s, want it below %s", p.Variable, p.Path, want)
		}
	}
	if got := peerLibraries(dir, list); !strings.HasPrefix(got, dir+"/root/") {
		t.Errorf("libraries %q", got)
	}
}
