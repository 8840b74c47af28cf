package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestGPUExitCodes asks for the kind of every failure: 1 the shader, 2 its use.
func TestGPUExitCodes(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.wgsl", `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
override step: u32 = 1;
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { data[i] += i * step; }`)
	wrong := file("wrong.wgsl", "fn f() { let a: i32 = 1.5; }")
	endless := file("endless.wgsl", `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() { while (data[0] == 0u) { data[1] += 1u; } }`)
	out := filepath.Join(dir, "out.txt")
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"check", good}, exitOK},
		{[]string{"check", good, wrong}, exitUnderTest},
		{[]string{"check", filepath.Join(dir, "none.wgsl")}, exitWrongUse},
		{[]string{"check"}, exitWrongUse},
		{[]string{"fmt", "-l", good}, exitOK},
		{[]string{"fmt", file("cut.wgsl", "fn f( {")}, exitUnderTest},
		{[]string{"info"}, exitOK},
		{[]string{"run", good, "--bind", "0:0=size=16", "--override", "step=3", "--out", "0:0=" + out + ":u32"}, exitOK},
		{[]string{"run", good, "--bind", "0:0=size=16", "--backend", "oracle"}, exitOK},
		{[]string{"run", good}, exitWrongUse},
		{[]string{"run", good, "--bind", "0:0=size=16", "--backend", "glide"}, exitWrongUse},
		{[]string{"run", good, "--bind", "0=size=16"}, exitWrongUse},
		{[]string{"run", good, "--bind", "0:0=size=16", "--entry", "other"}, exitWrongUse},
		{[]string{"run", good, "--bind", "0:0=texture=4x4"}, exitWrongUse},
		{[]string{"run", good, "--bind", "0:0=size=16", "--workgroups", "70000"}, exitWrongUse},
		{[]string{"run", good, "--bind", "0:0=size=16", "--override", "stride=3"}, exitUnderTest},
		{[]string{"run", wrong}, exitUnderTest},
		{[]string{"run", endless, "--bind", "0:0=size=16", "--max-rounds", "100000"}, exitUnderTest},
		{nil, exitWrongUse},
	} {
		if got := run(append([]string{"gpu"}, c.args...)); got != c.want {
			t.Errorf("gpu %v: exit %d, want %d", c.args, got, c.want)
		}
	}
	if text, err := os.ReadFile(out); err != nil || string(text) != "0 3 6 9\n" {
		t.Errorf("the result is %q, %v", text, err)
	}
}
