package spirv

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pxos/wgsl/check"
	"pxos/wgsl/flat"
	"pxos/wgsl/ir"
)

// validator is spirv-val, where the host has it.
func validator(t *testing.T) string {
	t.Helper()
	if p := os.Getenv("SPIRV_VAL"); p != "" {
		return p
	}
	p, err := exec.LookPath("spirv-val")
	if err != nil {
		t.Skip("no spirv-val here: install Debian's package spirv-tools, or name it in SPIRV_VAL")
	}
	return p
}

// shaders are programs of pxOS that the writer must write.
var shaders = []string{"../../pxgpu/kernels/*.wgsl", "../../tests/cmd/bench-wgsl/shaders/*.wgsl"}

// TestKernelsAreValid writes every compute entry point and asks spirv-val.
func TestKernelsAreValid(t *testing.T) {
	val := validator(t)
	n := 0
	for _, pattern := range shaders {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, source, diagnostics := check.Source(file, string(text), check.Options{})
			if diagnostics.Failed() {
				t.Fatal(diagnostics.Render(source))
			}
			for _, f := range m.EntryPoints() {
				if f.Stage == ir.Compute {
					n++
					valid(t, val, m, f.Name)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d entry points", n)
	}
}

func valid(t *testing.T, val string, m *ir.Module, entry string) {
	t.Helper()
	special, err := check.Specialize(m, entry, nil, check.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	program, err := flat.Lower(special, entry)
	if err != nil {
		t.Fatal(err)
	}
	module, err := Write(program)
	if err != nil {
		t.Errorf("%s: %v", entry, err)
		return
	}
	file := filepath.Join(t.TempDir(), entry+".spv")
	if err := os.WriteFile(file, module.Code, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(val, "--target-env", "vulkan1.1", file).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", entry, err, out)
	}
}
