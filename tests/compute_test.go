package tests

import (
	"strings"
	"testing"
)

// TestComputeInRing3 runs kernels on the GPU from ring 3: right results, each mistake
// refused with its reason, nothing seen by another process, nothing left allocated.
func TestComputeInRing3(t *testing.T) {
	console, status, r := runInside(t, "compute")
	want := []string{
		"saxpy: 100000 numbers, 0 wrong", "matvec: 0 28 56 84", "many: 500", "beside: 750",
		"text: GPU: the kernel's text is wrong, or its bindings do not fit it",
		"binding: GPU: the kernel's text is wrong, or its bindings do not fit it",
		"freed: GPU: a buffer or the program is somebody else's, or freed",
		"read: read VRAM: no such device or address", "twice: no such file or directory",
		"program: GPU: there is no such program", "much: allocate 3840 pages of VRAM: cannot allocate memory",
		"runaway: GPU: the kernel did not come to an end and was ended",
		"another sees 0 pages", "leaks: none",
	}
	if text := strings.Join(want, "\n") + "\n"; console != text || status != 0 {
		t.Errorf("status %d\n%s\nexpected:\n%s", status, console, text)
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
}
