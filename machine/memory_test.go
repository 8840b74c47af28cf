package machine

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// sparse is memory that is zero but for some bytes.
type sparse map[uint64]byte

func (s sparse) ReadPhys(address uint64, buf []byte) error {
	clear(buf)
	for at, b := range s {
		if at >= address && at < address+uint64(len(buf)) {
			buf[at-address] = b
		}
	}
	return nil
}

func TestSaveMemory(t *testing.T) {
	const size = 3<<20 + 4096
	memory := sparse{0: 1, 4095: 2, 1 << 20: 3, 2<<20 + 7: 4, size - 1: 5}
	path := filepath.Join(t.TempDir(), "memory")
	if err := SaveMemory(path, &Evidence{RAMBytes: size, Memory: memory}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]byte, size)
	for at, b := range memory {
		want[at] = b
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes that differ from the %d of memory", len(got), len(want))
	}
	if err := SaveMemory(filepath.Join(t.TempDir(), "gone"), &Evidence{RAMBytes: size}); !errors.Is(err, ErrClosed) {
		t.Errorf("of a machine that is gone: %v", err)
	}
}
