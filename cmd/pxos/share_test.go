package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestVolumes(t *testing.T) {
	dir := t.TempDir()
	odd := filepath.Join(dir, "a:b, c")
	if err := os.Mkdir(odd, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := volumes([]string{dir + ":/mnt", odd + ":/in/./x/:ro", dir + ":/w:rw"})
	want := []volume{{dir, "/mnt", false}, {odd, "/in/x", true}, {dir, "/w", false}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	args := strings.Join(volumeArguments(want), " ")
	if !strings.Contains(args, "a:b,, c,") || strings.Count(args, "readonly=on") != 1 || !strings.Contains(args, "mount_tag=share2,") {
		t.Errorf("%s", args)
	}
	for _, bad := range []string{"", ":", dir, dir + ":", dir + ":mnt", dir + ":/", ":/mnt", file + ":/mnt", dir + "/nothing:/mnt", dir + ":/mnt:xx", dir + ":/" + strings.Repeat("x", 300)} {
		if got, err := volumes([]string{bad}); err == nil {
			t.Errorf("-v %.50q is taken: %+v", bad, got)
		}
	}
	for _, bad := range [][]string{{":/a", ":/a/b"}, {":/a/b", ":/a"}, {":/a", ":/a/"}, {":/1", ":/2", ":/3", ":/4", ":/5", ":/6", ":/7", ":/8", ":/9"}} {
		for i := range bad {
			bad[i] = dir + bad[i]
		}
		if _, err := volumes(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}
