package soft

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"pxos/wgsl/gpu"
)

// TestImportBuffer shares a file between the device and others, and gives its
// place back.
func TestImportBuffer(t *testing.T) {
	d, err := Open(t.Context(), Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	fd, err := unix.MemfdCreate("import", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "import")
	defer f.Close()
	if err := f.Truncate(1 << 16); err != nil {
		t.Fatal(err)
	}
	free := d.free[0]
	b, err := d.ImportBuffer(f, 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Write(4097, []byte("shared")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 6)
	if _, err := f.ReadAt(got, 4097); err != nil || string(got) != "shared" {
		t.Errorf("the file holds %q (%v)", got, err)
	}
	if _, err := f.WriteAt([]byte("SHARED"), 4097); err != nil {
		t.Fatal(err)
	}
	if s := b.(gpu.Shared).Bytes()[4097:][:6]; string(s) != "SHARED" {
		t.Errorf("the device sees %q", s)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if d.free[0] != free {
		t.Errorf("free memory is %v, was %v", d.free[0], free)
	}
	next, err := d.NewBuffer(1 << 17)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Write(0, make([]byte, 1<<17)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadAt(got, 4097); err != nil || string(got) != "SHARED" {
		t.Errorf("a later buffer wrote into the file: %q (%v)", got, err)
	}
	for _, size := range []int64{0, 100, 1 << 20} {
		if b, err := d.ImportBuffer(f, size); err == nil {
			b.Close()
			t.Errorf("%d bytes of a file of 64 KiB were imported", size)
		}
	}
}
