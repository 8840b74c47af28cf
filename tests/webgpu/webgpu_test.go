package webgpu

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

// TestBrowserRunsShaders doubles numbers, and meets an error on its line.
func TestBrowserRunsShaders(t *testing.T) {
	if _, err := Browser(); errors.Is(err, ErrNoBrowser) {
		t.Skip(err)
	}
	if os.Getenv("PXOS_BROWSER") == "" {
		t.Skip("set PXOS_BROWSER=1: the browser is heavy, and only the conformance targets need it")
	}
	jobs := []Job{{
		Name: "double", Entry: "main", Workgroups: [3]uint32{1, 1, 1},
		Code:     "@group(0) @binding(0) var<storage, read_write> a: array<u32>;\n@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { a[i] *= 2u; }",
		Bindings: []Binding{{Kind: "storage", Data: []byte{1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0}}},
	}, {Name: "wrong", Code: "fn f() {\n  let a: i32 = 1.5;\n}"}}
	results, err := Run(context.Background(), jobs, time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := results[0].Data; len(d) != 1 || string(d[0]) != "\x02\x00\x00\x00\x04\x00\x00\x00\x06\x00\x00\x00\x08\x00\x00\x00" {
		t.Errorf("double gave %v %v", d, results[0].Errors)
	}
	if e := results[1].Errors; len(e) == 0 || e[0].Line != 2 {
		t.Errorf("the wrong shader gave %v", e)
	}
}
