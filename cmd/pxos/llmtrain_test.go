package main

import (
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sourceFolder has files to train on.
func sourceFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 60 {
		text := fmt.Sprintf("package p%d\n\n// F%d adds %d.\nfunc F%d(x int) int {\n\tif x > %d {\n\t\treturn x\n\t}\n\treturn x + %d\n}\n", i, i, i*i, i, i, i*i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.go", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTrainPackScore trains a model in one go and in two, packs it, lets the picture go on as
// the file does, and has it say what code costs.
func TestTrainPackScore(t *testing.T) {
	source, dir := sourceFolder(t), t.TempDir()
	train := func(out string, more ...string) string {
		t.Helper()
		text, err := command(t, append([]string{"llm", "train", source, "-o", out, "--vocabulary", "300", "--context", "32", "--layers", "2", "--width", "32", "--heads", "2",
			"--feed-forward", "64", "--steps", "40", "--warm-up", "4", "--every", "20", "--type", "F32"}, more...)...)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	one, again := filepath.Join(dir, "one.gguf"), filepath.Join(dir, "again.gguf")
	losses := filepath.Join(dir, "losses.png")
	if text := train(one, "--plot", losses); !strings.Contains(text, "bits a byte") {
		t.Errorf("train says %q", text)
	}
	picture, err := os.Open(losses)
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if p, err := png.Decode(picture); err != nil || p.Bounds().Dx() < 500 {
		t.Errorf("the picture of the losses: %v", err)
	}
	train(again, "--threads", "1", "--checkpoint", filepath.Join(dir, "checkpoint"))
	if err := os.Remove(again); err != nil {
		t.Fatal(err)
	}
	train(again, "--checkpoint", filepath.Join(dir, "checkpoint")) // from its last step
	if !sameFile(t, one, again) {
		t.Error("the same training came to another model")
	}
	if _, err := command(t, "llm", "train", source, "-o", again, "--checkpoint", filepath.Join(dir, "checkpoint"), "--steps", "400", "--vocabulary", "300"); err == nil || !strings.Contains(err.Error(), "another configuration") {
		t.Errorf("a checkpoint of another training: %v", err)
	}
	packed := filepath.Join(dir, "one.px.png")
	if text, err := command(t, "llm", "pack", one, packed); err != nil || !strings.Contains(text, "a model of") {
		t.Errorf("pack: %q, %v", text, err)
	}
	var said []string
	for _, m := range []string{one, packed} {
		text, err := command(t, "llm", "run", m, "-p", "package", "-n", "12")
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, text)
	}
	if said[0] != said[1] {
		t.Errorf("the file says %q, its picture %q", said[0], said[1])
	}
	scores(t, source, packed)
}

// scores has a model find the line that is not like the others.
func scores(t *testing.T, source, model string) {
	t.Helper()
	name := filepath.Join(source, "f7.go")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	odd := strings.Replace(string(text), "return x\n", "goto hell\n", 1)
	if err := os.WriteFile(name, []byte(odd), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := command(t, "llm", "score", name, "--model", model, "--json")
	if err != nil {
		t.Fatal(err)
	}
	var reports []scoreReport
	if err := json.Unmarshal([]byte(out), &reports); err != nil {
		t.Fatal(err)
	}
	var dearest int
	lines := reports[0].Lines
	for i, l := range lines {
		if l.PerByte() > lines[dearest].PerByte() {
			dearest = i
		}
	}
	if !strings.Contains(lines[dearest].Text, "goto hell") || reports[0].PerByte > 4 {
		t.Errorf("the dearest line is %+v; %.2f bits a byte", lines[dearest], reports[0].PerByte)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--top", "2"}, "f7.go:6: goto hell"},
		{[]string{"--tokens"}, `"package" `},
		{nil, " bits a byte, "},
	} {
		if out, err := command(t, append([]string{"llm", "score", name, "--model", model}, c.args...)...); err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%v: %q, %v", c.args, out, err)
		}
	}
	if _, err := command(t, "llm", "score", model); err == nil || !strings.Contains(err.Error(), "not UTF-8") {
		t.Errorf("a picture as text: %v", err)
	}
	if _, err := command(t, "llm", "score", filepath.Join(source, "nothing.go")); err == nil {
		t.Error("a file that is not there was scored")
	}
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(x) == string(y)
}
