package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/architect"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]uint64{"": 0, "128M": 128 << 20, "6G": 6 << 30, "1g": 1 << 30} {
		f := machineFlags{memory: text}
		if got, err := f.ram(); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"12", "12K", "-1G", "1.5G", "G", "1 G", "99999999999G"} {
		f := machineFlags{memory: text}
		var u usage
		if got, err := f.ram(); !errors.As(err, &u) {
			t.Errorf("%q: %d, %v; want wrong use", text, got, err)
		}
	}
	for n, want := range map[uint64]string{1 << 30: "1 GiB", 16 << 20: "16 MiB", 1<<20 + 1<<19: "1.5 MiB", 4096: "4 KiB", 100: "100 B"} {
		if got := bytesText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "page.html")
	put := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	if err := writeWhole(path, put("first")); err != nil {
		t.Fatal(err)
	}
	if err := writeWhole(path, func(w io.Writer) error { return errors.Join(put("half")(w), errors.New("broke")) }); err == nil {
		t.Error("an error while writing was lost")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "first" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

func TestIsISO(t *testing.T) {
	dir := t.TempDir()
	iso := make([]byte, 17*2048)
	copy(iso[16*2048:], "\x01CD001")
	for name, c := range map[string]struct {
		text []byte
		want bool
	}{"iso": {iso, true}, "empty": {nil, false}, "cut": {iso[:16*2048+3], false}} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.text, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := isISO(path); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestScoresFailWhenARepairIsWrong(t *testing.T) {
	good := architect.Score{Bug: "a", Outcome: architect.OutcomeRepaired, Repaired: true, Exact: true, CauseRight: true}
	wrong := architect.Score{Bug: "b", Outcome: architect.OutcomeRepaired, Repaired: true, Wrong: true}
	none := architect.Score{Bug: "c", Outcome: architect.OutcomeUnrepaired}
	for _, c := range []struct {
		list []architect.Score
		fine bool
	}{{[]architect.Score{good, good}, true}, {[]architect.Score{good, wrong}, false}, {[]architect.Score{none}, false}} {
		var out bytes.Buffer
		err := showScores(&out, c.list, false)
		var f failed
		if (err == nil) != c.fine || err != nil && !errors.As(err, &f) {
			t.Errorf("%+v: %v", c.list, err)
		}
		if !strings.Contains(out.String(), "wrong repairs accepted") {
			t.Errorf("the summary does not count wrong repairs: %s", out.String())
		}
	}
}
