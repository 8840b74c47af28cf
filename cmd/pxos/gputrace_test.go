package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/wgsl/oracle/trace"
	"pxos/wgsl/syntax"
)

const tracedShader = `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
override step: u32 = 1;
@compute @workgroup_size(4, 2) fn main(@builtin(global_invocation_id) id: vec3u) {
    for (var k = 0u; k < step; k++) {
        data[id.y * 8 + id.x] += k;
    }
}`

// firstWrite hands on what is written first.
type firstWrite chan string

func (w firstWrite) Write(p []byte) (int, error) {
	select {
	case w <- string(p):
	default:
	}
	return len(p), nil
}

// TestGPUTraceShowsThatItRuns asks for a sign of life while nothing is shown.
func TestGPUTraceShowsThatItRuns(t *testing.T) {
	r := trace.New(syntax.NewSource("none.wgsl", ""), [3]uint32{}, io.Discard, trace.Options{})
	r.Workgroup([3]uint32{4, 0, 0}, 5, 9)
	w := make(firstWrite)
	stop := showProgress(context.Background(), w, r, time.Microsecond)
	if got := <-w; got != "… running: workgroup 5 of 9, step 0 of the invocation\n" {
		t.Errorf("it says %q", got)
	}
	stop()
}

// traced runs `gpu trace` and gives what it printed.
func traced(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"gpu", "trace"}, args...))
	root.SetOut(&out)
	root.SetErr(&bytes.Buffer{})
	err := root.ExecuteContext(context.Background())
	return out.String(), err
}

func shaderFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shader.wgsl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestGPUTraceExitCodes asks for the kind of every failure: 1 the shader, 2 its use.
func TestGPUTraceExitCodes(t *testing.T) {
	good := shaderFile(t, tracedShader)
	wrong := shaderFile(t, "fn f() { let a: i32 = 1.5; }")
	endless := shaderFile(t, `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() { while (data[0] == 0u) { data[1] += 1u; } }`)
	bind := []string{"--bind", "0:0=size=64"}
	for _, c := range []struct {
		args []string
		want int
	}{
		{append(bind, good), exitOK},
		{append(bind, good, "--invocation", "7,1", "--workgroups", "2", "--override", "step=3", "--lines", "4:5", "--limit", "3"), exitOK},
		{append(bind, good, "--json", "--lines", "4:"), exitOK},
		{append(bind, good, "--invocation", "4"), exitWrongUse},
		{append(bind, good, "--invocation", "0,2"), exitWrongUse},
		{append(bind, good, "--invocation", "-1"), exitWrongUse},
		{append(bind, good, "--invocation", "1,1,1,1"), exitWrongUse},
		{append(bind, good, "--workgroups", "0"), exitWrongUse},
		{append(bind, good, "--lines", "5:4"), exitWrongUse},
		{append(bind, good, "--lines", "0"), exitWrongUse},
		{append(bind, good, "--limit", "-1"), exitWrongUse},
		{append(bind, good, "--backend", "soft"), exitWrongUse},
		{append(bind, good, "--override", "stride=3"), exitUnderTest},
		{[]string{good}, exitWrongUse},
		{nil, exitWrongUse},
		{[]string{wrong}, exitUnderTest},
		{append(bind, endless, "--max-rounds", "1000", "--limit", "5"), exitUnderTest},
	} {
		if got := run(append([]string{"gpu", "trace"}, c.args...)); got != c.want {
			t.Errorf("gpu trace %v: exit %d, want %d", c.args, got, c.want)
		}
	}
}

// TestGPUTraceShows asks for the steps and the end, also of a shader that is ended.
func TestGPUTraceShows(t *testing.T) {
	text, err := traced(t, shaderFile(t, tracedShader), "--bind", "0:0=size=64,fill=5", "--override", "step=2", "--invocation", "2,1")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"calls main(id = vec3u(2, 1, 0))", "round 2: k < step is true", "data[10] = 6u", "k < step is false: the loop ends",
		"invocation (2, 1, 0): 9 steps\n", "data[11] = 6u, was 5u\n",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is missing in\n%s", words, text)
		}
	}
	text, err = traced(t, shaderFile(t, `@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main() {
    while (data[0] == 0u) { data[1] += 1u; }
}`), "--bind", "0:0=size=8", "--max-rounds", "10", "--limit", "2", "--json")
	var f failed
	if !errors.As(err, &f) || !strings.Contains(f.why, "shader.wgsl:3:5: the shader was ended in this loop") {
		t.Errorf("the error is %v", err)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var end struct {
		Kind         string
		Steps, Shown int
		Limited      bool
		Error        string
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil {
		t.Fatal(err)
	}
	// The call, then ten rounds of a condition and a store.
	if len(lines) != 3 || end.Kind != "end" || end.Steps != 21 || end.Shown != 2 || !end.Limited || !strings.Contains(end.Error, "ended in this loop") {
		t.Errorf("%d lines, the end says %+v", len(lines), end)
	}
}
