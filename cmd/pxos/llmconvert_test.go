package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConvertRefused says what is wrong, and leaves nothing behind. (llm/convert has folders that
// are right.)
func TestConvertRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"architectures":["MambaForCausalLM"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "model.safetensors"), append([]byte{2, 0, 0, 0, 0, 0, 0, 0}, "{}"...), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.gguf")
	for _, c := range []struct {
		args  []string
		want  string
		under bool // the folder is to blame, not the command
	}{
		{[]string{dir, filepath.Join(dir, "out.bin")}, "does not end with .gguf", false},
		{[]string{dir, out, "--type", "Q3_K"}, "no type of weights", false},
		{[]string{filepath.Join(dir, "none"), out}, "none", false},
		{[]string{dir, out}, "MambaForCausalLM", true},
		{[]string{t.TempDir(), out}, "neither model.safetensors nor", true},
	} {
		_, err := command(t, append([]string{"llm", "convert"}, c.args...)...)
		var f failed
		var u usage
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &f) != c.under || errors.As(err, &u) == c.under {
			t.Errorf("%v: %v (%T), want %q", c.args[1:], err, err, c.want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "out*")); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}
