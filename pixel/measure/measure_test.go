package measure

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/pixel/codec"
)

func TestRun(t *testing.T) {
	work, file := t.TempDir(), filepath.Join(t.TempDir(), "text")
	text := strings.Repeat("a line of text that comes again\n", 1000)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r := Run(context.Background(), Ours(codec.Fast), file, work)
	if r.Err != "" || r.Bytes != int64(len(text)) || r.PackedBytes == 0 || r.PackedBytes > 1000 || r.PackCPUS <= 0 {
		t.Errorf("%+v", r)
	}
	cat := Filter("cp", "/bin/cp", "--no-such-option")
	if r := Run(context.Background(), cat, file, work); !strings.Contains(r.Err, "no-such-option") {
		t.Errorf("a program that fails: %+v", r)
	}
	left, err := os.ReadDir(work)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestOtherBytes has a codec that gives back something else.
func TestOtherBytes(t *testing.T) {
	write := func(text string) func(context.Context, string, string) (time.Duration, error) {
		return func(_ context.Context, _, out string) (time.Duration, error) {
			return time.Second, errors.Join(os.WriteFile(out, []byte(text), 0o644))
		}
	}
	file := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(file, []byte("right"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := Run(context.Background(), Codec{"liar", write("packed"), write("wrong")}, file, t.TempDir())
	if !strings.Contains(r.Err, "gives other bytes back") {
		t.Errorf("%+v", r)
	}
}
